// The gate in front of new versions: lets through what is as good, names what fell.
#include "arena/gate/gate.h"

#include <gtest/gtest.h>

#include "mixer/mixer_model.h"

namespace dju::arena {
namespace {

std::vector<PairFigures> goodPairs() {
  PairFigures pair;
  pair.matched = true;
  pair.offsetsMs = {1, 2, 3, 4, 5};
  pair.phraseAligned = true;
  pair.truePeakDbtp = -1;
  pair.stepLu = 0.5;
  pair.score = 0.9;
  return std::vector<PairFigures>(10, pair);
}

std::vector<std::string_view> fallen(const std::vector<PairFigures>& after) {
  std::vector<std::string_view> names;
  for (const GateFigure& figure : gateReport(goodPairs(), after).figures) {
    if (!figure.passed()) names.push_back(figure.name);
  }
  return names;
}

TEST(Gate, WhatIsTheSamePasses) {
  EXPECT_TRUE(gateReport(goodPairs(), goodPairs()).passed());
}

TEST(Gate, EachFigureThatFallsIsNamed) {
  using Names = std::vector<std::string_view>;
  auto pairs = goodPairs();
  pairs[0].wreck = true;
  EXPECT_EQ(fallen(pairs), Names{"train wrecks"});
  pairs = goodPairs();
  pairs[0].phraseAligned = false;
  EXPECT_EQ(fallen(pairs), Names{"phrases aligned"});
  pairs = goodPairs();
  pairs[3].truePeakDbtp = 0.2;
  EXPECT_EQ(fallen(pairs), Names{"true peak, highest"});
  pairs = goodPairs();
  for (PairFigures& pair : pairs) pair.score = 0.8;
  EXPECT_EQ(fallen(pairs), Names{"judge's score, mean"});
  pairs = goodPairs();
  for (PairFigures& pair : pairs) pair.offsetsMs = {30, 30, 30, 30, 30};
  EXPECT_EQ(fallen(pairs), (Names{"beat offset, median", "beat offset, 95 %"}));
}

TEST(Gate, WithinTheMarginIsNotAFall) {
  auto pairs = goodPairs();
  for (PairFigures& pair : pairs) pair.score = 0.88;
  EXPECT_TRUE(fallen(pairs).empty());
}

TEST(Gate, MixersAreHeardOnTheSamePairs) {
  GateQuestion question;
  question.genres = 1;
  question.seconds = 60;
  question.pairs = 1;
  const mixer::Contestant rules = mixer::findContestant("rules@1").valueOrThrow();
  int pairs = 0;
  const GateReport report =
      compareVersions(rules, mixer::contestantOf({}), question, [&](int, int) { ++pairs; });
  EXPECT_EQ(pairs, 1);
  for (const GateFigure& figure : report.figures)
    EXPECT_EQ(figure.before, figure.after) << figure.name;
}

}  // namespace
}  // namespace dju::arena
