// A request turned into a plan: with its tracks, with the key that names the sound it would give,
// and as pages see it. Any thread; planning takes milliseconds for tracks that were looked at
// before (Shelf).
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "mixer/plan.h"
#include "mixes/mixers.h"
#include "mixes/request.h"
#include "mixes/shelf.h"

namespace dju::mixes {

struct PlannedMix {
  Selection tracks;
  mixer::Plan plan;
  std::vector<mixer::PlaceShift> shifted;  // of each transition, as far as it was followed
  // SHA-256, hex, of all that the sound depends on: the engine's revision, the model's version,
  // each track's sound and analysis, the parameters and the edited transitions.
  std::string key;
};

// Throws Error: kNotFound for an unknown track, what Mixers::find() says of the model, kTooLarge
// for a mix longer than kMostMinutes.
PlannedMix planRequest(Shelf& shelf, const Mixers& mixers, const MixRequest& request);

// Plan of docs/protocol.md.
nlohmann::json planJson(const PlannedMix& planned, const MixRequest& request);

// "First → Second → …", or how many there are.
std::string mixName(const mixer::Plan& plan, std::span<const mixer::TrackView> tracks);

}  // namespace dju::mixes
