// A round trip as the protocol measures it: rounds of five probes without the quickest and the
// slowest, and a moving average of ten rounds. Until the first round is whole, the probes' mean.
// One thread.
#pragma once

#include <algorithm>
#include <array>
#include <numeric>

namespace dju::server {

class RoundTrip {
 public:
  static constexpr int kProbes = 5;
  static constexpr int kRounds = 10;

  void add(double ms) {
    probes_[probeCount_++] = ms;
    if (probeCount_ < kProbes) return;
    auto sorted = probes_;
    std::sort(sorted.begin(), sorted.end());
    const double mean = std::accumulate(sorted.begin() + 1, sorted.end() - 1, 0.0) / (kProbes - 2);
    double deviation = 0;
    for (int i = 1; i < kProbes - 1; ++i) deviation += std::abs(sorted[i] - mean);
    rounds_[roundCount_++ % kRounds] = {mean, deviation / (kProbes - 2)};
    probeCount_ = 0;
  }

  // Negative before the first probe.
  double ms() const {
    if (roundCount_ > 0) return average(&Round::ms);
    if (probeCount_ == 0) return -1;
    return std::accumulate(probes_.begin(), probes_.begin() + probeCount_, 0.0) / probeCount_;
  }
  // Mean deviation from the round's mean, outliers apart.
  double jitterMs() const { return roundCount_ > 0 ? average(&Round::jitterMs) : 0; }

 private:
  struct Round {
    double ms = 0;
    double jitterMs = 0;
  };
  double average(double Round::*field) const {
    const int count = std::min(roundCount_, kRounds);
    double sum = 0;
    for (int i = 0; i < count; ++i) sum += rounds_[i].*field;
    return sum / count;
  }

  std::array<double, kProbes> probes_{};
  std::array<Round, kRounds> rounds_{};
  int probeCount_ = 0;
  int roundCount_ = 0;
};

}  // namespace dju::server
