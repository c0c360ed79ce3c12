#include "analysis/scores.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "analysis/pieces.h"
#include "analysis/regression.h"
#include "analysis/results.h"

namespace dju::bench {
namespace {

namespace fs = std::filesystem;

Truth fourBars() {
  Truth truth;
  for (int beat = 0; beat < 16; ++beat) {
    truth.beats.push_back(0.5 * beat);
    if (beat % 4 == 0) truth.downbeats.push_back(0.5 * beat);
  }
  truth.bpm = 120;
  truth.key = Key{9, KeyMode::kMinor};
  truth.genre = "house";
  truth.vocals = std::vector<Interval>{{2, 4}};
  truth.sections = {{0, 4, "intro"}, {4, 8, "drop"}};
  truth.energy = {{0, 2, 4, 6}, {1, 2, 3, 4}};
  return truth;
}

Answer rightAnswer() {
  const Truth truth = fourBars();
  Answer answer;
  answer.beats = truth.beats;
  answer.downbeats = truth.downbeats;
  answer.bpm = 120.01;
  answer.key = truth.key;
  answer.genre = truth.genre;
  answer.vocals = truth.vocals;
  answer.sections = truth.sections;
  answer.energy = truth.energy;
  answer.cpuSeconds = 0.02;
  return answer;
}

constexpr Abilities kEverything = {true, true, true, true, true, true, true, true};

TEST(Scores, theTruthScoresOneInEveryAccuracy) {
  Scores scores = scoreExcerpt(fourBars(), rightAnswer(), kEverything, 8);
  scores.merge(scoreWhole(fourBars(), rightAnswer(), kEverything, 8));
  for (const Figure& figure : figures()) {
    if (figure.role != Role::kAccuracy) continue;
    if (figure.id == "in_time" || figure.id == "no_vocals") continue;
    ASSERT_TRUE(scores.contains(figure.id)) << figure.id;
    EXPECT_DOUBLE_EQ(scores.find(figure.id)->second, 1) << figure.id;
  }
  EXPECT_NEAR(scores["tempo_error"], 0.01, 1e-9);
  EXPECT_DOUBLE_EQ(scores["last_beat_ms"], 0);
  EXPECT_DOUBLE_EQ(scores["cpu"], 0.15) << "0.02 s for 8 s";
}

TEST(Scores, whatASystemDoesAndLeavesOutIsWrong) {
  const Scores scores = scoreExcerpt(fourBars(), {}, {.beats = true, .key = true}, 8);
  EXPECT_DOUBLE_EQ(scores.at("f70"), 0);
  EXPECT_DOUBLE_EQ(scores.at("key"), 0);
  EXPECT_FALSE(scores.contains("tempo"));
  EXPECT_FALSE(scores.contains("downbeat"));
}

TEST(Scores, downbeatsAtTheWrongBeatAreWrong) {
  Answer answer = rightAnswer();
  for (double& time : answer.downbeats) time += 0.5;
  EXPECT_DOUBLE_EQ(scoreExcerpt(fourBars(), answer, kEverything, 8).at("downbeat"), 0);
}

TEST(Scores, aBeatIsInTimeUntil20MillisecondsAfterIt) {
  Answer answer;
  answer.beats = {1, 2, 3, 4};
  answer.emitted = {0.9, 2.01, 3.03, 4.5};
  EXPECT_DOUBLE_EQ(scoreExcerpt(fourBars(), answer, {.beats = true}, 8).at("in_time"), 0.5);
}

TEST(Scores, aVoiceThatIsNotThereCostsItsTime) {
  Truth truth = fourBars();
  truth.vocals = std::vector<Interval>{};
  EXPECT_DOUBLE_EQ(scoreWhole(truth, rightAnswer(), kEverything, 8).at("no_vocals"), 0.75);
}

TEST(Scores, summaryIsMeanOrMedianOfThoseThatHaveTheFigure) {
  const Scores line = summarise({{{"f70", 1}, {"tempo_error", 0.1}},
                                 {{"f70", 0.5}, {"tempo_error", 0.2}},
                                 {{"tempo_error", 9}}});
  EXPECT_DOUBLE_EQ(line.at("f70"), 0.75);
  EXPECT_DOUBLE_EQ(line.at("tempo_error"), 0.2);
}

Regression kept(double f70) {
  Regression regression{3, 2, 30, {}};
  regression.accuracies["synth"]["ours"] = {{"f70", f70}, {"key", 0.9}};
  return regression;
}

TEST(RegressionFile, fallsBeyondAHundredthAreDrops) {
  EXPECT_TRUE(dropsSince(kept(0.95), kept(0.945)).empty());
  ASSERT_EQ(dropsSince(kept(0.95), kept(0.935)).size(), 1U);
  EXPECT_NE(dropsSince(kept(0.95), kept(0.935))[0].find("f70"), std::string::npos);
  EXPECT_EQ(gainsSince(kept(0.95), kept(0.97)).size(), 1U);
  Regression without = kept(0.95);
  without.accuracies["synth"]["ours"].erase("key");
  EXPECT_EQ(dropsSince(kept(0.95), without).size(), 1U) << "missing is a drop";
  EXPECT_EQ(gainsSince(without, kept(0.95)).size(), 1U) << "new is a gain";
}

class Files : public testing::Test {
 protected:
  Files() { fs::create_directories(folder_); }
  ~Files() override { fs::remove_all(folder_); }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  std::string read(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(folder_ / name).rdbuf();
    return text.str();
  }
  const fs::path folder_ =
      fs::temp_directory_path() / ("dju-bench-analysis-test-" + std::to_string(::getpid()));
};

TEST_F(Files, regressionComesBackAsItWent) {
  writeRegression(folder_ / "r.json", kept(0.95));
  const Regression back = readRegression(folder_ / "r.json");
  EXPECT_EQ(back.seed, 3U);
  EXPECT_EQ(back.perGenre, 2);
  EXPECT_EQ(back.accuracies, kept(0.95).accuracies);
  EXPECT_THROW(readRegression(folder_ / "none.json"), Error);
  write("broken.json", "{\"seed\": 1}");
  EXPECT_THROW(readRegression(folder_ / "broken.json"), Error);
}

TEST_F(Files, piecesWithoutBeatsAreLeftOut) {
  for (const char* name : {"a.ogg", "b.ogg", "b.beats", "notes.txt"}) write(name, "");
  const auto sources = realPieces(folder_, "none", folder_);
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_EQ(sources[0].set, "dev");
  EXPECT_THROW(sources[0].make(), Error) << "b.ogg is no sound";
}

TEST_F(Files, plotHasADotForEveryBeatAndATickForEveryFalseOne) {
  Outcome outcome{"a system", "dev", "piece", fourBars(), rightAnswer(), {{"f70", 0.9}}};
  outcome.answer.beats.push_back(9.3);
  writePlot(folder_ / "plot.svg", "a system", {outcome});
  const std::string svg = read("plot.svg");
  const auto count = [&](const std::string& what) {
    int times = 0;
    for (auto at = svg.find(what); at != std::string::npos; at = svg.find(what, at + 1)) ++times;
    return times;
  };
  EXPECT_EQ(count("<circle"), 16);
  EXPECT_EQ(count("v4\""), 1);
  EXPECT_EQ(count("</svg>"), 1);
}

TEST_F(Files, csvHasALineForEveryOutcome) {
  writeCsv(folder_ / "p.csv",
           {{"ours", "dev", "piece", fourBars(), rightAnswer(), {{"f70", 0.9}}}});
  std::istringstream lines(read("p.csv"));
  std::string head, line;
  std::getline(lines, head);
  std::getline(lines, line);
  EXPECT_EQ(splitCsv(head).size(), splitCsv(line).size());
  EXPECT_EQ(splitCsv(line)[2], "ours");
  EXPECT_EQ(splitCsv(line)[5], "A minor");
}

TEST(Csv, quotedCells) {
  const std::vector<std::string> expected = {"a", "b, c", "d \"e\"", "", "f"};
  EXPECT_EQ(splitCsv("a,\"b, c\",\"d \"\"e\"\"\",,f\r"), expected);
}

TEST(Names, ofFiles) {
  EXPECT_EQ(fileName("Queen Mary grid"), "queen-mary-grid");
}

}  // namespace
}  // namespace dju::bench
