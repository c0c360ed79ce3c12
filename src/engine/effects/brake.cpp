// Brake: the sound slows down like a record whose motor was switched off, within `beats`, and stays
// still until the effect is switched off. Amount: how it slows, from evenly to more and more
// slowly; tone below the middle: it grows dull as it slows.
#include "engine/dsp/tuning.h"
#include "engine/effects/delay_line.h"
#include "engine/effects/effect_table.h"
#include "engine/effects/make_effect.h"

namespace dju::engine {
namespace {

constexpr float kOpen = 10, kDullest = 4;  // octaves above 20 Hz
constexpr double kFullLevelSpeed = 0.125;  // slower sound fades, as with a deck's record
constexpr double kNearest = 2;             // frames, that reading between frames needs

class Brake {
 public:
  explicit Brake(const EffectSetup& setup) noexcept : line_(setup) {}

  void process(const EffectInput& input, float* left, float* right) noexcept {
    const double time = beatFrames(input.beats, input.clock.framesPerBeat, 480, line_.length());
    for (int i = 0; i < input.frames; ++i) {
      line_.write({input.left[i], input.right[i]});
      if (passed_ < 1) passed_ += 1 / time;
      const double rest = passed_ < 1 ? 1 - passed_ : 0;
      // Evenly: the rest itself; more and more slowly: its square.
      const double bend = static_cast<double>(input.amount[i]);
      const double speed = rest + bend * (rest * rest - rest);
      behind_ += 1 - speed;
      if (speed <= 0) {
        left[i] = right[i] = 0;
        continue;
      }
      const auto level = static_cast<float>(speed < kFullLevelSpeed ? speed / kFullLevelSpeed : 1);
      const float dull = input.tone[i] < 0.5F ? 1 - 2 * input.tone[i] : 0;
      const auto slowed = static_cast<float>(1 - speed);
      const float cutoff = tuned(kOpen - (kOpen - kDullest) * dull * slowed);
      const StereoSample y = lowPass_.lowPass(level * line_.readBetween(behind_, behind_),
                                              OnePole::coefficient(cutoff));
      left[i] = y.left;
      right[i] = y.right;
    }
  }

 private:
  DelayLine line_;
  OnePole lowPass_;
  double passed_ = 0;         // 0 … 1 of the time it takes
  double behind_ = kNearest;  // frames between what is fed in and what is heard
};

}  // namespace

constinit const EffectInfo kBrake =
    makeEffect<Brake>(EffectType::kBrake, Blend::kInsert, Onset::kWhole);

}  // namespace dju::engine
