// Data sets: the same recipe gives the same bytes, nobody is on two sides, labels and extras are
// what was played, and the learners' reader reads what is written here.
#include "learning/data/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "audio/test_files.h"
#include "dataset/beat_windows.h"
#include "dataset/record.h"
#include "dataset/shards.h"
#include "dataset/simulate_dataset.h"
#include "dataset/splits.h"
#include "dataset/validate.h"
#include "simulator/test_support/plain_tracks.h"

namespace dju::dataset {
namespace {

namespace fs = std::filesystem;
using simulator::Fault;
using simulator::School;
using simulator::test::plainTrack;

std::string bytesOf(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

std::size_t extra(const std::string& name) {
  const auto names = extraNames();
  const auto at = std::find(names.begin(), names.end(), name);
  EXPECT_NE(at, names.end()) << name;
  return static_cast<std::size_t>(at - names.begin());
}

class Windows : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    first = new simulator::CrateTrack(plainTrack(126, "A minor", 1));
    second = new simulator::CrateTrack(plainTrack(129, "E minor", 2));
  }
  static void TearDownTestSuite() {
    delete first;
    delete second;
  }
  static simulator::PerformancePlan plan(std::uint64_t seed) {
    simulator::PerformancePlan plan;
    plan.name = "p";
    plan.seed = seed;
    plan.dj = simulator::perfectDj();
    plan.dj.hearingMs = 8;
    plan.tracks = {first, second};
    plan.transitions = {{School::kBassSwap, {}, 32}};
    return plan;
  }
  // The mean of a column over the windows in which two tracks are heard.
  static double mean(const std::vector<Window>& windows, const std::string& column) {
    double sum = 0;
    int count = 0;
    for (const Window& window : windows) {
      const float value = window.extras[extra(column)];
      if (std::isnan(window.extras[extra("beat_offset_ms")]) || std::isnan(value)) continue;
      sum += value;
      ++count;
    }
    return count > 0 ? sum / count : std::nan("");
  }
  static std::vector<Window> windowsOf(const simulator::PerformancePlan& plan) {
    return cutWindows(record(plan), plan, {.keepAlone = 1});
  }
  static inline simulator::CrateTrack* first = nullptr;
  static inline simulator::CrateTrack* second = nullptr;
};

TEST_F(Windows, WhatIsWellPlayedIsLabelledSo) {
  const auto windows = windowsOf(plan(1));
  int judged = 0;
  for (const Window& window : windows) {
    ASSERT_EQ(window.features.size(), kWindowRows * music::kSoundRowColumns);
    ASSERT_EQ(window.labels.size(), soundFormat().labels.size());
    for (const float value : window.features) ASSERT_TRUE(std::isfinite(value));
    const float beats = window.labels[static_cast<std::size_t>(judge::Head::kBeatAlignment)];
    EXPECT_EQ(std::isnan(beats), !(window.extras[extra("both_heard_share")] > 0.19));
    if (std::isnan(beats)) continue;
    ++judged;
    EXPECT_GT(beats, 0.95);
    EXPECT_LT(std::abs(window.extras[extra("beat_offset_ms")]), 10);
  }
  EXPECT_GE(judged, 2);
  EXPECT_LT(judged, static_cast<int>(windows.size()));
}

TEST_F(Windows, EachFaultRaisesItsOwnMeasure) {
  const auto good = windowsOf(plan(2));
  const auto with = [&](Fault fault) {
    simulator::PerformancePlan p = plan(2);
    p.transitions[0].faults[fault] = 0.6;
    return windowsOf(p);
  };
  const auto wrongTempo = with(Fault::kWrongTempo);
  EXPECT_GT(mean(wrongTempo, "tempo_difference_percent"),
            mean(good, "tempo_difference_percent") + 0.8);
  EXPECT_NEAR(mean(wrongTempo, "level_step_db"), mean(good, "level_step_db"), 1);
  EXPECT_GT(mean(with(Fault::kHalfBeat), "beat_offset_size_ms"), 200);
  EXPECT_GT(mean(with(Fault::kMissedOne), "bar_offset_beats"), 0.9);
  EXPECT_NEAR(mean(with(Fault::kWrongPhrase), "bar_offset_beats"), 0, 1e-6);
  EXPECT_GT(mean(with(Fault::kWrongPhrase), "phrase_offset_beats"), 3);
  EXPECT_GT(mean(with(Fault::kDoubleBass), "double_bass_share"),
            mean(good, "double_bass_share") + 0.2);
  EXPECT_GT(mean(with(Fault::kOverusedEffects), "effects_share"), 0.5);
  const auto loud = with(Fault::kLevelJump);
  EXPECT_NEAR(mean(loud, "beat_offset_size_ms"), mean(good, "beat_offset_size_ms"), 3);
}

TEST_F(Windows, OnTheBeatTheyShowWhereTheRecordPasses) {
  simulator::PerformancePlan twice = plan(3);
  twice.tracks = {first, second, first};
  twice.transitions.push_back(twice.transitions[0]);
  const Recording recording = record(twice);
  const BeatRows rows = beatRowsOf(recording);
  const auto windows = cutBeatWindows(recording, twice);
  std::size_t shown = 0;
  for (const Window& window : windows) {
    ASSERT_EQ(window.features.size(), kWindowBeats * kRowsABeat * kBeatColumns);
    ASSERT_EQ(window.labels.size(), beatFormat().labels.size());
    const double begin = rows.beatOf[window.item["start"].get<std::size_t>() / 480];
    if (window.item["transition"] == "none") {
      for (const float label : window.labels) EXPECT_TRUE(std::isnan(label));
      continue;
    }
    ++shown;
    EXPECT_EQ(window.item["transition"], "bass_swap");
    bool met = false;
    for (const simulator::PlayedTransition& each : recording.performance.transitions) {
      const auto beatAt = [&](Frame frame) {
        return rows.beatOf[static_cast<std::size_t>(frame.index() / judge::kEvidenceFrames)];
      };
      met |= std::abs(begin + window.labels[0] * kWindowBeats - beatAt(each.fadeBegin)) < 14 &&
             std::abs(begin + window.labels[1] * kWindowBeats - beatAt(each.fadeEnd)) < 14;
    }
    EXPECT_TRUE(met) << window.item["id"];
    EXPECT_GT(window.labels[2], 0.5);
  }
  EXPECT_GT(shown, 0U);
  EXPECT_NEAR(rows.beatOf.back(), static_cast<double>(rows.count()) / kRowsABeat, 1);
}

TEST(SplitsTest, EverybodyIsOnOneSideAndSharesHold) {
  Splits splits;
  std::vector<std::string> members;
  for (int i = 0; i < 40; ++i) members.push_back(std::to_string(i));
  splits.deal("djs", members, Random(1));
  EXPECT_EQ(splits.members("djs", SplitName::kTrain).size(), 28U);
  EXPECT_EQ(splits.members("djs", SplitName::kValidation).size(), 6U);
  EXPECT_EQ(splits.members("djs", SplitName::kTest).size(), 6U);
  EXPECT_THROW(splits.of("djs", "stranger"), Error);
  Splits again;
  again.deal("djs", members, Random(1));
  EXPECT_EQ(splits.hash(), again.hash());
  Splits other;
  other.deal("djs", members, Random(2));
  EXPECT_NE(splits.hash(), other.hash());
}

class Simulated : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch = new dju::testing::TempFolder;
    report = simulateDataset(directory(), recipe(), 2, {});
  }
  static void TearDownTestSuite() { delete scratch; }
  static DatasetRecipe recipe() {
    DatasetRecipe recipe;
    recipe.seed = 7;
    recipe.performances = 10;
    recipe.djs = 9;
    recipe.families = 3;
    recipe.tracksPerFamily = 1;
    recipe.genres = {"house", "electro"};
    recipe.trackSeconds = 110;
    return recipe;
  }
  static fs::path directory() { return scratch->path() / "a"; }
  static inline dju::testing::TempFolder* scratch = nullptr;
  static inline DatasetReport report;
};

TEST_F(Simulated, TheLearnersReadIt) {
  const learning::Dataset dataset(directory());
  EXPECT_EQ(dataset.info().frames, kWindowRows);
  EXPECT_EQ(dataset.info().labels, soundFormat().labels);
  EXPECT_EQ(dataset.info().columnsNamed("onset").count, music::kOnsetColumns);
  const learning::Split train = dataset.open(learning::SplitName::kTrain);
  EXPECT_GT(train.items(), 10U);
  std::vector<float> features(kWindowRows * music::kSoundRowColumns);
  train.copyFeatures(0, features);
}

TEST_F(Simulated, TheTransitionsAreADataSetOfTheirOwn) {
  const learning::Dataset dataset(directory() / "transitions");
  EXPECT_EQ(dataset.info().frames, kWindowBeats * kRowsABeat);
  EXPECT_EQ(dataset.info().labels, beatFormat().labels);
  EXPECT_GT(report.transitionWindows, 0U);
  EXPECT_TRUE(validateDataset(directory() / "transitions").clean());
  EXPECT_TRUE(validateDataset(directory()).clean());
}

TEST_F(Simulated, FeaturesAreAFifthOfTheSoundAtMost) {
  EXPECT_LT(report.sizeShare, 0.2);
}

TEST_F(Simulated, NobodyIsOnTwoSides) {
  const learning::Dataset dataset(directory());
  for (const char* key : {"dj", "tracks", "families", "performance"}) {
    std::map<std::string, std::set<std::string>> sides;
    for (const std::string_view split : kSplits) {
      for (const auto& entry : fs::directory_iterator(directory() / split)) {
        if (entry.path().extension() != ".jsonl") continue;
        std::ifstream lines(entry.path());
        for (std::string line; std::getline(lines, line);) {
          const nlohmann::json value = nlohmann::json::parse(line).at(key);
          if (value.is_string()) sides[value.get<std::string>()].emplace(split);
          if (!value.is_array()) continue;
          for (const auto& each : value) sides[each.get<std::string>()].emplace(split);
        }
      }
    }
    EXPECT_GT(sides.size(), 1U) << key;
    for (const auto& [name, where] : sides) EXPECT_EQ(where.size(), 1U) << key << " " << name;
  }
}

TEST_F(Simulated, TheSameRecipeGivesTheSameBytes) {
  const fs::path again = scratch->path() / "b";
  simulateDataset(again, recipe(), 1, {});
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(directory())) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const fs::path other = again / fs::relative(entry.path(), directory());
    EXPECT_EQ(bytesOf(entry.path()), bytesOf(other)) << entry.path();
  }
  EXPECT_GT(files, 5U);
  EXPECT_THROW(simulateDataset(again, recipe(), 1, {}), Error);
}

}  // namespace
}  // namespace dju::dataset
