// Which rung of the bit-rate ladder a viewer is sent: the one it asked for, a lower one while its
// network loses too much of it. Down quickly, up slowly, and slower each time that up was too much,
// so that nobody's sound goes up and down all evening. Pure; media thread.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>

namespace dju::server::webrtc {

inline constexpr std::array kLadder{64, 128, 256};  // kbit/s

class RungChoice {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit RungChoice(int askedKilobits) : asked_(askedKilobits), kilobits_(askedKilobits) {}

  int kilobits() const { return kilobits_; }

  // The share that was lost since the last report (RFC 3550, 6.4.1; about one a second).
  void report(double lossShare, TimePoint now) {
    loss_ += kWeight * (lossShare - loss_);
    if (loss_ > kTooMuch) {
      if (now - changed_ >= kPatience) stepDown(now);
      calmSince_ = now;
    } else if (loss_ > kLittle) {
      calmSince_ = now;
    } else if (kilobits_ < asked_ && now - calmSince_ >= calm_ && now - changed_ >= calm_) {
      stepTo(*std::upper_bound(kLadder.begin(), kLadder.end(), kilobits_), now);
      tried_ = true;
    }
  }

 private:
  // Random loss is made good by resends whatever the rate; only what a full network drops is more.
  static constexpr double kTooMuch = 0.05;
  static constexpr double kLittle = 0.015;
  static constexpr double kWeight = 0.4;
  static constexpr std::chrono::seconds kPatience{3};  // until a step has shown in the reports
  static constexpr std::chrono::seconds kCalm{15}, kLongestCalm{240};

  void stepDown(TimePoint now) {
    const auto rung = std::lower_bound(kLadder.begin(), kLadder.end(), kilobits_);
    if (rung == kLadder.begin()) return;
    if (tried_) calm_ = std::min(2 * calm_, kLongestCalm);
    tried_ = false;
    stepTo(*(rung - 1), now);
  }
  void stepTo(int kilobits, TimePoint now) {
    kilobits_ = kilobits;
    changed_ = now;
    loss_ = 0;
  }

  int asked_;
  int kilobits_;
  double loss_ = 0;
  bool tried_ = false;  // the last step was up
  std::chrono::seconds calm_ = kCalm;
  TimePoint changed_{}, calmSince_{};
};

}  // namespace dju::server::webrtc
