#include "quality/peaq/peaq.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "quality/test_support/passages.h"

namespace dju::quality {
namespace {

using ::testing::HasSubstr;
using testing::lowPassed;
using testing::musicalPassage;
using testing::scaled;
using testing::throughOpus;
using testing::withNoise;

double odg(const Sound& reference, const Sound& test) {
  return peaqGrade(reference, test).valueOrThrow().odg;
}

TEST(Peaq, TheSameSoundIsImperceptiblyDifferent) {
  const Sound passage = musicalPassage(3);
  const PeaqGrade grade = peaqGrade(passage, passage).valueOrThrow();
  EXPECT_GT(grade.odg, 0.15);
  EXPECT_LE(grade.odg, 0.22);
  EXPECT_EQ(grade.outputs.mfpd, 0);
  EXPECT_EQ(grade.outputs.rmsNoiseLoud, 0);
  EXPECT_EQ(grade.outputs.bandwidthRef, grade.outputs.bandwidthTest);
}

TEST(Peaq, GradesFallWithTheBitRateOfACodec) {
  const Sound passage = musicalPassage(4);
  double better = 0.3;
  for (const int kilobits : {256, 128, 64, 32}) {
    const double grade = odg(passage, throughOpus(passage, kilobits));
    EXPECT_LT(grade, better) << kilobits << " kbit/s";
    better = grade;
  }
  EXPECT_LT(better, -2);
}

TEST(Peaq, GradesFallWithAddedNoise) {
  const Sound passage = musicalPassage(3);
  double better = 0.3;
  for (const double rms : {0.0001, 0.0003, 0.001, 0.003}) {
    const double grade = odg(passage, withNoise(passage, rms));
    EXPECT_LT(grade, better) << rms;
    better = grade;
  }
  EXPECT_LT(better, -3);
}

TEST(Peaq, ALowPassIsHeardInGradeAndBandwidth) {
  const Sound passage = withNoise(musicalPassage(3), 0.003);
  const PeaqGrade high = peaqGrade(passage, lowPassed(passage, 12000)).valueOrThrow();
  const PeaqGrade low = peaqGrade(passage, lowPassed(passage, 5000)).valueOrThrow();
  EXPECT_LT(high.odg, -0.3);
  EXPECT_LT(low.odg, high.odg);
  EXPECT_LT(low.outputs.bandwidthTest, high.outputs.bandwidthTest);
}

TEST(Peaq, TwoEqualChannelsGradeAsOne) {
  Sound mono = musicalPassage(3);
  mono.channels.resize(1);
  const Sound noisy = withNoise(mono, 0.001);
  const Sound two{kSampleRate, {mono.channels[0], mono.channels[0]}};
  const Sound twoNoisy{kSampleRate, {noisy.channels[0], noisy.channels[0]}};
  EXPECT_NEAR(odg(mono, noisy), odg(two, twoNoisy), 1e-9);
}

TEST(Peaq, SilenceBeforeTheSoundDoesNotCount) {
  const Sound passage = musicalPassage(3), noisy = withNoise(passage, 0.0003);
  Sound late = passage, lateNoisy = noisy;
  for (std::size_t c = 0; c < 2; ++c) {
    late.channels[c].insert(late.channels[c].begin(), 48 * 1024, 0.0F);
    lateNoisy.channels[c].insert(lateNoisy.channels[c].begin(), 48 * 1024, 0.0F);
  }
  const PeaqGrade early = peaqGrade(passage, noisy).valueOrThrow();
  const PeaqGrade after = peaqGrade(late, lateNoisy).valueOrThrow();
  // A frame more may hold the first samples.
  EXPECT_NEAR(early.frames, after.frames, 1);
  EXPECT_NEAR(early.odg, after.odg, 0.1);
}

TEST(Peaq, RefusesWhatItCannotGrade) {
  const Sound passage = musicalPassage(2);
  const auto message = [](const Sound& reference, const Sound& test) {
    const auto grade = peaqGrade(reference, test);
    return grade ? std::string() : std::string(grade.error().what());
  };
  Sound other = passage;
  other.sampleRate = 44100;
  EXPECT_THAT(message(passage, other), HasSubstr("44100 Hz"));
  EXPECT_THAT(message(passage, musicalPassage(3)), HasSubstr("96000 frames against 144000"));
  EXPECT_THAT(message(musicalPassage(0.5), musicalPassage(0.5)), HasSubstr("0.50 s"));
  EXPECT_THAT(message(scaled(passage, 0), passage), HasSubstr("reference is silent"));
  EXPECT_THAT(message(passage, scaled(passage, 0)), HasSubstr("test is silent"));
  other = passage;
  other.channels.resize(1);
  EXPECT_THAT(message(passage, other), HasSubstr("2 channels against 1"));
}

TEST(Peaq, NoiseFarBeyondFullScaleIsTheWorst) {
  const Sound passage = musicalPassage(2);
  EXPECT_LT(odg(passage, withNoise(passage, 10)), -3.5);
}

}  // namespace
}  // namespace dju::quality
