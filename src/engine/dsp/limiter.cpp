#include "engine/dsp/limiter.h"

#include <algorithm>

#include "engine/dsp/math.h"
#include "engine/dsp/simd.h"
#include "engine/dsp/true_peak.h"

namespace dju::engine {
namespace {

// -1 dBTP less what four times oversampling can miss below 16 kHz (docs/engine.md).
constexpr auto kTrueCeiling = static_cast<float>(dbToGain(-1.3));
constexpr auto kSampleCeiling = static_cast<float>(dbToGain(-1.0));
constexpr std::int32_t kOne = 1 << 30;

constexpr double perFrame(double seconds) {
  return 1 - exp2(-1 / (seconds * kSampleRate * kLn2));
}
constexpr double kFastRelease = perFrame(0.080);
constexpr double kSlowAttack = perFrame(0.200);
constexpr double kSlowRelease = perFrame(1.500);
constexpr double kAtRest = 0.999;  // 0.009 dB: rounded up to one

}  // namespace

Limiter::Limiter(PeakKind kind) noexcept : kind_(kind) {
  first_.ring.fill(kOne);
  second_.ring.fill(kOne);
  first_.sum = std::int64_t{kOne} * kFirstBox;
  second_.sum = std::int64_t{kOne} * kSecondBox;
}

bool Limiter::atRest() const noexcept {
  return head_ == tail_ && fast_ == 1 && slow_ == 1 &&
         first_.sum == std::int64_t{kOne} * kFirstBox &&
         second_.sum == std::int64_t{kOne} * kSecondBox;
}

// Raises needed_[i] to the largest magnitude between input[i - 6] and input[i - 5].
void Limiter::measureBetween(const float* input, int frames) noexcept {
  for (int i = 0; i < frames; i += 4) {  // may run over the end by three; there is room
    store4(needed_.data() + i, max4(load4(needed_.data() + i), largestBetween(input + i)));
  }
}

bool Limiter::measure(int frames) noexcept {
  const float* left = left_.data() + kLatency;
  const float* right = right_.data() + kLatency;
  const float ceiling = kind_ == PeakKind::kTrue ? kTrueCeiling : kSampleCeiling;
  const float most = std::max(largest(left - kBetweenTaps, frames + kBetweenTaps),
                              largest(right - kBetweenTaps, frames + kBetweenTaps));
  if (most * (kind_ == PeakKind::kTrue ? mostGrowthBetween() * 1.001F : 1.0F) < ceiling)
    return false;
  for (int i = 0; i < frames; i += 4) {
    store4(needed_.data() + i, max4(abs4(load4(left + i - 5)), abs4(load4(right + i - 5))));
  }
  if (kind_ == PeakKind::kTrue) {
    measureBetween(left, frames);
    measureBetween(right, frames);
  }
  bool any = false;
  for (int i = 0; i < frames; ++i) {
    const bool over = needed_[i] > ceiling;
    needed_[i] = over ? ceiling / needed_[i] : 1.0F;
    any = any || over;
  }
  return any;
}

// The least gain of the last kWindow frames, by a queue of candidates that only fall.
float Limiter::windowMinimum(float gain) noexcept {
  if (gain < 1) {
    while (tail_ != head_ && candidateGain_[(tail_ - 1) % kRing] >= gain) --tail_;
    candidateGain_[tail_ % kRing] = gain;
    candidateTime_[tail_ % kRing] = time_;
    ++tail_;
  }
  if (head_ != tail_ && candidateTime_[head_ % kRing] <= time_ - kWindow) ++head_;
  return head_ == tail_ ? 1.0F : candidateGain_[head_ % kRing];
}

template <int kLength>
std::int32_t Limiter::average(Box& box, std::int32_t value) noexcept {
  box.sum += value - box.ring[(box.next - kLength) % kRing];
  box.ring[box.next++ % kRing] = value;
  return static_cast<std::int32_t>(box.sum / kLength);
}

float Limiter::nextGain(float needed) noexcept {
  const double least = windowMinimum(needed);
  fast_ = std::min(least, fast_ + kFastRelease * (1 - fast_));
  slow_ += (fast_ < slow_ ? kSlowAttack : kSlowRelease) * (fast_ - slow_);
  if (fast_ > kAtRest && least == 1) fast_ = 1;
  if (slow_ > kAtRest && fast_ == 1) slow_ = 1;
  const auto target = static_cast<std::int32_t>(std::min(fast_, slow_) * kOne);
  const std::int32_t once = average<kFirstBox>(first_, target);
  const std::int32_t twice = average<kSecondBox>(second_, once);
  ++time_;
  return static_cast<float>(twice) * (1.0F / static_cast<float>(kOne));
}

float Limiter::process(const float* left, const float* right, int frames,
                       float* interleaved) noexcept {
  std::copy_n(left, frames, left_.data() + kLatency);
  std::copy_n(right, frames, right_.data() + kLatency);
  float smallest = 1;
  const bool over = measure(frames);
  if (!over && atRest()) {
    for (int i = 0; i < frames; ++i) {
      interleaved[2 * i] = left_[i];
      interleaved[2 * i + 1] = right_[i];
    }
    time_ += frames;
  } else {
    if (!over) std::fill_n(needed_.data(), frames, 1.0F);
    for (int i = 0; i < frames; ++i) {
      const float gain = nextGain(needed_[i]);
      smallest = std::min(smallest, gain);
      interleaved[2 * i] = left_[i] * gain;
      interleaved[2 * i + 1] = right_[i] * gain;
    }
  }
  std::copy_n(left_.data() + frames, kLatency, left_.data());
  std::copy_n(right_.data() + frames, kLatency, right_.data());
  return smallest;
}

}  // namespace dju::engine
