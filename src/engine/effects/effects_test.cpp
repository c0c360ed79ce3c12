// Every effect, alone in a slot: exact times, dry paths, bounds, tails, clicks.
#include <gtest/gtest.h>

#include "engine/effects/effect_slot.h"
#include "engine/test_support.h"

namespace dju::engine {
namespace {

constexpr double kFramesPerBeat = 24000;  // 120 BPM

// A slot and the music that goes through it, in blocks, with the clock running.
class EffectTest : public ::testing::Test {
 protected:
  // `sample(frame)` on both channels; gives the output interleaved.
  template <typename Function>
  std::vector<float> play(int frames, Function sample, int chunk = kBlockFrames) {
    std::vector<float> out, left(kBlockFrames), right(kBlockFrames);
    for (int done = 0; done < frames;) {
      const int offset = static_cast<int>(frame_ % kBlockFrames);
      if (offset == 0) {
        clock_.beat = static_cast<double>(frame_) / clock_.framesPerBeat;
        slot.beginBlock(clock_);
      }
      const int n = std::min({chunk, kBlockFrames - offset, frames - done});
      for (int i = 0; i < n; ++i) {
        left[i] = right[i] = static_cast<float>(sample(frame_ + i));
      }
      slot.process(left.data(), right.data(), offset, n);
      for (int i = 0; i < n; ++i) {
        out.push_back(left[i]);
        out.push_back(right[i]);
      }
      done += n;
      frame_ += n;
    }
    return out;
  }
  void use(EffectType type, double mix = 0.5, double amount = 0.5, double tone = 0.5,
           double beats = 1) {
    slot.setType(type);
    slot.setMix(mix);
    slot.setAmount(amount, 0);
    slot.setTone(tone, 0);
    slot.setBeats(beats);
  }

  static double silence(std::int64_t) { return 0; }
  static double tone(std::int64_t i) {
    return 0.5 * std::sin(2 * M_PI * 1000 * static_cast<double>(i) / kSampleRate);
  }

  BeatClock clock_{0, kFramesPerBeat};
  std::int64_t frame_ = 0;
  EffectSlot slot{EffectSlot::kMemoryFrames, 7};
};

TEST_F(EffectTest, TableFollowsTheRegistry) {
  for (int i = 0; i < kEffectCount; ++i) {
    EXPECT_EQ(effectInfo(static_cast<EffectType>(i)).type, static_cast<EffectType>(i));
  }
  EXPECT_EQ(info(ControlId::kFxType1).choiceCount, kEffectCount);
  EXPECT_EQ(info(ControlId::kMasterFxType).choiceCount, kEffectCount);
  EXPECT_EQ(info(ControlId::kQuickType).choiceCount, kQuickEffectCount);
}

TEST_F(EffectTest, EchoRepeatsExactlyOnTheBeat) {
  for (const double beats : {0.25, 0.5, 1.0, 2.0}) {
    use(EffectType::kEcho, 1, 0.5, 1, beats);
    slot.setOn(true);
    play(2400, silence);
    const std::int64_t hit = frame_ + 100;
    const auto out =
        test::channel(play(150000, [&](std::int64_t i) { return i == hit ? 0.5 : 0.0; }), 0);
    const auto delay = static_cast<std::int64_t>(beats * kFramesPerBeat);
    for (std::int64_t i = 0; i < 100 + delay; ++i) ASSERT_EQ(out[i], 0) << beats << " " << i;
    EXPECT_NEAR(out[100 + delay], 0.5, 1e-6) << beats;
    EXPECT_GT(std::abs(out[100 + 2 * delay]), 0.1) << "the second repeat, coloured";
    slot.setOn(false);
    play(30 * kSampleRate, silence);
    EXPECT_FALSE(slot.active());
  }
}

TEST_F(EffectTest, ATempoChangeMovesTheEchoWithoutAClick) {
  use(EffectType::kEcho, 0.5, 0.6);
  slot.setOn(true);
  play(96000, tone);
  clock_.framesPerBeat = 23100.7;
  const auto out = test::channel(play(96000, tone), 0);
  for (std::size_t i = 1; i < out.size(); ++i) ASSERT_LT(std::abs(out[i] - out[i - 1]), 0.25);
}

TEST_F(EffectTest, DryIsDryToTheBitAtMixZeroAndWhenOff) {
  for (int type = 0; type < kEffectCount; ++type) {
    const auto effect = static_cast<EffectType>(type);
    use(effect, 0);
    play(4800, tone);
    EXPECT_FALSE(slot.active());
    slot.setOn(true);
    const std::int64_t from = frame_;
    const auto out = test::channel(play(24000, tone), 1);
    for (std::size_t i = 0; i < out.size(); ++i) {
      ASSERT_EQ(out[i],
                static_cast<double>(static_cast<float>(tone(from + static_cast<std::int64_t>(i)))))
          << "effect " << type;
    }
    slot.setOn(false);
    play(2 * kSampleRate, silence);
    EXPECT_FALSE(slot.active()) << "effect " << type;
  }
}

TEST_F(EffectTest, TailsOfSendsRingOutAndSourcesEnd) {
  for (const EffectType type : {EffectType::kEcho, EffectType::kPingPong, EffectType::kReverb}) {
    use(type, 0.5, 0.5);
    slot.setOn(true);
    play(48000, tone);
    slot.setOn(false);
    play(2400, tone);
    const auto tail = test::channel(play(24000, silence), 0);
    EXPECT_GT(test::toDb(test::rms(tail)), -40) << static_cast<int>(type);
    EXPECT_TRUE(slot.active());
    play(20 * kSampleRate, silence);
    EXPECT_FALSE(slot.active());
  }
  use(EffectType::kNoise, 1);
  slot.setOn(true);
  EXPECT_GT(test::rms(test::channel(play(96000, silence), 0)), 0.01);
  slot.setOn(false);
  play(24000, silence);
  EXPECT_EQ(test::peak(test::channel(play(4800, silence), 0)), 0);
  EXPECT_FALSE(slot.active());
}

TEST_F(EffectTest, EngagedAgainAnEffectKnowsNothingOfBefore) {
  for (int type = 0; type < kEffectCount; ++type) {
    use(static_cast<EffectType>(type), 1, 0.8);
    slot.setOn(true);
    play(96000, tone);
    slot.setOn(false);
    play(60 * kSampleRate, silence);
    ASSERT_FALSE(slot.active()) << type;
    slot.setOn(true);
    const double left = test::peak(test::channel(play(200000, silence), 0));
    if (static_cast<EffectType>(type) != EffectType::kNoise) {
      EXPECT_EQ(left, 0) << type;
    }
    slot.setOn(false);
    play(60 * kSampleRate, silence);
  }
}

TEST_F(EffectTest, AnySizeOfCallGivesTheSameBits) {
  const auto battle = [this](std::uint64_t seed) {
    Random sizes(seed), hand(5);
    EffectSlot& s = slot;
    std::vector<float> all;
    for (int step = 0; step < 120; ++step) {
      switch (hand.below(6)) {
        case 0:
          s.setType(static_cast<EffectType>(hand.below(kEffectCount)));
          break;
        case 1:
          s.setOn(hand.chance(0.7));
          break;
        case 2:
          s.setMix(hand.uniform());
          break;
        case 3:
          s.setAmount(hand.uniform(), 15);
          break;
        case 4:
          s.setTone(hand.uniform(), 15);
          break;
        default:
          s.setBeats(hand.uniform(0.0625, 8));
          break;
      }
      clock_.framesPerBeat = hand.uniform(15000, 40000);
      const auto out = play(3001, tone, 1 + sizes.below(kBlockFrames));
      all.insert(all.end(), out.begin(), out.end());
    }
    return all;
  };
  const auto first = battle(1);
  frame_ = 0;
  std::destroy_at(&slot);
  std::construct_at(&slot, EffectSlot::kMemoryFrames, 7);
  EXPECT_EQ(battle(2), first);
}

TEST_F(EffectTest, StaysFiniteAndBoundedWhateverHandsDo) {
  Random hand(11);
  double loudest = 0;
  for (int step = 0; step < 1500; ++step) {
    slot.setType(static_cast<EffectType>(hand.below(kEffectCount)));
    slot.setOn(hand.chance(0.9));
    slot.setMix(hand.uniform());
    slot.setAmount(hand.chance(0.3) ? 1 : hand.uniform(), hand.chance(0.5) ? 15 : 0);
    slot.setTone(hand.uniform(), hand.chance(0.5) ? 15 : 0);
    slot.setBeats(hand.chance(0.5) ? 0.0625 : 8);
    clock_.framesPerBeat = hand.uniform(9000, 96000);
    for (const float v : play(4000, [&](std::int64_t) { return hand.uniform(-1, 1); })) {
      ASSERT_TRUE(std::isfinite(v));
      loudest = std::max(loudest, std::abs(static_cast<double>(v)));
    }
  }
  std::printf("loudest under random hands: %.1f times full scale\n", loudest);
  EXPECT_LT(loudest, 8);
}

}  // namespace
}  // namespace dju::engine
