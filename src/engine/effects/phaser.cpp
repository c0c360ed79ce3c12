// Phaser: six all-passes in a row beside the sound, their frequency swinging once in four times the
// slot's beats; three notches move with it. Amount: how far, and how much is fed back; tone: where.
#include "engine/dsp/tuning.h"
#include "engine/effects/delay_line.h"
#include "engine/effects/effect_table.h"
#include "engine/effects/lfo.h"
#include "engine/effects/make_effect.h"

namespace dju::engine {
namespace {

constexpr int kStages = 6;
constexpr float kLowestMiddle = 4, kToneWay = 3;  // octaves above 20 Hz: 320 Hz … 2.6 kHz
constexpr float kLeastSwing = 0.4F, kSwing = 2;   // octaves to either side
constexpr float kMostFeedback = 0.7F;
constexpr double kOtherSide = 0.25;  // the right side is a quarter of a period ahead

class Phaser {
 public:
  explicit Phaser(const EffectSetup&) noexcept {}

  void process(const EffectInput& input, float* left, float* right) noexcept {
    const double period = kBeatsPerSweep * input.beats * input.clock.framesPerBeat;
    for (int i = 0; i < input.frames; ++i) {
      const float amount = input.amount[i];
      const float middle = kLowestMiddle + kToneWay * input.tone[i];
      const float swing = kLeastSwing + kSwing * amount;
      const float other = lfo_.ahead(kOtherSide), own = lfo_.next(period);
      const float feedback = kMostFeedback * amount;
      left[i] = left_.next(input.left[i], middle + swing * own, feedback);
      right[i] = right_.next(input.right[i], middle + swing * other, feedback);
    }
  }

 private:
  struct Side {
    float next(float x, float octaves, float feedback) noexcept {
      const float g = tuned(octaves), part = g / (1 + g);
      float y = bounded(x + feedback * last);
      for (float& state : states) {
        const float v = part * (y - state), low = v + state;
        state = low + v;
        y = 2 * low - y;
      }
      last = y;
      return 0.6F * (x + y);
    }
    float states[kStages] = {};
    float last = 0;
  };
  Side left_, right_;
  Lfo lfo_;
};

}  // namespace

constinit const EffectInfo kPhaser = makeEffect<Phaser>(EffectType::kPhaser, Blend::kInsert);

}  // namespace dju::engine
