#include "learning/search/genetic_search.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "core/error.h"
#include "learning/data/test_support/toy_dataset.h"

namespace dju::learning {
namespace {

double of(const ModelSettings& settings, const std::string& name) {
  return settings.at(name).front();
}

// Best at a rate of 1e-3, 128 units and 8 heads; losses fall over five epochs to what they are.
double lossOf(const ModelSettings& settings) {
  const double rate = std::log10(of(settings, "learning_rate")) + 3;
  return 0.1 + rate * rate + std::fabs(std::log2(of(settings, "lstm_units") / 128)) +
         0.5 * std::fabs(std::log2(of(settings, "attention_heads") / 8)) +
         of(settings, "dropout_rate");
}

struct Counted {
  int tried = 0;
  TrySettings tryOut() {
    return [this](const ModelSettings& settings, const std::function<bool(double)>& goOn) {
      ++tried;
      for (int epoch = 4; epoch >= 0; --epoch)
        if (!goOn(lossOf(settings) + 0.1 * epoch)) return;
    };
  }
};

class GeneticSearchTest : public testing::Test {
 protected:
  Trial run(const std::string& name, Counted& counted, std::uint64_t seed = 1) {
    TrialLog log(scratch_.path() / name, "toy");
    const Trial best =
        searchSettings(SearchSpace::hyperparameters(), {8, 8, seed}, log, counted.tryOut());
    trials_ = log.trials();
    return best;
  }
  ScratchDirectory scratch_;
  std::vector<Trial> trials_;
};

TEST_F(GeneticSearchTest, IsBetterThanItsFirstGenerationByChanceAndTheSameEachTime) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    Counted counted;
    const Trial best = run("a" + std::to_string(seed), counted, seed);
    double chance = 1e9;
    for (std::size_t i = 0; i < 8; ++i) chance = std::min(chance, trials_[i].loss);
    EXPECT_LT(best.loss, chance) << "seed " << seed;
    EXPECT_LT(best.loss, lossOf(best.settings) + 1e-9);
    EXPECT_LE(trials_.size(), 64U);
    EXPECT_TRUE(std::any_of(trials_.begin(), trials_.end(),
                            [](const Trial& trial) { return trial.cutShort; }));
    const std::vector<Trial> first = trials_;
    Counted again;
    EXPECT_EQ(run("b" + std::to_string(seed), again, seed).point, best.point);
    ASSERT_EQ(trials_.size(), first.size());
    for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(trials_[i].point, first[i].point);
  }
}

TEST_F(GeneticSearchTest, GoesOnWhereItWasKilled) {
  Counted whole;
  const Trial best = run("whole", whole);
  const std::size_t all = trials_.size();
  // Half of the lines, and one that was being written.
  std::ifstream in(scratch_.path() / "whole");
  std::ofstream out(scratch_.path() / "cut");
  std::string line;
  for (std::size_t i = 0; i < 1 + all / 2 && std::getline(in, line); ++i) out << line << "\n";
  out << "{\"point\": [0.";
  out.close();
  Counted rest;
  EXPECT_EQ(run("cut", rest).point, best.point);
  EXPECT_EQ(trials_.size(), all);
  EXPECT_EQ(static_cast<std::size_t>(rest.tried), all - all / 2);
  Counted none;
  run("cut", none);
  EXPECT_EQ(none.tried, 0);
}

TEST_F(GeneticSearchTest, ALogOfAnotherSearchAndADamagedOneAreRefused) {
  TrialLog(scratch_.path() / "log", "one");
  EXPECT_THROW(TrialLog(scratch_.path() / "log", "two"), Error);
  std::ofstream(scratch_.path() / "log", std::ios::app) << "{\"point\": 3}\n";
  EXPECT_THROW(TrialLog(scratch_.path() / "log", "one"), Error);
}

TEST(SearchSpace, IsTheDocuments) {
  const SearchSpace space = SearchSpace::hyperparameters();
  const ModelSettings lowest = space.at(space.low());
  const ModelSettings highest = space.at(space.high());
  EXPECT_DOUBLE_EQ(of(lowest, "learning_rate"), 1e-5);
  EXPECT_DOUBLE_EQ(of(highest, "learning_rate"), 1e-2);
  EXPECT_EQ(of(highest, "batch_size"), 128);
  EXPECT_EQ(of(lowest, "attention_heads"), 4);
  EXPECT_EQ(space.ranges(), 2U);
  double architectures = 1;
  const SearchSpace architecture = SearchSpace::architecture();
  for (const Parameter& parameter : architecture.parameters())
    architectures *= static_cast<double>(parameter.choices.size());
  EXPECT_EQ(architectures, 4 * 4 * 3 * 3 * 4 * 3 * 3 * 4);
  EXPECT_THROW(SearchSpace::named("all"), Error);
}

TEST(MedianRule, SparesTheFirstAndCutsTheWorseHalf) {
  const ScratchDirectory scratch;
  TrialLog log(scratch.path() / "log", "toy");
  for (const double loss : {0.4, 0.3, 0.2}) log.add({{loss}, {}, loss, {0.9, loss, loss}, false});
  EXPECT_FALSE(log.isHopeless(std::vector<double>{9, 9})) << "three trials are too few";
  log.add({{0.1}, {}, 0.1, {0.9, 0.1, 0.1}, false});
  EXPECT_FALSE(log.isHopeless(std::vector<double>{9})) << "one epoch is too early";
  EXPECT_TRUE(log.isHopeless(std::vector<double>{0.9, 0.35}));
  EXPECT_FALSE(log.isHopeless(std::vector<double>{0.9, 0.25}));
  EXPECT_FALSE(log.isHopeless(std::vector<double>{0.15, 0.9})) << "its best counts";
}

}  // namespace
}  // namespace dju::learning
