// Noise riser: filtered noise that climbs from a rumble to a hiss in four times the slot's beats
// and stays up there until it is switched off. Amount: how narrow its band is; tone: where it
// begins.
#include "engine/dsp/simd.h"
#include "engine/dsp/tuning.h"
#include "engine/effects/effect_table.h"
#include "engine/effects/make_effect.h"

namespace dju::engine {
namespace {

constexpr double kBeatsPerRise = 4;
constexpr float kLowest = 3, kToneWay = 3, kTop = 9.2F;  // octaves above 20 Hz: 160 Hz … 12 kHz
constexpr float kWide = 1.6F, kNarrow = 0.25F;           // damping of the band-pass

class Noise {
 public:
  explicit Noise(const EffectSetup& setup) noexcept : random_(setup.seed) {}

  void process(const EffectInput& input, float* left, float* right) noexcept {
    const double step = 1 / (kBeatsPerRise * input.beats * input.clock.framesPerBeat);
    for (int i = 0; i < input.frames; ++i) {
      const auto risen = static_cast<float>(risen_);
      risen_ = risen_ + step < 1 ? risen_ + step : 1;
      const float from = kLowest + kToneWay * input.tone[i];
      const float g = tuned(from + (kTop - from) * risen);
      const float damping = kWide + input.amount[i] * (kNarrow - kWide);
      const float scale = 1 / (1 + g * (g + damping));
      const float hiss = next(), otherHiss = next();
      const Float4 v = Float4{hiss, otherHiss, 0, 0} - second_;
      const Float4 band = splat4(scale) * first_ + splat4(g * scale) * v;
      const Float4 low = second_ + splat4(g) * band;
      first_ = 2 * band - first_;
      second_ = 2 * low - second_;
      // Wider bands hold more, as do those farther up; it grows as it climbs.
      const float gain = (0.25F + 0.55F * risen) * damping * (1.6F - 0.9F * risen);
      left[i] = gain * band[0];
      right[i] = gain * band[1];
    }
  }

 private:
  // White, −1 … 1: xorshift32 (Marsaglia, "Xorshift RNGs", 2003).
  float next() noexcept {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 17;
    random_ ^= random_ << 5;
    return static_cast<float>(static_cast<std::int32_t>(random_)) * (1.0F / 2147483648.0F);
  }

  std::uint32_t random_;
  double risen_ = 0;
  Float4 first_{}, second_{};  // the band-pass's integrators
};

}  // namespace

constinit const EffectInfo kNoise = makeEffect<Noise>(EffectType::kNoise, Blend::kSource);

}  // namespace dju::engine
