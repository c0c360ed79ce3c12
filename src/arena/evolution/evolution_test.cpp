// Evolution as a whole on records without a sound: it goes where the votes point, repeats itself
// from its lineage, and keeps kinds alive.
#include "arena/evolution/evolution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "crate/test_support/plain_record.h"

namespace dju::arena {
namespace {

using crate::Record;
using crate::test::silentRecord;

class Evolving : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    records = new std::vector<Record>;
    const char* keys[] = {"A minor", "E minor", "C", "F# minor"};
    for (std::uint64_t i = 0; i < 4; ++i) {
      records->push_back(silentRecord(124 + 1.5 * static_cast<double>(i), keys[i], i + 1, 200));
      for (std::size_t s = 0; s < records->back().info.energy.size(); ++s)
        records->back().info.energy[s] = 0.4F + 0.1F * static_cast<float>((s / 31 + i) % 5);
    }
    views = new std::vector<mixer::TrackView>(records->begin(), records->end());
  }
  static void TearDownTestSuite() {
    delete views;
    delete records;
  }

  static Stage stage() { return {*views, {{0, 1}, {1, 2}, {2, 3}, {3, 0}}}; }
  static EvolutionSettings settings() {
    EvolutionSettings settings;
    settings.population = 10;
    settings.brood = 30;
    settings.seed = 7;
    return settings;
  }

  // Somebody who likes long transitions and never errs; each plays each once.
  static std::vector<LineageVote> votesForLength(const Lineage& lineage, Stage& stage) {
    std::vector<LineageVote> votes;
    const auto& all = lineage.population;
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (std::size_t j = i + 1; j < all.size(); ++j) {
        LineageVote vote;
        vote.voter = static_cast<std::uint32_t>(j % 5);
        vote.a = all[i];
        vote.b = all[j];
        vote.pair = static_cast<std::uint32_t>((i + j) % stage.size());
        const auto bars = [&](const std::string& id) {
          return stage.performances(lineage.member(id).model)[vote.pair].transition.genome.bars;
        };
        vote.choice = bars(vote.a) > bars(vote.b)   ? Choice::kA
                      : bars(vote.a) < bars(vote.b) ? Choice::kB
                                                    : Choice::kTie;
        votes.push_back(vote);
      }
    }
    return votes;
  }

  static Lineage evolved(int generations, const EvolutionSettings& settings) {
    Stage pairs = stage();
    Lineage lineage = foundLineage(settings);
    for (int i = 0; i < generations; ++i)
      closeRound(lineage, votesForLength(lineage, pairs), pairs, [&](const mixer::MixerModel& m) {
        return trait(pairs.meanTraits(m), Trait::kLength);
      });
    return lineage;
  }

  static double length(const Lineage& lineage, const std::string& id) {
    Stage pairs = stage();
    return trait(pairs.meanTraits(lineage.member(id).model), Trait::kLength);
  }

  static inline std::vector<Record>* records = nullptr;
  static inline std::vector<mixer::TrackView>* views = nullptr;
};

TEST_F(Evolving, BeginsWithTheRules) {
  const Lineage lineage = foundLineage(settings());
  EXPECT_EQ(lineage.population.size(), 10U);
  EXPECT_EQ(std::set(lineage.population.begin(), lineage.population.end()).size(), 10U);
  Stage pairs = stage();
  const mixer::MixerModel& first = lineage.member(lineage.population.front()).model;
  for (std::size_t pair = 0; pair < pairs.size(); ++pair) {
    const mixer::MixerModel rules;
    EXPECT_EQ(pairs.performances(first)[pair].transition.genome,
              pairs.performances(rules)[pair].transition.genome);
  }
}

TEST_F(Evolving, GoesWhereTheVotesPoint) {
  const Lineage lineage = evolved(6, settings());
  const double begin = length(lineage, lineage.rounds.front().population.front());
  EXPECT_GT(length(lineage, lineage.rounds.back().champion()), 1.4 * begin);
  EXPECT_GT(trait(lineage.rounds.front().winners, Trait::kLength), 0);
  for (std::size_t i = 1; i < lineage.rounds.size(); ++i)
    EXPECT_GE(lineage.rounds[i].coverage, lineage.rounds[i - 1].coverage);
}

TEST_F(Evolving, TheSameSeedAndVotesAreTheSameLineage) {
  const std::string one = toJson(evolved(3, settings())).dump();
  EXPECT_EQ(one, toJson(evolved(3, settings())).dump());
  EvolutionSettings other = settings();
  other.seed = 8;
  EXPECT_NE(one, toJson(evolved(3, other)).dump());
}

TEST_F(Evolving, GoesOnFromItsFileAsIfItHadNeverStopped) {
  Stage pairs = stage();
  const auto quality = [](const mixer::MixerModel&) { return 0.0; };
  Lineage whole = evolved(2, settings());
  Lineage again = parseLineage(toJson(whole).dump()).valueOrThrow();
  EXPECT_EQ(toJson(again).dump(), toJson(whole).dump());
  closeRound(whole, votesForLength(whole, pairs), pairs, quality);
  Stage fresh = stage();
  closeRound(again, votesForLength(again, fresh), fresh, quality);
  EXPECT_EQ(toJson(again).dump(), toJson(whole).dump());
}

TEST_F(Evolving, WhatIsLeftOutOfAnAblationDoesNotHappen) {
  EvolutionSettings without = settings();
  without.mutateHeads = without.merge = without.reward = false;
  const Lineage lineage = evolved(3, without);
  const mixer::MixerHead& head = lineage.members.front().model.head;
  for (const LineageMember& member : lineage.members) {
    EXPECT_EQ(member.model.head, head);
    EXPECT_NE(member.birth, Birth::kMerge);
  }
  EXPECT_EQ(lineage.rounds.back().mergesTried, 0);
}

TEST_F(Evolving, MergesThatLoseQualityAreNotKept) {
  Stage pairs = stage();
  Lineage lineage = foundLineage(settings());
  // Whoever is new is worse.
  closeRound(lineage, votesForLength(lineage, pairs), pairs, [&](const mixer::MixerModel& model) {
    return lineage.has(mixer::contentHash(model)) ? 1.0 : 0.0;
  });
  EXPECT_GT(lineage.rounds.back().mergesTried, 0);
  EXPECT_EQ(lineage.rounds.back().mergesKept, 0);
}

TEST_F(Evolving, VotesThatMeanNothingAreRefused) {
  Stage pairs = stage();
  Lineage lineage = foundLineage(settings());
  const auto quality = [](const mixer::MixerModel&) { return 0.0; };
  EXPECT_THROW(closeRound(lineage, {}, pairs, quality), Error);
  LineageVote vote{0, lineage.population[0], "stranger", 0, Choice::kA, 1};
  EXPECT_THROW(closeRound(lineage, {vote}, pairs, quality), Error);
  vote.b = lineage.population[1];
  vote.pair = 99;
  EXPECT_THROW(closeRound(lineage, {vote}, pairs, quality), Error);
  EXPECT_EQ(lineage.generation(), 0);
}

TEST(Lineages, WhatIsNotTrueOfItselfIsRefused) {
  const auto refusal = [](const nlohmann::json& json) {
    const auto parsed = parseLineage(json.dump());
    return parsed.ok() ? std::string() : std::string(parsed.error().what());
  };
  EvolutionSettings few;
  few.population = 4;
  const nlohmann::json good = toJson(foundLineage(few));
  EXPECT_EQ(refusal(good), "");
  auto bad = good;
  bad["members"][1]["model"]["shape"]["swap"] = 0.75;
  EXPECT_NE(refusal(bad).find("but its model is"), std::string::npos) << refusal(bad);
  bad = good;
  bad["population"][0] = "nobody";
  EXPECT_EQ(refusal(bad), "lineage.population names nobody, who is no member");
  bad = good;
  bad["members"][1]["parents"] = {"later"};
  EXPECT_NE(refusal(bad).find("not born yet"), std::string::npos);
  bad = good;
  bad["settings"]["population"] = 3;
  EXPECT_EQ(refusal(bad), "lineage.settings.population is 3; it must be from 4 to 100");
}

TEST(RewardModels, LearnWhatIsPreferred) {
  // Somebody likes the middle of one trait and more of another.
  const auto liking = [](const Traits& traits) {
    const double middle = traits[1] - 0.5;
    return 4 * traits[8] - 12 * middle * middle;
  };
  Random random(3);
  std::vector<Comparison> comparisons;
  const auto any = [&] {
    Traits traits{};
    for (double& value : traits) value = random.uniform();
    return traits;
  };
  for (int i = 0; i < 600; ++i) {
    Comparison comparison{any(), any(), 0, 1};
    comparison.won = liking(comparison.first) > liking(comparison.second) ? 1 : 0;
    comparisons.push_back(comparison);
  }
  const RewardModel model = RewardModel::fit(comparisons);
  int right = 0;
  for (int i = 0; i < 400; ++i) {
    const Traits first = any(), second = any();
    right += (model.chance(first, second) > 0.5) == (liking(first) > liking(second)) ? 1 : 0;
  }
  EXPECT_GT(right, 340);
  const RewardModel nothing = RewardModel::fit({});
  EXPECT_DOUBLE_EQ(nothing.chance(any(), any()), 0.5);
}

TEST(Archives, KeepTheBestOfEachKind) {
  Archive archive;
  Traits brief{}, extended{};
  extended[static_cast<std::size_t>(Trait::kLength)] = 1;
  archive.offer("a", brief, 1500);
  archive.offer("b", brief, 1400);
  archive.offer("c", extended, 1000);
  ASSERT_EQ(archive.elites().size(), 2U);
  EXPECT_EQ(archive.elites().at(archiveCell(brief)).id, "a");
  archive.offer("d", brief, 1600);
  EXPECT_EQ(archive.elites().at(archiveCell(brief)).id, "d");
  EXPECT_DOUBLE_EQ(archive.coverage(), 2.0 / kArchiveCells);
}

}  // namespace
}  // namespace dju::arena
