#include "quality/pesq/utterances.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "quality/pesq/speech_activity.h"
#include "quality/test_support/voices.h"

namespace dju::quality::pesq {
namespace {

Samples voice(double seconds) {
  const Sound sound = testing::syntheticVoice(seconds);
  return voiceBand(levelled(resampled(sound.channels[0], kSampleRate, kSpeechRate)));
}

Samples withoutSamples(const Samples& x, std::size_t from, std::size_t count) {
  Samples out(x.begin(), x.begin() + static_cast<long>(from));
  out.insert(out.end(), x.begin() + static_cast<long>(from + count), x.end());
  return out;
}

TEST(SpeechActivity, PausesOf400MsAreFoundAndShortOnesAreNot) {
  Samples x(kSpeechRate);  // 0.3 s sound, 0.1 s pause, 0.2 s sound, 0.4 s pause
  for (int i = 0; i < kSpeechRate; ++i) {
    const bool sounds = i < 4800 || (i >= 6400 && i < 9600);
    x[i] = sounds ? (i % 7 < 3 ? 1000.0F : -1000.0F) : (i % 2 ? 1.0F : -1.0F);
  }
  const SpeechActivity activity = speechActivity(x);
  EXPECT_TRUE(activity.active[10]);
  EXPECT_TRUE(activity.active[88]);
  EXPECT_FALSE(activity.active[200]);
}

TEST(Utterances, OneDelayIsFoundToTheSample) {
  const Samples reference = voice(6);
  for (const std::size_t delay : {0, 37, 5600}) {
    Samples test(delay, 0.0F);
    test.insert(test.end(), reference.begin(), reference.end());
    const auto found = findUtterances(reference, test);
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found.front().begin, 0);
    EXPECT_EQ(found.back().end, static_cast<std::int64_t>(reference.size()));
    for (const Utterance& u : found) EXPECT_EQ(u.delay, static_cast<std::int64_t>(delay));
  }
}

TEST(Utterances, ADropInTheMiddleSplitsTheDelay) {
  const Samples reference = voice(8);
  const auto found = findUtterances(reference, withoutSamples(reference, 64000, 1600));
  ASSERT_GE(found.size(), 2U);
  EXPECT_EQ(delayAt(found, 16000), 0);
  EXPECT_EQ(delayAt(found, 120000), -1600);
}

TEST(Utterances, SilenceHoldsNone) {
  EXPECT_TRUE(findUtterances(Samples(32000), voice(2)).empty());
}

}  // namespace
}  // namespace dju::quality::pesq
