#include "passages/piece_mixes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/time.h"

namespace dju::bench {
namespace {

constexpr double kMostChange = 0.08, kBeforeLeast = 50, kAfterLeast = 45, kMost = 90;
constexpr std::array kBeats = {0, 8, 16, 32};
constexpr double kLowHz = 200;

double tempo(const Piece& piece) {
  const auto& beats = piece.truth.beats;
  return 60 * static_cast<double>(beats.size() - 1) / (beats.back() - beats.front());
}

double sampleAt(const Piece& piece, double seconds) {
  const double place = seconds * kSampleRate;
  const double whole = std::floor(place);
  const auto at = static_cast<std::int64_t>(whole);
  const auto mono = [&](std::int64_t frame) {
    const auto i = static_cast<std::size_t>(2 * frame);
    if (frame < 0 || i + 1 >= piece.samples.size()) return 0.0;
    return (piece.samples[i] + piece.samples[i + 1]) / 65536.0;
  };
  return mono(at) + (place - whole) * (mono(at + 1) - mono(at));
}

// One pole twice: enough to exchange what lies below kLowHz.
class Lows {
 public:
  double operator()(double value) {
    const double part = 1 - std::exp(-2 * M_PI * kLowHz / kSampleRate);
    first_ += part * (value - first_);
    return second_ += part * (first_ - second_);
  }

 private:
  double first_ = 0, second_ = 0;
};

double level(const Piece& piece, double from, double to) {
  double sum = 0;
  for (double t = from; t < to; t += 0.001) sum += std::pow(sampleAt(piece, t), 2);
  return std::sqrt(sum / ((to - from) * 1000)) + 1e-6;
}

double drawn(const std::vector<double>& from, Random& random) {
  return from[static_cast<std::size_t>(random.below(static_cast<int>(from.size())))];
}

}  // namespace

PieceMix alone(const Piece& piece) {
  PieceMix mix{piece.name, {}, {}, 60 / tempo(piece)};
  for (std::size_t i = 0; i + 1 < piece.samples.size(); i += 2)
    mix.mono.push_back(static_cast<float>((piece.samples[i] + piece.samples[i + 1]) / 65536.0));
  return mix;
}

std::optional<PieceMix> mixed(const Piece& first, const Piece& second, Random& random) {
  double speed = tempo(first) / tempo(second);
  if (speed > M_SQRT2) speed /= 2;
  if (speed < M_SQRT1_2) speed *= 2;
  if (std::abs(speed - 1) > kMostChange) return {};
  const int beats = kBeats[static_cast<std::size_t>(random.below(kBeats.size()))];
  const bool exchanged = random.below(2) == 1;
  const double beat = 60 / tempo(first), both = beats * beat;
  std::vector<double> outs, ins;
  for (const double downbeat : first.truth.downbeats)
    if (downbeat > kBeforeLeast && downbeat + both < first.seconds()) outs.push_back(downbeat);
  for (const double downbeat : second.truth.downbeats)
    if (downbeat + (both + kAfterLeast) * speed < second.seconds()) ins.push_back(downbeat);
  if (outs.empty() || ins.empty()) return {};
  const double out = drawn(outs, random), in = drawn(ins, random);
  const double before = std::min(out, kMost);
  const double after = std::min((second.seconds() - in) / speed - both, kMost);
  const double even = level(first, out - before, out) / level(second, in, in + after * speed);
  PieceMix mix{fmt::format("{} + {}, {} beats{}", first.name, second.name, beats,
                           exchanged && beats > 0 ? ", basses exchanged" : ""),
               {},
               Interval{before, before + both},
               beat};
  Lows lowsOfFirst, lowsOfSecond;
  const auto frames = static_cast<std::int64_t>((before + both + after) * kSampleRate);
  mix.mono.reserve(static_cast<std::size_t>(frames));
  for (std::int64_t n = 0; n < frames; ++n) {
    const double t = static_cast<double>(n) / kSampleRate - before;
    const double part = both > 0 ? std::clamp(t / both, 0.0, 1.0) : (t < 0 ? 0.0 : 1.0);
    const double a = part < 1 ? sampleAt(first, out + t) : 0;
    const double b = t >= 0 ? even * sampleAt(second, in + t * speed) : 0;
    double value = std::cos(M_PI / 2 * part) * a + std::sin(M_PI / 2 * part) * b;
    if (exchanged && both > 0) {
      const double lowA = lowsOfFirst(a), lowB = lowsOfSecond(b);
      value = std::min(1.0, 2 - 2 * part) * (a - lowA) + std::min(1.0, 2 * part) * (b - lowB) +
              (part < 0.5 ? lowA : lowB);
    }
    mix.mono.push_back(static_cast<float>(value));
  }
  return mix;
}

}  // namespace dju::bench
