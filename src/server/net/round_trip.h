// A round trip as the protocol measures it: rounds of five probes, and of the last ten rounds the
// one in the middle. What a lost packet holds up on TCP comes late, never early, and at several
// losses a second that is every second probe: a round counts as long as its second quickest, and
// half of the rounds may be wrong. The quickest may be luck. One thread.
#pragma once

#include <algorithm>
#include <array>

namespace dju::server {

class RoundTrip {
 public:
  static constexpr int kProbes = 5;
  static constexpr int kRounds = 10;

  void add(double ms) {
    probes_[probeCount_++] = ms;
    if (probeCount_ < kProbes) return;
    rounds_[roundCount_++ % kRounds] = summary(probes_);
    probeCount_ = 0;
  }

  // Negative before the first probe; until the first round is whole, the quickest so far.
  double ms() const {
    if (roundCount_ > 0) return middle(&Round::ms);
    if (probeCount_ == 0) return -1;
    return *std::min_element(probes_.begin(), probes_.begin() + probeCount_);
  }
  // Mean deviation of the quicker half.
  double jitterMs() const { return roundCount_ > 0 ? middle(&Round::jitterMs) : 0; }

 private:
  struct Round {
    double ms = 0;
    double jitterMs = 0;
  };
  static Round summary(std::array<double, kProbes> probes) {
    std::sort(probes.begin(), probes.end());
    return {probes[1], (probes[2] - probes[0]) / 2};
  }
  double middle(double Round::*field) const {
    const int count = std::min(roundCount_, kRounds);
    std::array<double, kRounds> sorted{};
    for (int i = 0; i < count; ++i) sorted[i] = rounds_[i].*field;
    std::sort(sorted.begin(), sorted.begin() + count);
    return sorted[(count - 1) / 2];
  }

  std::array<double, kProbes> probes_{};
  std::array<Round, kRounds> rounds_{};
  int probeCount_ = 0;
  int roundCount_ = 0;
};

}  // namespace dju::server
