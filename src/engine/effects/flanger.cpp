// Flanger: the sound beside itself a few milliseconds ago, the distance swinging once in four times
// the slot's beats. Amount: how far it swings and how much is fed back; tone: the shortest
// distance.
#include "engine/effects/delay_line.h"
#include "engine/effects/effect_table.h"
#include "engine/effects/lfo.h"
#include "engine/effects/make_effect.h"

namespace dju::engine {
namespace {

constexpr float kNearest = 12, kToneWay = 120;   // frames: 0.25 … 2.75 ms
constexpr float kLeastSwing = 10, kSwing = 250;  // frames: up to 5.4 ms more
constexpr float kMostFeedback = 0.75F;
constexpr double kOtherSide = 0.25;  // the right side is a quarter of a period ahead

class Flanger {
 public:
  explicit Flanger(const EffectSetup& setup) noexcept : line_(setup) {}

  void process(const EffectInput& input, float* left, float* right) noexcept {
    const double period = kBeatsPerSweep * input.beats * input.clock.framesPerBeat;
    for (int i = 0; i < input.frames; ++i) {
      const float amount = input.amount[i];
      const float swing = 0.5F * (kLeastSwing + kSwing * amount);
      const float nearest = kNearest + kToneWay * (1 - input.tone[i]);
      const float other = lfo_.ahead(kOtherSide), own = lfo_.next(period);
      const StereoSample late =
          line_.readBetween(static_cast<double>(nearest + swing * (1 + own)),
                            static_cast<double>(nearest + swing * (1 + other)));
      const StereoSample x{input.left[i], input.right[i]};
      line_.write(bounded(x + kMostFeedback * amount * late));
      left[i] = 0.6F * (x.left + late.left);
      right[i] = 0.6F * (x.right + late.right);
    }
  }

 private:
  DelayLine line_;
  Lfo lfo_;
};

}  // namespace

constinit const EffectInfo kFlanger = makeEffect<Flanger>(EffectType::kFlanger, Blend::kInsert);

}  // namespace dju::engine
