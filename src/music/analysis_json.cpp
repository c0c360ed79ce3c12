#include "music/analysis_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "music/key.h"
#include "music/track_json.h"

namespace dju::music {
namespace {

using nlohmann::json;

double rounded(double value, double perUnit) {
  return std::round(value * perUnit) / perUnit;
}
double microseconds(double seconds) {
  return rounded(seconds, 1e6);
}
double thousandths(double value) {
  return rounded(value, 1e3);
}

json tempoJson(const TrackInfo& info) {
  json alternatives = json::array();
  for (const double bpm : info.tempoAlternatives) alternatives.push_back(rounded(bpm, 1e4));
  return {{"bpm", rounded(info.grid.bpm(), 1e6)},
          {"confidence", thousandths(info.gridConfidence)},
          {"constant", info.grid.constant()},
          {"alternatives", std::move(alternatives)},
          {"changes", tempoChangesJson(info.grid)}};
}

json keyJson(const MusicalKey& key) {
  json out = {{"name", key.name},
              {"confidence", thousandths(key.confidence)},
              {"tuning_cents", rounded(key.tuningCents, 10)}};
  if (const auto parsed = parseKey(key.name)) {
    out["camelot"] = camelotName(*parsed);
    out["open_key"] = openKeyName(*parsed);
  }
  json& changes = out["modulations"] = json::array();
  for (const KeyChange& change : key.modulations) {
    changes.push_back({{"time", microseconds(change.time)}, {"key", change.key}});
  }
  return out;
}

json loudnessJson(const TrackInfo& info) {
  const TrackLoudness& loudness = info.loudness;
  return {{"integrated_lufs", thousandths(loudness.integratedLufs)},
          {"range_lu", thousandths(loudness.rangeLu)},
          {"true_peak_dbtp", thousandths(loudness.truePeakDbtp)},
          {"replay_gain_db", thousandths(info.replayGainDb())}};
}

json genreJson(const std::vector<GenreGuess>& genres) {
  json others = json::array();
  for (std::size_t i = 1; i < genres.size(); ++i) {
    others.push_back({{"name", genres[i].name}, {"confidence", thousandths(genres[i].confidence)}});
  }
  return {{"name", genres.front().name},
          {"confidence", thousandths(genres.front().confidence)},
          {"others", std::move(others)}};
}

json energyJson(const std::vector<float>& energy) {
  json out = json::array();
  for (const float value : energy) out.push_back(thousandths(value));
  return out;
}

json timesJson(const std::vector<double>& times) {
  json out = json::array();
  for (const double time : times) out.push_back(microseconds(time));
  return out;
}

json vocalsJson(const std::vector<TimeSpan>& spans) {
  json out = json::array();
  for (const TimeSpan& span : spans) {
    out.push_back({{"start", microseconds(span.start)}, {"end", microseconds(span.end)}});
  }
  return out;
}

std::vector<TrackPhrase> roundedTimes(std::vector<TrackPhrase> phrases) {
  for (TrackPhrase& phrase : phrases) {
    phrase.start = microseconds(phrase.start);
    phrase.end = microseconds(phrase.end);
  }
  return phrases;
}

std::vector<CuePoint> roundedTimes(std::vector<CuePoint> cues) {
  for (CuePoint& cue : cues) {
    cue.time = microseconds(cue.time);
    cue.length = microseconds(cue.length);
  }
  return cues;
}

}  // namespace

std::vector<double> beatTimes(const BeatGrid& grid, FrameCount frames, BeatChoice choice) {
  std::vector<double> times;
  if (!grid.valid() || frames <= 0) return times;
  const double step = choice == BeatChoice::kAll ? 1 : 4;
  // A grid on which the first beat is the first sample begins there, whatever the rounding.
  const double first = std::ceil(grid.beatAt(-1.0) / step) * step;
  for (double beat = first;; beat += step) {
    const double frame = grid.frameAt(beat);
    if (frame >= static_cast<double>(frames)) return times;
    times.push_back(std::max(0.0, frame) / kSampleRate);
  }
}

json tempoChangesJson(const BeatGrid& grid) {
  json out = json::array();
  for (const TempoChange& change : grid.changes()) {
    out.push_back({{"time", microseconds(change.frame / kSampleRate)},
                   {"bpm", rounded(kSampleRate * 60.0 / change.framesPerBeat, 1e6)},
                   {"beat", change.beat}});
  }
  return out;
}

json toAnalysisJson(const TrackInfo& info) {
  json out = {{"analyser", info.analyser},
              {"duration", microseconds(info.durationSeconds())},
              {"loudness", loudnessJson(info)},
              {"waveform", info.waveformHash}};
  if (info.grid.valid()) {
    out["tempo"] = tempoJson(info);
    out["grid"] = {{"anchor", microseconds(info.grid.anchorSeconds())},
                   {"bpm", rounded(info.grid.bpm(), 1e6)}};
    out["beats"] = timesJson(beatTimes(info.grid, info.frames, BeatChoice::kAll));
    out["downbeats"] = timesJson(beatTimes(info.grid, info.frames, BeatChoice::kDownbeats));
  }
  if (!info.key.name.empty()) out["key"] = keyJson(info.key);
  if (!info.energy.empty()) out["energy"] = energyJson(info.energy);
  if (!info.phrases.empty()) out["phrases"] = phrasesJson(roundedTimes(info.phrases));
  if (!info.cues.empty()) out["cues"] = cuesJson(roundedTimes(info.cues));
  if (!info.genres.empty()) out["genre"] = genreJson(info.genres);
  if (info.vocalsKnown) out["vocals"] = vocalsJson(info.vocals);
  if (!info.fingerprint.empty()) out["fingerprint"] = info.fingerprint;
  return out;
}

}  // namespace dju::music
