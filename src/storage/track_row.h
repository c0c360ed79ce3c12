// A track's row and its Track value. Inside storage/ only; under the caller's session.
#pragma once

#include <string>

#include "storage/library.h"

namespace dju::storage {

// What a SELECT names for readTrack(), which reads a row of just these.
const std::string& trackColumns();

Track readTrack(const Statement& row);
// Fills what the row says of the sound: length, grid, key, loudness and so on.
void describeSound(const music::TrackInfo& info, Track& track);
// Writes that and the hashes of its analysis into the row that is there.
void updateSound(Database::Session& session, const Track& track);
// False when the id is there already.
bool insertTrack(Database::Session& session, const Track& track);

}  // namespace dju::storage
