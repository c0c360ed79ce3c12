#include "judge/bar_jump.h"

#include <algorithm>
#include <cmath>

namespace dju::judge {
namespace {

constexpr int kFramesAMoment = 4;
constexpr double kRate = 25;            // moments a second
constexpr std::size_t kFirstBand = 10;  // of the mel bands: from 250 Hz or so, above the kick
constexpr int kBeatsABar = 4, kBarsAPhrase = 8;
constexpr std::size_t kPhasesABeat = 24;
// What is compared may lie so far beside whole beats: a quarter of one, as beats are found.
constexpr int kBeside = 6;
// From likeness to chances. With 6 and 4 the likeliest were right more often than they said on the
// jury's music of other seeds (.99 against .93, .82 against .34).
constexpr double kBarsCertainty = 8, kPhrasesCertainty = 12;

// By phase of `beats` beats of `period` seconds, phase 0 at `origin`, means over `values`, one each
// moment from `from` seconds on; about their mean and of unit size.
std::vector<double> folded(std::span<const double> values, double from, double period, int beats,
                           double origin) {
  const std::size_t phases = kPhasesABeat * static_cast<std::size_t>(beats);
  std::vector<double> sums(phases), counts(phases, 1e-9);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double turns =
        (from + static_cast<double>(i) / kRate - origin) / (period * static_cast<double>(beats));
    const double place = (turns - std::floor(turns)) * static_cast<double>(phases);
    const auto at = static_cast<std::size_t>(place) % phases;
    const double part = place - std::floor(place);
    sums[at] += (1 - part) * values[i];
    counts[at] += 1 - part;
    sums[(at + 1) % phases] += part * values[i];
    counts[(at + 1) % phases] += part;
  }
  double mean = 0, squares = 0;
  for (std::size_t i = 0; i < phases; ++i) {
    sums[i] /= counts[i];
    mean += sums[i] / static_cast<double>(phases);
  }
  for (double& value : sums) {
    value -= mean;
    squares += value * value;
  }
  if (squares > 0)
    for (double& value : sums) value /= std::sqrt(squares);
  return sums;
}

// How alike the two are, at best, when the second is moved back by `phases` or a little beside.
double likeness(const std::vector<double>& first, const std::vector<double>& second, int phases) {
  const auto count = static_cast<int>(first.size());
  double best = -1;
  for (int off = phases - kBeside; off <= phases + kBeside; ++off) {
    double sum = 0;
    for (int p = 0; p < count; ++p)
      sum += first[static_cast<std::size_t>(p)] *
             second[static_cast<std::size_t>((p + off + count) % count)];
    best = std::max(best, sum);
  }
  return best;
}

void intoChances(BarJump::Chances& likenesses, std::size_t count, double certainty) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += std::exp(certainty * likenesses.of[i]);
  for (std::size_t i = 0; i < count; ++i)
    likenesses.of[i] = std::exp(certainty * likenesses.of[i]) / sum;
}

double bars(const Stretch& stretch, double period) {
  return (stretch.to - stretch.from) / (kBeatsABar * period);
}

}  // namespace

void BarJump::hear(std::span<const float> levels) {
  for (std::size_t b = 0; b < kBands; ++b) now_.level[b] += levels[kFirstBand + b] / kFramesAMoment;
  now_.downbeat += 1 / (1 + std::exp(-network_.hear(levels).downbeat)) / kFramesAMoment;
  if (++frames_ < kFramesAMoment) return;
  moments_.push_back(now_);
  now_ = {};
  frames_ = 0;
}

// At each moment of the stretch: RMS over the bands of what the bar after it has more or less than
// the bar before it, dB.
std::vector<double> BarJump::changesIn(const Stretch& stretch, double barSeconds) const {
  const auto bar = static_cast<std::size_t>(std::lround(barSeconds * kRate));
  const auto begin = static_cast<std::size_t>(std::lround(stretch.from * kRate));
  if (moments_.size() < begin + bar) return {};
  const auto end =
      std::min(static_cast<std::size_t>(std::lround(stretch.to * kRate)), moments_.size() - bar);
  std::vector<double> changes;
  std::array<double, kBands> before{}, after{};
  for (std::size_t b = 0; b < kBands; ++b) {
    for (std::size_t m = 0; m < bar; ++m) {
      before[b] += static_cast<double>(moments_[begin - bar + m].level[b]);
      after[b] += static_cast<double>(moments_[begin + m].level[b]);
    }
  }
  for (std::size_t at = begin; at < end; ++at) {
    double squares = 0;
    for (std::size_t b = 0; b < kBands; ++b) {
      const double change = (after[b] - before[b]) / static_cast<double>(bar);
      squares += change * change / kBands;
      const auto level = [&](std::size_t m) { return static_cast<double>(moments_[m].level[b]); };
      before[b] += level(at) - level(at - bar);
      after[b] += level(at + bar) - level(at);
    }
    changes.push_back(std::sqrt(squares));
  }
  return changes;
}

std::optional<BarJump::Chances> BarJump::bars(const BeatJump::Found& beats, const Stretch& first,
                                              const Stretch& second) const {
  constexpr double kFewest = 6;
  if (judge::bars(first, beats.ofFirst) < kFewest || judge::bars(second, beats.ofSecond) < kFewest)
    return {};
  struct Told {
    std::vector<double> downbeats, changes;
  };
  const auto told = [&](const Stretch& stretch, double period) {
    const double bar = kBeatsABar * period;
    // The network answers for the frame it lags behind.
    const double late = network_.delay() / 100;
    std::vector<double> downbeats;
    const auto last =
        std::min(static_cast<std::size_t>((stretch.to + late) * kRate), moments_.size());
    for (auto m = static_cast<std::size_t>((stretch.from + late) * kRate); m < last; ++m)
      downbeats.push_back(static_cast<double>(moments_[m].downbeat));
    const Stretch inner{stretch.from + bar, stretch.to - bar - 1 / kRate};
    return Told{folded(downbeats, stretch.from, period, kBeatsABar, beats.middle),
                folded(changesIn(inner, bar), inner.from, period, kBeatsABar, beats.middle)};
  };
  const Told one = told(first, beats.ofFirst), two = told(second, beats.ofSecond);
  Chances chances;
  for (int beat = 0; beat < kBeatsABar; ++beat) {
    const int phases = beat * static_cast<int>(kPhasesABeat);
    chances.of[static_cast<std::size_t>(beat)] =
        likeness(one.downbeats, two.downbeats, phases) + likeness(one.changes, two.changes, phases);
  }
  intoChances(chances, kBeatsABar, kBarsCertainty);
  return chances;
}

std::optional<BarJump::Chances> BarJump::phrases(const BeatJump::Found& beats, const Stretch& first,
                                                 const Stretch& second) const {
  constexpr double kFewest = 10;
  if (judge::bars(first, beats.ofFirst) < kFewest || judge::bars(second, beats.ofSecond) < kFewest)
    return {};
  constexpr int kBeats = kBeatsABar * kBarsAPhrase;
  const auto told = [&](const Stretch& stretch, double period) {
    const double bar = kBeatsABar * period;
    const Stretch inner{stretch.from + bar, stretch.to - bar - 1 / kRate};
    return folded(changesIn(inner, bar), inner.from, period, kBeats, beats.middle);
  };
  const auto one = told(first, beats.ofFirst), two = told(second, beats.ofSecond);
  Chances chances;
  for (int bar = 0; bar < kBarsAPhrase; ++bar)
    chances.of[static_cast<std::size_t>(bar)] =
        likeness(one, two, bar * kBeatsABar * static_cast<int>(kPhasesABeat));
  intoChances(chances, kBarsAPhrase, kPhrasesCertainty);
  return chances;
}

}  // namespace dju::judge
