#include "engine/dsp/varispeed.h"

#include <algorithm>

#include "engine/dsp/math.h"
#include "engine/dsp/simd.h"

namespace dju::engine {
namespace {

constexpr double kKaiserBeta = 9.0;      // side lobes near -90 dB
constexpr double kFirstMaxSpeed = 1.08;  // up to here what folds lands above 22 kHz
constexpr double kSpeedStep = 4.0 / 3;   // between filters
constexpr double kBlend = 1.05;          // one filter hands over to the next within 5 % of speed

// Modified Bessel function of the first kind and order 0, by its power series.
double besselI0(double x) {
  double sum = 1, term = 1;
  for (int k = 1; k < 60; ++k) {
    term *= (x / (2 * k)) * (x / (2 * k));
    sum += term;
  }
  return sum;
}

double squareRoot(double x) {  // Newton's; std::sqrt may be a libm call
  if (x <= 0) return 0;
  double root = x > 1 ? x : 1;
  for (int i = 0; i < 60; ++i) root = 0.5 * (root + x / root);
  return root;
}

// The low-pass kernel `offset` source frames from its centre, for a filter `stretch` times as long.
double kernel(double offset, double stretch, int taps) {
  const double x = offset / stretch;
  const double edge = offset / (taps / 2.0);
  if (edge <= -1 || edge >= 1) return 0;
  const double window = besselI0(kKaiserBeta * squareRoot(1 - edge * edge)) / besselI0(kKaiserBeta);
  const double sinc = x == 0 ? 1 : sine(kPi * x) / (kPi * x);
  return sinc * window / stretch;
}

// One row: the taps for a position `fraction` after a source frame, summing to one.
void fillRow(double fraction, double stretch, int taps, double* row) {
  double sum = 0;
  for (int t = 0; t < taps; ++t) {
    row[t] = kernel(t - (taps / 2 - 1) - fraction, stretch, taps);
    sum += row[t];
  }
  for (int t = 0; t < taps; ++t) row[t] /= sum;
}

VarispeedBank::Filter makeFilter(double stretch, int phases) {
  VarispeedBank::Filter filter;
  filter.taps = std::min(VarispeedBank::kMaxTaps,
                         4 * static_cast<int>(VarispeedBank::kTaps * stretch / 4 + 0.999));
  filter.phases = phases;
  std::vector<double> row(filter.taps), next(filter.taps);
  filter.rows.resize(static_cast<std::size_t>(phases + 1) * 2 * filter.taps);
  float* out = filter.rows.data();
  const auto rowAt = [&](int phase, std::vector<double>& to) {
    fillRow(static_cast<double>(phase) / phases, stretch, filter.taps, to.data());
    if (stretch > 1 || phase % phases != 0) return;
    // The unstretched kernel is zero on every frame but its own; rounding must not blur that.
    std::fill(to.begin(), to.end(), 0.0);
    to[filter.taps / 2 - 1 + phase / phases] = 1.0;
  };
  rowAt(0, row);
  for (int phase = 0; phase <= phases; ++phase, row.swap(next)) {
    rowAt(std::min(phase + 1, phases), next);
    for (int t = 0; t < filter.taps; ++t) *out++ = static_cast<float>(row[t]);
    for (int t = 0; t < filter.taps; ++t) *out++ = static_cast<float>(next[t] - row[t]);
  }
  return filter;
}

// Which filter a speed needs, and how far it has handed over to the next one.
struct Choice {
  int filter = 0;
  float next = 0;  // weight of filter + 1
};

Choice choose(const std::array<VarispeedBank::Filter, VarispeedBank::kFilters>& filters,
              double speed) noexcept {
  const double magnitude = speed < 0 ? -speed : speed;
  int k = 0;
  while (k + 1 < VarispeedBank::kFilters && magnitude > filters[k].maxSpeed * kBlend) ++k;
  if (k + 1 == VarispeedBank::kFilters || magnitude <= filters[k].maxSpeed) return {k, 0};
  return {k, static_cast<float>((magnitude / filters[k].maxSpeed - 1) / (kBlend - 1))};
}

}  // namespace

VarispeedBank::VarispeedBank() {
  filters_[0] = makeFilter(1.0, 1024);
  filters_[0].maxSpeed = kFirstMaxSpeed;
  double maxSpeed = kFirstMaxSpeed;
  for (int k = 1; k < kFilters; ++k) {
    maxSpeed *= kSpeedStep;
    filters_[k] = makeFilter(maxSpeed, std::max(64, static_cast<int>(512 / maxSpeed)));
    filters_[k].maxSpeed = maxSpeed;
  }
}

const VarispeedBank& VarispeedBank::shared() {
  static const VarispeedBank bank;
  return bank;
}

VarispeedReader::VarispeedReader(const VarispeedBank& bank)
    : bank_(bank), left_(kWindow), right_(kWindow) {}

void VarispeedReader::fetch(const TrackAudio& audio, std::int64_t first, int frames) noexcept {
  first_ = first;
  const std::int64_t begin = std::clamp<std::int64_t>(first, 0, audio.frames);
  const std::int64_t end = std::clamp<std::int64_t>(first + frames, begin, audio.frames);
  const int silentBefore = static_cast<int>(std::clamp<std::int64_t>(begin - first, 0, frames));
  const int sounding = static_cast<int>(end - begin);
  std::fill_n(left_.data(), silentBefore, 0.0F);
  std::fill_n(right_.data(), silentBefore, 0.0F);
  float* left = left_.data() + silentBefore;
  float* right = right_.data() + silentBefore;
  const std::int16_t* source = audio.samples + 2 * begin;
  int i = 0;
  for (; i + 4 <= sounding; i += 4) {
    Int4 pairs;  // each lane: the right sample above the left one
    std::memcpy(&pairs, source + 2 * i, sizeof pairs);
    store4(left + i, __builtin_convertvector((pairs << 16) >> 16, Float4));
    store4(right + i, __builtin_convertvector(pairs >> 16, Float4));
  }
  for (; i < sounding; ++i) {
    left[i] = source[2 * i];
    right[i] = source[2 * i + 1];
  }
  std::fill_n(left + sounding, frames - silentBefore - sounding, 0.0F);
  std::fill_n(right + sounding, frames - silentBefore - sounding, 0.0F);
}

void VarispeedReader::interpolate(int index, std::int64_t whole, double fraction, float& left,
                                  float& right) const noexcept {
  const VarispeedBank::Filter& filter = bank_.filters()[index];
  const int taps = index == 0 ? VarispeedBank::kTaps : filter.taps;
  const double phase = fraction * filter.phases;
  const int row = static_cast<int>(phase);
  const Float4 between = splat4(static_cast<float>(phase - row));
  const float* coefficients = filter.rows.data() + static_cast<std::size_t>(row) * 2 * taps;
  const float* differences = coefficients + taps;
  const std::int64_t start = whole - (taps / 2 - 1) - first_;
  const float* l = left_.data() + start;
  const float* r = right_.data() + start;
  Float4 sumLeft{}, sumRight{};
  for (int t = 0; t < taps; t += 4) {
    const Float4 c = load4(coefficients + t) + between * load4(differences + t);
    sumLeft += c * load4(l + t);
    sumRight += c * load4(r + t);
  }
  left = sum4(sumLeft);
  right = sum4(sumRight);
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
  fetch(audio, first, static_cast<int>(length));
  for (int i = 0; i < frames; ++i) {
    const std::int64_t whole = floorToInt(positions[i]);
    const double fraction = positions[i] - static_cast<double>(whole);
    const Choice choice = choose(bank_.filters(), speeds[i]);
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
