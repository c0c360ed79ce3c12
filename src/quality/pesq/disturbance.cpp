#include "quality/pesq/disturbance.h"

#include <algorithm>
#include <cmath>

#include "quality/correlation.h"

namespace dju::quality::pesq {
namespace {

// The (weighted) mean of order `order` over bands, times their width in all.
double overBands(const BarkBands& densities, double order) {
  double sum = 0, width = 0;
  for (int band = 1; band < kBarkBands; ++band) {
    const double w = barkBands()[band].widthBark;
    sum += std::pow(std::abs(densities[band]) * w, order);
    width += w;
  }
  return std::pow(sum / width, 1 / order) * width;
}

// Brings the test's frames to the reference's level, following changes quickly but not at once.
class GainCompensation {
 public:
  double next(const BarkBands& reference, const BarkBands& test) {
    constexpr double kFloor = 5000, kOld = 0.2;
    const double ratio = (audiblePower(reference, 1) + kFloor) / (audiblePower(test, 1) + kFloor);
    smoothed_ = started_ ? kOld * smoothed_ + (1 - kOld) * ratio : ratio;
    started_ = true;
    return std::clamp(smoothed_, 3e-4, 5.0);
  }

 private:
  double smoothed_ = 1;
  bool started_ = false;
};

// The frames of both signals and what was found in them.
struct Frames {
  std::vector<BarkBands> reference, test;
  std::vector<Disturbance> found;
};

// What linear filtering did to the test is done to the reference too, within 20 dB, so that only
// the rest counts; measured over frames that carry speech.
void equalise(Frames& frames) {
  constexpr double kSpeech = 1e7, kAudible = 100, kFloor = 1000, kMost = 100;
  BarkBands ofReference{}, ofTest{};
  for (std::size_t n = 0; n < frames.reference.size(); ++n) {
    if (audiblePower(frames.reference[n], kAudible) < kSpeech) continue;
    for (int band = 0; band < kBarkBands; ++band) {
      const double least = kAudible * barkBands()[band].threshold;
      if (frames.reference[n][band] > least) ofReference[band] += frames.reference[n][band];
      if (frames.test[n][band] > least) ofTest[band] += frames.test[n][band];
    }
  }
  const auto count = static_cast<double>(frames.reference.size());
  for (int band = 0; band < kBarkBands; ++band) {
    const double ratio = (ofTest[band] / count + kFloor) / (ofReference[band] / count + kFloor);
    for (BarkBands& frame : frames.reference) frame[band] *= std::clamp(ratio, 1 / kMost, kMost);
  }
}

void scale(BarkBands& bands, double factor) {
  for (double& b : bands) b *= factor;
}

// Where sound of the reference is missing from the test because the delay shrinks: nothing is
// heard there that could be compared.
void leaveOutSkips(const std::vector<Utterance>& utterances, std::vector<Disturbance>& found) {
  for (std::size_t u = 1; u < utterances.size(); ++u) {
    const std::int64_t lost = utterances[u - 1].delay - utterances[u].delay;
    if (lost <= kSpeechHop) continue;
    const std::int64_t from = (utterances[u].begin - lost) / kSpeechHop;
    const std::int64_t to = (utterances[u].begin + lost) / kSpeechHop + 1;
    for (std::int64_t n = std::max<std::int64_t>(from, 0);
         n <= to && n < static_cast<std::int64_t>(found.size()); ++n)
      found[n] = {};
  }
}

struct Interval {
  std::int64_t from = 0, to = 0;  // frames
};

// Runs of frames so disturbed that they may be aligned wrongly.
std::vector<Interval> badIntervals(const std::vector<Disturbance>& found) {
  constexpr double kBad = 30;
  constexpr std::int64_t kBridge = 2, kShortest = 5;
  const auto count = static_cast<std::int64_t>(found.size());
  const auto badWithin = [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t n = from; n <= to; ++n) {
      if (found[n].plain > kBad) return true;
    }
    return false;
  };
  std::vector<Interval> out;
  std::int64_t run = 0;
  for (std::int64_t n = kBridge; n < count - kBridge; ++n) {
    const bool bad = badWithin(n - kBridge, n) && badWithin(n, n + kBridge);
    if (bad) ++run;
    if (!bad || n + 1 == count - kBridge) {
      const std::int64_t to = bad ? n + 1 : n;
      if (run >= kShortest) out.push_back({to - run, to});
      run = 0;
    }
  }
  return out;
}

// By how much further the test is late in an interval, by the likeness of its envelope; 0 where it
// is not alike.
std::int64_t furtherDelay(const Samples& reference, const Samples& test, const Interval& interval) {
  constexpr std::int64_t kReach = 4 * kSpeechFrame;
  constexpr double kAlike = 0.5;
  const std::int64_t begin = interval.from * kSpeechHop;
  const std::int64_t length = (interval.to - interval.from) * kSpeechHop + kSpeechFrame;
  Samples pattern(length), field(length + 2 * kReach);
  double ofPattern = 0, ofField = 0;
  for (std::int64_t i = 0; i < length; ++i) {
    pattern[i] = std::abs(sampleAt(reference, begin + i));
    ofPattern += static_cast<double>(pattern[i]) * pattern[i];
  }
  for (std::int64_t i = 0; i < length + 2 * kReach; ++i) {
    field[i] = std::abs(sampleAt(test, begin - kReach + i));
    ofField += static_cast<double>(field[i]) * field[i];
  }
  if (ofPattern <= 0 || ofField <= 0) return 0;
  const CrossCorrelation correlation(pattern, field);
  std::int64_t best = kReach;
  for (std::int64_t lag = 0; lag < 2 * kReach; ++lag) {
    if (correlation.at(lag) > correlation.at(best)) best = lag;
  }
  const bool alike = correlation.at(best) > kAlike * std::sqrt(ofPattern * ofField);
  return alike ? best - kReach : 0;
}

void alignAgain(const Samples& reference, const Samples& test,
                const std::vector<Utterance>& utterances, SpeechEar& ear, Frames& frames) {
  const std::vector<Interval> intervals = badIntervals(frames.found);
  if (intervals.empty()) return;
  Samples alignedTest(reference.size() + kPadding);
  for (std::size_t i = 0; i < alignedTest.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    alignedTest[i] = sampleAt(test, at + delayAt(utterances, at));
  }
  for (const Interval& interval : intervals) {
    const std::int64_t delay = furtherDelay(reference, alignedTest, interval);
    GainCompensation gain;
    for (std::int64_t n = interval.from; n < interval.to; ++n) {
      BarkBands moved = ear.power(alignedTest, n * kSpeechHop + delay);
      scale(moved, gain.next(frames.reference[n], moved));
      const Disturbance again = frameDisturbance(frames.reference[n], moved);
      frames.found[n].plain = std::min(frames.found[n].plain, again.plain);
      frames.found[n].asymmetric = std::min(frames.found[n].asymmetric, again.asymmetric);
    }
  }
}

// The first and last frames that hold sound of the reference.
Interval extentOf(const Samples& reference, std::int64_t frames) {
  constexpr int kRun = 5;
  constexpr double kLeast = 500;
  const auto audibleAt = [&](std::int64_t from) {
    double sum = 0;
    for (int k = 0; k < kRun; ++k) sum += std::abs(sampleAt(reference, from + k));
    return sum >= kLeast;
  };
  const auto size = static_cast<std::int64_t>(reference.size());
  std::int64_t first = 0, last = size - kRun;
  while (first < size / 2 && !audibleAt(first)) ++first;
  while (last > size / 2 && !audibleAt(last)) --last;
  return {first / kSpeechHop, std::min((last + kRun) / kSpeechHop, frames)};
}

// Long passages: what was heard early counts less, as listeners forget (over 16 s).
double timeWeight(std::int64_t frame, std::int64_t frames) {
  if (frames <= 1000) return 1;
  const double fading = std::min(static_cast<double>(frames - 1000) / 5500, 0.5);
  return 1 - fading + fading * static_cast<double>(frame) / static_cast<double>(frames);
}

// Over time: the sixth-order mean in stretches of 320 ms, half overlapping, then the root mean
// square of those, so that what is bad for long counts more than what is bad for a moment.
double overTime(const std::vector<Disturbance>& found, const Interval& extent,
                double Disturbance::*which) {
  constexpr std::int64_t kStretch = 20;
  constexpr double kWithin = 6, kAcross = 2;
  double sum = 0, weights = 0;
  for (std::int64_t from = extent.from; from < extent.to; from += kStretch / 2) {
    double mean = 0;
    for (std::int64_t n = from; n < std::min(from + kStretch, extent.to); ++n)
      mean += std::pow(found[n].*which, kWithin) / kStretch;
    const double weight = timeWeight(from - extent.from, static_cast<std::int64_t>(found.size()));
    sum += std::pow(weight * std::pow(mean, 1 / kWithin), kAcross);
    weights += std::pow(weight, kAcross);
  }
  return weights > 0 ? std::pow(sum / weights, 1 / kAcross) : 0;
}

}  // namespace

Disturbance frameDisturbance(const BarkBands& reference, const BarkBands& test) {
  constexpr double kMasked = 0.25;  // of the softer loudness
  const BarkBands ofReference = loudness(reference), ofTest = loudness(test);
  BarkBands plain, asymmetric;
  for (int band = 0; band < kBarkBands; ++band) {
    const double difference = ofTest[band] - ofReference[band];
    const double masked = kMasked * std::min(ofTest[band], ofReference[band]);
    plain[band] = std::copysign(std::max(std::abs(difference) - masked, 0.0), difference);
    const double factor = std::pow((test[band] + 50) / (reference[band] + 50), 1.2);
    asymmetric[band] = factor < 3 ? 0 : plain[band] * std::min(factor, 12.0);
  }
  return {overBands(plain, 2), overBands(asymmetric, 1)};
}

Disturbance disturbance(const Samples& reference, const Samples& test,
                        const std::vector<Utterance>& utterances) {
  const auto longer = static_cast<std::int64_t>(std::max(reference.size(), test.size()));
  const std::int64_t count = (longer + kPadding) / kSpeechHop - 1;
  SpeechEar ear;
  Frames frames;
  for (std::int64_t n = 0; n < count; ++n) {
    const std::int64_t start = n * kSpeechHop;
    frames.reference.push_back(ear.power(reference, start));
    frames.test.push_back(ear.power(test, start + delayAt(utterances, start)));
  }
  equalise(frames);
  GainCompensation gain;
  for (std::int64_t n = 0; n < count; ++n) {
    scale(frames.test[n], gain.next(frames.reference[n], frames.test[n]));
    frames.found.push_back(frameDisturbance(frames.reference[n], frames.test[n]));
  }
  leaveOutSkips(utterances, frames.found);
  alignAgain(reference, test, utterances, ear, frames);
  constexpr double kMost = 45;
  for (std::int64_t n = 0; n < count; ++n) {
    // What disturbs in pauses counts more than what disturbs under loud speech.
    const double level = std::pow((audiblePower(frames.reference[n], 1) + 1e5) / 1e7, 0.04);
    frames.found[n].plain = std::min(frames.found[n].plain / level, kMost);
    frames.found[n].asymmetric = std::min(frames.found[n].asymmetric / level, kMost);
  }
  const Interval extent = extentOf(reference, count);
  return {overTime(frames.found, extent, &Disturbance::plain),
          overTime(frames.found, extent, &Disturbance::asymmetric)};
}

}  // namespace dju::quality::pesq
