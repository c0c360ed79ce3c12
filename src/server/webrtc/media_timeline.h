// Where a source's RTP time stands against engine time and the wall clock.
//
// RTP time must follow the wall clock, because a viewer's jitter buffer takes whatever comes late
// as jitter and holds on to a larger delay for a minute. Engine frames pause when the engine
// stalls. So a stall becomes a jump of RTP time: the viewer hears a gap, and no added delay.
// Pure; media thread.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/time.h"

namespace dju::server::webrtc {

class MediaTimeline {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  explicit MediaTimeline(std::uint32_t firstTimestamp) : rtp_(firstTimestamp) {}

  // A frame of `samples` that begins at engine frame `first` is taken; `newest` is the end of what
  // the engine has delivered so far. Returns whether it does not continue the one before.
  bool begin(std::int64_t first, std::int64_t newest, TimePoint now) {
    bool gap = !started_;
    if (started_ && first != expected_) {
      // Lost blocks take their time; anything else (a source that begins anew) does not.
      const std::int64_t lost = first - expected_;
      if (lost > 0 && lost < kLongestLoss) {
        rtp_ += static_cast<std::uint32_t>(lost);
      } else {
        anchored_ = false;
      }
      gap = true;
    }
    started_ = true;
    expected_ = first;
    if (!anchored_) anchor(newest, now);
    const auto lateUs =
        std::chrono::duration_cast<std::chrono::microseconds>(now - anchorTime_).count() -
        (newest - anchorFrame_) * 1000000 / kSampleRate;
    if (lateUs < 0) anchor(newest, now);  // the earliest arrival is the measure
    if (lateUs > kStallUs) {
      rtp_ += static_cast<std::uint32_t>(lateUs * kSampleRate / 1000000);
      anchor(newest, now);
      gap = true;
    }
    return gap;
  }
  void advance(int samples) {
    expected_ += samples;
    rtp_ += static_cast<std::uint32_t>(samples);
  }

  std::uint32_t rtp() const { return rtp_; }  // of the next sample
  std::int64_t frame() const { return expected_; }

 private:
  static constexpr std::int64_t kStallUs =
      60000;  // more than an engine's small hiccup and catch-up
  static constexpr std::int64_t kLongestLoss = 10 * kSampleRate;

  void anchor(std::int64_t frame, TimePoint now) {
    anchorFrame_ = frame;
    anchorTime_ = now;
    anchored_ = true;
  }

  std::uint32_t rtp_;
  std::int64_t expected_ = 0;
  std::int64_t anchorFrame_ = 0;
  TimePoint anchorTime_{};
  bool started_ = false, anchored_ = false;
};

}  // namespace dju::server::webrtc
