#include "music/track_edits.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "music/key.h"
#include "music/track_json.h"

namespace dju::music {
namespace {

using nlohmann::json;

template <typename... Args>
Error invalid(fmt::format_string<Args...> text, Args&&... args) {
  return {ErrorCode::kInvalid, fmt::format(text, std::forward<Args>(args)...)};
}

Result<void> checkTempo(double framesPerBeat) {
  const double bpm = kSampleRate * 60.0 / framesPerBeat;
  if (bpm >= kMinBpm && bpm <= kMaxBpm) return {};
  return invalid("grid: {} BPM; {} to {} are possible", bpm, kMinBpm, kMaxBpm);
}

Result<void> checkGrid(const BeatGrid& grid, FrameCount frames) {
  if (!grid.valid() || !grid.sane()) return invalid("grid: its numbers make no grid");
  if (!(grid.anchorFrame >= 0 && grid.anchorFrame <= static_cast<double>(frames))) {
    return invalid("grid: anchor at {} s; 0 to {:.3f} are possible", grid.anchorSeconds(),
                   static_cast<double>(frames) / kSampleRate);
  }
  if (auto tempo = checkTempo(grid.framesPerBeat); !tempo) return tempo;
  for (const TempoChange& change : grid.changes()) {
    if (change.frame > static_cast<double>(frames)) {
      return invalid("grid: a tempo change at {:.3f} s, behind the end of the track",
                     change.frame / kSampleRate);
    }
    if (auto tempo = checkTempo(change.framesPerBeat); !tempo) return tempo;
  }
  return {};
}

Result<void> checkLabel(std::string_view what, const std::string& label) {
  if (label.size() <= kMaxLabelBytes) return {};
  return invalid("{} \"{}…\": at most {} bytes", what, label.substr(0, 20), kMaxLabelBytes);
}

Result<void> checkCues(const std::vector<CuePoint>& cues, double seconds) {
  if (cues.size() > kMaxCues) return invalid("{} cues; at most {}", cues.size(), kMaxCues);
  unsigned slots = 0;
  for (const CuePoint& cue : cues) {
    if (!(cue.time >= 0 && cue.time <= seconds)) {
      return invalid("cue at {} s; 0 to {:.3f} are possible", cue.time, seconds);
    }
    if (!(cue.length >= 0 && cue.time + cue.length <= seconds + 1)) {
      return invalid("cue at {} s: its loop of {} s does not fit", cue.time, cue.length);
    }
    if (cue.slot < -1 || cue.slot > 7) return invalid("hot cue {}; 0 to 7 are possible", cue.slot);
    if (cue.slot >= 0 && (slots >> cue.slot & 1U) != 0) {
      return invalid("hot cue {} is set twice", cue.slot);
    }
    if (cue.slot >= 0) slots |= 1U << cue.slot;
    for (const std::string* text : {&cue.label, &cue.kind}) {
      if (auto label = checkLabel("cue", *text); !label) return label;
    }
  }
  return {};
}

Result<void> checkPhrases(const std::vector<TrackPhrase>& phrases, double seconds) {
  if (phrases.size() > kMaxPhrases) {
    return invalid("{} phrases; at most {}", phrases.size(), kMaxPhrases);
  }
  double end = 0;
  for (const TrackPhrase& phrase : phrases) {
    // Neighbours share a border; a rounded decimal may lie on the wrong side of it.
    if (!(phrase.start >= end - 1e-3 && phrase.end > phrase.start && phrase.end <= seconds + 1)) {
      return invalid("phrase from {} to {} s: it overlaps another or leaves the track",
                     phrase.start, phrase.end);
    }
    if (phrase.bars < 0 || phrase.bars > 100000) return invalid("phrase of {} bars", phrase.bars);
    if (auto label = checkLabel("phrase", phrase.label); !label) return label;
    end = phrase.end;
  }
  return {};
}

}  // namespace

Result<void> checkEdits(const TrackEdits& edits, FrameCount frames) {
  const double seconds = static_cast<double>(frames) / kSampleRate;
  if (edits.grid) {
    if (auto grid = checkGrid(*edits.grid, frames); !grid) return grid;
  }
  if (edits.key && !edits.key->empty() && !parseKey(*edits.key)) {
    return invalid("key \"{}\": write it as Am, F#, 8A or 1m", edits.key->substr(0, 20));
  }
  if (edits.cues) {
    if (auto cues = checkCues(*edits.cues, seconds); !cues) return cues;
  }
  return edits.phrases ? checkPhrases(*edits.phrases, seconds) : Result<void>();
}

TrackEdits ordered(TrackEdits edits) {
  if (edits.cues) {
    std::stable_sort(edits.cues->begin(), edits.cues->end(),
                     [](const CuePoint& a, const CuePoint& b) { return a.time < b.time; });
  }
  if (edits.phrases) {
    std::stable_sort(edits.phrases->begin(), edits.phrases->end(),
                     [](const TrackPhrase& a, const TrackPhrase& b) { return a.start < b.start; });
  }
  return edits;
}

TrackInfo withEdits(const TrackInfo& analysis, const TrackEdits& edits) {
  TrackInfo info = analysis;
  if (edits.grid) {
    info.grid = *edits.grid;
    info.gridConfidence = 1;
  }
  if (edits.key) {
    const auto key = parseKey(*edits.key);
    info.key.name = key ? keyName(*key) : "";
    info.key.confidence = key ? 1 : 0;
    info.key.modulations.clear();
  }
  if (edits.cues) info.cues = *edits.cues;
  if (edits.phrases) info.phrases = *edits.phrases;
  info.edited = analysis.edited || edits.grid || edits.key || edits.cues || edits.phrases;
  return info;
}

std::string toCanonicalJson(const TrackEdits& edits) {
  json out = json::object();
  if (edits.grid) out["grid"] = exactGridJson(*edits.grid);
  if (edits.key) out["key"] = *edits.key;
  if (edits.cues) out["cues"] = cuesJson(*edits.cues);
  if (edits.phrases) out["phrases"] = phrasesJson(*edits.phrases);
  if (edits.locked) out["locked"] = true;
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<TrackEdits> parseTrackEdits(std::string_view text) {
  try {
    const json in = json::parse(text);
    TrackEdits edits;
    if (in.contains("grid")) edits.grid = exactGridFrom(in.at("grid"));
    if (in.contains("key")) edits.key = in.at("key").get<std::string>();
    if (in.contains("cues")) edits.cues = cuesFrom(in.at("cues"));
    if (in.contains("phrases")) edits.phrases = phrasesFrom(in.at("phrases"));
    edits.locked = in.value("locked", false);
    return edits;
  } catch (const std::exception& error) {
    return Error(ErrorCode::kInvalid, std::string("edits: ") + error.what());
  }
}

}  // namespace dju::music
