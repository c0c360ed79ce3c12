#include "dataset/window.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "dataset/shard_format.h"

namespace dju::dataset {
namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

// Mean and spread of what is known, each moment by its weight.
class Weighted {
 public:
  void add(double value, double weight) {
    sum_ += weight * value;
    squares_ += weight * value * value;
    weight_ += weight;
  }
  float mean() const { return weight_ > 0 ? static_cast<float>(sum_ / weight_) : kUnknown; }
  float deviation() const {
    if (weight_ <= 0) return kUnknown;
    const double mean = sum_ / weight_;
    return static_cast<float>(std::sqrt(std::max(0.0, squares_ / weight_ - mean * mean)));
  }

 private:
  double sum_ = 0, squares_ = 0, weight_ = 0;
};

// One column of the extras: its name and its value. A list of them keeps both together.
struct Column {
  std::string name;
  float value;
};

using Columns = std::vector<Column>;

// Follows an offset across half a beat, where it is written as the other half: 240 ms late and
// then 240 ms early, of beats of 484 ms, is 4 ms on.
class WayApart {
 public:
  double follow(double offsetMs, double beatMs) {
    if (last_) offsetMs += beatMs * std::nearbyint((*last_ - offsetMs) / beatMs);
    last_ = offsetMs;
    return offsetMs;
  }

 private:
  std::optional<double> last_;
};

void pairColumns(std::span<const judge::Evidence> window, Columns& out) {
  Weighted offset, offsetSize, bpm, percent, bar, phrase, steps, detune, bass;
  WayApart way;
  std::size_t together = 0;
  for (const judge::Evidence& now : window) {
    if (!now.pair) continue;
    const judge::PairEvidence& pair = *now.pair;
    const double weight = std::min(now.decks[pair.first].share, now.decks[pair.second].share);
    ++together;
    bass.add(pair.doubleBass() ? 1 : 0, 1);
    if (pair.beatOffsetMs) {
      offset.add(way.follow(*pair.beatOffsetMs, 60000 / now.decks[pair.first].tempo), weight);
      offsetSize.add(std::abs(*pair.beatOffsetMs), weight);
    }
    if (pair.tempoDifferenceBpm) bpm.add(std::abs(*pair.tempoDifferenceBpm), weight);
    if (pair.tempoDifferencePercent) percent.add(std::abs(*pair.tempoDifferencePercent), weight);
    if (pair.barOffsetBeats) bar.add(std::abs(*pair.barOffsetBeats), weight);
    if (pair.phraseOffsetBeats) phrase.add(std::abs(*pair.phraseOffsetBeats), weight);
    if (pair.key) {
      steps.add(pair.key->steps, weight);
      detune.add(std::abs(pair.key->detuneCents), weight);
    }
  }
  out.push_back({"beat_offset_ms", offset.mean()});
  out.push_back({"beat_offset_size_ms", offsetSize.mean()});
  out.push_back({"beat_offset_spread_ms", offset.deviation()});
  out.push_back({"tempo_difference_bpm", bpm.mean()});
  out.push_back({"tempo_difference_percent", percent.mean()});
  out.push_back({"bar_offset_beats", bar.mean()});
  out.push_back({"phrase_offset_beats", phrase.mean()});
  out.push_back({"key_distance_steps", steps.mean()});
  out.push_back({"key_detune_cents", detune.mean()});
  out.push_back({"double_bass_share", bass.mean()});
  out.push_back(
      {"both_heard_share",
       static_cast<float>(together) / static_cast<float>(std::max<std::size_t>(1, window.size()))});
}

void levelColumns(std::span<const judge::Evidence> window, Columns& out) {
  std::optional<float> least, most, spectral;
  Weighted level, effects, energy;
  float steepest = 0;
  constexpr std::size_t kHalfSecond = 50;
  for (std::size_t i = 0; i < window.size(); ++i) {
    const judge::Evidence& now = window[i];
    level.add(now.masterDb, 1);
    if (now.energy) energy.add(*now.energy, 1);
    if (now.loudness) {
      least = std::min(least.value_or(*now.loudness), *now.loudness);
      most = std::max(most.value_or(*now.loudness), *now.loudness);
    }
    if (now.spectralChange) spectral = std::max(spectral.value_or(0), *now.spectralChange);
    bool effect = false;
    for (const judge::DeckEvidence& deck : now.decks) effect |= deck.audible && deck.fxOn != 0;
    effects.add(effect ? 1 : 0, 1);
    if (i < kHalfSecond) continue;
    for (std::size_t d = 0; d < now.decks.size(); ++d)
      steepest =
          std::max(steepest, std::abs(now.decks[d].share - window[i - kHalfSecond].decks[d].share));
  }
  out.push_back({"level_step_db", most ? *most - *least : kUnknown});
  out.push_back({"master_db", level.mean()});
  out.push_back({"share_step", steepest});
  out.push_back({"effects_share", effects.mean()});
  out.push_back({"spectral_change_db", spectral.value_or(kUnknown)});
  out.push_back({"energy", energy.mean()});
}

void partColumns(std::span<const judge::Evidence> window, Columns& out) {
  const judge::TransitionParts parts = judge::transitionParts(window);
  const auto add = [&](const char* name, const std::optional<double>& value) {
    out.push_back({name, value ? static_cast<float>(*value) : kUnknown});
  };
  add("spectral_continuity", parts.spectralContinuity);
  add("tempo_smoothness", parts.tempoSmoothness);
  add("transition_key", parts.keyCompatibility);
  add("phrase_alignment", parts.phraseAlignment);
  add("bass_handling", parts.bassHandling);
  add("level_handling", parts.levelHandling);
}

// The transition that the window shows most of.
void transitionColumns(Frame start, FrameCount length,
                       std::span<const simulator::PlayedTransition> transitions, Columns& out) {
  const simulator::PlayedTransition* shown = nullptr;
  FrameCount most = 0;
  for (const simulator::PlayedTransition& each : transitions) {
    const Frame from = std::max(each.fadeBegin, start);
    const Frame to = std::min(each.fadeEnd, start + length);
    if (to - from <= most) continue;
    most = to - from;
    shown = &each;
  }
  const auto seconds = [&](Frame at) {
    return static_cast<float>(static_cast<double>(at - start) / kSampleRate);
  };
  out.push_back({"fade_begin_s", shown != nullptr ? seconds(shown->fadeBegin) : kUnknown});
  out.push_back({"fade_end_s", shown != nullptr ? seconds(shown->fadeEnd) : kUnknown});
  out.push_back({"school", shown != nullptr ? static_cast<float>(shown->plan.school) : kUnknown});
  for (std::size_t i = 0; i < simulator::kFaults; ++i) {
    const auto fault = static_cast<simulator::Fault>(i);
    out.push_back({"fault_" + std::string(simulator::faultName(fault)),
                   shown != nullptr ? static_cast<float>(shown->plan.faults[fault]) : kUnknown});
  }
}

Columns columnsOf(std::span<const judge::Evidence> window, Frame start,
                  std::span<const simulator::PlayedTransition> transitions) {
  Columns columns;
  pairColumns(window, columns);
  levelColumns(window, columns);
  partColumns(window, columns);
  transitionColumns(start, static_cast<FrameCount>(window.size()) * judge::kEvidenceFrames,
                    transitions, columns);
  return columns;
}

}  // namespace

const ShardFormat& soundFormat() {
  static const ShardFormat kFormat = [] {
    ShardFormat format;
    format.definitionText = nlohmann::json::parse(music::soundRowDefinition());
    format.definition = music::soundRowDefinitionHash();
    format.rowsAUnit = static_cast<double>(kSampleRate) / music::kSoundRowHop;
    format.unit = "second";
    format.rows = kWindowRows;
    format.columns = music::soundRowColumns();
    format.melColumns = music::kSoundRowColumns - music::kOnsetColumns;
    format.labels.assign(judge::kHeads.begin(), judge::kHeads.end());
    format.labels.emplace_back("crowd_engagement");
    format.extras = extraNames();
    return format;
  }();
  return kFormat;
}

std::vector<std::string> extraNames() {
  std::vector<std::string> names;
  for (const Column& column : columnsOf({}, Frame(0), {})) names.push_back(column.name);
  return names;
}

std::vector<float> extrasOf(std::span<const judge::Evidence> evidence, Frame start,
                            std::span<const simulator::PlayedTransition> transitions) {
  std::vector<float> values;
  for (const Column& column : columnsOf(evidence, start, transitions)) {
    values.push_back(column.value);
  }
  return values;
}

}  // namespace dju::dataset
