// What effects do to a sound, measured: the filter's response, the reverb's decay, the ping-pong's
// sides, the gate's depth, the crusher's steps, the noise's climb, the brake's stop.
#include <gtest/gtest.h>

#include "engine/dsp/sweep_filter.h"
#include "engine/dsp/tuning.h"
#include "engine/effects/effect_slot.h"
#include "engine/test_support.h"

namespace dju::engine {
namespace {

// The wet sound of one effect, engaged for two seconds before.
class Wet {
 public:
  Wet(EffectType type, double amount, double tone, double beats = 1) {
    slot_.setType(type);
    slot_.setMix(1);
    slot_.setAmount(amount, 0);
    slot_.setTone(tone, 0);
    slot_.setBeats(beats);
    slot_.setOn(true);
    if (type != EffectType::kNoise && type != EffectType::kBrake) {
      play(96000, [](std::int64_t) { return 0.0; });
    }
  }
  // Interleaved; `sample(frame)` from 0 at each call.
  template <typename Function>
  std::vector<float> play(int frames, Function sample) {
    std::vector<float> out, left(kBlockFrames), right(kBlockFrames);
    for (int done = 0; done < frames; done += kBlockFrames, frame_ += kBlockFrames) {
      clock_.beat = static_cast<double>(frame_) / clock_.framesPerBeat;
      slot_.beginBlock(clock_);
      for (int i = 0; i < kBlockFrames; ++i)
        left[i] = right[i] = static_cast<float>(sample(done + i));
      slot_.process(left.data(), right.data(), 0, kBlockFrames);
      for (int i = 0; i < kBlockFrames; ++i) {
        out.push_back(left[i]);
        out.push_back(right[i]);
      }
    }
    return out;
  }

 private:
  EffectSlot slot_{EffectSlot::kMemoryFrames, 7};
  BeatClock clock_{0, 24000};
  std::int64_t frame_ = 0;
};

double sine(double hz, std::int64_t i) {
  return 0.25 * std::sin(2 * M_PI * hz * static_cast<double>(i) / kSampleRate);
}
double gainDb(double hz, double position, double resonance) {
  SweepFilter filter;
  std::vector<double> out;
  for (int i = 0; i < 48000; ++i) {
    const auto x = static_cast<float>(sine(hz, i));
    const auto y = filter.next(x, x, static_cast<float>(position), static_cast<float>(resonance));
    if (i >= 24000) out.push_back(static_cast<double>(y.left));
  }
  return test::toDb(test::amplitudeAt(out, hz) / 0.25);
}

TEST(Tuning, IsCloseToTheTangent) {
  for (double octave = 0; octave < 9.96; octave += 0.0137) {
    const double exact = std::tan(M_PI * 20 * std::exp2(octave) / kSampleRate);
    EXPECT_NEAR(static_cast<double>(tuned(static_cast<float>(octave))) / exact, 1,
                octave < 9.6 ? 1e-3 : 3e-3)
        << octave;
  }
}

TEST(SweepFilter, FallsBy24DbAnOctaveOnEitherSide) {
  // Half-way to the left: 19.1 kHz less 4.1 octaves, 1114 Hz. To the right: 25 Hz plus 4.45, 538
  // Hz.
  EXPECT_NEAR(gainDb(1114, -0.5, 0), -3.01, 0.1);
  EXPECT_NEAR(gainDb(4456, -0.5, 0), -48, 1.5);
  EXPECT_NEAR(gainDb(100, -0.5, 0), 0, 0.05);
  EXPECT_NEAR(gainDb(538, 0.5, 0), -3.01, 0.1);
  EXPECT_NEAR(gainDb(134.5, 0.5, 0), -48, 1.5);
  EXPECT_NEAR(gainDb(10000, 0.5, 0), 0, 0.05);
}

TEST(SweepFilter, ResonanceLiftsTheCornerByAtMostNineDb) {
  EXPECT_NEAR(gainDb(1114, -0.5, 1), 9, 0.5);
  EXPECT_LT(gainDb(1114, -0.5, 0.3), 2);
  double most = -100;
  for (double position = -1; position <= 1; position += 0.05) {
    for (double hz = 40; hz < 20000; hz *= 1.3) most = std::max(most, gainDb(hz, position, 1));
  }
  EXPECT_LT(most, 9.5);
}

TEST(SweepFilter, IsNothingInTheMiddle) {
  SweepFilter filter;
  for (int i = 0; i < 48000; ++i) {
    const float x = static_cast<float>(sine(1000, i));
    const auto y = filter.next(x, -x, i < 24000 ? 0.7F : 0.0F, 0.5F);
    if (i > 30000) {
      ASSERT_EQ(y.left, x);
      ASSERT_EQ(y.right, -x);
    }
  }
}

// Of a short 1 kHz burst, by integrating backwards (Schroeder 1965), -5 to -25 dB.
double decaySeconds(double amount, double tone) {
  Wet reverb(EffectType::kReverb, amount, tone);
  const auto burst = [](std::int64_t i) {
    return i < 960 ? sine(1000, i) * (1 - std::cos(2 * M_PI * static_cast<double>(i) / 960)) : 0.0;
  };
  const auto x = test::channel(reverb.play(12 * kSampleRate, burst), 0);
  std::vector<double> rest(x.size() + 1);
  for (std::size_t i = x.size(); i-- > 0;) rest[i] = rest[i + 1] + x[i] * x[i];
  const auto below = [&](double db) {
    std::size_t i = 0;
    while (10 * std::log10(rest[i] / rest[0]) > db) ++i;
    return static_cast<double>(i) / kSampleRate;
  };
  return 3 * (below(-25) - below(-5));
}

TEST(Reverb, LastsAsLongAsItSays) {
  for (const double amount : {0.0, 0.5, 1.0}) {
    const double wanted = 0.4 * std::pow(20, amount), measured = decaySeconds(amount, 1);
    std::printf("reverb at %.1f, 1 kHz: %.2f s until -60 dB, meant %.2f s\n", amount, measured,
                wanted);
    EXPECT_NEAR(measured / wanted, 1, 0.15);
  }
}

TEST(Reverb, IsAsLoudShortAsLongAndWide) {
  for (const double amount : {0.1, 0.9}) {
    Wet reverb(EffectType::kReverb, amount, 1);
    Random random(3);
    double low = 0;
    std::vector<double> in;
    const auto out = reverb.play(10 * kSampleRate, [&](std::int64_t) {
      in.push_back(low += 0.2 * (random.uniform(-0.5, 0.5) - low));
      return low;
    });
    const auto left = test::channel(out, 0, 5 * kSampleRate);
    const auto right = test::channel(out, 1, 5 * kSampleRate);
    EXPECT_NEAR(test::toDb(test::rms(left) / test::rms(in)), 0, 2.5) << amount;
    double product = 0;
    for (std::size_t i = 0; i < left.size(); ++i) product += left[i] * right[i];
    const double correlation =
        product / static_cast<double>(left.size()) / (test::rms(left) * test::rms(right));
    EXPECT_LT(std::abs(correlation), 0.5) << "of a mono source";
  }
}

TEST(PingPong, GoesFromSideToSide) {
  Wet echo(EffectType::kPingPong, 0.7, 1, 0.5);
  const auto out = echo.play(60000, [](std::int64_t i) { return i < 480 ? sine(1000, i) : 0.0; });
  const auto level = [&](int side, std::size_t from) {
    return test::toDb(test::rms(test::channel(out, side, from, 480)));
  };
  EXPECT_GT(level(0, 12000), -20);
  EXPECT_LT(level(1, 12000), -100);
  EXPECT_GT(level(1, 24000), -25);
  EXPECT_LT(level(0, 24000), -100);
  EXPECT_GT(level(0, 36000), -30);
}

TEST(Gate, OpensOnTheBeatAndClosesWholly) {
  Wet gate(EffectType::kGate, 0.5, 1);
  const auto out = test::channel(gate.play(96000, [](std::int64_t i) { return sine(1000, i); }), 0);
  for (std::size_t beat = 0; beat < 4; ++beat) {
    const auto from = out.begin() + static_cast<long>(beat * 24000);
    EXPECT_NEAR(test::toDb(test::peak({from + 480, from + 12000}) / 0.25), 0, 0.05);
    EXPECT_LT(test::toDb(test::peak({from + 12480, from + 24000})), -60);
  }
}

TEST(Crusher, HasFewSteps) {
  Wet crusher(EffectType::kCrusher, 1, 1);  // one bit beside the sign: halves
  for (const float v : crusher.play(24000, [](std::int64_t i) { return 4 * sine(100, i); })) {
    EXPECT_EQ(2 * v, std::round(2 * v));
  }
  Wet held(EffectType::kCrusher, 0, 0);  // 48 kHz less five octaves: each 32nd
  const auto out = test::channel(held.play(24000, [](std::int64_t i) { return sine(100, i); }), 0);
  int changes = 0;
  for (std::size_t i = 1; i < out.size(); ++i) changes += out[i] != out[i - 1] ? 1 : 0;
  EXPECT_NEAR(changes, 750, 40);
}

TEST(Noise, ClimbsForABarAndStaysUp) {
  Wet noise(EffectType::kNoise, 0.5, 0.5);
  const auto out = test::channel(noise.play(5 * 96000, [](std::int64_t) { return 0.0; }), 0);
  // Zero crossings follow the band's middle.
  const auto crossings = [&](std::size_t from) {
    int count = 0;
    for (std::size_t i = from + 1; i < from + 9600; ++i) count += out[i] * out[i - 1] < 0 ? 1 : 0;
    return count;
  };
  EXPECT_LT(crossings(0), 0.5 * crossings(48000));
  EXPECT_LT(crossings(48000), 0.7 * crossings(96000));
  EXPECT_NEAR(crossings(96000), crossings(4 * 96000), 0.1 * crossings(96000));
  EXPECT_GT(test::rms({out.begin() + 96000, out.end()}), 0.05);
  EXPECT_LT(test::peak(out), 1);
}

TEST(Brake, SlowsToAStopWithinItsBeats) {
  Wet brake(EffectType::kBrake, 0, 1);  // evenly: half the pitch at half the time
  const auto out =
      test::channel(brake.play(48000, [](std::int64_t i) { return sine(2000, i); }), 0);
  const std::vector<double> middle(out.begin() + 11600, out.begin() + 12400);
  int crossings = 0;
  for (std::size_t i = 1; i < middle.size(); ++i)
    crossings += middle[i] * middle[i - 1] < 0 ? 1 : 0;
  EXPECT_NEAR(crossings, 2 * 1000.0 * 800 / kSampleRate, 2);
  EXPECT_EQ(test::peak({out.begin() + 24010, out.end()}), 0);
}

// The notches move: the level of a steady tone swings over a sweep of four beats.
TEST(FlangerAndPhaser, SweepOnceInFourBeats) {
  for (const EffectType type : {EffectType::kFlanger, EffectType::kPhaser}) {
    Wet effect(type, 0.8, 0.5, 0.25);
    const auto out =
        test::channel(effect.play(97200, [](std::int64_t i) { return sine(1500, i); }), 0);
    double low = 10, high = 0, apart = 0;
    const auto level = [&](std::size_t at) {
      return test::rms(
          {out.begin() + static_cast<long>(at), out.begin() + static_cast<long>(at) + 480});
    };
    for (std::size_t at = 48000; at < 72000; at += 480) {
      low = std::min(low, level(at));
      high = std::max(high, level(at));
      apart = std::max(apart, std::abs(level(at) - level(at + 24000)));
    }
    EXPECT_GT(test::toDb(high / low), 12) << static_cast<int>(type);
    EXPECT_LT(apart, 0.35 * high) << "a period of one beat";
  }
}

}  // namespace
}  // namespace dju::engine
