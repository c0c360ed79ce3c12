#include "arena/evolution/lineage.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "mixer/mixer_model_json.h"
#include "mixer/strict_json.h"

namespace dju::arena {
namespace {

using mixer::StrictObject;
using nlohmann::json;

constexpr std::string_view kSchema = "dju-lineage";
constexpr int kVersion = 1;
constexpr std::size_t kMostMembers = 100000, kMostRounds = 10000, kMostVotes = 1000000;
constexpr int kFewestInPopulation = 4, kMostInPopulation = 100, kMostBrood = 1000;
constexpr std::array<std::string_view, 4> kChoiceNames = {"a", "b", "tie", "bothBad"};

// Random seeds need all their 64 bits, which JSON's numbers do not promise.
std::string seedText(std::uint64_t seed) {
  return fmt::format("{:016x}", seed);
}
std::uint64_t seedFrom(const StrictObject& object) {
  const std::string text = object.text("seed");
  const bool digits =
      text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!digits) StrictObject::fail(object.at("seed"), "must be 16 hexadecimal digits");
  return std::stoull(text, nullptr, 16);
}

std::vector<std::string> namesFrom(const StrictObject& object, std::string_view field,
                                   std::size_t most) {
  std::vector<std::string> names;
  for (const json& name : object.list(field, most)) {
    if (!name.is_string()) StrictObject::fail(object.at(field), "must be names of mixers");
    names.push_back(name.get<std::string>());
  }
  return names;
}

template <std::size_t N>
std::array<double, N> numbersFrom(const StrictObject& object, std::string_view field) {
  const json& list = object.list(field, N);
  if (list.size() != N)
    StrictObject::fail(object.at(field),
                       fmt::format("has {} numbers; it must have {}", list.size(), N));
  std::array<double, N> numbers{};
  for (std::size_t i = 0; i < N; ++i)
    numbers[i] = StrictObject::asNumber(list[i], object.at(field));
  return numbers;
}

json settingsJson(const EvolutionSettings& settings) {
  return {{"lineage", settings.lineage},
          {"seed", seedText(settings.seed)},
          {"population", settings.population},
          {"brood", settings.brood},
          {"mutateHeads", settings.mutateHeads},
          {"merge", settings.merge},
          {"reward", settings.reward}};
}

int within(const StrictObject& object, std::string_view field, int least, int most) {
  const int value = object.whole(field);
  if (value < least || value > most)
    StrictObject::fail(object.at(field),
                       fmt::format("is {}; it must be from {} to {}", value, least, most));
  return value;
}

EvolutionSettings settingsFrom(const json& from) {
  const StrictObject object(from, "lineage.settings");
  object.allow({"lineage", "seed", "population", "brood", "mutateHeads", "merge", "reward"});
  EvolutionSettings settings;
  settings.lineage = object.text("lineage");
  settings.seed = seedFrom(object);
  settings.population = within(object, "population", kFewestInPopulation, kMostInPopulation);
  settings.brood = within(object, "brood", settings.population, kMostBrood);
  settings.mutateHeads = object.flag("mutateHeads", true);
  settings.merge = object.flag("merge", true);
  settings.reward = object.flag("reward", true);
  return settings;
}

json memberJson(const LineageMember& member) {
  return {{"id", member.id},
          {"generation", member.generation},
          {"birth", kBirthNames[static_cast<std::size_t>(member.birth)]},
          {"parents", member.parents},
          {"seed", seedText(member.seed)},
          {"model", mixer::toJson(member.model)}};
}

LineageMember memberFrom(const json& from, const std::string& place) {
  const StrictObject object(from, place);
  object.allow({"id", "generation", "birth", "parents", "seed", "model"});
  LineageMember member;
  member.id = object.text("id");
  member.generation = within(object, "generation", 0, static_cast<int>(kMostRounds));
  member.birth = static_cast<Birth>(object.choice("birth", kBirthNames));
  member.parents = namesFrom(object, "parents", 2);
  member.seed = seedFrom(object);
  member.model = mixer::parseMixerModel(object.get("model").dump()).valueOrThrow();
  if (mixer::contentHash(member.model) != member.id)
    StrictObject::fail(object.at("id"),
                       fmt::format("is {}, but its model is {}", member.id.substr(0, 40),
                                   mixer::contentHash(member.model)));
  return member;
}

json voteJson(const LineageVote& vote) {
  return {{"voter", vote.voter},
          {"a", vote.a},
          {"b", vote.b},
          {"pair", vote.pair},
          {"choice", kChoiceNames[static_cast<std::size_t>(vote.choice)]},
          {"weight", vote.weight}};
}

LineageVote voteFrom(const json& from, const std::string& place) {
  const StrictObject object(from, place);
  object.allow({"voter", "a", "b", "pair", "choice", "weight"});
  constexpr int kMostVoters = 1000000, kMostPairs = 10000;
  LineageVote vote;
  vote.voter = static_cast<std::uint32_t>(within(object, "voter", 0, kMostVoters));
  vote.a = object.text("a");
  vote.b = object.text("b");
  vote.pair = static_cast<std::uint32_t>(within(object, "pair", 0, kMostPairs));
  vote.choice = static_cast<Choice>(object.choice("choice", kChoiceNames));
  vote.weight = object.number("weight", 1);
  if (!(vote.weight >= 0 && vote.weight <= 1))
    StrictObject::fail(object.at("weight"),
                       fmt::format("is {}; it must be from 0 to 1", vote.weight));
  return vote;
}

std::vector<LineageVote> votesFrom(const json& list, const std::string& place) {
  if (!list.is_array() || list.size() > kMostVotes)
    StrictObject::fail(place, fmt::format("must be a list of up to {} votes", kMostVotes));
  std::vector<LineageVote> votes;
  for (const json& vote : list)
    votes.push_back(voteFrom(vote, fmt::format("{}[{}]", place, votes.size())));
  return votes;
}

json roundJson(const LineageRound& round) {
  json ratings = json::array();
  for (const RatedMember& rated : round.ratings)
    ratings.push_back({{"id", rated.id},
                       {"points", rated.points},
                       {"low", rated.interval.low},
                       {"high", rated.interval.high}});
  return {{"generation", round.generation},   {"population", round.population},
          {"votes", toJson(round.votes)},     {"ratings", ratings},
          {"coverage", round.coverage},       {"reward", round.reward},
          {"mergesTried", round.mergesTried}, {"mergesKept", round.mergesKept},
          {"winners", round.winners}};
}

LineageRound roundFrom(const json& from, const std::string& place) {
  const StrictObject object(from, place);
  object.allow({"generation", "population", "votes", "ratings", "coverage", "reward", "mergesTried",
                "mergesKept", "winners"});
  LineageRound round;
  round.generation = object.whole("generation");
  round.population = namesFrom(object, "population", kMostInPopulation);
  round.votes = votesFrom(object.get("votes"), object.at("votes"));
  for (const json& rating : object.list("ratings", kMostInPopulation)) {
    const StrictObject rated(rating, object.at("ratings"));
    rated.allow({"id", "points", "low", "high"});
    round.ratings.push_back(
        {rated.text("id"), rated.number("points"), {rated.number("low"), rated.number("high")}});
  }
  if (round.ratings.empty()) StrictObject::fail(object.at("ratings"), "is empty");
  round.coverage = object.number("coverage");
  round.reward = numbersFrom<kRewardInputs>(object, "reward");
  round.mergesTried = object.whole("mergesTried");
  round.mergesKept = object.whole("mergesKept");
  round.winners = numbersFrom<kTraits>(object, "winners");
  return round;
}

// Everybody who is named is a member, and rounds follow each other.
void checkNames(const Lineage& lineage) {
  std::set<std::string> known;
  for (const LineageMember& member : lineage.members) {
    for (const std::string& parent : member.parents) {
      if (known.count(parent) == 0)
        StrictObject::fail("lineage.members", fmt::format("{} has parent {}, who was not born yet",
                                                          member.id, parent.substr(0, 40)));
    }
    known.insert(member.id);
  }
  const auto require = [&](const std::string& id, const std::string& place) {
    if (known.count(id) == 0)
      StrictObject::fail(place, fmt::format("names {}, who is no member", id.substr(0, 40)));
  };
  for (std::size_t i = 0; i < lineage.rounds.size(); ++i) {
    const LineageRound& round = lineage.rounds[i];
    const std::string place = fmt::format("lineage.rounds[{}]", i);
    if (round.generation != static_cast<int>(i))
      StrictObject::fail(place + ".generation", fmt::format("is {}", round.generation));
    for (const std::string& id : round.population) require(id, place + ".population");
    for (const RatedMember& rated : round.ratings) require(rated.id, place + ".ratings");
    for (const LineageVote& vote : round.votes) {
      require(vote.a, place + ".votes");
      require(vote.b, place + ".votes");
    }
  }
  for (const std::string& id : lineage.population) require(id, "lineage.population");
}

Lineage lineageFrom(const json& from) {
  const StrictObject object(from, "lineage");
  object.allow({"schema", "version", "settings", "members", "rounds", "population"});
  if (object.text("schema") != kSchema)
    StrictObject::fail("lineage.schema", fmt::format("must be \"{}\"", kSchema));
  if (const int version = object.whole("version"); version != kVersion)
    StrictObject::fail("lineage.version",
                       fmt::format("is {}; this program reads {}", version, kVersion));
  Lineage lineage;
  lineage.settings = settingsFrom(object.get("settings"));
  for (const json& member : object.list("members", kMostMembers))
    lineage.members.push_back(
        memberFrom(member, fmt::format("lineage.members[{}]", lineage.members.size())));
  for (const json& round : object.list("rounds", kMostRounds))
    lineage.rounds.push_back(
        roundFrom(round, fmt::format("lineage.rounds[{}]", lineage.rounds.size())));
  lineage.population = namesFrom(object, "population", kMostInPopulation);
  checkNames(lineage);
  return lineage;
}

template <typename T, typename Read>
Result<T> parsed(std::string_view text, const char* what, const Read& read) {
  if (text.size() > kMostLineageBytes)
    return Error(ErrorCode::kTooLarge,
                 fmt::format("{}: {} bytes; at most {}", what, text.size(), kMostLineageBytes));
  try {
    return read(json::parse(text));
  } catch (const Error& error) {
    return error;
  } catch (const json::exception& error) {
    return Error(ErrorCode::kInvalid, fmt::format("{}: no JSON: {}", what, error.what()));
  }
}

}  // namespace

const LineageMember& Lineage::member(const std::string& id) const {
  for (const LineageMember& member : members) {
    if (member.id == id) return member;
  }
  throw Error(ErrorCode::kNotFound, fmt::format("mixer {}: lineage \"{}\" has none of that name",
                                                id.substr(0, 40), settings.lineage));
}

bool Lineage::has(const std::string& id) const {
  return std::any_of(members.begin(), members.end(),
                     [&](const LineageMember& member) { return member.id == id; });
}

json toJson(const Lineage& lineage) {
  json members = json::array(), rounds = json::array();
  for (const LineageMember& member : lineage.members) members.push_back(memberJson(member));
  for (const LineageRound& round : lineage.rounds) rounds.push_back(roundJson(round));
  return {{"schema", kSchema},
          {"version", kVersion},
          {"settings", settingsJson(lineage.settings)},
          {"members", std::move(members)},
          {"rounds", std::move(rounds)},
          {"population", lineage.population}};
}

Result<Lineage> parseLineage(std::string_view text) {
  return parsed<Lineage>(text, "lineage", lineageFrom);
}

json toJson(const std::vector<LineageVote>& votes) {
  json list = json::array();
  for (const LineageVote& vote : votes) list.push_back(voteJson(vote));
  return list;
}

Result<std::vector<LineageVote>> parseVotes(std::string_view text) {
  return parsed<std::vector<LineageVote>>(
      text, "votes", [](const json& list) { return votesFrom(list, "votes"); });
}

}  // namespace dju::arena
