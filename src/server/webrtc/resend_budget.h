// How much a viewer may ask for again: at most as many packets as it was sent, and no more at once
// than the sender remembers. A flood of requests thus at most doubles what the viewer costs, and
// needs no clock. Pure; network thread.
#pragma once

#include <algorithm>
#include <cstdint>

namespace dju::server::webrtc {

class ResendBudget {
 public:
  static constexpr std::uint64_t kAtOnce = 64;

  // How many of `wanted` packets may be resent, when `sent` were sent since the start.
  std::uint64_t take(std::uint64_t sent, std::uint64_t wanted) {
    left_ = std::min(kAtOnce, left_ + (sent - known_));
    known_ = sent;
    const std::uint64_t granted = std::min(left_, wanted);
    left_ -= granted;
    return granted;
  }

 private:
  std::uint64_t known_ = 0, left_ = 0;
};

}  // namespace dju::server::webrtc
