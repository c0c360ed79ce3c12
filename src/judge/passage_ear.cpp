#include "judge/passage_ear.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "music/key_estimate.h"
#include "music/mel.h"

namespace dju::judge {
namespace {

constexpr std::size_t kBands = 84;
constexpr std::size_t kASecond = 10;  // moments
constexpr int kFramesAMoment = 10;
// Four bars at club tempos: chords have come round, so that two windows of one record agree.
constexpr std::size_t kWindow = 8 * kASecond;
constexpr std::size_t kHalfGap = 4 * kASecond;
// Of the windows' difference over the bands, in dB. One record's are 0.3 to 0.9 on the jury's music
// of other seeds, two records' 1.5 to 5.
constexpr double kDiffers = 1.3, kClearlyDiffers = 1.8;
constexpr double kFloor = 1e-8;  // power
// From where the difference exceeds kDiffers to where the next record comes in, and from where the
// last has gone to where it does not any more: half the gap and what of a window is not enough.
constexpr std::size_t kFromRise = 5 * kASecond, kToFall = 6 * kASecond;
constexpr std::size_t kShortest = kASecond;
// The difference stays up for as long as both are heard and 11 s more: at most 18 to 25 s in nine
// hearings of the jury's music of other seeds.
constexpr std::size_t kLongestRise = 35 * kASecond;
constexpr std::size_t kUsualHalf = 5 * kASecond;
// What is as short has to differ more: a phrase with another arrangement is none.
constexpr double kDiffersForShort = 3;
constexpr std::size_t kKeyWindow = 16 * kASecond;
constexpr std::size_t kFewestForKey = 4 * kASecond;
constexpr std::size_t kMargin = kASecond / 2;  // around a passage that belongs to neither side
constexpr double kMarginSeconds = 1, kAloneSeconds = 31;  // of beats and bars
constexpr std::size_t kBar = 2 * kASecond;
constexpr std::size_t kBeforeLevel = 2 * kASecond, kBehindLevel = 3 * kASecond;
constexpr std::size_t kLows = 4;  // bands: below 160 Hz
constexpr FrameCount kStretch = 4 * kSampleRate;
constexpr FrameCount kMomentFrames = kSampleRate / static_cast<FrameCount>(kASecond);

// K-weighting (ITU-R BS.1770) as a weight a band, by the response of its two filters at the band's
// centre. Summed over bands it is a loudness but for what lies below 30 Hz and above 16 kHz.
const std::array<double, kBands>& loudnessWeights() {
  static const auto weights = [] {
    const auto power = [](double hz, const std::array<double, 6>& f) {
      const double w = 2 * M_PI * hz / kSampleRate;
      const auto norm = [&](double c0, double c1, double c2) {
        const double re = c0 + c1 * std::cos(w) + c2 * std::cos(2 * w);
        const double im = c1 * std::sin(w) + c2 * std::sin(2 * w);
        return re * re + im * im;
      };
      return norm(f[0], f[1], f[2]) / norm(f[3], f[4], f[5]);
    };
    constexpr std::array<double, 6> kHead = {1.53512485958697,  -2.69169618940638,
                                             1.19839281085285,  1,
                                             -1.69065929318241, 0.73248077421585};
    constexpr std::array<double, 6> kLowCut = {1, -2, 1, 1, -1.99004745483398, 0.99007225036621};
    const music::FeatureDefinition& definition = music::standardDefinition();
    const double low = music::melFromHz(definition.melLowHz);
    const double high = music::melFromHz(definition.melHighHz);
    std::array<double, kBands> made{};
    for (std::size_t b = 0; b < kBands; ++b) {
      const double mel = low + (high - low) * static_cast<double>(b + 1) / (kBands + 1);
      const double hz = music::hzFromMel(mel);
      made[b] = power(hz, kHead) * power(hz, kLowCut);
    }
    return made;
  }();
  return weights;
}

// What the formula gives on the average over what the chances say. Phrases that nobody can tell
// count as unknown ones.
double expectedPhraseAlignment(const BarJump::Chances& bars,
                               const std::optional<BarJump::Chances>& phrases) {
  double onTheBar = judge::phraseAlignment(0, {});
  if (phrases) {
    double expected = 0, most = 0;
    const double count = static_cast<double>(phrases->of.size());
    for (std::size_t bar = 0; bar < phrases->of.size(); ++bar) {
      const double chance = phrases->of[bar];
      expected += chance * judge::phraseAlignment(0, kBeatsPerBar * static_cast<int>(bar));
      most = std::max(most, chance);
    }
    const double certainty = (most - 1 / count) / (1 - 1 / count);
    onTheBar += certainty * (expected - onTheBar);
  }
  return bars.of[0] * onTheBar + (1 - bars.of[0]) * judge::phraseAlignment(1, {});
}

double decibels(double power) {
  return 10 * std::log10(std::max(power, kFloor));
}

}  // namespace

TransitionParts HeardPassage::parts() const {
  TransitionParts parts;
  parts.spectralContinuity = judge::spectralContinuity(spectralChangeDb);
  if (key) parts.keyCompatibility = judge::keyCompatibility(*key);
  parts.levelHandling = judge::levelHandling(loudnessRangeLu);
  if (bars) parts.phraseAlignment = expectedPhraseAlignment(*bars, phrases);
  return parts;
}

std::optional<double> HeardPassage::beatAlignment() const {
  if (!beats || !course) return {};
  constexpr int kSteps = 100;
  const double beat = 1000 * beats->ofFirst, seconds = end.seconds() - start.seconds();
  double sum = 0, weight = 0;
  for (int i = 1; i < kSteps; ++i) {
    const double share = static_cast<double>(i) / kSteps;
    const double late = course->milliseconds + course->drift * (share - 0.5) * seconds;
    const double counts = std::min(share, 1 - share);
    sum += counts * judge::beatAlignment(late - beat * std::nearbyint(late / beat));
    weight += counts;
  }
  return sum / weight;
}

std::optional<double> HeardPassage::bpmAccuracy() const {
  if (!beats || !course) return {};
  return judge::bpmAccuracy(60 / beats->ofFirst * course->drift / 1000);
}

PassageEar::PassageEar() : mel_(music::standardDefinition(), {music::Feature::kLogMel}) {}

void PassageEar::hear(std::span<const float> master) {
  mono_.clear();
  for (std::size_t i = 0; i + 1 < master.size(); i += kChannels) {
    mono_.push_back((master[i] + master[i + 1]) / 2);
    for (std::size_t c = 0; c < kChannels; ++c)
      stretch_.push_back(static_cast<std::int16_t>(
          std::lround(std::clamp(master[i + c], -1.0F, 1.0F) * 32767.0F)));
  }
  beats_.hear(mono_);
  mel_.push(mono_, [this](const music::FeatureFrame& frame) { hear(frame); });
  if (static_cast<FrameCount>(stretch_.size()) >= kStretch * kChannels) endTones();
}

void PassageEar::hear(const music::FeatureFrame& frame) {
  const std::span<const float> levels = frame[music::Feature::kLogMel];
  change_.hear(levels);
  bars_.hear(levels);
  for (std::size_t b = 0; b < kBands; ++b)
    now_.power[b] += std::pow(10.0F, levels[b] / 10) / kFramesAMoment;
  if (++frames_ < kFramesAMoment) return;
  now_.spectralChange = change_.latest().value_or(0);
  moments_.push_back(now_);
  recordChange_.hear(now_.power);
  now_ = {};
  frames_ = 0;
}

// The tones of the stretch that is gathered; the next begins behind it.
void PassageEar::endTones() {
  const auto frames = static_cast<std::int64_t>(stretch_.size()) / kChannels;
  for (music::PitchFrame& tones : music::findPitchPeaks({stretch_.data(), frames})) {
    tones.seconds += static_cast<double>(stretchStart_) / kSampleRate;
    tones_.push_back(std::move(tones));
  }
  stretchStart_ += frames;
  stretch_.clear();
}

// Of the window that ends half a gap before `at` and the one that begins as much after it, in more
// than their level: root mean square over the bands, dB.
double PassageEar::difference(std::size_t at) const {
  const Powers before = powers(at - kHalfGap - kWindow, at - kHalfGap);
  const Powers after = powers(at + kHalfGap, at + kHalfGap + kWindow);
  double mean = 0, square = 0;
  for (std::size_t b = 0; b < kBands; ++b) {
    const double change = decibels(after[b]) - decibels(before[b]);
    mean += change;
    square += change * change;
  }
  mean /= kBands;
  return std::sqrt(std::max(0.0, square / kBands - mean * mean));
}

// Where the difference rises and falls again. Nothing where it stays up for longer than one record
// takes to give way to another: then arrangements change as much as records do.
std::optional<std::vector<PassageEar::Place>> PassageEar::placesOfSteadyRecords() const {
  std::vector<Place> places;
  const std::size_t reach = kHalfGap + kWindow;
  constexpr std::size_t kStep = 2;
  std::size_t began = 0, longest = 0;
  double most = 0;
  bool inside = false;
  const auto end = [&](std::size_t at) {
    const std::size_t start = began + kFromRise;
    const bool isShort = at < start + kShortest + kToFall;
    if (inside && most >= (isShort ? kDiffersForShort : kClearlyDiffers))
      places.push_back({start, isShort ? start + kShortest : at - kToFall});
    if (inside) longest = std::max(longest, at - began);
    inside = false;
  };
  std::size_t at = reach;
  for (; at + reach <= moments_.size(); at += kStep) {
    const double now = difference(at);
    if (now < kDiffers) {
      end(at);
      continue;
    }
    if (!inside) {
      inside = true;
      began = at;
      most = 0;
    }
    most = std::max(most, now);
  }
  end(at);
  if (longest > kLongestRise) return {};
  return places;
}

// How long both are heard there is not known: as long as is usual, around the middle.
std::vector<PassageEar::Place> PassageEar::placesOfChangingRecords() const {
  std::vector<Place> places;
  for (const double seconds : recordChange_.places()) {
    const auto middle = static_cast<std::size_t>(seconds * kASecond);
    const std::size_t start = middle - std::min(middle, kUsualHalf);
    const std::size_t end = std::min(middle + kUsualHalf, moments_.size());
    if (places.empty() || start > places.back().end + kWindow) places.push_back({start, end});
  }
  return places;
}

std::vector<HeardPassage> PassageEar::passages() const {
  const std::optional<std::vector<Place>> steady = placesOfSteadyRecords();
  const std::vector<Place> places = steady ? *steady : placesOfChangingRecords();
  std::vector<HeardPassage> passages;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::size_t from = i == 0 ? 0 : places[i - 1].end;
    const std::size_t to = i + 1 < places.size() ? places[i + 1].start : moments_.size();
    const std::size_t last = std::min(places[i].end, moments_.size());
    passages.push_back(measure(places[i].start, last, from, to));
  }
  return passages;
}

// Moments [start, end); the records beside it are heard alone from `from` on and up to `to`.
HeardPassage PassageEar::measure(std::size_t start, std::size_t end, std::size_t from,
                                 std::size_t to) const {
  HeardPassage passage;
  passage.start = Frame(static_cast<std::int64_t>(start) * kMomentFrames);
  passage.end = Frame(static_cast<std::int64_t>(end) * kMomentFrames);
  const std::size_t levelFrom = start - std::min(start, kBeforeLevel);
  const std::size_t levelTo = std::min(end + kBehindLevel, moments_.size());
  const double usual = std::max(usualRange(from, levelFrom, levelTo - levelFrom),
                                usualRange(levelTo, to, levelTo - levelFrom));
  passage.loudnessRangeLu = std::max(0.0, loudnessRange(levelFrom, levelTo) - usual);
  for (std::size_t m = start; m < std::min(end + kASecond, moments_.size()); ++m)
    passage.spectralChangeDb =
        std::max(passage.spectralChangeDb, static_cast<double>(moments_[m].spectralChange));
  measureBeats(passage, from, to);
  measureKeys(passage, from, to);
  return passage;
}

void PassageEar::measureBeats(HeardPassage& passage, std::size_t from, std::size_t to) const {
  constexpr double kMoment = 1.0 / kASecond;
  const double start = passage.start.seconds(), end = passage.end.seconds();
  const Stretch first{
      std::max(static_cast<double>(from + kMargin) * kMoment, start - kAloneSeconds),
      start - kMarginSeconds};
  const Stretch second{
      end + kMarginSeconds,
      std::min(static_cast<double>(to) * kMoment - kMarginSeconds, end + kAloneSeconds)};
  passage.beats = beats_.find(first, second);
  if (!passage.beats) return;
  passage.course = beats_.course(*passage.beats, first, second, {start, end});
  passage.bars = bars_.bars(*passage.beats, first, second);
  passage.phrases = bars_.phrases(*passage.beats, first, second);
}

void PassageEar::measureKeys(HeardPassage& passage, std::size_t from, std::size_t to) const {
  const auto secondsOf = [](std::size_t moment) { return static_cast<double>(moment) / kASecond; };
  const double before = passage.start.seconds() - secondsOf(kMargin);
  const double after = passage.end.seconds() + secondsOf(kMargin);
  const auto keyIn = [&](double first, double last) {
    if (last - first < secondsOf(kFewestForKey)) return music::KeyEstimate{};
    std::vector<music::PitchFrame> tones;
    for (const music::PitchFrame& frame : tones_) {
      if (frame.seconds >= first && frame.seconds < last) tones.push_back(frame);
    }
    return tones.empty() ? music::KeyEstimate{} : music::estimateKey(tones, {}, {});
  };
  const music::KeyEstimate left =
      keyIn(std::max(secondsOf(from + kMargin), before - secondsOf(kKeyWindow)), before);
  const music::KeyEstimate right =
      keyIn(after, std::min(secondsOf(to) - secondsOf(kMargin), after + secondsOf(kKeyWindow)));
  if (!left.key || !right.key) return;
  const auto number = [](const music::Key& key) {
    return key.tonic + (key.mode == music::KeyMode::kMinor ? 12 : 0);
  };
  passage.key = keyDistance(number(*left.key), 0, number(*right.key), 0);
  passage.keyConfidence = std::min(left.confidence, right.confidence);
}

// Over a bar each, without the low end: it dips where basses are exchanged, and that is no fault.
double PassageEar::loudnessRange(std::size_t first, std::size_t last) const {
  const auto& weights = loudnessWeights();
  std::vector<double> loudness;
  for (std::size_t m = first; m < last; ++m)
    loudness.push_back(std::inner_product(weights.begin() + kLows, weights.end(),
                                          moments_[m].power.begin() + kLows, 0.0));
  double least = 0, most = 0, sum = 0;
  for (std::size_t i = 0; i < loudness.size(); ++i) {
    sum += loudness[i];
    if (i + 1 < kBar) continue;
    const double level = decibels(sum / kBar);
    least = i + 1 == kBar ? level : std::min(least, level);
    most = i + 1 == kBar ? level : std::max(most, level);
    sum -= loudness[i + 1 - kBar];
  }
  return most - least;
}

// The median over all stretches of this length in what one record plays alone: nought where it
// plays for a shorter time. A record's melody and its fills move its level, too.
double PassageEar::usualRange(std::size_t from, std::size_t to, std::size_t length) const {
  constexpr std::size_t kStep = kASecond / 2;
  std::vector<double> ranges;
  for (std::size_t first = from; first + length <= to; first += kStep)
    ranges.push_back(loudnessRange(first, first + length));
  if (ranges.empty()) return 0;
  const auto middle = ranges.begin() + static_cast<std::ptrdiff_t>(ranges.size() / 2);
  std::nth_element(ranges.begin(), middle, ranges.end());
  return *middle;
}

PassageEar::Powers PassageEar::powers(std::size_t from, std::size_t to) const {
  Powers powers{};
  for (std::size_t m = from; m < to; ++m) {
    for (std::size_t b = 0; b < kBands; ++b) powers[b] += moments_[m].power[b];
  }
  for (double& power : powers) power = power / static_cast<double>(to - from) + kFloor;
  return powers;
}

}  // namespace dju::judge
