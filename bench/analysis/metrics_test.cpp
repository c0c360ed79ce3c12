// Every expected value here was worked out by hand; the comments show how.
#include "analysis/metrics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dju::bench {
namespace {

using Times = std::vector<double>;

Times grid(double first, double step, int count) {
  Times times;
  for (int i = 0; i < count; ++i) times.push_back(first + i * step);
  return times;
}

TEST(EventF, countsOneToOneWithinTheWindow) {
  // 1.05 and 1.06 both lie at beat 1: one of them is a hit. 3.08 is 10 ms too late. Hits 2 of 4
  // found and of 3 true: P 0.5, R 2/3, F 4/7.
  const FMeasure f = eventF({1, 2, 3}, {1.05, 1.06, 2, 3.08}, 0.07);
  EXPECT_DOUBLE_EQ(f.precision, 0.5);
  EXPECT_DOUBLE_EQ(f.recall, 2.0 / 3);
  EXPECT_NEAR(f.f, 4.0 / 7, 1e-12);
  EXPECT_DOUBLE_EQ(eventF({1, 2, 3}, {1.05, 2.02, 3}, 0.02).f, 2.0 / 3);
}

TEST(EventF, takesTheEdgeOfTheWindowAndTheBestAssignment) {
  EXPECT_DOUBLE_EQ(eventF({1}, {1.07}, 0.07).f, 1);
  // 1.05 fits both true events, 0.98 only the first: both are hits.
  EXPECT_DOUBLE_EQ(eventF({1, 1.1}, {0.98, 1.05}, 0.07).f, 1);
}

TEST(EventF, nothingIsRightOnlyWhereNothingIs) {
  EXPECT_DOUBLE_EQ(eventF({}, {}, 0.07).f, 1);
  EXPECT_DOUBLE_EQ(eventF({}, {1}, 0.07).f, 0);
  EXPECT_DOUBLE_EQ(eventF({1}, {}, 0.07).f, 0);
}

TEST(ContinuityScore, theSameBeatsAreRightAtEveryLevel) {
  const Continuity c = continuity(grid(0.5, 0.5, 20), grid(0.5, 0.5, 20));
  EXPECT_DOUBLE_EQ(c.cmlC, 1);
  EXPECT_DOUBLE_EQ(c.cmlT, 1);
  EXPECT_DOUBLE_EQ(c.amlC, 1);
  EXPECT_DOUBLE_EQ(c.amlT, 1);
}

TEST(ContinuityScore, otherLevelsCountOnlyWhereAllowed) {
  const Times truth = grid(1, 0.5, 20);
  const Times twice = grid(1, 0.25, 39);
  EXPECT_DOUBLE_EQ(continuity(truth, twice).cmlT, 0);
  EXPECT_DOUBLE_EQ(continuity(truth, twice).amlT, 1);
  const Times half = grid(1, 1, 10);
  EXPECT_DOUBLE_EQ(continuity(truth, half).cmlT, 0);
  EXPECT_DOUBLE_EQ(continuity(truth, half).amlT, 1);
  EXPECT_DOUBLE_EQ(continuity(truth, grid(1.5, 1, 10)).amlT, 1) << "the other half";
  // Between the beats: 19 middles of 20 beats.
  EXPECT_DOUBLE_EQ(continuity(truth, grid(1.25, 0.5, 19)).amlC, 1);
  EXPECT_DOUBLE_EQ(continuity(truth, grid(1.25, 0.5, 19)).cmlC, 0);
  EXPECT_DOUBLE_EQ(continuity(truth, grid(1, 0.5 / 3, 58)).amlT, 0) << "thirds are not allowed";
}

TEST(ContinuityScore, aSlipBreaksTheRun) {
  // 20 beats 0.5 s apart; from the 11th on they are 0.1 s late: 20 % of the period, outside the
  // phase tolerance. Ten right ones in a row.
  Times found = grid(0, 0.5, 20);
  for (std::size_t i = 10; i < found.size(); ++i) found[i] += 0.1;
  const Continuity late = continuity(grid(0, 0.5, 20), found);
  EXPECT_DOUBLE_EQ(late.cmlC, 0.5);
  EXPECT_DOUBLE_EQ(late.cmlT, 0.5);
  // One beat of 20 is 0.1 s late: it is out of phase, and the one after it is 0.4 s away, 20 % too
  // near. 18 right ones; the longer run is that after the slip when it comes early.
  found = grid(0, 0.5, 20);
  found[4] += 0.1;
  const Continuity slip = continuity(grid(0, 0.5, 20), found);
  EXPECT_DOUBLE_EQ(slip.cmlT, 18.0 / 20);
  EXPECT_DOUBLE_EQ(slip.cmlC, 14.0 / 20);
}

TEST(ContinuityScore, toleranceIsOfThePeriod) {
  // 0.08 s of 0.5 s are 16 %: inside. 0.09 s are 18 %: outside.
  EXPECT_DOUBLE_EQ(continuity(grid(1, 0.5, 10), grid(1.08, 0.5, 10)).cmlT, 1);
  EXPECT_DOUBLE_EQ(continuity(grid(1, 0.5, 10), grid(1.09, 0.5, 10)).cmlT, 0);
}

TEST(ContinuityScore, spuriousAndMissingBeatsCostTheirShare) {
  // Half of the piece only: 10 of 20.
  EXPECT_DOUBLE_EQ(continuity(grid(0, 0.5, 20), grid(0, 0.5, 10)).cmlT, 0.5);
  EXPECT_DOUBLE_EQ(continuity(grid(0, 0.5, 20), {}).amlT, 0);
  EXPECT_DOUBLE_EQ(continuity(grid(0, 0.5, 20), {1}).amlT, 0);
  EXPECT_DOUBLE_EQ(continuity({}, {1, 2}).amlT, 0);
}

TEST(Offsets, medianAndNearest) {
  EXPECT_NEAR(medianOffset({1, 2, 3}, {1.01, 2.02, 3.03}), 0.02, 1e-12);
  EXPECT_NEAR(medianOffset({1, 2}, {1.01, 2.3}), 0.01, 1e-12) << "2.3 is no match";
  EXPECT_DOUBLE_EQ(medianOffset({1}, {}), 0);
  EXPECT_NEAR(nearestError({1, 2}, 1.8), 0.2, 1e-12);
  EXPECT_TRUE(std::isinf(nearestError({}, 1)));
}

TEST(Tempo, strictAllowsTheStatedAlternativeOnly) {
  EXPECT_TRUE(tempoScore(128, 0, 130).strict);
  EXPECT_FALSE(tempoScore(128, 0, 134).strict);  // 4.7 %
  EXPECT_FALSE(tempoScore(140, 0, 70).strict);
  EXPECT_TRUE(tempoScore(140, 70, 70).strict);
  EXPECT_TRUE(tempoScore(140, 0, 70).octave);
  EXPECT_FALSE(tempoScore(140, 0, 105).octave);
  EXPECT_FALSE(tempoScore(140, 0, 0).octave);
}

TEST(Tempo, errorIsTakenAtTheLevelThatWasFound) {
  EXPECT_NEAR(tempoScore(140, 0, 70.1).errorBpm, 0.1, 1e-9);
  EXPECT_NEAR(tempoScore(87, 174, 174.02).errorBpm, 0.02, 1e-9);
}

TEST(Intervals, shareOfTime) {
  // 10 s true, 10 s found, 5 s both: P = R = F = 0.5.
  EXPECT_DOUBLE_EQ(intervalF({{0, 10}}, {{5, 15}}).f, 0.5);
  // Found ones overlap each other and count once: 0 to 6 of 0 to 10: P 1, R 0.6, F 0.75.
  EXPECT_NEAR(intervalF({{0, 10}}, {{0, 4}, {2, 6}}).f, 0.75, 1e-12);
  EXPECT_DOUBLE_EQ(intervalF({}, {}).f, 1);
  EXPECT_DOUBLE_EQ(intervalF({}, {{0, 1}}).f, 0);
}

TEST(Sections, boundariesAndLabels) {
  const std::vector<LabelledSection> truth = {
      {0, 30, "intro"}, {30, 60, "drop"}, {60, 90, "outro"}};
  const std::vector<LabelledSection> found = {
      {0, 29, "intro"}, {29, 50, "drop"}, {50, 62, "build"}, {62, 90, "outro"}};
  // Inner starts 30, 60 against 29, 50, 62 within 2 s: two hits, P 2/3, R 1, F 0.8.
  EXPECT_NEAR(boundaryF(truth, found, 2).f, 0.8, 1e-12);
  // 29 s intro, 20 s drop, 28 s outro of 90 s.
  EXPECT_NEAR(labelAgreement(truth, found), 77.0 / 90, 1e-12);
}

TEST(Energy, rankCorrelation) {
  const Curve rising{{0, 2, 4, 6}, {1, 2, 3, 4}};
  EXPECT_DOUBLE_EQ(rankCorrelation(rising, {{0, 2, 4, 6}, {1, 10, 100, 1000}}), 1);
  EXPECT_DOUBLE_EQ(rankCorrelation(rising, {{0, 2, 4, 6}, {4, 3, 2, 1}}), -1);
  EXPECT_DOUBLE_EQ(rankCorrelation(rising, {{0}, {5}}), 0) << "does not vary";
  // Two found values a step are averaged: 1.5, 3.5, 5.5, 7.5.
  EXPECT_DOUBLE_EQ(rankCorrelation(rising, {{0, 1, 2, 3, 4, 5, 6, 7}, {2, 1, 4, 3, 6, 5, 8, 7}}),
                   1);
  // Ranks 1.5 1.5 3 4 against 1 2 3 4: covariance 4.5, variances 4.5 and 5.
  EXPECT_NEAR(rankCorrelation({{0, 2, 4, 6}, {1, 1, 3, 4}}, rising), 4.5 / std::sqrt(22.5), 1e-12);
}

TEST(Genres, confusion) {
  Confusion confusion;
  confusion.add("house", "house");
  confusion.add("house", "disco");
  confusion.add("trance", "trance");
  EXPECT_EQ(confusion.total(), 3);
  EXPECT_DOUBLE_EQ(confusion.accuracy(), 2.0 / 3);
  EXPECT_NE(confusion.table().find("disco"), std::string::npos);
  EXPECT_DOUBLE_EQ(Confusion().accuracy(), 0);
}

TEST(Excerpts, countFromTheirStart) {
  Truth truth;
  truth.beats = {1, 2, 3, 4};
  truth.vocals = std::vector<Interval>{{0, 2.5}, {3.5, 9}};
  truth.sections = {{0, 3, "intro"}, {3, 9, "drop"}};
  truth.energy = {{0, 2, 4}, {1, 2, 3}};
  const Truth part = excerptOf(truth, 2, 2);
  EXPECT_EQ(part.beats, (Times{0, 1}));
  ASSERT_EQ(part.vocals->size(), 2U);
  EXPECT_DOUBLE_EQ(part.vocals->at(0).end, 0.5);
  EXPECT_DOUBLE_EQ(part.vocals->at(1).start, 1.5);
  EXPECT_DOUBLE_EQ(part.vocals->at(1).end, 2);
  ASSERT_EQ(part.sections.size(), 2U);
  EXPECT_DOUBLE_EQ(part.sections[1].start, 1);
  EXPECT_EQ(part.energy.values, (Times{2}));
}

}  // namespace
}  // namespace dju::bench
