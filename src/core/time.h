// Time as the engine counts it. A Frame is a point on the engine's time line (48 kHz since the
// battle began) and a FrameCount a distance on it; adding two points does not compile.
#pragma once

#include <compare>
#include <cstdint>

namespace dju {

inline constexpr int kSampleRate = 48000;  // Hz, of everything inside the engine
inline constexpr int kBlockFrames = 240;   // 5 ms: the engine's tick
inline constexpr int kMarkFrames = 4800;   // 100 ms: a mark in the log (20 blocks)
inline constexpr int kChannels = 2;        // interleaved left, right

using FrameCount = std::int64_t;

class Frame {
 public:
  constexpr Frame() = default;
  explicit constexpr Frame(std::int64_t index) : index_(index) {}
  constexpr std::int64_t index() const { return index_; }
  constexpr double seconds() const { return static_cast<double>(index_) / kSampleRate; }

  friend constexpr auto operator<=>(Frame, Frame) = default;
  friend constexpr Frame operator+(Frame frame, FrameCount n) { return Frame(frame.index_ + n); }
  friend constexpr Frame operator-(Frame frame, FrameCount n) { return Frame(frame.index_ - n); }
  friend constexpr FrameCount operator-(Frame a, Frame b) { return a.index_ - b.index_; }
  constexpr Frame& operator+=(FrameCount n) {
    index_ += n;
    return *this;
  }

 private:
  std::int64_t index_ = 0;
};

}  // namespace dju
