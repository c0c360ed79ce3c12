#include "engine/dsp/varispeed.h"

#include <algorithm>

#include "engine/dsp/math.h"
#include "engine/dsp/simd.h"
#include "engine/dsp/track_samples.h"

namespace dju::engine {
namespace {

// Which filter a speed needs, and how far it has handed over to the next one.
struct Choice {
  int filter = 0;
  float next = 0;  // weight of filter + 1
};

Choice choose(const std::array<VarispeedBank::Filter, VarispeedBank::kFilters>& filters,
              double speed) noexcept {
  const double magnitude = speed < 0 ? -speed : speed;
  int k = 0;
  while (k + 1 < VarispeedBank::kFilters && magnitude >= filters[k + 1].speed) ++k;
  if (k + 1 == VarispeedBank::kFilters || magnitude <= filters[k].speed) return {k, 0};
  const auto t = static_cast<float>((magnitude - filters[k].speed) /
                                    (filters[k + 1].speed - filters[k].speed));
  return {k, t * t * (3 - 2 * t)};
}

// The two channels' sums over one row; a fixed number of taps lets the compiler unroll the loop.
template <int kFixedTaps>
inline void convolve(const float* coefficients, float between, const float* left,
                     const float* right, int anyTaps, float& outLeft, float& outRight) noexcept {
  const int taps = kFixedTaps > 0 ? kFixedTaps : anyTaps;
  const float* differences = coefficients + taps;
  const Float4 weight = splat4(between);
  Float4 sumLeft{}, sumRight{};
  for (int t = 0; t < taps; t += 4) {
    const Float4 c = load4(coefficients + t) + weight * load4(differences + t);
    sumLeft += c * load4(left + t);
    sumRight += c * load4(right + t);
  }
  outLeft = sum4(sumLeft);
  outRight = sum4(sumRight);
}

}  // namespace

void VarispeedReader::interpolate(int index, std::int64_t whole, double fraction, float& left,
                                  float& right) const noexcept {
  const VarispeedBank::Filter& filter = bank_.filters()[index];
  const double phase = fraction * filter.phases;
  const int row = static_cast<int>(phase);
  const auto between = static_cast<float>(phase - row);
  const float* coefficients = filter.rows.data() + static_cast<std::size_t>(row) * 2 * filter.taps;
  const std::int64_t start = whole - (filter.taps / 2 - 1) - first_;
  const float* l = left_.data() + start;
  const float* r = right_.data() + start;
  if (index == 0) {
    convolve<VarispeedBank::kTaps>(coefficients, between, l, r, 0, left, right);
  } else {
    convolve<0>(coefficients, between, l, r, filter.taps, left, right);
  }
}

void VarispeedReader::read(const TrackAudio& audio, const double* positions, const double* speeds,
                           int frames, float* left, float* right) noexcept {
  if (frames <= 0) return;
  const auto [low, high] = std::minmax_element(positions, positions + frames);
  const auto fastest = *std::max_element(speeds, speeds + frames);
  const auto slowest = *std::min_element(speeds, speeds + frames);
  const Choice widest = choose(bank_.filters(), std::max(fastest, -slowest));
  const int half = bank_.filters()[widest.filter + (widest.next > 0 ? 1 : 0)].taps / 2;
  const std::int64_t first = floorToInt(*low) - half;
  const std::int64_t length = floorToInt(*high) + half + 2 - first;
  if (length > kWindow) {  // only if positions jump, which the deck never asks for
    std::fill_n(left, frames, 0.0F);
    std::fill_n(right, frames, 0.0F);
    return;
  }
  first_ = first;
  copyTrack(audio, first, static_cast<int>(length), left_.data(), right_.data());
  const bool plain = widest.filter == 0 && widest.next == 0;  // the usual case: one short filter
  for (int i = 0; i < frames; ++i) {
    const std::int64_t whole = floorToInt(positions[i]);
    const double fraction = positions[i] - static_cast<double>(whole);
    const Choice choice = plain ? Choice{} : choose(bank_.filters(), speeds[i]);
    if (choice.filter == 0 && choice.next == 0 && fraction == 0) {
      left[i] = left_[whole - first];
      right[i] = right_[whole - first];
      continue;
    }
    interpolate(choice.filter, whole, fraction, left[i], right[i]);
    if (choice.next <= 0) continue;
    float nextLeft = 0, nextRight = 0;
    interpolate(choice.filter + 1, whole, fraction, nextLeft, nextRight);
    left[i] += choice.next * (nextLeft - left[i]);
    right[i] += choice.next * (nextRight - right[i]);
  }
}

}  // namespace dju::engine
