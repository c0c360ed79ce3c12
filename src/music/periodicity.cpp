#include "music/periodicity.h"

#include <fftw3.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <mutex>

#include "music/onset.h"

namespace dju::music {
namespace {

constexpr double kTempoStep = 0.002;  // of the logarithm, between two periods that are looked at
constexpr std::size_t kMaxPeaks = 10;
constexpr double kLeastOfBest = 0.5;  // a lower comb is no candidate

std::vector<std::complex<float>> forward(std::vector<float>& in) {
  std::vector<std::complex<float>> out(in.size() / 2 + 1);
  std::unique_lock lock(fftwPlanner());
  const fftwf_plan plan =
      fftwf_plan_dft_r2c_1d(static_cast<int>(in.size()), in.data(),
                            reinterpret_cast<fftwf_complex*>(out.data()), FFTW_ESTIMATE);
  lock.unlock();
  fftwf_execute(plan);
  lock.lock();
  fftwf_destroy_plan(plan);
  return out;
}

void backward(std::vector<std::complex<float>>& in, std::vector<float>& out) {
  std::unique_lock lock(fftwPlanner());
  const fftwf_plan plan =
      fftwf_plan_dft_c2r_1d(static_cast<int>(out.size()),
                            reinterpret_cast<fftwf_complex*>(in.data()), out.data(), FFTW_ESTIMATE);
  lock.unlock();
  fftwf_execute(plan);
  lock.lock();
  fftwf_destroy_plan(plan);
}

}  // namespace

Periodicity::Periodicity(std::span<const float> onset, std::size_t longestLag) {
  const std::size_t lags = std::min(longestLag, onset.size() * 7 / 10);
  if (lags < 8) return;
  std::size_t size = 1024;
  while (size < onset.size() + lags) size *= 2;
  double mean = 0;
  for (const float value : onset) mean += value;
  mean /= static_cast<double>(onset.size());
  std::vector<float> signal(size);
  for (std::size_t i = 0; i < onset.size(); ++i) signal[i] = onset[i] - static_cast<float>(mean);
  auto spectrum = forward(signal);
  for (auto& bin : spectrum) bin = std::norm(bin);
  backward(spectrum, signal);
  const float whole = signal[0] / static_cast<float>(onset.size());
  if (!(whole / static_cast<float>(size) > 1e-9F)) return;
  values_.resize(lags);
  for (std::size_t i = 0; i < lags; ++i)
    values_[i] = signal[i] / (whole * static_cast<float>(onset.size() - i));
}

double Periodicity::at(double lag) const {
  const auto index = static_cast<std::size_t>(lag);
  if (index + 1 >= values_.size()) return 0;
  const double part = lag - static_cast<double>(index);
  return (1 - part) * values_[index] + part * values_[index + 1];
}

double Periodicity::peakLag(double lag, double reach) const {
  const auto from = static_cast<std::size_t>(std::max(1.0, std::ceil(lag - reach)));
  const auto to = static_cast<std::size_t>(std::max(0.0, std::floor(lag + reach)));
  if (to + 2 > values_.size() || from > to) return lag;
  std::size_t best = from;
  for (std::size_t i = from; i <= to; ++i) {
    if (values_[i] > values_[best]) best = i;
  }
  const double left = values_[best - 1], middle = values_[best], right = values_[best + 1];
  const double curve = left - 2 * middle + right;
  const double shift = curve < -1e-9 ? 0.5 * (left - right) / curve : 0;
  return static_cast<double>(best) + std::clamp(shift, -0.5, 0.5);
}

double Periodicity::peak(double lag, double reach) const {
  const double best = peakLag(lag, reach);
  return at(std::round(best));
}

double Periodicity::comb(double period) const {
  return (at(period) + at(2 * period) + at(4 * period) + at(8 * period)) / 4;
}

double Periodicity::refined(double period) const {
  constexpr double kReach = 3;
  for (double beats = 4; beats <= 256; beats *= 2) {
    if (beats * period + kReach + 2 > static_cast<double>(values_.size())) break;
    period = peakLag(beats * period, beats == 4 ? std::max(kReach, 0.1 * period) : kReach) / beats;
  }
  return period;
}

std::vector<double> Periodicity::candidates() const {
  std::vector<std::pair<double, double>> peaks;  // comb, period
  double before = 0, middle = 0, lastPeriod = 0;
  for (double bpm = kSlowestBpm / 2; bpm < kFastestBpm * 1.05; bpm *= 1 + kTempoStep) {
    const double period = kOnsetRate * 60 / bpm;
    const double now = comb(period);
    if (middle > before && middle >= now) peaks.emplace_back(middle, lastPeriod);
    before = middle;
    middle = now;
    lastPeriod = period;
  }
  std::sort(peaks.begin(), peaks.end(), std::greater<>());
  if (peaks.size() > kMaxPeaks) peaks.resize(kMaxPeaks);
  std::vector<double> out;
  for (const auto& [score, period] : peaks) {
    if (score < kLeastOfBest * peaks.front().first) break;
    for (const double octave : {1.0, 0.5, 2.0}) {
      const double one = refined(period * octave);
      const double bpm = kOnsetRate * 60 / one;
      const bool inside = bpm >= kSlowestBpm && bpm <= kFastestBpm;
      const bool known = std::any_of(out.begin(), out.end(), [one](double other) {
        return std::fabs(one / other - 1) < 0.015;
      });
      if (inside && !known) out.push_back(one);
    }
  }
  return out;
}

}  // namespace dju::music
