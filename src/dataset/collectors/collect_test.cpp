// Collectors over real logs and files: a virtual DJ's performance serves as a person's.
#include "dataset/collectors/collect.h"

#include <gmock/gmock.h>

#include <array>
#include <fstream>
#include <set>
#include <sstream>

#include "audio/test_files.h"
#include "core/error.h"
#include "core/random.h"
#include "dataset/collectors/log_collector.h"
#include "dataset/collectors/set_collector.h"
#include "dataset/validate.h"
#include "learning/data/dataset.h"
#include "learning/data/npy.h"
#include "simulator/performance.h"

namespace dju::dataset {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;

std::string textOf(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

class Collected : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto made = [](int family) {
      return simulator::synthesizeCrateTrack(
          simulator::familyRecipe(1, demo::Genre::kHouse, family, 0, 100));
    };
    first_ = new simulator::CrateTrack(made(0));
    second_ = new simulator::CrateTrack(made(1));
    simulator::PerformancePlan plan;
    plan.name = "b";
    plan.dj = simulator::perfectDj();
    plan.tracks = {first_, second_};
    plan.transitions = {{simulator::School::kLongBlend, {}, 32}};
    log_ = new engine::BattleLog(simulator::perform(plan, [](auto, const auto&) {}).log);
  }
  static void TearDownTestSuite() {
    delete log_;
    delete first_;
    delete second_;
  }

  // The performance as `id`. With `players` 2 the second deck is another's.
  static LogSource source(const std::string& id, int players) {
    LogSource made;
    made.log = *log_;
    made.log.header.battleId = id;
    made.log.header.players = {"Ana", "Ben"};
    for (engine::Command& command : made.log.commands)
      command.player =
          static_cast<engine::PlayerIndex>(players == 2 && command.target == 1 ? 1 : 0);
    for (const simulator::CrateTrack* track : {first_, second_}) {
      made.sound.push_back(track->loaded);
      made.tracks.push_back(judge::judgedTrack(crate::logTrack(*track), &track->info));
      made.licenses.push_back(track->license);
    }
    made.votesA = 3;
    made.votesTie = 1;
    return made;
  }
  static LogCollector collector(LogKind kind, std::vector<LogSource> sources) {
    return {kind,
            [sources = std::move(sources),
             next = std::size_t{0}]() mutable -> std::optional<LogSource> {
              if (next == sources.size()) return std::nullopt;
              return sources[next++];
            }};
  }

  static inline const simulator::CrateTrack *first_ = nullptr, *second_ = nullptr;
  static inline const engine::BattleLog* log_ = nullptr;
  dju::testing::TempFolder folder_;
};

TEST_F(Collected, ABattleHasBothDjsApartAndTheVotes) {
  const CollectedRecord record = recordOf(source("b-1", 2));
  ASSERT_EQ(record.sides.size(), 2U);
  EXPECT_EQ(record.sides[1].dj, "Ben");
  EXPECT_DOUBLE_EQ(record.sides[0].humanScores.at("votes"), 3.5 / 4);
  EXPECT_DOUBLE_EQ(record.sides[1].humanScores.at("votes"), 0.5 / 4);
  EXPECT_EQ(record.sides[0].rows.size(), record.sides[1].rows.size());
  EXPECT_NE(record.sides[0].rows, record.sides[1].rows);
  // Ben's deck is silent in the beginning, Ana's is not.
  const auto early = [](const CollectedSide& side) {
    double sum = 0;
    for (std::size_t i = 700 * music::kSoundRowColumns; i < 1100 * music::kSoundRowColumns; ++i)
      sum += side.rows[i];
    return sum / (400.0 * music::kSoundRowColumns);
  };
  EXPECT_GT(early(record.sides[0]), early(record.sides[1]) + 3);
  ASSERT_EQ(record.annotations.annotations[0].data.size(), 2U) << "two tracks carried it";
  EXPECT_FALSE(record.windows.empty());
}

TEST_F(Collected, BattlesAndPracticeAreToldApart) {
  LogCollector battles = collector(LogKind::kBattle, {source("b-1", 2), source("b-2", 1)});
  const CollectReport report = collectInto(folder_ / "battles", battles, {});
  EXPECT_EQ(report.records, 1U);
  EXPECT_THAT(report.rejects, Contains("b-2: 1 people were heard, a battle has 2"));
  LogCollector practice = collector(LogKind::kPractice, {source("b-1", 2), source("b-2", 1)});
  EXPECT_EQ(collectInto(folder_ / "practice", practice, {}).records, 1U);
}

TEST_F(Collected, ItIsADataSetOfWhichNothingIsToBeRejected) {
  LogSource unlicensed = source("b-2", 2);
  unlicensed.licenses[0] = "unknown";
  LogCollector battles = collector(
      LogKind::kBattle, {source("b-1", 2), unlicensed, source("b-1", 2), source("../evil", 2)});
  const CollectReport report = collectInto(folder_ / "set", battles, {});
  EXPECT_EQ(report.records, 3U);
  EXPECT_THAT(report.rejects, Contains("b-1: it is there twice"));
  EXPECT_THAT(report.rejects, Contains(HasSubstr("license: unknown")));
  EXPECT_THAT(report.rejects, Contains(HasSubstr("../evil@612: duplicate of b-1@612")));
  EXPECT_FALSE(fs::exists(folder_ / "evil"));
  const fs::path record = folder_ / "set/records/b-1";
  EXPECT_TRUE(parseJams(textOf(record / "annotation.jams")).ok());
  const auto about = nlohmann::json::parse(textOf(record / "record.json"));
  EXPECT_EQ(about["source"], "battle");
  EXPECT_EQ(about["sides"][0]["human_scores"]["votes"], 3.5 / 4);
  EXPECT_EQ(learning::NpyFile(record / "side-A.npy").header().shape[1], music::kSoundRowColumns);
  EXPECT_FALSE(fs::exists(record / "windows.npy"));
  const Validation found = validateDataset(folder_ / "set");
  EXPECT_TRUE(found.clean());
  EXPECT_EQ(found.windows, report.windows);
  EXPECT_EQ(learning::Dataset(folder_ / "set").open(learning::SplitName::kTrain).items(),
            report.windows)
      << "they share DJs and tracks, so they stand on one side";
}

TEST_F(Collected, AProfessionalSetIsLearnedFromOncePeopleHaveRatedIt) {
  std::vector<float> sound = dju::testing::clickTrack(70, 125, 48000);
  Random random(1);
  for (float& sample : sound) sample += static_cast<float>(random.uniform(-0.1, 0.1));
  ASSERT_TRUE(dju::testing::writeSound(folder_ / "set.wav", sound, {}));
  std::ofstream(folder_ / "set.cue") << "PERFORMER \"Cleo\"\nTRACK 01 AUDIO\nTITLE One\n"
                                     << "INDEX 01 00:00:00\nTRACK 02 AUDIO\nTITLE Two\n"
                                     << "INDEX 01 00:35:00\n";
  ASSERT_TRUE(
      dju::testing::writeSound(folder_ / "alone.wav", dju::testing::clickTrack(5, 125, 48000), {}));
  std::ofstream(folder_ / "broken.cue") << "TRACK 01 AUDIO\n";
  fs::copy_file(folder_ / "alone.wav", folder_ / "broken.wav");
  SetCollector sets(folder_.path(), "CC-BY-4.0",
                    audio::Decoder({fs::path(DJU_BUILD_DIR) / "dju_decode_worker", {}}));
  const CollectReport unrated = collectInto(folder_ / "unrated", sets, {});
  EXPECT_EQ(unrated.records, 1U) << "a file without a cue sheet is no set";
  EXPECT_EQ(unrated.windows, 0U);
  EXPECT_THAT(unrated.rejects, Contains(HasSubstr("label: none of the heads is known")));
  EXPECT_THAT(unrated.rejects, Contains(HasSubstr("broken.wav: ")));
  CollectOptions options;
  for (const std::string& reject : unrated.rejects)
    options.ratings[reject.substr(0, reject.find(':'))]["transition_quality"] = 0.8;
  const CollectReport rated = collectInto(folder_ / "rated", sets, options);
  EXPECT_EQ(rated.windows, rated.rated);
  EXPECT_GE(rated.windows, 4U);
  const learning::Split split =
      learning::Dataset(folder_ / "rated").open(learning::SplitName::kTrain);
  EXPECT_FLOAT_EQ(split.labels(0)[2], 0.8F);
  EXPECT_EQ(split.textOf(0, "labels"), "people");
  EXPECT_EQ(split.textOf(0, "dj"), "Cleo");
}

TEST(Sides, WhoMeetsStaysTogetherAndSharesAreKept) {
  std::vector<std::vector<std::string>> records;
  for (int i = 0; i < 100; ++i)
    records.push_back({"dj " + std::to_string(i / 2), "track " + std::to_string(i)});
  const std::vector<SplitName> sides = dealSides(records, 1);
  std::array<int, 3> counts{};
  for (std::size_t i = 0; i < sides.size(); ++i) {
    EXPECT_EQ(sides[i], sides[i ^ 1]);
    ++counts[static_cast<std::size_t>(sides[i])];
  }
  EXPECT_NEAR(counts[0], 70, 2);
  EXPECT_NEAR(counts[1], 15, 2);
  // Two chains that meet in the last record are one group.
  const std::vector<SplitName> chained =
      dealSides({{"a"}, {"b"}, {"a", "c"}, {"b", "d"}, {"c", "d"}}, 1);
  EXPECT_EQ(std::set<SplitName>(chained.begin(), chained.end()).size(), 1U);
}

}  // namespace
}  // namespace dju::dataset
