// Reverb: eight delay lines that feed each other through an orthogonal matrix (a feedback delay
// network after Jot and Chaigne, "Digital delay networks for designing artificial reverberators",
// AES preprint 3030, 1991), behind all-passes that make many echoes of each. Amount: how long it
// lasts, 0.4 … 8 s until −60 dB; tone: how much of its treble lives as long. It is as loud short as
// long. The matrix keeps energy and every gain is below one, so it is stable under any movement.
#include <algorithm>
#include <array>

#include "engine/dsp/simd.h"
#include "engine/dsp/tuning.h"
#include "engine/effects/effect_table.h"
#include "engine/effects/make_effect.h"

namespace dju::engine {
namespace {

constexpr int kLines = 8;
// Primes, 50 … 104 ms: together 0.6 modes a hertz.
constexpr std::array<int, kLines> kLengths = {2399, 2777, 3089, 3433, 3803, 4177, 4561, 5003};
constexpr int kStages = 4;
constexpr std::array<int, kStages> kDiffusers = {229, 173, 613, 449};
constexpr std::array<float, kStages> kDiffusion = {0.75F, 0.75F, 0.625F, 0.625F};
constexpr float kDullest = 5.5F, kToneWay = 4.3F;  // octaves above 20 Hz: 900 Hz … 18 kHz

constexpr int kSteps = 32;  // of the amount, linear between them
struct Decay {
  std::array<float, kLines> gains{};  // of each line, for −60 dB after the time
  float loudness = 1;                 // what is fed in, so that the energy stays
};

constexpr double rootOf(double x) {
  double root = 1;
  for (int i = 0; i < 30; ++i) root = 0.5 * (root + x / root);
  return root;
}

constexpr auto kDecays = [] {
  std::array<Decay, kSteps + 2> table{};
  for (int step = 0; step < kSteps + 2; ++step) {
    const double seconds = 0.4 * exp2(log2(20.0) * step / kSteps);
    double kept = 0;
    for (int line = 0; line < kLines; ++line) {
      // 10^(−3 length / time)
      const double gain = exp2(-9.965784284662087 * kLengths[line] / (seconds * kSampleRate));
      table[step].gains[line] = static_cast<float>(gain);
      kept += gain * gain / kLines;
    }
    table[step].loudness = static_cast<float>(0.9 * rootOf(1 - kept));
  }
  return table;
}();

// An all-pass around a delay (Schroeder 1962).
class Diffuser {
 public:
  void place(float* memory, int length) noexcept {
    memory_ = memory;
    length_ = length;
    std::fill_n(memory_, length_, 0.0F);
  }
  int untilWrap() const noexcept { return length_ - at_; }
  // In place; at most untilWrap() frames, which do not depend on each other.
  void process(float* x, int frames, float gain) noexcept {
    float* cells = memory_ + at_;
    for (int i = 0; i < frames; ++i) {
      const float late = cells[i], in = x[i] + gain * late;
      cells[i] = in;
      x[i] = late - gain * in;
    }
    at_ = at_ + frames < length_ ? at_ + frames : 0;
  }

 private:
  float* memory_ = nullptr;
  int length_ = 1;
  int at_ = 0;
};

Float4 hadamard(Float4 v) noexcept {
  const Float4 t = __builtin_shufflevector(v, v, 0, 1, 0, 1) +
                   __builtin_shufflevector(v, v, 2, 3, 2, 3) * Float4{1, 1, -1, -1};
  return __builtin_shufflevector(t, t, 0, 0, 2, 2) +
         __builtin_shufflevector(t, t, 1, 1, 3, 3) * Float4{1, -1, 1, -1};
}

class Reverb {
 public:
  explicit Reverb(const EffectSetup& setup) noexcept {
    float* free = setup.left;
    for (int line = 0; line < kLines; ++line) {
      lines_[line] = free;
      free += kLengths[line];
    }
    std::fill(setup.left, free, 0.0F);
    free = setup.right;
    for (int stage = 0; stage < kStages; ++stage) {
      for (auto* side : {&left_, &right_}) {
        (*side)[stage].place(free, kDiffusers[stage]);
        free += kDiffusers[stage];
      }
    }
  }

  void process(const EffectInput& input, float* left, float* right) noexcept {
    for (int done = 0; done < input.frames;) {
      const int frames = evenFrames(input, done);
      tune(input.amount[done], input.tone[done]);
      float a[kBlockFrames], b[kBlockFrames];
      for (int i = 0; i < frames; ++i) {
        a[i] = input.left[done + i] * loudness_;
        b[i] = input.right[done + i] * loudness_;
      }
      for (int stage = 0; stage < kStages; ++stage) {
        left_[stage].process(a, frames, kDiffusion[stage]);
        right_[stage].process(b, frames, kDiffusion[stage]);
      }
      feedBack(a, b, frames, left + done, right + done);
      done += frames;
    }
  }

 private:
  // For how many frames from `from` on no knob moves and no line comes to its end.
  int evenFrames(const EffectInput& input, int from) const noexcept {
    int n = 1;
    while (from + n < input.frames && input.amount[from + n] == input.amount[from] &&
           input.tone[from + n] == input.tone[from])
      ++n;
    if (n == 1) return n;
    for (int line = 0; line < kLines; ++line) n = std::min(n, kLengths[line] - at_[line]);
    for (int stage = 0; stage < kStages; ++stage) n = std::min(n, left_[stage].untilWrap());
    return n;
  }

  // Through the lines and the matrix.
  void feedBack(const float* a, const float* b, int frames, float* left, float* right) noexcept {
    float* cells[kLines];
    for (int line = 0; line < kLines; ++line) cells[line] = lines_[line] + at_[line];
    Float4 firstLow = firstLow_, secondLow = secondLow_;
    for (int i = 0; i < frames; ++i) {
      const Float4 one{cells[0][i], cells[1][i], cells[2][i], cells[3][i]};
      const Float4 two{cells[4][i], cells[5][i], cells[6][i], cells[7][i]};
      firstLow += splat4(pass_) * (one - firstLow);
      secondLow += splat4(pass_) * (two - secondLow);
      const Float4 x = firstLow * firstGains_, y = secondLow * secondGains_;
      const Float4 feed = 0.5F * Float4{a[i], b[i], a[i], b[i]};
      const Float4 toOne = 0.35355339F * hadamard(x + y) + feed;
      const Float4 toTwo = 0.35355339F * hadamard(x - y) + feed;
      for (int lane = 0; lane < 4; ++lane) {
        cells[lane][i] = toOne[lane];
        cells[lane + 4][i] = toTwo[lane];
      }
      left[i] = (one[0] - one[2]) + (two[0] - two[2]);
      right[i] = (one[1] - one[3]) + (two[1] - two[3]);
    }
    firstLow_ = firstLow;
    secondLow_ = secondLow;
    for (int line = 0; line < kLines; ++line) {
      at_[line] = at_[line] + frames < kLengths[line] ? at_[line] + frames : 0;
    }
  }

  void tune(float amount, float tone) noexcept {
    if (amount == amount_ && tone == tone_) return;
    amount_ = amount;
    tone_ = tone;
    const float at = std::clamp(amount, 0.0F, 1.0F) * kSteps;
    const int step = static_cast<int>(at);
    const float part = at - static_cast<float>(step);
    const Decay &low = kDecays[step], &high = kDecays[step + 1];
    const auto between = [part](float a, float b) { return a + part * (b - a); };
    loudness_ = between(low.loudness, high.loudness);
    for (int lane = 0; lane < 4; ++lane) {
      firstGains_[lane] = between(low.gains[lane], high.gains[lane]);
      secondGains_[lane] = between(low.gains[lane + 4], high.gains[lane + 4]);
    }
    const float g = 2 * tuned(kDullest + kToneWay * tone);
    pass_ = g / (1 + g);
  }

  float amount_ = -1, tone_ = -1;
  float loudness_ = 1, pass_ = 1;
  std::array<float*, kLines> lines_{};
  std::array<int, kLines> at_{};
  std::array<Diffuser, kStages> left_, right_;
  Float4 firstGains_{}, secondGains_{};  // of lines 0 … 3 and 4 … 7
  Float4 firstLow_{}, secondLow_{};      // the lines' low-passes
};

}  // namespace

constinit const EffectInfo kReverb = makeEffect<Reverb>(EffectType::kReverb, Blend::kSend);

}  // namespace dju::engine
