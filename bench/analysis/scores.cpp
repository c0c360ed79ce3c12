#include "analysis/scores.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/metrics.h"

namespace dju::bench {
namespace {

constexpr double kWide = 0.07, kNarrow = 0.02;  // s
constexpr double kInTime = 0.02;                // s after the beat at which it must be known
// A piece's downbeats count as right when they are, but for a few bars.
constexpr double kRightDownbeats = 0.8;

void scoreBeats(const Truth& truth, const Answer& answer, Scores& scores) {
  if (truth.beats.empty()) return;
  scores["f70"] = eventF(truth.beats, answer.beats, kWide).f;
  scores["f20"] = eventF(truth.beats, answer.beats, kNarrow).f;
  const Continuity levels = continuity(truth.beats, answer.beats);
  scores["cmlc"] = levels.cmlC;
  scores["cmlt"] = levels.cmlT;
  scores["amlc"] = levels.amlC;
  scores["amlt"] = levels.amlT;
  scores["offset_ms"] = 1000 * medianOffset(truth.beats, answer.beats);
}

void scoreTempo(const Truth& truth, const Answer& answer, Scores& scores) {
  if (truth.bpm <= 0) return;
  const TempoScore tempo = tempoScore(truth.bpm, truth.bpmAlternative, answer.bpm);
  scores["tempo"] = tempo.strict ? 1 : 0;
  scores["tempo_octave"] = tempo.octave ? 1 : 0;
  if (tempo.octave) scores["tempo_error"] = tempo.errorBpm;
}

void scoreDownbeats(const Truth& truth, const Answer& answer, Scores& scores) {
  if (truth.downbeats.empty()) return;
  const double f = eventF(truth.downbeats, answer.downbeats, kWide).f;
  scores["downbeat_f"] = f;
  scores["downbeat"] = f >= kRightDownbeats ? 1 : 0;
}

void scoreDelay(const Answer& answer, Scores& scores) {
  if (answer.emitted.empty()) return;
  std::vector<double> delays;
  for (std::size_t i = 0; i < answer.emitted.size(); ++i) {
    delays.push_back(answer.emitted[i] - answer.beats[i]);
  }
  const auto inTime =
      std::count_if(delays.begin(), delays.end(), [](double delay) { return delay <= kInTime; });
  scores["in_time"] = static_cast<double>(inTime) / static_cast<double>(delays.size());
}

double lengthOf(const std::vector<Interval>& intervals) {
  double sum = 0;
  for (const Interval& each : intervals) sum += each.end - each.start;
  return sum;
}

void scoreVocals(const Truth& truth, const Answer& answer, double seconds, Scores& scores) {
  if (!truth.vocals) return;
  const std::vector<Interval> found = answer.vocals.value_or(std::vector<Interval>{});
  if (truth.vocals->empty()) {
    scores["no_vocals"] = 1 - std::min(1.0, lengthOf(found) / seconds);
  } else {
    scores["vocals_f"] = intervalF(*truth.vocals, found).f;
  }
}

void scoreSections(const Truth& truth, const Answer& answer, Scores& scores) {
  if (truth.sections.empty()) return;
  const double bar = 4 * 60 / truth.bpm;
  scores["sections_f"] = boundaryF(truth.sections, answer.sections, bar).f;
  scores["labels"] = labelAgreement(truth.sections, answer.sections);
}

double summaryOf(std::vector<double> values, Summary how) {
  if (how == Summary::kMean) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

const std::vector<Figure>& figures() {
  using enum Extent;
  using enum Summary;
  using enum Role;
  static const std::vector<Figure> kAll = {
      {"f70", "F70", kExcerpt, kMean, kAccuracy, 3},
      {"f20", "F20", kExcerpt, kMean, kAccuracy, 3},
      {"cmlc", "CMLc", kExcerpt, kMean, kAccuracy, 3},
      {"cmlt", "CMLt", kExcerpt, kMean, kAccuracy, 3},
      {"amlc", "AMLc", kExcerpt, kMean, kAccuracy, 3},
      {"amlt", "AMLt", kExcerpt, kMean, kAccuracy, 3},
      {"tempo", "tempo", kExcerpt, kMean, kAccuracy, 3},
      {"tempo_octave", "octave", kExcerpt, kMean, kAccuracy, 3},
      {"tempo_error", "BPM err", kExcerpt, kMedian, kShown, 3},
      {"offset_ms", "offs ms", kExcerpt, kMedian, kShown, 1},
      {"downbeat_f", "downF", kExcerpt, kMean, kAccuracy, 3},
      {"downbeat", "downOK", kExcerpt, kMean, kAccuracy, 3},
      {"in_time", "in time", kExcerpt, kMean, kAccuracy, 3},
      {"key", "key", kExcerpt, kMean, kAccuracy, 3},
      {"cpu", "CPU s/min", kExcerpt, kMean, kShown, 3},
      {"whole_f70", "F70", kWhole, kMean, kAccuracy, 3},
      {"whole_f20", "F20", kWhole, kMean, kAccuracy, 3},
      {"whole_tempo_error", "BPM err", kWhole, kMedian, kShown, 4},
      {"last_beat_ms", "last ms", kWhole, kMedian, kShown, 2},
      {"whole_downbeat", "downOK", kWhole, kMean, kAccuracy, 3},
      {"whole_key", "key", kWhole, kMean, kAccuracy, 3},
      {"sections_f", "bounds", kWhole, kMean, kAccuracy, 3},
      {"labels", "labels", kWhole, kMean, kAccuracy, 3},
      {"energy", "energy", kWhole, kMean, kAccuracy, 3},
      {"genre", "genre", kWhole, kMean, kAccuracy, 3},
      {"vocals_f", "vocals", kWhole, kMean, kAccuracy, 3},
      {"no_vocals", "none", kWhole, kMean, kAccuracy, 3},
      {"whole_cpu", "CPU s/min", kWhole, kMean, kShown, 3},
  };
  return kAll;
}

Scores scoreExcerpt(const Truth& truth, const Answer& answer, const Abilities& does,
                    double seconds) {
  Scores scores;
  if (does.beats) scoreBeats(truth, answer, scores);
  if (does.tempo) scoreTempo(truth, answer, scores);
  if (does.downbeats) scoreDownbeats(truth, answer, scores);
  scoreDelay(answer, scores);
  if (does.key && truth.key) {
    scores["key"] = answer.key ? music::mirexScore(*truth.key, *answer.key) : 0;
  }
  if (seconds > 0) scores["cpu"] = answer.cpuSeconds * 60 / seconds;
  return scores;
}

Scores scoreWhole(const Truth& truth, const Answer& answer, const Abilities& does, double seconds) {
  Scores scores;
  const Scores all = scoreExcerpt(truth, answer, does, seconds);
  for (const auto& [from, to] :
       {std::pair{"f70", "whole_f70"}, std::pair{"f20", "whole_f20"},
        std::pair{"tempo_error", "whole_tempo_error"}, std::pair{"downbeat", "whole_downbeat"},
        std::pair{"key", "whole_key"}, std::pair{"cpu", "whole_cpu"}}) {
    const auto score = all.find(from);
    if (score != all.end()) scores[to] = score->second;
  }
  if (does.beats && !truth.beats.empty() && !answer.beats.empty()) {
    scores["last_beat_ms"] = 1000 * std::fabs(nearestError(answer.beats, truth.beats.back()));
  }
  if (does.sections) scoreSections(truth, answer, scores);
  if (does.vocals) scoreVocals(truth, answer, seconds, scores);
  if (does.energy && !truth.energy.times.empty()) {
    scores["energy"] = rankCorrelation(truth.energy, answer.energy);
  }
  if (does.genre && !truth.genre.empty()) scores["genre"] = truth.genre == answer.genre ? 1 : 0;
  return scores;
}

Scores summarise(const std::vector<Scores>& pieces) {
  Scores line;
  for (const Figure& figure : figures()) {
    std::vector<double> values;
    for (const Scores& piece : pieces) {
      const auto score = piece.find(figure.id);
      if (score != piece.end()) values.push_back(score->second);
    }
    if (!values.empty()) line[std::string(figure.id)] = summaryOf(values, figure.summary);
  }
  return line;
}

}  // namespace dju::bench
