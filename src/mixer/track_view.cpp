#include "mixer/track_view.h"

#include <algorithm>
#include <cmath>

#include "music/features.h"

namespace dju::mixer {
namespace {

constexpr double kFreeBpm = 120;
constexpr double kPhraseBeats = 32;
constexpr double kBarBeats = 4;
// Below the one nothing beats, below the other the analysis itself names no phrases
// (docs/analysis.md, "What is no dance music").
constexpr double kSomeConfidence = 0.1, kFewestConfidence = 0.2;
// How far tempos of one record may lie apart, so that its beats can still be matched.
constexpr double kSteadyPercent = 4;
constexpr std::size_t kSteadyChanges = 24;

constexpr std::size_t kBands = 21;
constexpr int kExcerpts = 12;
constexpr std::int64_t kExcerptFrames = kSampleRate / 2;

std::vector<float> monoOf(const engine::TrackAudio& audio, std::int64_t from, std::int64_t count) {
  std::vector<float> mono(static_cast<std::size_t>(count));
  const std::int16_t* in = audio.samples + from * kChannels;
  for (std::size_t i = 0; i < mono.size(); ++i)
    mono[i] =
        0.5F * audio.scale * (static_cast<float>(in[2 * i]) + static_cast<float>(in[2 * i + 1]));
  return mono;
}

// From excerpts evenly over the record.
Timbre listen(const engine::TrackAudio& audio) {
  const music::FeatureDefinition& definition = music::standardDefinition();
  music::FeatureExtractor extractor(definition, {music::Feature::kLogMel});
  std::vector<double> sums(kBands);
  const std::int64_t length = std::min(kExcerptFrames, audio.frames);
  const auto perBand = static_cast<std::size_t>(definition.melBands) / kBands;
  for (int i = 0; i < kExcerpts; ++i) {
    const std::int64_t from = (audio.frames - length) * (2 * i + 1) / (2 * kExcerpts);
    const auto add = [&](const music::FeatureFrame& frame) {
      const auto mel = frame[music::Feature::kLogMel];
      for (std::size_t m = 0; m < kBands * perBand; ++m) sums[m / perBand] += mel[m];
    };
    extractor.push(monoOf(audio, from, length), add);
    extractor.finish(add);
  }
  double mean = 0;
  const double frames =
      kExcerpts * static_cast<double>(length / definition.hop + 1) * static_cast<double>(perBand);
  for (double& sum : sums) {
    sum /= frames;
    mean += sum / kBands;
  }
  Timbre timbre;
  for (const double sum : sums) timbre.push_back(static_cast<float>(sum - mean));
  return timbre;
}

bool tempoHolds(const BeatGrid& grid) {
  if (grid.changeCount > kSteadyChanges) return false;
  double least = grid.framesPerBeat, most = grid.framesPerBeat;
  for (const TempoChange& change : grid.changes()) {
    least = std::min(least, change.framesPerBeat);
    most = std::max(most, change.framesPerBeat);
  }
  return most <= least * (1 + kSteadyPercent / 100);
}

}  // namespace

double timbreDistance(const Timbre& a, const Timbre& b) {
  double sum = 0;
  const std::size_t count = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < count; ++i) sum += std::pow(static_cast<double>(a[i]) - b[i], 2);
  return count > 0 ? std::sqrt(sum / static_cast<double>(count)) : 0;
}

TrackView::TrackView(const crate::Record& record)
    : record_(&record), timbre_(listen(record.loaded.audio)) {
  findBeat();
  findBoundaries();
  if (!record.info.genres.empty()) genre_ = record.info.genres.front().name;
  if (record.info.loudness.integratedLufs > -70)
    level_ = record.info.loudness.integratedLufs + record.loaded.gainDb;
  energySums_ = {0};
  for (const float value : record.info.energy) energySums_.push_back(energySums_.back() + value);
  if (energySums_.size() > 1)
    meanEnergy_ = energySums_.back() / static_cast<double>(energySums_.size() - 1);
}

void TrackView::findBeat() {
  const music::TrackInfo& info = record_->info;
  const double confidence = info.given || info.edited ? 1 : info.gridConfidence;
  hasBeat_ = record_->loaded.grid.valid() && confidence >= kSomeConfidence;
  grid_ = hasBeat_ ? record_->loaded.grid : BeatGrid::fromBpm(0, kFreeBpm);
  steady_ = hasBeat_ && confidence >= kFewestConfidence && tempoHolds(grid_);
  const double last = grid_.beatAt(static_cast<double>(record_->info.frames));
  firstBar_ = kBarBeats * std::ceil(grid_.beatAt(0) / kBarBeats - 1e-9);
  lastBar_ = std::max(firstBar_, kBarBeats * std::floor(last / kBarBeats + 1e-9));
}

void TrackView::findBoundaries() {
  const auto barLine = [](double beat) { return kBarBeats * std::round(beat / kBarBeats); };
  std::string before;
  for (const music::TrackPhrase& phrase : record_->info.phrases) {
    const double begin = barLine(grid_.beatAt(phrase.start * kSampleRate));
    const double end = barLine(grid_.beatAt(phrase.end * kSampleRate));
    for (double beat = begin; beat < end; beat += kPhraseBeats) {
      const bool inside = beat > begin;
      boundaries_.push_back({beat, inside ? phrase.label : before, phrase.label, inside});
    }
    before = phrase.label;
  }
  if (boundaries_.empty()) {
    for (double beat = firstBar_; beat <= lastBar_; beat += kPhraseBeats)
      boundaries_.push_back({beat, {}, {}, beat > firstBar_});
  }
  // The first bar may hang over the beginning, but not by more than itself.
  std::erase_if(boundaries_, [this](const Boundary& boundary) {
    return boundary.beat < firstBar_ - kBarBeats || boundary.beat > lastBar_;
  });
  if (boundaries_.empty()) boundaries_.push_back({firstBar_, {}, {}, false});
}

double TrackView::energy(double fromBeat, double toBeat) const {
  const auto second = [this](double beat) {
    const double most = static_cast<double>(energySums_.size() - 1);
    return static_cast<std::size_t>(std::clamp(std::round(secondsAt(beat)), 0.0, most));
  };
  const std::size_t from = second(fromBeat), to = second(toBeat);
  if (to <= from) return meanEnergy_;
  return (energySums_[to] - energySums_[from]) / static_cast<double>(to - from);
}

double TrackView::voicedSeconds(double fromBeat, double toBeat) const {
  const double from = secondsAt(fromBeat), to = secondsAt(toBeat);
  double sum = 0;
  for (const music::TimeSpan& sung : record_->info.vocals)
    sum += std::max(0.0, std::min(to, sung.end) - std::max(from, sung.start));
  return sum;
}

}  // namespace dju::mixer
