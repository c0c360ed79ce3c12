#include "demo/mastering.h"

#include <array>
#include <span>

#include "demo/math.h"

namespace dju::demo {
namespace {

class Biquad {
 public:
  Biquad(std::array<double, 3> b, std::array<double, 2> a) : b_(b), a_(a) {}
  double process(double x) {
    const double y = b_[0] * x + z1_;
    z1_ = b_[1] * x - a_[0] * y + z2_;
    z2_ = b_[2] * x - a_[1] * y;
    return y;
  }

 private:
  std::array<double, 3> b_;
  std::array<double, 2> a_;
  double z1_ = 0, z2_ = 0;
};

// Squared K-weighted samples summed over steps of 100 ms (BS.1770-4, tables 1 and 2, at 48 kHz).
std::vector<double> weightedEnergy(const std::vector<float>& channel) {
  Biquad shelf({1.53512485958697, -2.69169618940638, 1.19839281085285},
               {-1.69065929318241, 0.73248077421585});
  Biquad high({1.0, -2.0, 1.0}, {-1.99004745483398, 0.99007225036621});
  constexpr std::size_t kStep = 4800;
  std::vector<double> steps(channel.size() / kStep);
  for (std::size_t i = 0; i < steps.size() * kStep; ++i) {
    const double y = high.process(shelf.process(static_cast<double>(channel[i])));
    steps[i / kStep] += y * y;
  }
  return steps;
}

double meanAbove(const std::vector<double>& blocks, double gate) {
  double sum = 0;
  int count = 0;
  for (const double energy : blocks) {
    if (energy <= gate) continue;
    sum += energy;
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

constexpr std::size_t kTaps = 24;
using PhaseTaps = std::array<std::array<float, kTaps>, 3>;

// Windowed sincs for the three points between two samples.
PhaseTaps interpolator() {
  PhaseTaps taps{};
  for (std::size_t phase = 0; phase < taps.size(); ++phase) {
    const double shift = static_cast<double>(phase + 1) / 4;
    for (std::size_t k = 0; k < kTaps; ++k) {
      const double x = static_cast<double>(k) - (kTaps / 2.0 - 1) - shift;
      const double sinc = sinTurns(x / 2) / (3.141592653589793 * x);
      const double window = 0.5 + 0.5 * cosTurns(x / (kTaps + 1));
      taps[phase][k] = static_cast<float>(sinc * window);
    }
  }
  return taps;
}

// The largest magnitude at and just after frame `i`, in both channels.
class PeakReader {
 public:
  explicit PeakReader(const Sample& sound) : sound_(sound) {}
  float at(std::size_t i) const {
    return std::max(channelPeak(sound_.left, i), channelPeak(sound_.right, i));
  }

 private:
  float channelPeak(const std::vector<float>& x, std::size_t i) const {
    const float own = std::abs(x[i]);
    if (i + 1 < kTaps / 2 || i + kTaps / 2 >= x.size()) return own;
    // Between quiet neighbours nothing can exceed full scale.
    if (own < 0.45F && std::abs(x[i + 1]) < 0.45F) return own;
    float peak = own;
    const float* window = &x[i + 1 - kTaps / 2];
    for (const auto& phase : taps_) {
      float sum = 0;
      for (std::size_t k = 0; k < kTaps; ++k) sum += phase[k] * window[k];
      peak = std::max(peak, std::abs(sum));
    }
    return peak;
  }
  const Sample& sound_;
  PhaseTaps taps_ = interpolator();
};

// Looks 1.5 ms ahead: the gain reaches what a peak needs by the time it arrives, along a smoothed
// ramp, and returns in 60 ms.
void limit(Sample& sound, float ceiling) {
  constexpr std::size_t kAhead = 72;
  const std::size_t size = sound.size();
  const PeakReader peaks(sound);
  std::vector<float> needed(size + kAhead, 1.0F);
  for (std::size_t i = 0; i < size; ++i) {
    const float peak = peaks.at(i);
    if (peak > ceiling) needed[i] = ceiling / peak;
  }
  // Sliding minimum over the window that lies ahead (monotonic queue of indices).
  std::vector<std::size_t> queue(size + kAhead);
  std::size_t head = 0;
  std::size_t tail = 0;
  std::size_t next = 0;
  const auto release = static_cast<float>(1 - expOf(-1 / (0.06 * 48000)));
  std::array<float, kAhead> recent;
  recent.fill(1);
  double sum = kAhead;
  float held = 1;
  for (std::size_t i = 0; i < size; ++i) {
    for (; next <= i + kAhead; ++next) {
      if (next >= needed.size()) break;
      while (tail > head && needed[queue[tail - 1]] >= needed[next]) --tail;
      queue[tail++] = next;
    }
    while (queue[head] < i) ++head;
    const float target = needed[queue[head]];
    held = target < held ? target : held + (target - held) * release;
    // The mean of the last kAhead values turns the step into a ramp that ends at the peak.
    float& slot = recent[i % kAhead];
    sum += static_cast<double>(held) - static_cast<double>(slot);
    slot = held;
    const auto gain = static_cast<float>(sum / kAhead);
    sound.left[i] *= gain;
    sound.right[i] *= gain;
  }
}

void scale(Sample& sound, float gain) {
  for (float& x : sound.left) x *= gain;
  for (float& x : sound.right) x *= gain;
}

// Rounds what stands far above the ceiling, as a clipper before the limiter does on club records:
// linear up to 70 %, then bent towards 1.15 times the ceiling.
void softClip(Sample& sound, float ceiling) {
  const float knee = 0.7F * ceiling;
  const float room = 0.45F * ceiling;
  for (auto* side : {&sound.left, &sound.right}) {
    for (float& x : *side) {
      const float magnitude = std::abs(x);
      if (magnitude <= knee) continue;
      const float bent = knee + room * saturate((magnitude - knee) / room);
      x = x < 0 ? -bent : bent;
    }
  }
}

}  // namespace

double integratedLoudness(const Sample& sound) {
  const std::vector<double> left = weightedEnergy(sound.left);
  const std::vector<double> right = weightedEnergy(sound.right);
  std::vector<double> blocks;  // mean squares over 400 ms, every 100 ms
  for (std::size_t i = 0; i + 4 <= left.size(); ++i) {
    double energy = 0;
    for (std::size_t k = i; k < i + 4; ++k) energy += left[k] + right[k];
    blocks.push_back(energy / (4 * 4800));
  }
  // Gates at −70 LUFS and 10 LU below what passes the first.
  const double absolute = exp2Of((-70 + 0.691) * 0.33219280948873623);
  const double relative = 0.1 * meanAbove(blocks, absolute);
  const double energy = meanAbove(blocks, std::max(absolute, relative));
  return energy > 0 ? -0.691 + 3.010299956639812 * log2Of(energy) : -70;
}

void master(Sample& sound, double targetLufs, double ceilingDb) {
  const auto ceiling = static_cast<float>(gainOfDb(ceilingDb));
  constexpr double kClippedAway = 1.2;  // LU that clipper and limiter usually cost
  scale(sound, static_cast<float>(gainOfDb(targetLufs + kClippedAway - integratedLoudness(sound))));
  softClip(sound, ceiling);
  limit(sound, ceiling);
  // What is still missing, in one more step; the limiter holds the ceiling again.
  const double missing = targetLufs - integratedLoudness(sound);
  scale(sound, static_cast<float>(gainOfDb(std::clamp(missing, -6.0, 3.0))));
  softClip(sound, ceiling);
  limit(sound, ceiling);
}

float truePeak(const Sample& sound) {
  const PeakReader peaks(sound);
  float peak = 0;
  for (std::size_t i = 0; i < sound.size(); ++i) peak = std::max(peak, peaks.at(i));
  return peak;
}

}  // namespace dju::demo
