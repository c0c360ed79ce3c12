// The history of a population of mixers: who came of whom, by which operator and seed, what was
// voted and what came of it. It is the whole state of an evolution: written to disk between rounds,
// read back to go on, and enough to repeat every step and to play every mix again. Plain values;
// any thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "arena/evolution/reward_model.h"
#include "arena/ratings.h"
#include "mixer/mixer_model.h"

namespace dju::arena {

enum class Birth { kFounder, kMutation, kCross, kMerge };
inline constexpr std::array<std::string_view, 4> kBirthNames = {"founder", "mutation", "cross",
                                                                "merge"};

struct LineageMember {
  std::string id;  // contentHash() of the model
  int generation = 0;
  Birth birth = Birth::kFounder;
  std::vector<std::string> parents;
  std::uint64_t seed = 0;  // of the random numbers that made it
  mixer::MixerModel model;
};

// One voice: two members on a pair of records of the stage.
struct LineageVote {
  std::uint32_t voter = 0;
  std::string a, b;
  std::uint32_t pair = 0;
  Choice choice = Choice::kTie;
  double weight = 1;

  friend bool operator==(const LineageVote&, const LineageVote&) = default;
};

struct RatedMember {
  std::string id;
  double points = kMeanPoints;
  Interval interval;
};

struct LineageRound {
  int generation = 0;
  std::vector<std::string> population;
  std::vector<LineageVote> votes;
  std::vector<RatedMember> ratings;  // of the population, best first
  double coverage = 0;               // of the archive, behind this round
  RewardInputs reward{};             // the reward model's weights, likewise
  int mergesTried = 0, mergesKept = 0;
  // Mean traits of the upper quarter less those of the others.
  Traits winners{};

  const std::string& champion() const { return ratings.front().id; }
};

struct EvolutionSettings {
  std::string lineage = "club";
  std::uint64_t seed = 1;
  int population = 20;  // 4 … 100
  int brood = 80;       // children among whom the reward model chooses, up to 1000
  // What an ablation leaves out.
  bool mutateHeads = true, merge = true, reward = true;

  friend bool operator==(const EvolutionSettings&, const EvolutionSettings&) = default;
};

struct Lineage {
  EvolutionSettings settings;
  std::vector<LineageMember> members;   // in the order of their births
  std::vector<LineageRound> rounds;     // closed ones
  std::vector<std::string> population;  // of the round that is open

  int generation() const { return static_cast<int>(rounds.size()); }
  // Throws Error (kNotFound).
  const LineageMember& member(const std::string& id) const;
  bool has(const std::string& id) const;
};

nlohmann::json toJson(const Lineage& lineage);
// Strict: members that are not what their name says, and votes on strangers are refused.
Result<Lineage> parseLineage(std::string_view text);
inline constexpr std::size_t kMostLineageBytes = 256 << 20;

// Votes as a list of {voter, a, b, pair, choice: "a" | "b" | "tie" | "bothBad", weight?}.
nlohmann::json toJson(const std::vector<LineageVote>& votes);
Result<std::vector<LineageVote>> parseVotes(std::string_view text);

}  // namespace dju::arena
