// A look-ahead limiter: it sees a peak coming and is already down when the peak arrives, so that
// nothing is clipped. While nothing exceeds the ceiling its output is its input, delayed, to the
// bit. The master's listens between the samples too (true peak, four times oversampled, after the
// idea of ITU-R BS.1770 annex 2); the headphones' only to the samples.
//
// Gain: the least that the next 1.5 ms need, released by the lower of two curves: one that recovers
// in 80 ms, and one that sinks towards the first within 200 ms and rises in 1.5 s. A lone peak is
// soon forgotten, a dense passage is held level instead of pumping with every kick, and a bass note
// is not bent by its own swings. Two averages in a row round the curve. Their sums are integers, so
// that they never drift. Render thread.
#pragma once

#include <array>
#include <cstdint>

#include "core/time.h"

namespace dju::engine {

enum class PeakKind : std::uint8_t { kSample, kTrue };

class Limiter {
 public:
  static constexpr int kLatency = 72;  // frames

  explicit Limiter(PeakKind kind) noexcept;

  // Takes `frames` (at most kBlockFrames) frames and gives those of kLatency frames earlier,
  // interleaved. Returns the smallest gain that it applied.
  float process(const float* left, const float* right, int frames, float* interleaved) noexcept;

 private:
  static constexpr int kHistory = 12;  // taps of the oversampling filter
  static constexpr int kWindow = 70;   // the minimum's
  static constexpr int kFirstBox = 33;
  static constexpr int kSecondBox = 35;
  static constexpr int kRing = 128;

  struct Box {
    std::array<std::int32_t, kRing> ring;
    std::uint32_t next = 0;  // rests with the limiter, so that what is in the window stays there
    std::int64_t sum = 0;
  };

  // needed_[i]: the gain that frame i of this call asks for. False: all of them are 1.
  bool measure(int frames) noexcept;
  void measureBetween(const float* input, int frames) noexcept;
  float windowMinimum(float gain) noexcept;
  float nextGain(float needed) noexcept;
  // A constant length, so that dividing by it takes no division.
  template <int kLength>
  static std::int32_t average(Box& box, std::int32_t value) noexcept;
  bool atRest() const noexcept;

  PeakKind kind_;
  std::int64_t time_ = 0;  // frames taken so far
  // Input with what came before it, so that filter and delay read one contiguous stretch.
  std::array<float, kLatency + kBlockFrames + 8> left_{}, right_{};
  std::array<float, kBlockFrames + 8> needed_{};
  // Falling candidates for the minimum: time and gain.
  std::array<std::int64_t, kRing> candidateTime_{};
  std::array<float, kRing> candidateGain_{};
  std::uint32_t head_ = 0, tail_ = 0;
  double fast_ = 1, slow_ = 1;  // floats would stall short of 1
  Box first_, second_;
};

}  // namespace dju::engine
