#include "quality/pesq/utterances.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <map>
#include <optional>

#include "music/fft.h"
#include "quality/correlation.h"
#include "quality/pesq/speech_activity.h"

namespace dju::quality::pesq {
namespace {

constexpr std::int64_t kReach = 75;        // blocks around the coarse delay: 300 ms
constexpr std::int64_t kShortest = 50;     // blocks of an utterance: 200 ms
constexpr std::int64_t kSplittable = 200;  // blocks of speech: 800 ms
constexpr std::size_t kMostUtterances = 50;
constexpr int kWindow = 1024, kStep = 256;  // 64 ms, three quarters overlapping

struct Estimate {
  std::int64_t delay = 0;
  double confidence = 0;
};

// Delays of stretches of the reference: coarse ones by envelopes, fine ones by a vote of windows.
class DelayFinder {
 public:
  DelayFinder(const Samples& reference, const Samples& test)
      : reference_(reference),
        test_(test),
        ofReference_(speechActivity(reference)),
        ofTest_(speechActivity(test)),
        fft_(kWindow),
        hann_(kWindow) {
    music::fillHann(hann_);
  }

  const SpeechActivity& activity() const { return ofReference_; }

  // Of the whole signal, in blocks.
  std::int64_t coarse() const {
    const CrossCorrelation correlation(ofReference_.envelope, ofTest_.envelope);
    std::int64_t best = 0;
    const auto from = -static_cast<std::int64_t>(ofReference_.envelope.size()) + 1;
    const auto to = static_cast<std::int64_t>(ofTest_.envelope.size());
    for (std::int64_t lag = from; lag < to; ++lag) {
      if (correlation.at(lag) > correlation.at(best)) best = lag;
    }
    return best;
  }

  // Of blocks [from, to), near `around`; in blocks.
  std::int64_t coarse(std::int64_t from, std::int64_t to, std::int64_t around) const {
    std::int64_t best = around;
    double greatest = 0;
    for (std::int64_t lag = around - kReach; lag <= around + kReach; ++lag) {
      double sum = 0;
      for (std::int64_t k = from; k < to; ++k) {
        const std::int64_t there = k + lag;
        if (there < 0 || there >= static_cast<std::int64_t>(ofTest_.envelope.size())) continue;
        sum += static_cast<double>(ofReference_.envelope[k]) * ofTest_.envelope[there];
      }
      if (sum > greatest) {
        greatest = sum;
        best = lag;
      }
    }
    return best;
  }

  // Of blocks [from, to), within 32 ms of `around` blocks; in samples. Each window votes for the
  // lag of its greatest correlation; votes a millisecond apart support one another.
  Estimate fine(std::int64_t from, std::int64_t to, std::int64_t around) {
    constexpr int kSupport = kSpeechRate / 1000;
    const std::vector<Vote>& votes = votesAt(around);
    std::array<double, kWindow> histogram{};
    double sum = 0;
    for (std::int64_t w = from * kBlock / kStep; w * kStep + kWindow <= to * kBlock; ++w) {
      if (w >= static_cast<std::int64_t>(votes.size())) break;
      histogram[votes[w].lag + kWindow / 2] += votes[w].weight;
      sum += votes[w].weight;
    }
    if (sum <= 0) return {around * kBlock, 0};
    Estimate best;
    for (int lag = 0; lag < kWindow; ++lag) {
      double support = 0;
      for (int k = std::max(lag - kSupport + 1, 0); k < std::min(lag + kSupport, kWindow); ++k)
        support += histogram[k] * (1 - std::abs(k - lag) / static_cast<double>(kSupport));
      if (support / sum > best.confidence)
        best = {around * kBlock + lag - kWindow / 2, support / sum};
    }
    return best;
  }

 private:
  struct Vote {
    int lag = 0;  // samples, -kWindow / 2 … kWindow / 2 - 1
    double weight = 0;
  };

  // Of all windows of the reference with the test's at a delay of `around` blocks.
  const std::vector<Vote>& votesAt(std::int64_t around) {
    const auto [at, isNew] = votes_.try_emplace(around);
    if (!isNew) return at->second;
    const auto windows = (static_cast<std::int64_t>(reference_.size()) - kWindow) / kStep + 1;
    for (std::int64_t w = 0; w < windows; ++w)
      at->second.push_back(vote(w * kStep, w * kStep + around * kBlock));
    return at->second;
  }

  Vote vote(std::int64_t inReference, std::int64_t inTest) {
    constexpr double kFlattening = 0.125;  // a loud window does not outvote the others
    transform(reference_, inReference);
    const std::vector<std::complex<float>> first(fft_.spectrum().begin(), fft_.spectrum().end());
    transform(test_, inTest);
    for (std::size_t k = 0; k < first.size(); ++k) fft_.spectrum()[k] *= std::conj(first[k]);
    fft_.inverse();
    Vote best;
    for (int i = 0; i < kWindow; ++i) {
      const double strength = std::abs(fft_.samples()[i]);
      if (strength > best.weight) best = {i < kWindow / 2 ? i : i - kWindow, strength};
    }
    best.weight = std::pow(best.weight, kFlattening);
    return best;
  }

  void transform(const Samples& x, std::int64_t from) {
    for (int i = 0; i < kWindow; ++i) fft_.samples()[i] = hann_[i] * sampleAt(x, from + i);
    fft_.forward();
  }

  const Samples& reference_;
  const Samples& test_;
  SpeechActivity ofReference_, ofTest_;
  music::RealFft fft_;
  std::vector<float> hann_;
  std::map<std::int64_t, std::vector<Vote>> votes_;
};

// In blocks.
struct Stretch {
  std::int64_t from = 0, to = 0;
};

std::vector<Stretch> spokenStretches(const std::vector<char>& active) {
  std::vector<Stretch> out;
  const auto count = static_cast<std::int64_t>(active.size());
  for (std::int64_t from = 0; from < count;) {
    std::int64_t to = from;
    while (to < count && active[to] == active[from]) ++to;
    if (active[from] && to - from >= kShortest) out.push_back({from, to});
    from = to;
  }
  return out;
}

// A place within [from, to) at which the delay seems to change, if both sides then agree on their
// delays better than all of it did.
struct Split {
  std::int64_t at = 0;
  Estimate before, after;
};

std::optional<Split> bestSplit(DelayFinder& finder, const Stretch& speech, const Estimate& whole) {
  constexpr int kPlaces = 20;
  std::optional<Split> best;
  double most = 0;
  const std::int64_t around = whole.delay / kBlock;
  for (int place = 2; place <= kPlaces - 2; ++place) {
    const std::int64_t at = speech.from + (speech.to - speech.from) * place / kPlaces;
    const Estimate before = finder.fine(speech.from, at, finder.coarse(speech.from, at, around));
    const Estimate after = finder.fine(at, speech.to, finder.coarse(at, speech.to, around));
    if (before.delay == after.delay || before.confidence <= whole.confidence ||
        after.confidence <= whole.confidence)
      continue;
    if (before.confidence + after.confidence > most) {
      most = before.confidence + after.confidence;
      best = Split{at, before, after};
    }
  }
  return best;
}

struct Spoken {
  Stretch speech;
  Estimate estimate;
};

void splitWhereDelayChanges(DelayFinder& finder, std::vector<Spoken>& spoken) {
  for (std::size_t i = 0; i < spoken.size() && spoken.size() < kMostUtterances;) {
    const Spoken whole = spoken[i];
    const bool longEnough = whole.speech.to - whole.speech.from >= kSplittable;
    const auto split = longEnough ? bestSplit(finder, whole.speech, whole.estimate) : std::nullopt;
    if (!split) {
      ++i;
      continue;
    }
    spoken[i] = {{whole.speech.from, split->at}, split->before};
    spoken.insert(spoken.begin() + static_cast<long>(i) + 1,
                  {{split->at, whole.speech.to}, split->after});
  }
}

}  // namespace

std::vector<Utterance> findUtterances(const Samples& reference, const Samples& test) {
  DelayFinder finder(reference, test);
  const std::vector<Stretch> stretches = spokenStretches(finder.activity().active);
  if (stretches.empty() || test.empty()) return {};
  const std::int64_t around = finder.coarse();
  std::vector<Spoken> spoken;
  for (const Stretch& s : stretches)
    spoken.push_back({s, finder.fine(s.from, s.to, finder.coarse(s.from, s.to, around))});
  splitWhereDelayChanges(finder, spoken);
  std::vector<Utterance> out;
  for (std::size_t i = 0; i < spoken.size(); ++i) {
    const bool last = i + 1 == spoken.size();
    const std::int64_t begin = i == 0 ? 0 : out.back().end;
    const std::int64_t end = last ? static_cast<std::int64_t>(reference.size())
                                  : (spoken[i].speech.to + spoken[i + 1].speech.from) / 2 * kBlock;
    out.push_back({begin, end, spoken[i].estimate.delay, spoken[i].estimate.confidence});
  }
  return out;
}

std::int64_t delayAt(const std::vector<Utterance>& utterances, std::int64_t index) {
  for (const Utterance& utterance : utterances) {
    if (index < utterance.end) return utterance.delay;
  }
  return utterances.back().delay;
}

}  // namespace dju::quality::pesq
