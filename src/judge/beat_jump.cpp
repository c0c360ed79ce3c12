#include "judge/beat_jump.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/time.h"

namespace dju::judge {
namespace {

using Rise = music::FineOnsets::Rise;

constexpr double kRate = static_cast<double>(kSampleRate) / music::kFineOnsetHop;  // a second
constexpr double kShortest = 6;                                                    // seconds
constexpr double kFarthest = 60;  // seconds to count on: people's tempos are not that steady
constexpr double kFastest = 60.0 / 200, kSlowest = 60.0 / 60;  // s a beat
constexpr double kUsual = 60.0 / 125;  // where several multiples of a beat repeat as well
constexpr double kApart = 0.06;
constexpr std::size_t kPhases = 192;
constexpr std::size_t kQuarter = kPhases / 4;
// Than within a quarter of a beat they lie on each other, where two records are said to be further
// apart: kicks, snares and hats between them are nearly as alike in some records. Ratios were up to
// 1.03 where that was wrong and from 1.15 on where it was right (docs/judging.md).
constexpr double kClearlyMoreAlike = 1.1;
// How much more phases differ than they would if onsets fell anywhere. Noise has 1 to 2, music with
// a beat 5 and more.
constexpr double kHasABeat = 3;
// Of lines through a passage: how much faster the second may run, and in which steps that is tried.
constexpr double kDriftStep = 0.0005;
constexpr int kDriftSteps = 120;  // to 6 %, as far as a beat is kept
constexpr double kFewestBeats = 4;
// What a line has to explain more than the jump does, in parts: hats between the beats, and what a
// codec leaves of onsets, make up to .08 of it, tempos that are .3 % off and more .13 and more
// (docs/judging.md).
constexpr double kClearlyBetter = 0.1;
// From here on two records' beats are too alike in a range for the two to be told apart.
constexpr double kAlike = 1e-3;

using Profile = std::array<std::array<double, kPhases>, music::kFineOnsetBands>;

class Part {
 public:
  Part(const std::vector<Rise>& all, const Stretch& stretch)
      : begin_(static_cast<std::size_t>(std::lround(std::max(0.0, stretch.from) * kRate))),
        rises_(std::span(all).subspan(
            std::min(begin_, all.size()),
            std::min(all.size(), static_cast<std::size_t>(
                                     std::lround(std::max(stretch.from, stretch.to) * kRate))) -
                std::min(begin_, all.size()))) {}

  double seconds() const { return static_cast<double>(rises_.size()) / kRate; }

  // The tempo at which onsets repeat most, over four beats.
  double roughPeriod() const {
    std::vector<double> curve(rises_.size());
    double mean = 0;
    for (std::size_t i = 0; i < curve.size(); ++i) {
      for (const float rise : rises_[i]) curve[i] += static_cast<double>(rise);
      mean += curve[i] / static_cast<double>(curve.size());
    }
    // A beat is as wide as 10 ms here: two players' are never closer.
    std::vector<double> wide(curve.size());
    for (std::size_t i = 2; i + 2 < curve.size(); ++i)
      for (std::size_t k = i - 2; k <= i + 2; ++k) wide[i] += curve[k] - mean;
    const auto repeats = [&](double lag) {
      const auto whole = static_cast<std::size_t>(std::lround(lag));
      double sum = 0;
      for (std::size_t i = whole; i < wide.size(); ++i) sum += wide[i] * wide[i - whole];
      return sum / static_cast<double>(wide.size() - std::min(whole, wide.size() - 1));
    };
    double best = 0, most = 0;
    for (double lag = kFastest * kRate; lag <= kSlowest * kRate; lag += 0.5) {
      double sum = 0;
      for (int beats = 1; beats <= 4; ++beats) sum += std::max(0.0, repeats(beats * lag));
      const double octaves = std::log2(lag / kRate / kUsual);
      sum *= std::exp(-octaves * octaves / 2);
      if (sum <= most) continue;
      most = sum;
      best = lag / kRate;
    }
    return best;
  }

  // Near `about`, within `share` of it: where the profile is sharpest.
  double period(double about, double share) const {
    // Onsets are 10 ms wide and half a minute of them counts: between steps wider than this the
    // right one would be missed.
    constexpr double kFirstStep = 4e-4, kLastStep = 5e-6;
    double best = about, most = 0;
    for (double step = kFirstStep; step > kLastStep; share = step, step /= 8) {
      const double middle = best;
      for (double off = -share; off <= share; off += step) {
        const double sharp = sharpness(profile(middle * (1 + off), 0));
        if (sharp <= most) continue;
        most = sharp;
        best = middle * (1 + off);
      }
    }
    return best;
  }

  // Onsets by phase of a beat of this length that begins at `origin` seconds.
  Profile profile(double period, double origin) const {
    Profile profile{};
    const double step = 1 / (period * kRate);
    double phase = (static_cast<double>(begin_) / kRate - origin) / period;
    for (const Rise& rise : rises_) {
      const double place = (phase - std::floor(phase)) * kPhases;
      const auto at = static_cast<std::size_t>(place) % kPhases;
      const double part = place - std::floor(place);
      for (std::size_t b = 0; b < rise.size(); ++b) {
        profile[b][at] += (1 - part) * static_cast<double>(rise[b]);
        profile[b][(at + 1) % kPhases] += part * static_cast<double>(rise[b]);
      }
      phase += step;
    }
    return profile;
  }

  // Of a profile of this part: the phases' variance over what it would be by chance (an F ratio),
  // all ranges together.
  double distinctness(const Profile& profile) const {
    const double each = static_cast<double>(rises_.size()) / kPhases;
    double between = 0, within = 0;
    for (std::size_t b = 0; b < profile.size(); ++b) {
      double sum = 0, squares = 0;
      for (const Rise& rise : rises_) {
        sum += static_cast<double>(rise[b]);
        squares += static_cast<double>(rise[b]) * static_cast<double>(rise[b]);
      }
      const double count = static_cast<double>(rises_.size()), middle = sum / count;
      within += squares / count - middle * middle;
      for (const double phase : profile[b])
        between += (phase / each - middle) * (phase / each - middle) / kPhases * each;
    }
    return within > 0 ? between / within : 0;
  }

  // Variance of the phases over their squared mean, all ranges together.
  static double sharpness(const Profile& profile) {
    double variance = 0, level = 0;
    for (const auto& band : profile) {
      double sum = 0, squares = 0;
      for (const double value : band) {
        sum += value;
        squares += value * value;
      }
      variance += squares / kPhases - sum / kPhases * sum / kPhases;
      level += sum / kPhases * sum / kPhases;
    }
    return level > 0 ? variance / level : 0;
  }

 private:
  std::size_t begin_;
  std::span<const Rise> rises_;
};

// Smoothed over ±5 ms or so, about its mean and of unit size: ranges count alike.
Profile prepared(const Profile& profile) {
  constexpr std::array<double, 5> kKernel = {1, 2, 3, 2, 1};
  Profile out{};
  for (std::size_t b = 0; b < profile.size(); ++b) {
    double mean = 0, squares = 0;
    for (std::size_t p = 0; p < kPhases; ++p) {
      for (std::size_t k = 0; k < kKernel.size(); ++k)
        out[b][p] += kKernel[k] * profile[b][(p + kPhases + k - 2) % kPhases];
      mean += out[b][p] / kPhases;
    }
    for (double& value : out[b]) {
      value -= mean;
      squares += value * value;
    }
    if (squares <= 0) continue;
    for (double& value : out[b]) value /= std::sqrt(squares);
  }
  return out;
}

using Shifts = std::array<double, kPhases>;

double dot(const Shifts& a, const Shifts& b, std::size_t shift = 0) {
  double sum = 0;
  for (std::size_t p = 0; p < kPhases; ++p) sum += a[p] * b[(p + kPhases - shift) % kPhases];
  return sum;
}

// By how many phases `second` has to be moved back to lie on `first`, within half a beat.
double shiftBetween(const Profile& first, const Profile& second) {
  Shifts likeness{};
  for (std::size_t shift = 0; shift < kPhases; ++shift)
    for (std::size_t b = 0; b < first.size(); ++b)
      likeness[shift] += dot(second[b], first[b], shift);
  const auto likeliest = [&](auto&& counts) {
    std::size_t best = 0;
    for (std::size_t shift = 0; shift < kPhases; ++shift)
      if (counts(shift) && (!counts(best) || likeness[shift] > likeness[best])) best = shift;
    return best;
  };
  const auto isNear = [](std::size_t shift) {
    return shift <= kQuarter || shift >= kPhases - kQuarter;
  };
  std::size_t best = likeliest(isNear);
  const std::size_t far = likeliest([&](std::size_t shift) { return !isNear(shift); });
  if (likeness[far] > kClearlyMoreAlike * likeness[best]) best = far;
  // The top of the parabola through it and its neighbours.
  const double a = likeness[(best + kPhases - 1) % kPhases], b = likeness[best],
               c = likeness[(best + 1) % kPhases];
  const double bend = a - 2 * b + c;
  const double top = bend < 0 ? std::clamp((a - c) / (2 * bend), -0.5, 0.5) : 0;
  const double shift = static_cast<double>(best) + top;
  return best < kPhases / 2 ? shift : shift - static_cast<double>(kPhases);
}

// Two records' beats as they sound alone, and how much of a beat in which both may be heard they
// explain, by how far the second's has to be moved for it.
class BothBeats {
 public:
  BothBeats(const Profile& first, const Profile& second) : first_(first), second_(second) {
    for (std::size_t b = 0; b < first.size(); ++b) {
      firstSquare_[b] = dot(first_[b], first_[b]);
      secondSquare_[b] = dot(second_[b], second_[b]);
      for (std::size_t shift = 0; shift < kPhases; ++shift)
        product_[b][shift] = dot(first_[b], second_[b], shift);
    }
  }

  // Shares of the variance, summed over the ranges: least squares with what of each record is
  // heard, which is not less than nothing.
  Shifts explained(const Profile& heard) const {
    Shifts explained{};
    for (std::size_t b = 0; b < heard.size(); ++b) {
      const double all = dot(heard[b], heard[b]);
      const double aa = firstSquare_[b], bb = secondSquare_[b];
      if (all <= 0 || aa <= 0 || bb <= 0) continue;
      const double a = dot(heard[b], first_[b]);
      for (std::size_t shift = 0; shift < kPhases; ++shift) {
        const double ab = product_[b][shift], c = dot(heard[b], second_[b], shift);
        const double apart = std::max(aa * bb - ab * ab, kAlike * aa * bb);
        const double ofFirst = (a * bb - c * ab) / apart, ofSecond = (c * aa - a * ab) / apart;
        const double one = std::max(std::max(a, 0.0) * a / aa, std::max(c, 0.0) * c / bb);
        const double both = ofFirst * a + ofSecond * c;
        explained[shift] += (ofFirst > 0 && ofSecond > 0 ? both : one) / all;
      }
    }
    return explained;
  }

 private:
  Profile first_, second_;
  std::array<double, music::kFineOnsetBands> firstSquare_{}, secondSquare_{};
  std::array<Shifts, music::kFineOnsetBands> product_{};
};

struct HeardBeat {
  double at = 0;      // seconds from the passage's middle
  double counts = 0;  // 0 to 1: little where one of the two is hardly heard
  Shifts explained{};
};

double explainedBy(const std::vector<HeardBeat>& beats, double shift, double shiftASecond) {
  double sum = 0;
  for (const HeardBeat& beat : beats) {
    const double place = shift + shiftASecond * beat.at;
    const double whole = std::floor(place), part = place - whole;
    const auto at =
        static_cast<std::size_t>(static_cast<long>(whole - std::floor(whole / kPhases) * kPhases)) %
        kPhases;
    sum +=
        beat.counts * ((1 - part) * beat.explained[at] + part * beat.explained[(at + 1) % kPhases]);
  }
  return sum;
}

}  // namespace

void BeatJump::hear(std::span<const float> mono) {
  onsets_.push(mono, [this](const Rise& rise) { rises_.push_back(rise); });
}

std::optional<BeatJump::Found> BeatJump::find(const Stretch& first, const Stretch& second) const {
  const Part before(rises_, first), after(rises_, second);
  if (before.seconds() < kShortest || after.seconds() < kShortest) return {};
  if (second.from - first.to > kFarthest) return {};
  const double rough = before.roughPeriod();
  if (rough <= 0) return {};
  Found found;
  found.ofFirst = before.period(rough, 0.02);
  found.ofSecond = after.period(found.ofFirst, kApart);
  found.middle = (first.to + second.from) / 2;
  const Profile one = before.profile(found.ofFirst, found.middle);
  const Profile two = after.profile(found.ofSecond, found.middle);
  if (before.distinctness(one) < kHasABeat || after.distinctness(two) < kHasABeat) return {};
  const double shift = shiftBetween(prepared(one), prepared(two));
  found.milliseconds = 1000 * shift / kPhases * found.ofSecond;
  return found;
}

BeatJump::Course BeatJump::course(const Found& found, const Stretch& first, const Stretch& second,
                                  const Stretch& passage) const {
  const double beat = found.ofFirst, half = (passage.to - passage.from) / 2;
  const double middle = passage.from + half;
  Course course;
  course.drift = 1000 * (found.ofSecond / beat - 1);
  course.milliseconds = found.milliseconds + course.drift * (middle - found.middle);
  if (2 * half < kFewestBeats * beat) return course;
  const BothBeats both(prepared(Part(rises_, first).profile(beat, found.middle)),
                       prepared(Part(rises_, second).profile(found.ofSecond, found.middle)));
  std::vector<HeardBeat> beats;
  for (double from = passage.from; from + beat <= passage.to; from += beat / 2) {
    const Part part(rises_, {from, from + beat});
    HeardBeat& now = beats.emplace_back();
    now.at = from + beat / 2 - middle;
    now.counts = 1 - std::abs(now.at) / half / 2;
    now.explained = both.explained(prepared(part.profile(beat, found.middle)));
  }
  const double aPhase = 1000 * beat / kPhases;  // ms
  const double expected = explainedBy(beats, (course.milliseconds - found.milliseconds) / aPhase,
                                      course.drift / aPhase);
  double most = (1 + kClearlyBetter) * expected;
  Course best = course;
  for (int step = -kDriftSteps; step <= kDriftSteps; ++step) {
    const double drift = 1000 * kDriftStep * step;
    for (std::size_t shift = 0; shift < kPhases; ++shift) {
      const double explained = explainedBy(beats, static_cast<double>(shift), drift / aPhase);
      if (explained <= most) continue;
      most = explained;
      const double later = found.milliseconds + static_cast<double>(shift) * aPhase;
      best.milliseconds = later - 1000 * beat * std::nearbyint(later / (1000 * beat));
      best.drift = drift;
    }
  }
  return best;
}

}  // namespace dju::judge
