// Echo, and its ping-pong variant: repeats on the beat, each quieter (amount) and duller (tone)
// than the one before. The first repeat is the sound itself, exact to the frame. When tempo or
// beats change, the line is read at the old place and at the new one for a moment, so that the
// pitch never slides.
#include "engine/dsp/tuning.h"
#include "engine/effects/delay_line.h"
#include "engine/effects/effect_table.h"
#include "engine/effects/make_effect.h"

namespace dju::engine {
namespace {

constexpr int kFade = 1024;  // frames, from an old delay to a new one
constexpr float kMostFeedback = 0.95F;
constexpr float kLowEnd = 2.3F;   // octaves above 20 Hz: repeats lose what is below 100 Hz
constexpr float kDullest = 5.5F;  // octaves above 20 Hz: 900 Hz … 18 kHz
constexpr float kToneWay = 4.3F;

enum class Bounce : std::uint8_t { kInPlace, kPingPong };

template <Bounce kBounce>
class Echo {
 public:
  explicit Echo(const EffectSetup& setup) noexcept : line_(setup) {}

  void process(const EffectInput& input, float* left, float* right) noexcept {
    const int wanted = beatFrames(input.beats, input.clock.framesPerBeat, 64, line_.length());
    if (delay_ == 0) delay_ = wanted;
    const float low = OnePole::coefficient(tuned(kLowEnd));
    for (int i = 0; i < input.frames; ++i) {
      const StereoSample repeat = readTap(wanted);
      if (input.tone[i] != tone_) {
        tone_ = input.tone[i];
        high_ = OnePole::coefficient(tuned(kDullest + kToneWay * tone_));
      }
      const StereoSample coloured = highPass_.highPass(lowPass_.lowPass(repeat, high_), low);
      const float feedback = kMostFeedback * input.amount[i];
      line_.write(bounded(next({input.left[i], input.right[i]}, feedback * coloured)));
      left[i] = repeat.left;
      right[i] = repeat.right;
    }
  }

  int quietFrames() const noexcept { return delay_ + kFade; }

 private:
  StereoSample readTap(int wanted) noexcept {
    if (wanted != delay_ && fading_ == 0) {
      coming_ = wanted;
      fading_ = kFade;
    }
    const StereoSample here = line_.read(delay_);
    if (fading_ == 0) return here;
    const float t = 1 - static_cast<float>(fading_) * (1.0F / kFade);
    const StereoSample there = line_.read(coming_);
    if (--fading_ == 0) delay_ = coming_;
    return here + t * t * (3 - 2 * t) * (there - here);
  }

  // Ping-pong: the middle of the sound goes to the left, and each repeat to the other side.
  static StereoSample next(StereoSample x, StereoSample repeat) noexcept {
    if constexpr (kBounce == Bounce::kInPlace) return x + repeat;
    return {0.7071F * (x.left + x.right) + repeat.right, repeat.left};
  }

  DelayLine line_;
  OnePole lowPass_, highPass_;
  float tone_ = -1, high_ = 0;  // the low-pass's coefficient for this tone
  int delay_ = 0;               // frames
  int coming_ = 0;              // the delay that is faded to
  int fading_ = 0;              // frames of the fade still to come
};

}  // namespace

constinit const EffectInfo kEcho =
    makeEffect<Echo<Bounce::kInPlace>>(EffectType::kEcho, Blend::kSend);
constinit const EffectInfo kPingPong =
    makeEffect<Echo<Bounce::kPingPong>>(EffectType::kPingPong, Blend::kSend);

}  // namespace dju::engine
