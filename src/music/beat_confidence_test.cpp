#include "music/beat_confidence.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dju::music {
namespace {

// Onsets each `beat` hops, of which every `bar`-th is louder.
Periodicity accented(std::size_t beat, std::size_t bar) {
  std::vector<float> onset(6000);
  for (std::size_t n = 0; n * beat < onset.size(); ++n) onset[n * beat] = n % bar == 0 ? 3 : 1;
  return Periodicity(onset, 4000);
}

TEST(BeatConfidenceTest, TellsBarsOfFourFromThreeAndSeven) {
  EXPECT_EQ(barsOfFour(accented(100, 4), 100), 1);
  EXPECT_EQ(barsOfFour(accented(100, 8), 100), 1);
  EXPECT_EQ(barsOfFour(accented(100, 3), 100), 0);
  EXPECT_EQ(barsOfFour(accented(100, 7), 100), 0);
}

TEST(BeatConfidenceTest, WhatAllBeatsHaveInCommonSaysNothingAgainstFour) {
  EXPECT_NEAR(barsOfFour(accented(100, 1), 100), 1, 1e-3);
}

// A hypothesis as metreHypotheses scores it: the rhythm and what is expected of its tempo.
Metre hypothesis(double bpm, double byRhythm) {
  Metre metre;
  metre.period = kOnsetRate * 60 / bpm;
  metre.score = byRhythm + tempoPrior(metre.period);
  return metre;
}

bool sameTempo(const Metre& a, const Metre& b) {
  return std::fabs(a.period / b.period - 1) < 0.01;
}

TEST(BeatConfidenceTest, DoubtsATempoThatOnlyExpectationSpeaksFor) {
  const Metre slow = hypothesis(40, 0), counted = hypothesis(80, -8);
  ASSERT_GT(counted.score, slow.score) << "chosen all the same";
  EXPECT_LT(probabilityOf({slow, counted}, counted, sameTempo), 0.2);
}

TEST(BeatConfidenceTest, DoesNotDoubtUsualTempi) {
  const Metre beat = hypothesis(128, 0), half = hypothesis(64, -1), other = hypothesis(96, -6);
  EXPECT_GT(probabilityOf({beat, half, other}, beat, sameTempo), 0.98);
  EXPECT_NEAR(probabilityOf({beat}, beat, sameTempo), 1, 1e-12);
}

}  // namespace
}  // namespace dju::music
