#include "engine/dsp/vocoder.h"

#include <algorithm>
#include <cstring>

#include "engine/dsp/math.h"
#include "engine/dsp/track_samples.h"

namespace dju::engine {
namespace {

constexpr int kHalf = Fourier::kSize / 2;
constexpr double kSlowestToMeet = 0.25;
constexpr float kAttackRise = 2;  // in power, of a peak within a hop, that an attack has made

int mirrorOf(int k) noexcept {
  return (Fourier::kSize - k) % Fourier::kSize;
}

// Four steps of Newton's from a guess by the exponent; no libm.
float inverseRoot(float x) noexcept {
  float y = __builtin_bit_cast(float, 0x5f3759df - (__builtin_bit_cast(std::int32_t, x) >> 1));
  for (int i = 0; i < 4; ++i) y *= 1.5F - 0.5F * x * y * y;
  return y;
}

}  // namespace

// The spectrum of the source around `centre`, both channels as the parts of one complex signal.
void PhaseVocoder::analyse(const TrackAudio& audio, double centre, double pitch,
                           Frame& to) noexcept {
  if (pitch == 1) {
    copyTrack(audio, floorToInt(centre) - kSize / 2, kSize, to.re.data(), to.im.data());
  } else {
    double positions[kBlockFrames], speeds[kBlockFrames];
    for (int done = 0; done < kSize; done += kBlockFrames) {
      const int n = std::min(kBlockFrames, kSize - done);
      for (int i = 0; i < n; ++i) {
        positions[i] = centre + pitch * (done + i - kHalf);
        speeds[i] = pitch;
      }
      reader_.read(audio, positions, speeds, n, to.re.data() + done, to.im.data() + done);
    }
  }
  for (int i = 0; i < kSize; ++i) {
    to.re[i] *= hann_[i];
    to.im[i] *= hann_[i];
  }
  fourier_.forward(to.re.data(), to.im.data());
}

// Bins [from, until) and their mirror images by the angle of re + i im.
void PhaseVocoder::turn(int from, int until, float re, float im) noexcept {
  for (int k = from; k < until; ++k) {
    const float x = now_.re[k], y = now_.im[k];
    now_.re[k] = x * re - y * im;
    now_.im[k] = x * im + y * re;
    const int mirror = mirrorOf(k);
    if (mirror == k) continue;
    const float u = now_.re[mirror], v = now_.im[mirror];
    now_.re[mirror] = u * re + v * im;
    now_.im[mirror] = v * re - u * im;
  }
}

// The transient nearest to the window's middle decides. A record that hardly turns, or backwards,
// is on its way out of here.
PhaseVocoder::Place PhaseVocoder::placeFor(double position, double speed, double pitch) noexcept {
  if (!(speed >= kSlowestToMeet)) return {position, false};
  const auto reach = static_cast<std::int64_t>(kHalf * speed);
  const std::int64_t middle = floorToInt(position);
  const std::int64_t next = transients_.next(middle + 1, middle + reach);
  const std::int64_t last = transients_.last(middle, middle - reach);
  if (next < 0 && last < 0) return {position, false};
  const bool ahead = last < 0 || (next >= 0 && next - middle < middle - last);
  const auto transient = static_cast<double>(ahead ? next : last);
  return {transient - (transient - position) * pitch / speed, true};
}

// Each peak of now_ by as much as `last` is ahead of `before` there, with the bins about it; under
// an attack those that it made stay as they are.
void PhaseVocoder::turnLike(const Frame& last, const Frame& before, bool attack) noexcept {
  for (int k = 0; k < kBins; ++k) {
    const int m = mirrorOf(k);
    power_[k] = now_.re[k] * now_.re[k] + now_.im[k] * now_.im[k] + now_.re[m] * now_.re[m] +
                now_.im[m] * now_.im[m];
  }
  const auto ahead = [&](int k, float& re, float& im) {
    const int m = mirrorOf(k);  // holds the conjugate of the other combination of the channels
    if (attack) {
      const float was = before.re[k] * before.re[k] + before.im[k] * before.im[k] +
                        before.re[m] * before.re[m] + before.im[m] * before.im[m];
      if (power_[k] > kAttackRise * was) {
        re = 1;
        im = 0;
        return;
      }
    }
    re = last.re[k] * before.re[k] + last.im[k] * before.im[k] + last.re[m] * before.re[m] +
         last.im[m] * before.im[m];
    im = last.im[k] * before.re[k] - last.re[k] * before.im[k] + last.re[m] * before.im[m] -
         last.im[m] * before.re[m];
    const float square = re * re + im * im;
    if (!(square > 1e-12F) || !(square < 1e37F)) {
      re = 1;
      im = 0;
      return;
    }
    const float scale = inverseRoot(square);
    re *= scale;
    im *= scale;
  };
  int from = 1, peak = -1;
  for (int k = 2; k < kBins - 2; ++k) {
    const float p = power_[k];
    if (!(p > power_[k - 1] && p >= power_[k + 1] && p > power_[k - 2] && p >= power_[k + 2])) {
      continue;
    }
    if (peak >= 0) {
      // The border lies where it is quietest between two peaks.
      const auto border = std::min_element(power_.begin() + peak, power_.begin() + k);
      const auto until = static_cast<int>(border - power_.begin());
      float re = 1, im = 0;
      ahead(peak, re, im);
      turn(from, until, re, im);
      from = until;
    }
    peak = k;
  }
  if (peak < 0) return;
  float re = 1, im = 0;
  ahead(peak, re, im);
  turn(from, kBins - 1, re, im);
}

// A window whose first frame comes out `offset` frames from now.
void PhaseVocoder::addWindow(const TrackAudio& audio, Place place, double pitch,
                             int offset) noexcept {
  double centre = place.centre;
  if (pitch == 1) centre = static_cast<double>(floorToInt(centre + 0.5));
  analyse(audio, centre, pitch, now_);
  if (!first_) {
    analyse(audio, centre - pitch * kHop, pitch, before_);
    turnLike(last_, before_, place.attack);
  }
  first_ = false;
  std::copy(now_.re.begin(), now_.re.end(), last_.re.begin());
  std::copy(now_.im.begin(), now_.im.end(), last_.im.begin());
  fourier_.inverse(now_.re.data(), now_.im.data());
  constexpr float kScale = 1.0F / (kSize * 1.5F);  // four squared Hann windows make 1.5
  for (int i = std::max(0, -offset); i < kSize; ++i) {
    left_[i + offset] += now_.re[i] * hann_[i] * kScale;
    right_[i + offset] += now_.im[i] * hann_[i] * kScale;
  }
}

void PhaseVocoder::step(const TrackAudio& audio, double position, double speed,
                        double pitch) noexcept {
  if (fresh_) {
    fresh_ = false;
    first_ = true;
    std::fill(left_.begin(), left_.end(), 0.0F);
    std::fill(right_.begin(), right_.end(), 0.0F);
    for (int n = 3; n >= 1; --n) {
      addWindow(audio, placeFor(position + speed * (kHalf - n * kHop), speed, pitch), pitch,
                -n * kHop);
    }
  } else {
    std::memmove(left_.data(), left_.data() + kHop, (kSize - kHop) * sizeof(float));
    std::memmove(right_.data(), right_.data() + kHop, (kSize - kHop) * sizeof(float));
    std::fill(left_.end() - kHop, left_.end(), 0.0F);
    std::fill(right_.end() - kHop, right_.end(), 0.0F);
  }
  addWindow(audio, placeFor(position + speed * kHalf, speed, pitch), pitch, 0);
  done_ = 0;
}

void PhaseVocoder::render(const TrackAudio& audio, const double* positions, const double* speeds,
                          const double* pitches, int frames, float* left, float* right) noexcept {
  for (int i = 0; i < frames;) {
    if (fresh_ || done_ == kHop) step(audio, positions[i], speeds[i], pitches[i]);
    const int n = std::min(frames - i, kHop - done_);
    std::copy_n(left_.data() + done_, n, left + i);
    std::copy_n(right_.data() + done_, n, right + i);
    done_ += n;
    i += n;
  }
}

}  // namespace dju::engine
