#include "demo/drums.h"

#include <array>

#include "demo/filters.h"
#include "demo/oscillators.h"

namespace dju::demo {
namespace {

constexpr double kRate = 48000;

Sample silence(double seconds) {
  Sample sample;
  sample.resize(static_cast<std::size_t>(seconds * kRate));
  return sample;
}

// The last 3 ms fade out, so that no hit ends in a step.
void fadeEnd(Sample& sample) {
  const std::size_t length = std::min<std::size_t>(144, sample.size());
  for (std::size_t i = 0; i < length; ++i) {
    const float gain = static_cast<float>(i) / static_cast<float>(length);
    sample.left[sample.size() - 1 - i] *= gain;
    sample.right[sample.size() - 1 - i] *= gain;
  }
}

void normalise(Sample& sample) {
  float peak = 1e-9F;
  for (const float x : sample.left) peak = std::max(peak, std::abs(x));
  for (const float x : sample.right) peak = std::max(peak, std::abs(x));
  for (float& x : sample.left) x /= peak;
  for (float& x : sample.right) x /= peak;
  fadeEnd(sample);
}

void mono(Sample& sample) {
  sample.right = sample.left;
}

// Six square waves at the inharmonic ratios of a cymbal circuit.
class Metal {
 public:
  explicit Metal(double pitch) {
    constexpr std::array<double, 6> kRatios = {1.0, 1.342, 1.2312, 1.6532, 1.9523, 2.1523};
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      steps_[i] = static_cast<float>(pitch * kRatios[i] / kRate);
      voices_[i] = Oscillator(0.13 * static_cast<double>(i));
    }
  }
  float next() {
    float sum = 0;
    for (std::size_t i = 0; i < steps_.size(); ++i) sum += voices_[i].pulse(steps_[i], 0.5F);
    return sum / 6;
  }

 private:
  std::array<float, 6> steps_{};
  std::array<Oscillator, 6> voices_{};
};

// Several hands that do not meet exactly, then the room.
void addClap(Sample& sample, double level, double tone, double decay, std::uint64_t seed) {
  constexpr std::array<double, 4> kHands = {0, 0.0095, 0.0185, 0.0275};
  for (int channel = 0; channel < 2; ++channel) {
    Noise noise(seed + static_cast<std::uint64_t>(channel) * 7919);
    StateVariable band;
    StateVariable air;
    band.set(tone, 1.6);
    air.set(tone * 3.2, 0.8);
    auto& out = channel == 0 ? sample.left : sample.right;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const double t = static_cast<double>(i) / kRate;
      double envelope = 0;
      for (std::size_t hand = 0; hand < kHands.size(); ++hand) {
        const double since = t - kHands[hand];
        if (since < 0) continue;
        const double fall = hand + 1 < kHands.size() ? 0.006 : decay / 4;
        envelope = std::max(envelope, expOf(-since / fall));
      }
      const float x = noise.white() * static_cast<float>(envelope * level);
      out[i] += 1.6F * band.bandPass(x) + 0.6F * air.bandPass(x);
    }
  }
}

}  // namespace

Sample renderKick(const KickSound& sound, std::uint64_t seed) {
  Sample sample = silence(sound.decay * 1.35 + 0.05);
  Noise noise(seed);
  StateVariable clickBand;
  clickBand.set(3800, 0.7);
  StateVariable tone;
  tone.set(sound.tone, 0.7);
  OnePole direct(22);
  double phase = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double t = static_cast<double>(i) / kRate;
    const double sweep =
        sound.punch * expOf(-t / (sound.punchTime * 0.5)) + sound.punch * 3 * expOf(-t / 0.004);
    phase += (sound.pitch + sweep) / kRate;
    const double hold = sound.decay * 0.3;
    const double body = t < hold ? 1.0 : expOf(-(t - hold) / (sound.decay * 0.22));
    const double click = sound.click * expOf(-t / 0.003);
    // Half a millisecond of attack: sharp, but no step.
    const double attack = std::min(1.0, t / 0.0005);
    float x = static_cast<float>(attack * body * sinTurns(phase));
    x += static_cast<float>(click) * clickBand.bandPass(noise.white());
    x = saturate(x * static_cast<float>(sound.drive)) / saturate(static_cast<float>(sound.drive));
    sample.left[i] = direct.highPass(tone.lowPass(x));
  }
  mono(sample);
  normalise(sample);
  return sample;
}

Sample renderSnare(const SnareSound& sound, std::uint64_t seed) {
  Sample sample = silence(std::max(sound.noiseDecay, sound.bodyDecay) * 1.3 + 0.05);
  double low = 0;
  double high = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double t = static_cast<double>(i) / kRate;
    const double bend = 1 + 0.9 * expOf(-t / 0.008);
    low += sound.pitch * bend / kRate;
    high += sound.pitch * 1.78 * bend / kRate;
    const double envelope = expOf(-t / (sound.bodyDecay / 4)) * std::min(1.0, t / 0.0004);
    sample.left[i] =
        static_cast<float>(sound.body * envelope * (0.7 * sinTurns(low) + 0.4 * sinTurns(high)));
  }
  mono(sample);
  for (int channel = 0; channel < 2; ++channel) {
    Noise noise(seed + static_cast<std::uint64_t>(channel) * 104729);
    StateVariable rattle;
    rattle.set(sound.noiseLow, 0.8);
    OnePole top(11000);
    auto& out = channel == 0 ? sample.left : sample.right;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const double t = static_cast<double>(i) / kRate;
      const double envelope =
          0.65 * expOf(-t / (sound.noiseDecay / 5)) + 0.35 * expOf(-t / (sound.noiseDecay / 2.5));
      const auto level = static_cast<float>(sound.noise * envelope);
      out[i] += top.lowPass(rattle.highPass(noise.white())) * level;
    }
  }
  if (sound.clap > 0) {
    addClap(sample, sound.clap, sound.clapTone, sound.noiseDecay, seed + 11);
  }
  for (auto* side : {&sample.left, &sample.right}) {
    for (float& x : *side) x = saturate(x * static_cast<float>(sound.drive));
  }
  normalise(sample);
  return sample;
}

Sample renderHat(const HatSound& sound, std::uint64_t seed) {
  Sample sample = silence(sound.decay * 1.6 + 0.02);
  Metal metal(sound.pitch);
  Noise noise(seed);
  Noise side(seed + 1);
  StateVariable high;
  StateVariable edge;
  StateVariable sideHigh;
  high.set(sound.low, 0.9);
  edge.set(sound.low * 0.7, 0.7);
  sideHigh.set(9000, 0.7);
  OnePole top(13000);
  const auto share = static_cast<float>(sound.metal);
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double t = static_cast<double>(i) / kRate;
    const auto envelope = static_cast<float>(
        (0.7 * expOf(-t / (sound.decay / 4)) + 0.3 * expOf(-t / (sound.decay / 2))) *
        std::min(1.0, t / 0.0003));
    const float source = metal.next() * share * 1.6F + noise.white() * (1 - share);
    const float centre = top.lowPass(edge.highPass(high.highPass(source))) * envelope;
    const float width = 0.22F * sideHigh.highPass(side.white()) * envelope * (1 - 0.5F * share);
    sample.left[i] = centre + width;
    sample.right[i] = centre - width;
  }
  normalise(sample);
  return sample;
}

Sample renderPercussion(const PercussionSound& sound, std::uint64_t seed) {
  using Kind = PercussionSound::Kind;
  Sample sample = silence(sound.decay * 1.6 + 0.03);
  Noise noise(seed);
  StateVariable band;
  band.set(sound.kind == Kind::kShaker ? 7200 : sound.pitch * 2.2,
           sound.kind == Kind::kShaker ? 0.8 : 2.0);
  Oscillator first;
  Oscillator second(0.3);
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double t = static_cast<double>(i) / kRate;
    const auto fall = static_cast<float>(expOf(-t / (sound.decay / 4)));
    const auto click = static_cast<float>(expOf(-t / 0.004));
    const double bend = 1 + (sound.kind == Kind::kTom ? 0.8 : 0.25) * expOf(-t / 0.03);
    const auto step = static_cast<float>(sound.pitch * bend / kRate);
    float x = 0;
    switch (sound.kind) {
      case Kind::kConga:
      case Kind::kTom:
        x = fall * first.sine(step) + 0.35F * click * band.bandPass(noise.white());
        break;
      case Kind::kRim:
        x = fall * (0.6F * first.sine(step * 3.1F) + 0.5F * second.pulse(step * 4.7F, 0.5F)) +
            0.5F * click * noise.white();
        break;
      case Kind::kCowbell:
        x = band.bandPass(first.pulse(step, 0.5F) + second.pulse(step * 1.48F, 0.5F)) *
            (0.6F * fall + 0.4F * click);
        break;
      case Kind::kShaker: {
        const auto swell = static_cast<float>(std::min(1.0, t / 0.012));
        x = band.bandPass(noise.white()) * fall * swell;
        break;
      }
    }
    sample.left[i] = x * std::min(1.0F, static_cast<float>(t / 0.0004));
  }
  mono(sample);
  normalise(sample);
  return sample;
}

Sample renderCrash(double seconds, std::uint64_t seed) {
  Sample sample = silence(seconds);
  for (int channel = 0; channel < 2; ++channel) {
    Noise noise(seed + static_cast<std::uint64_t>(channel) * 31337);
    Metal metal(channel == 0 ? 410 : 427);
    StateVariable high;
    high.set(3200, 0.7);
    OnePole top(10500);
    auto& out = channel == 0 ? sample.left : sample.right;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const double t = static_cast<double>(i) / kRate;
      const double envelope =
          (0.5 * expOf(-t / 0.12) + 0.5 * expOf(-t / (seconds / 4))) * std::min(1.0, t / 0.001);
      out[i] = top.lowPass(high.highPass(0.75F * noise.white() + 0.5F * metal.next())) *
               static_cast<float>(envelope);
    }
  }
  normalise(sample);
  return sample;
}

Sample renderImpact(std::uint64_t seed) {
  Sample sample = renderCrash(2.6, seed);
  double phase = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double t = static_cast<double>(i) / kRate;
    phase += (38 + 90 * expOf(-t / 0.09)) / kRate;
    const auto boom = static_cast<float>(0.9 * sinTurns(phase) * expOf(-t / 0.45));
    sample.left[i] = 0.55F * sample.left[i] + boom;
    sample.right[i] = 0.55F * sample.right[i] + boom;
  }
  normalise(sample);
  return sample;
}

Sample renderSweep(double seconds, SweepDirection direction, std::uint64_t seed) {
  Sample sample = silence(seconds);
  for (int channel = 0; channel < 2; ++channel) {
    Noise noise(seed + static_cast<std::uint64_t>(channel) * 65537);
    StateVariable band;
    auto& out = channel == 0 ? sample.left : sample.right;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const double along = static_cast<double>(i) / static_cast<double>(out.size());
      const double open = direction == SweepDirection::kRising ? along : 1 - along;
      if (i % 32 == 0) band.set(300 * exp2Of(5.0 * open), 1.4);
      const double level =
          direction == SweepDirection::kRising ? open * open : open * std::min(1.0, along * 200);
      out[i] = band.bandPass(noise.white()) * static_cast<float>(level);
    }
  }
  normalise(sample);
  return sample;
}

}  // namespace dju::demo
