#include "server/arena/evolution/evolution_request.h"

#include <fmt/format.h>

#include <algorithm>

#include "mixer/mixer_model.h"
#include "mixer/strict_json.h"
#include "server/arena/tournament_request.h"

namespace dju::server {
namespace {

using mixer::StrictObject;
using nlohmann::json;

constexpr int kFewestMixers = 4, kMostMixers = 40;
constexpr int kBroodAMixer = 4;
constexpr int kMostVotes = 100000, kMostGenerations = 1000, kMostSeed = 1'000'000'000;
constexpr double kMostHours = 24.0 * 90;
constexpr std::size_t kMostHeldOut = 4;

std::string lineageFrom(const StrictObject& object) {
  mixer::MixerModel model;
  model.lineage = object.text("lineage");
  if (const auto valid = mixer::checkModel(model); !valid)
    StrictObject::fail(object.at("lineage"), fmt::format("cannot be: {}", valid.error().what()));
  return model.lineage;
}

std::vector<TrackPair> turned(const std::vector<TrackPair>& sets) {
  std::vector<TrackPair> turned;
  for (const auto& [first, second] : sets) {
    const TrackPair pair{second, first};
    if (turned.size() < kMostHeldOut && std::find(sets.begin(), sets.end(), pair) == sets.end())
      turned.push_back(pair);
  }
  return turned;
}

}  // namespace

EvolutionRequest evolutionFrom(const json& asked, std::uint64_t seed) {
  const StrictObject object(asked, "evolution");
  object.allow({"lineage", "sets", "heldOut", "population", "seed", "votesPerRound",
                "hoursPerRound", "clipSeconds", "generations"});
  EvolutionRequest request;
  request.settings.lineage = lineageFrom(object);
  request.settings.seed =
      object.has("seed") ? static_cast<std::uint64_t>(object.wholeWithin("seed", 0, 0, kMostSeed))
                         : seed % kMostSeed;
  request.settings.population = object.wholeWithin("population", 8, kFewestMixers, kMostMixers);
  request.settings.brood = kBroodAMixer * request.settings.population;
  request.sets = trackPairsFrom(object, "sets", kMostSets);
  if (request.sets.empty())
    StrictObject::fail(object.at("sets"), "is empty; name at least two tracks");
  const std::size_t clips =
      request.sets.size() * static_cast<std::size_t>(request.settings.population);
  if (clips > kMostClips)
    StrictObject::fail(
        object.at("sets"),
        fmt::format("and population give {} mixes; at most {} are made", clips, kMostClips));
  request.heldOut = object.has("heldOut") ? trackPairsFrom(object, "heldOut", kMostHeldOut)
                                          : turned(request.sets);
  request.settings.merge = !request.heldOut.empty();
  request.votesPerRound = object.wholeWithin("votesPerRound", request.votesPerRound, 1, kMostVotes);
  if (object.has("hoursPerRound")) request.hoursPerRound = object.number("hoursPerRound");
  if (!(request.hoursPerRound >= 0 && request.hoursPerRound <= kMostHours))
    StrictObject::fail(object.at("hoursPerRound"),
                       fmt::format("is {}; it must be from 0 (no end by time) to {}",
                                   request.hoursPerRound, kMostHours));
  request.clipSeconds =
      object.wholeWithin("clipSeconds", request.clipSeconds, static_cast<int>(kShortestClip),
                         static_cast<int>(kLongestClip));
  request.generations = object.wholeWithin("generations", request.generations, 1, kMostGenerations);
  return request;
}

json toJson(const EvolutionRequest& request) {
  return {{"lineage", request.settings.lineage},
          {"sets", request.sets},
          {"heldOut", request.heldOut},
          {"population", request.settings.population},
          {"seed", request.settings.seed},
          {"votesPerRound", request.votesPerRound},
          {"hoursPerRound", request.hoursPerRound},
          {"clipSeconds", request.clipSeconds},
          {"generations", request.generations}};
}

}  // namespace dju::server
