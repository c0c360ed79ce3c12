#include "mixes/songs.h"

#include <utility>

#include "audio/sha256.h"
#include "engine/battle.h"

namespace dju::mixes {

std::string songOf(storage::Library& library, const std::string& trackId) {
  const storage::Track track = library.track(trackId).valueOrThrow();
  const auto isEdited = [](const storage::Track& of) { return of.analysisHash != of.baseHash; };
  if (isEdited(track)) return track.id + " " + track.analysisHash;
  std::pair<std::int64_t, std::string> first{track.addedAt, track.id};
  for (const storage::SameRecording& same : library.sameRecordings(trackId).valueOrThrow()) {
    const auto other = library.track(same.trackId);
    if (other && !isEdited(*other)) first = std::min(first, {other->addedAt, other->id});
  }
  return first.second;
}

std::string alikeKey(storage::Library& library, const MixRequest& request) {
  nlohmann::json text = toJson(request);
  text.erase("preset");  // its parameters count
  text["dsp"] = engine::kDspRevision;
  for (nlohmann::json& track : text["tracks"]) track = songOf(library, track);
  return sha256Hex(text.dump());
}

}  // namespace dju::mixes
