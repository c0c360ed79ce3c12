#include "quality/pesq/speech_activity.h"

#include <algorithm>
#include <cmath>

namespace dju::quality::pesq {
namespace {

std::vector<double> blockPowers(const Samples& samples) {
  std::vector<double> power(samples.size() / kBlock);
  for (std::size_t k = 0; k < power.size(); ++k) {
    for (std::int64_t i = 0; i < kBlock; ++i) {
      const double x = samples[k * kBlock + i];
      power[k] += x * x / static_cast<double>(kBlock);
    }
  }
  return power;
}

// Settles two standard deviations above the mean of what lies below it.
double noiseThreshold(const std::vector<double>& power) {
  constexpr int kRounds = 12;
  double threshold = 0;
  for (const double p : power) threshold += p / static_cast<double>(power.size());
  for (int round = 0; round < kRounds; ++round) {
    double sum = 0, squares = 0;
    int count = 0;
    for (const double p : power) {
      if (p > threshold) continue;
      sum += p;
      squares += p * p;
      ++count;
    }
    if (count == 0) break;
    const double mean = sum / count;
    threshold = 1.001 * (mean + 2 * std::sqrt(std::max(squares / count - mean * mean, 0.0)));
  }
  return threshold;
}

// Makes runs of `what` that are no longer than `longest` into their opposite.
void removeRuns(std::vector<char>& active, char what, std::size_t longest) {
  for (std::size_t from = 0; from < active.size();) {
    std::size_t to = from;
    while (to < active.size() && active[to] == active[from]) ++to;
    const bool atEdge = from == 0 || to == active.size();
    if (active[from] == what && to - from <= longest && !(atEdge && what == 0))
      std::fill(active.begin() + static_cast<long>(from), active.begin() + static_cast<long>(to),
                static_cast<char>(1 - what));
    from = to;
  }
}

}  // namespace

SpeechActivity speechActivity(const Samples& samples) {
  constexpr std::size_t kShortest = 4, kPause = 50;  // blocks: 16 ms, 200 ms
  constexpr double kRange = 1e-4;                    // what is farther below the peak is noise
  std::vector<double> power = blockPowers(samples);
  SpeechActivity out;
  out.active.resize(power.size());
  out.envelope.resize(power.size());
  const double peak = power.empty() ? 0 : *std::max_element(power.begin(), power.end());
  if (peak <= 0) return out;
  for (double& p : power) p = std::max(p, kRange * peak);
  const double threshold = noiseThreshold(power);
  for (std::size_t k = 0; k < power.size(); ++k) {
    out.active[k] = power[k] > threshold ? 1 : 0;
    if (out.active[k]) out.envelope[k] = static_cast<float>(std::log(power[k] / threshold));
  }
  removeRuns(out.active, 1, kShortest);
  removeRuns(out.active, 0, kPause);
  return out;
}

}  // namespace dju::quality::pesq
