// Finds the same recording in a library by its acoustic fingerprint. Inside storage/; under the
// caller's session.
//
// As AcoustID does it, words of a stretch of each fingerprint are indexed; a track that shares many
// with the one asked for is a candidate, and the candidates are compared bit by bit
// (music/fingerprint.h). Most words survive another encoder unchanged often enough for that, and a
// lookup costs about a thousand index probes whatever the size of the library.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/library.h"

namespace dju::storage {

// Takes the place of the track's earlier fingerprint. An empty or unreadable one is left out.
void putFingerprint(Database::Session& session, std::string_view trackId, double seconds,
                    const std::string& fingerprint);

// Of the track with this id, which need not be in the index. Nearest first.
std::vector<SameRecording> findSameRecordings(Database::Session& session, std::string_view trackId,
                                              double seconds, const std::string& fingerprint);

}  // namespace dju::storage
