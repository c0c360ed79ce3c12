#include "engine/dsp/vocoder.h"

#include <algorithm>
#include <cstring>

#include "engine/dsp/math.h"
#include "engine/dsp/track_samples.h"

namespace dju::engine {
namespace {

constexpr int kHalf = Fourier::kSize / 2;
constexpr double kSlowestToMeet = 0.25;
constexpr float kAttackRise = 2;      // in power, of a peak within a hop, that an attack has made
constexpr float kOverlap = 1 / 1.5F;  // four squared Hann windows make 1.5

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

// The source itself from `first` on.
void PhaseVocoder::read(const TrackAudio& audio, double first, double pitch, int frames,
                        float* left, float* right) noexcept {
  if (pitch == 1) return copyTrack(audio, floorToInt(first), frames, left, right);
  double positions[kBlockFrames], speeds[kBlockFrames];
  for (int done = 0; done < frames; done += kBlockFrames) {
    const int n = std::min(kBlockFrames, frames - done);
    for (int i = 0; i < n; ++i) {
      positions[i] = first + pitch * (done + i);
      speeds[i] = pitch;
    }
    reader_.read(audio, positions, speeds, n, left + done, right + done);
  }
}

// The spectrum of the source around `centre`, both channels as the parts of one complex signal.
void PhaseVocoder::analyse(const TrackAudio& audio, double centre, double pitch,
                           Frame& to) noexcept {
  read(audio, centre - pitch * kHalf, pitch, kSize, to.re.data(), to.im.data());
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

// The source as it is takes the place of the windows that would have begun before now, so that
// beginning anew costs hardly more than going on.
void PhaseVocoder::begin(const TrackAudio& audio, double position, double pitch) noexcept {
  constexpr int kEarlier = kSize - kHop;
  std::fill(left_.begin(), left_.end(), 0.0F);
  std::fill(right_.begin(), right_.end(), 0.0F);
  read(audio, position, pitch, kEarlier, left_.data(), right_.data());
  for (int i = 0; i < kEarlier; ++i) {
    float share = 0;
    for (int k = i + kHop; k < kSize; k += kHop) share += hann_[k] * hann_[k];
    left_[i] *= share * kOverlap;
    right_[i] *= share * kOverlap;
  }
  analyse(audio, position + pitch * (kHalf - kHop), pitch, last_);
}

// The window that begins now.
void PhaseVocoder::addWindow(const TrackAudio& audio, Place place, double pitch) noexcept {
  analyse(audio, place.centre, pitch, now_);
  analyse(audio, place.centre - pitch * kHop, pitch, before_);
  turnLike(last_, before_, place.attack);
  std::copy(now_.re.begin(), now_.re.end(), last_.re.begin());
  std::copy(now_.im.begin(), now_.im.end(), last_.im.begin());
  fourier_.inverse(now_.re.data(), now_.im.data());
  constexpr float kScale = kOverlap / kSize;
  for (int i = 0; i < kSize; ++i) {
    left_[i] += now_.re[i] * hann_[i] * kScale;
    right_[i] += now_.im[i] * hann_[i] * kScale;
  }
}

void PhaseVocoder::step(const TrackAudio& audio, double position, double speed,
                        double pitch) noexcept {
  Place place = placeFor(position + speed * kHalf, speed, pitch);
  if (pitch == 1) {  // whole frames are read as they are stored
    position = static_cast<double>(floorToInt(position + 0.5));
    place.centre = static_cast<double>(floorToInt(place.centre + 0.5));
  }
  if (fresh_) {
    fresh_ = false;
    begin(audio, position, pitch);
  } else {
    std::memmove(left_.data(), left_.data() + kHop, (kSize - kHop) * sizeof(float));
    std::memmove(right_.data(), right_.data() + kHop, (kSize - kHop) * sizeof(float));
    std::fill(left_.end() - kHop, left_.end(), 0.0F);
    std::fill(right_.end() - kHop, right_.end(), 0.0F);
  }
  addWindow(audio, place, pitch);
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
