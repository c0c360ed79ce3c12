#include "server/arena/tournament_request.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "arena/brackets/bracket.h"
#include "mixer/parameters.h"
#include "mixer/strict_json.h"

namespace dju::server {
namespace {

using mixer::StrictObject;
using nlohmann::json;

constexpr std::array<std::string_view, 5> kFormats = {"single", "double", "swiss", "roundRobin",
                                                      "open"};
constexpr std::size_t kMostNameBytes = 160;

std::string nameOf(const StrictObject& object) {
  std::string name = object.text("name");
  if (name.empty() || name.size() > kMostNameBytes)
    StrictObject::fail(object.at("name"), fmt::format("has {} bytes; 1 to {} are possible",
                                                      name.size(), kMostNameBytes));
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20)
      StrictObject::fail(object.at("name"), "holds a control character");
  }
  return name;
}

std::string idOf(const json& value, const std::string& place) {
  constexpr std::size_t kMost = 128;
  if (!value.is_string() || value.get_ref<const std::string&>().empty() ||
      value.get_ref<const std::string&>().size() > kMost)
    StrictObject::fail(place, "must be an id");
  return value.get<std::string>();
}

storage::ArenaContestant mixerFrom(const StrictObject& object, const mixes::Mixers& mixers) {
  object.allow({"model", "preset", "parameters", "name"});
  storage::ArenaContestant contestant;
  contestant.kind = "mixer";
  contestant.model = object.text("model");
  mixers.find(contestant.model).valueOrThrow();
  mixer::MixParameters base;
  if (object.has("preset")) {
    contestant.preset = object.text("preset");
    base = mixer::findPreset(contestant.preset).valueOrThrow().parameters;
  }
  if (object.has("parameters")) {
    contestant.parameters = object.get("parameters");
    mixer::withChanges(base, contestant.parameters).valueOrThrow();
  }
  contestant.name = contestant.model;
  if (!contestant.preset.empty()) contestant.name += " · " + contestant.preset;
  return contestant;
}

storage::ArenaContestant personFrom(const StrictObject& object) {
  object.allow({"recordings", "name"});
  storage::ArenaContestant contestant;
  contestant.kind = "person";
  const json& recordings = object.list("recordings", kMostSets);
  for (const json& recording : recordings)
    contestant.recordings.push_back(idOf(recording, object.at("recordings")));
  if (contestant.recordings.empty())
    StrictObject::fail(object.at("recordings"), "is empty; name at least one recording");
  return contestant;
}

std::vector<storage::ArenaContestant> contestantsOf(const StrictObject& object,
                                                    const mixes::Mixers& mixers) {
  std::vector<storage::ArenaContestant> contestants;
  const json& list = object.list("contestants", arena::kMostEntrants);
  for (const json& entry : list) {
    const StrictObject one(entry,
                           fmt::format("{}[{}]", object.at("contestants"), contestants.size()));
    storage::ArenaContestant contestant =
        one.has("model") ? mixerFrom(one, mixers) : personFrom(one);
    if (one.has("name")) contestant.name = nameOf(one);
    contestant.number = static_cast<int>(contestants.size());
    contestants.push_back(std::move(contestant));
  }
  if (contestants.size() < arena::kFewestEntrants)
    StrictObject::fail(object.at("contestants"),
                       fmt::format("has {} entries; at least {} must meet", contestants.size(),
                                   arena::kFewestEntrants));
  return contestants;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> trackPairsFrom(const StrictObject& object,
                                                                std::string_view field,
                                                                std::size_t most) {
  std::vector<std::pair<std::string, std::string>> sets;
  for (const json& set : object.list(field, most)) {
    const std::string place = fmt::format("{}[{}]", object.at(field), sets.size());
    if (!set.is_array() || set.size() != 2)
      StrictObject::fail(place, "must be a list of two tracks");
    sets.emplace_back(idOf(set[0], place + "[0]"), idOf(set[1], place + "[1]"));
    if (sets.back().first == sets.back().second)
      StrictObject::fail(place, "has the same track twice; a mix leads from one to another");
  }
  return sets;
}

storage::ArenaTournament tournamentFrom(const json& json, const mixes::Mixers& mixers,
                                        std::int64_t now) {
  const StrictObject object(json, "tournament");
  object.allow({"name", "format", "contestants", "sets", "votesPerMatch", "clipSeconds", "endsAt"});
  storage::ArenaTournament tournament;
  tournament.name = nameOf(object);
  tournament.format = std::string(kFormats[object.choice("format", kFormats)]);
  tournament.contestants = contestantsOf(object, mixers);
  tournament.sets = trackPairsFrom(object, "sets", kMostSets);
  if (tournament.sets.empty())
    StrictObject::fail(object.at("sets"), "is empty; name at least two tracks");
  if (tournament.contestants.size() * tournament.sets.size() > kMostClips)
    StrictObject::fail(
        object.at("sets"),
        fmt::format("and contestants give {} mixes; at most {} are made",
                    tournament.contestants.size() * tournament.sets.size(), kMostClips));
  tournament.votesPerMatch =
      object.wholeWithin("votesPerMatch", tournament.votesPerMatch, 1, kMostVotesPerMatch);
  tournament.clipSeconds =
      object.wholeWithin("clipSeconds", static_cast<int>(tournament.clipSeconds),
                         static_cast<int>(kShortestClip), static_cast<int>(kLongestClip));
  if (object.has("endsAt")) {
    const double endsAt = object.number("endsAt");
    if (!(endsAt > static_cast<double>(now) &&
          endsAt <= static_cast<double>(now + kLongestTournamentMs)))
      StrictObject::fail(object.at("endsAt"),
                         "is not within the next 90 days (ms since the Unix epoch)");
    tournament.endsAt = static_cast<std::int64_t>(endsAt);
  }
  tournament.createdAt = now;
  return tournament;
}

}  // namespace dju::server
