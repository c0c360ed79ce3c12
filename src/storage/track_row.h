// A track's row and its Track value. Inside storage/ only; under the caller's session.
#pragma once

#include "storage/library.h"

namespace dju::storage {

extern const char* const kTrackColumns;

Track readTrack(const Statement& row);
// False when the id is there already.
bool insertTrack(Database::Session& session, const Track& track);

}  // namespace dju::storage
