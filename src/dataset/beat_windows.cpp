#include "dataset/beat_windows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "audio/sha256.h"
#include "dataset/shard_format.h"
#include "dataset/validate.h"
#include "judge/performance.h"
#include "judge/transitions.h"

namespace dju::dataset {
namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();
constexpr double kEvidenceSeconds = static_cast<double>(judge::kEvidenceFrames) / kSampleRate;
constexpr std::size_t kMelColumns = music::kSoundRowColumns - music::kOnsetColumns;

std::vector<double> beatsOf(std::span<const judge::Evidence> evidence) {
  std::vector<double> beats;
  double beat = 0, bpm = judge::kUnknownBpm;
  for (const judge::Evidence& now : evidence) {
    beats.push_back(beat);
    if (now.carrier != judge::Evidence::kNoDeck && now.decks[now.carrier].tempo > 0)
      bpm = now.decks[now.carrier].tempo;
    beat += bpm / 60 * kEvidenceSeconds;
  }
  return beats;
}

// Sums rows of sound into one of a quarter beat.
class RowMean {
 public:
  void add(std::span<const float> row) {
    for (std::size_t i = 0; i < kMelColumns; ++i) sum_[i] += row[i];
    for (std::size_t i = 0; i < music::kOnsetColumns; ++i)
      sum_[kMelColumns + i % music::kFineOnsetBands] +=
          row[kMelColumns + i] / music::kOnsetQuarters;
    ++count_;
  }
  void endInto(std::vector<float>& out) {
    for (const double sum : sum_) out.push_back(static_cast<float>(sum / std::max(1, count_)));
    *this = {};
  }

 private:
  std::array<double, kBeatColumns> sum_{};
  int count_ = 0;
};

struct Placed {
  double start = 0, end = 0;  // beats
  const judge::Transition* transition = nullptr;

  double middle() const { return (start + end) / 2; }
};

std::vector<Placed> placed(const std::vector<judge::Transition>& transitions,
                           const std::vector<double>& beatOf) {
  const auto beatAt = [&](Frame frame) {
    const auto i = static_cast<std::size_t>(frame.index() / judge::kEvidenceFrames);
    return beatOf[std::min(i, beatOf.size() - 1)];
  };
  std::vector<Placed> places;
  for (const judge::Transition& each : transitions)
    places.push_back({beatAt(each.start), beatAt(each.end), &each});
  return places;
}

const Placed* shownIn(const std::vector<Placed>& places, double begin) {
  const double middle = begin + kWindowBeats / 2.0;
  const Placed* shown = nullptr;
  for (const Placed& each : places) {
    const double away = std::abs(each.middle() - middle);
    if (away > kWindowBeats / 4.0) continue;
    if (shown == nullptr || away < std::abs(shown->middle() - middle)) shown = &each;
  }
  return shown;
}

void label(const Placed* shown, double begin, Window& window) {
  window.item["transition"] =
      shown == nullptr ? "none" : std::string(transitionName(shown->transition->type));
  window.labels = {kUnknown, kUnknown, kUnknown};
  if (shown == nullptr) return;
  const auto share = [&](double beat) {
    return static_cast<float>(std::clamp((beat - begin) / kWindowBeats, 0.0, 1.0));
  };
  window.labels[0] = share(shown->start);
  window.labels[1] = share(shown->end);
  if (shown->transition->score) window.labels[2] = static_cast<float>(*shown->transition->score);
}

}  // namespace

const ShardFormat& beatFormat() {
  static const ShardFormat kFormat = [] {
    ShardFormat format;
    format.definitionText = {{"rows", nlohmann::json::parse(music::soundRowDefinition())},
                             {"rows_a_beat", kRowsABeat}};
    format.definition = sha256Hex(format.definitionText.dump());
    format.rowsAUnit = kRowsABeat;
    format.unit = "beat";
    format.rows = kWindowBeats * kRowsABeat;
    format.melColumns = kMelColumns;
    const auto sound = music::soundRowColumns();
    format.columns.assign(sound.begin(), sound.begin() + kMelColumns);
    for (const char* band : music::kOnsetBandNames)
      format.columns.push_back("onset_" + std::string(band));
    format.labels = {"transition_start", "transition_end", "transition_quality"};
    format.extras = {"beat_seconds"};
    return format;
  }();
  return kFormat;
}

BeatRows beatRowsOf(const Recording& recording) {
  const std::size_t count = std::min(recording.rowCount(), recording.evidence.size());
  BeatRows rows;
  rows.beatOf = beatsOf(std::span(recording.evidence).first(count));
  RowMean mean;
  for (std::size_t i = 0; i < count; ++i) {
    const auto row = static_cast<std::size_t>(rows.beatOf[i] * kRowsABeat);
    if (row > rows.count()) mean.endInto(rows.values);
    mean.add(
        std::span(recording.rows).subspan(i * music::kSoundRowColumns, music::kSoundRowColumns));
  }
  return rows;
}

std::vector<Window> cutBeatWindows(const Recording& recording,
                                   const simulator::PerformancePlan& plan) {
  const BeatRows rows = beatRowsOf(recording);
  const auto transitions = judge::transitionsOf({recording.tracks, recording.evidence});
  const auto places = placed(transitions, rows.beatOf);
  const std::string logHash = sha256Hex(recording.log);
  std::vector<Window> windows;
  constexpr std::size_t kRows = kWindowBeats * kRowsABeat;
  for (std::size_t beat = kBeatWindowStep; beat * kRowsABeat + kRows <= rows.count();
       beat += kBeatWindowStep) {
    const auto at = [&](std::size_t of) {
      const auto first =
          std::lower_bound(rows.beatOf.begin(), rows.beatOf.end(), static_cast<double>(of));
      return static_cast<std::size_t>(first - rows.beatOf.begin());
    };
    const std::size_t from = at(beat), to = at(beat + kWindowBeats);
    Window window;
    const auto first =
        rows.values.begin() + static_cast<std::ptrdiff_t>(beat * kRowsABeat * kBeatColumns);
    window.features.assign(first, first + static_cast<std::ptrdiff_t>(kRows * kBeatColumns));
    window.item = itemOf(recording, plan, logHash, from, to - from);
    label(shownIn(places, static_cast<double>(beat)), static_cast<double>(beat), window);
    window.extras = {
        static_cast<float>(static_cast<double>(to - from) * kEvidenceSeconds / kWindowBeats)};
    if (!reasonUnlearnable(window, beatFormat())) windows.push_back(std::move(window));
  }
  return windows;
}

}  // namespace dju::dataset
