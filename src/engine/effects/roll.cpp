// Beat-repeat (roll): what is heard while the first `beats` pass is repeated for as long as the
// effect is on. Fewer beats chosen meanwhile: the repeats get shorter at once. Amount above the
// middle: each repeat is quieter, at the end by half; tone: the one-knob filter on the repeats.
#include "engine/dsp/sweep_filter.h"
#include "engine/effects/delay_line.h"
#include "engine/effects/effect_table.h"
#include "engine/effects/make_effect.h"

namespace dju::engine {
namespace {

constexpr int kSeam =
    96;  // frames, 2 ms: the end of a repeat fades into the next, whose kick stays
constexpr float kResonance = 0.3F;

class Roll {
 public:
  explicit Roll(const EffectSetup& setup) noexcept : line_(setup) {}

  void process(const EffectInput& input, float* left, float* right) noexcept {
    const int wanted =
        beatFrames(input.beats, input.clock.framesPerBeat, 2 * kSeam, line_.length() - 2 * kSeam);
    if (recorded_ == 0) length_ = at_ = wanted;
    for (int i = 0; i < input.frames; ++i) {
      const StereoSample x{input.left[i], input.right[i]};
      if (recorded_ < length_ + kSeam) {  // a little more than a repeat, for its seam
        line_.write(x);
        ++recorded_;
      }
      const StereoSample y = recorded_ <= length_ ? x : repeat(wanted, input.amount[i]);
      const FilteredPair filtered =
          filter_.next(y.left, y.right, 2 * input.tone[i] - 1, kResonance);
      left[i] = filtered.left;
      right[i] = filtered.right;
    }
  }

 private:
  // The frame at `at` of what was recorded.
  StereoSample recorded(int at) const noexcept { return line_.read(recorded_ - at); }

  StereoSample repeat(int wanted, float amount) noexcept {
    // A shorter repeat at once, a longer one only as far as there is sound.
    const int length = wanted < length_ ? wanted : length_;
    if (at_ >= length) {
      leaving_ = at_;
      leavingGain_ = gain_;
      seam_ = kSeam;
      at_ = 0;
      gain_ *= amount > 0.5F ? 1.5F - amount : 1;
    }
    const StereoSample y = gain_ * recorded(at_++);
    if (seam_ == 0) return y;
    const float t = static_cast<float>(seam_--) * (1.0F / kSeam), out = t * t * (3 - 2 * t);
    return (1 - out) * y + out * leavingGain_ * recorded(leaving_++);
  }

  DelayLine line_;
  SweepFilter filter_;
  int length_ = 0;    // of the longest repeat, frames
  int recorded_ = 0;  // frames
  int at_ = 0;        // within the repeat; beyond it: the next one begins
  int leaving_ = 0;   // where what sounded before goes on, fading
  int seam_ = 0;      // frames of that fade still to come
  float gain_ = 1, leavingGain_ = 1;
};

}  // namespace

constinit const EffectInfo kRoll =
    makeEffect<Roll>(EffectType::kRoll, Blend::kInsert, Onset::kWhole);

}  // namespace dju::engine
