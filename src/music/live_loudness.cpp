#include "music/live_loudness.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "core/time.h"

namespace dju::music {
namespace {

constexpr double kFloor = -70;  // LUFS: the absolute gate
constexpr std::size_t kTenth = kSampleRate / 10;
constexpr std::size_t kMomentaryTenths = 4;
constexpr std::size_t kTenthsPerSecond = 10;

using Stereo = double __attribute__((vector_size(16)));

// BS.1770-5, tables 1 and 2, at 48 kHz: the head's shelf, then the high-pass (whose numerator is
// 1, -2, 1).
constexpr double kShelfB0 = 1.53512485958697, kShelfB1 = -2.69169618940638;
constexpr double kShelfB2 = 1.19839281085285;
constexpr double kShelfA1 = -1.69065929318241, kShelfA2 = 0.73248077421585;
constexpr double kPassA1 = -1.99004745483398, kPassA2 = 0.99007225036621;

double lufs(double meanSquare) {
  return meanSquare > 0 ? std::max(kFloor, -0.691 + 10 * std::log10(meanSquare)) : kFloor;
}
double meanSquareOf(double lufs) {
  return std::pow(10, (lufs + 0.691) / 10);
}
double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

// The energy of the frames behind both filters, in transposed direct form II.
double LiveLoudness::filter(const float* interleaved, std::size_t frames) {
  const auto load = [](const std::array<double, 2>& from) { return Stereo{from[0], from[1]}; };
  Stereo a = load(filter_[0]), b = load(filter_[1]), c = load(filter_[2]), d = load(filter_[3]);
  Stereo energy{};
  for (std::size_t i = 0; i < frames; ++i) {
    const Stereo x{interleaved[2 * i], interleaved[2 * i + 1]};
    const Stereo shelved = kShelfB0 * x + a;
    a = kShelfB1 * x - kShelfA1 * shelved + b;
    b = kShelfB2 * x - kShelfA2 * shelved;
    const Stereo y = shelved + c;
    c = -2 * shelved - kPassA1 * y + d;
    d = shelved - kPassA2 * y;
    energy += y * y;
  }
  const Stereo* const after[] = {&a, &b, &c, &d};
  for (std::size_t i = 0; i < filter_.size(); ++i) filter_[i] = {(*after[i])[0], (*after[i])[1]};
  return energy[0] + energy[1];
}

void LiveLoudness::push(std::span<const float> interleaved) {
  const float* in = interleaved.data();
  for (std::size_t left = interleaved.size() / kChannels; left > 0;) {
    const std::size_t frames = std::min(left, kTenth - framesInTenth_);
    energy_ += filter(in, frames);
    framesInTenth_ += frames;
    if (framesInTenth_ == kTenth) endTenth();
    in += frames * kChannels;
    left -= frames;
  }
}

void LiveLoudness::endTenth() {
  tenths_[count_ % tenths_.size()] = energy_ / kTenth;
  ++count_;
  energy_ = 0;
  framesInTenth_ = 0;
  const double gate = meanSquareOf(kFloor);
  if (count_ >= kMomentaryTenths) {
    const double block = meanOfLast(kMomentaryTenths);
    if (block >= gate) blocks_.push_back(block);
  }
  if (count_ >= kShortTermTenths && count_ % kTenthsPerSecond == 0) {
    const double shortTerm = meanOfLast(kShortTermTenths);
    if (shortTerm >= gate) shortTerms_.push_back(shortTerm);
  }
  // In silence the filters would go on with ever smaller numbers, at last by denormal ones.
  for (auto& sides : filter_) {
    for (double& value : sides) value = std::abs(value) < 1e-100 ? 0 : value;
  }
}

// What has not been yet counts as silence.
double LiveLoudness::meanOfLast(std::size_t tenths) const {
  double sum = 0;
  for (std::size_t i = 1; i <= std::min(tenths, count_); ++i)
    sum += tenths_[(count_ - i) % tenths_.size()];
  return sum / static_cast<double>(tenths);
}

double LiveLoudness::momentary() const {
  return lufs(meanOfLast(kMomentaryTenths));
}
double LiveLoudness::shortTerm() const {
  return lufs(meanOfLast(kShortTermTenths));
}

// Of the blocks that are at most 10 LU below the mean of all.
double LiveLoudness::integrated() const {
  if (blocks_.empty()) return kFloor;
  const double gate = mean(blocks_) * 0.1;
  double sum = 0, count = 0;
  for (const double block : blocks_) {
    if (block < gate) continue;
    sum += block;
    ++count;
  }
  return lufs(sum / count);
}

// Tech 3342: from the 10th to the 95th of a hundred short-term values, of those that are at most
// 20 LU below their mean.
double LiveLoudness::range() const {
  if (shortTerms_.empty()) return 0;
  std::vector<double> heard;
  const double gate = mean(shortTerms_) * 0.01;
  std::copy_if(shortTerms_.begin(), shortTerms_.end(), std::back_inserter(heard),
               [&](double value) { return value >= gate; });
  std::sort(heard.begin(), heard.end());
  const auto at = [&](double share) {
    return heard[static_cast<std::size_t>(
        std::lround(share * static_cast<double>(heard.size() - 1)))];
  };
  return 10 * std::log10(at(0.95) / at(0.10));
}

}  // namespace dju::music
