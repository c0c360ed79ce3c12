// Gate (transformer): opens on the deck's beat, once every `beats`, and closes again. Amount: how
// soon (open for 0.9 … 0.1 of the time); tone: how sharply, 40 … 3 ms.
#include "engine/dsp/math.h"
#include "engine/effects/effect_table.h"
#include "engine/effects/make_effect.h"

namespace dju::engine {
namespace {

constexpr double kSlowestMs = 40, kFastestMs = 3;

class Gate {
 public:
  explicit Gate(const EffectSetup&) noexcept {}

  void process(const EffectInput& input, float* left, float* right) noexcept {
    const double cyclesPerBeat = 1 / input.beats;
    for (int i = 0; i < input.frames; ++i) {
      if (input.tone[i] != tone_) tune(input.tone[i]);
      const double cycles = input.clock.beatAt(input.offset + i) * cyclesPerBeat;
      const double phase = cycles - static_cast<double>(floorToInt(cycles));
      const double open = phase < 0.9 - 0.8 * static_cast<double>(input.amount[i]) ? 1 : 0;
      once_ += pace_ * (open - once_);  // two poles, as in Smoother
      gain_ += pace_ * (once_ - gain_);
      const auto gain = static_cast<float>(gain_);
      left[i] = gain * input.left[i];
      right[i] = gain * input.right[i];
    }
  }

 private:
  void tune(float tone) noexcept {
    tone_ = tone;
    const double ms = kSlowestMs + static_cast<double>(tone) * (kFastestMs - kSlowestMs);
    pace_ = 1 - exp2(-6.638 / (ms * (kSampleRate / 1000.0)) / kLn2);
  }

  float tone_ = -1;
  double pace_ = 1, once_ = 1, gain_ = 1;
};

}  // namespace

constinit const EffectInfo kGate = makeEffect<Gate>(EffectType::kGate, Blend::kInsert);

}  // namespace dju::engine
