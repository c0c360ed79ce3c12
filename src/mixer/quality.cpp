#include "mixer/quality.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace dju::mixer {
namespace {

constexpr FrameCount kLoudnessStep = kSampleRate / 10;
constexpr double kAroundSeconds = 8;
constexpr double kShortTermSeconds = 3;
constexpr double kSilentLufs = -70;

std::vector<judge::JudgedTrack> fromAnalysis(const Plan& plan, std::span<const TrackView> tracks) {
  std::vector<judge::JudgedTrack> known;
  for (const Turn& turn : plan.turns) {
    const TrackView& track = tracks[turn.track];
    const crate::Record& record = track.record();
    judge::JudgedTrack& one =
        known.emplace_back(judge::judgedTrack(crate::logTrack(record), &record.info));
    // The analysis lays a grid over noise and silence too; beats that nobody hears have no offset.
    if (track.hasBeat()) continue;
    one.grid = {};
    one.phraseStarts.clear();
  }
  return known;
}

// The value that this share of all do not exceed.
std::optional<double> quantile(std::vector<double> values, double share) {
  if (values.empty()) return {};
  const auto at = std::lround(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

std::vector<double> sizesOf(const std::vector<judge::OffsetAt>& offsets) {
  std::vector<double> sizes;
  for (const judge::OffsetAt& offset : offsets) sizes.push_back(std::abs(offset.ms));
  return sizes;
}

double toDb(double gain) {
  return 20 * std::log10(std::max(gain, 1e-6));
}

}  // namespace

QualityListener::QualityListener(const Plan& plan, std::span<const TrackView> tracks)
    : QualityListener(plan, tracks, fromAnalysis(plan, tracks)) {}

QualityListener::QualityListener(const Plan& plan, std::span<const TrackView> tracks,
                                 std::vector<judge::JudgedTrack> known)
    : plan_(plan),
      tracks_(tracks),
      reader_(std::move(known)),
      vocalOverlap_(plan.transitions.size()) {}

void QualityListener::hear(const MixBlock& block) {
  const engine::Telemetry& telemetry = block.telemetry;
  truePeak_ = std::max(truePeak_, telemetry.masterTruePeak);
  limiterGain_ = std::min(limiterGain_, telemetry.limiterGain);
  loudness_.push(block.master);
  if ((telemetry.frame.index() + kBlockFrames) % kLoudnessStep == 0)
    shortTerm_.push_back(static_cast<float>(loudness_.shortTerm()));
  change_.push(block.master);
  const judge::Evidence& now = reader_.push(telemetry, change_.latest());
  if (now.frame.index() % judge::kEvidenceFrames != 0) return;
  board_.push(now);
  listenForVoices(now);
  if (const auto transition = detector_.push(now)) {
    board_.add(*transition);
    found_.push_back(*transition);
  }
}

void QualityListener::listenForVoices(const judge::Evidence& evidence) {
  const auto &first = evidence.decks[0], &second = evidence.decks[1];
  if (!first.audible || !second.audible) return;
  const std::size_t turn = std::min(first.track, second.track);
  if (turn >= vocalOverlap_.size()) return;
  for (const auto* deck : {&first, &second}) {
    if (deck->track >= plan_.turns.size()) return;
    const TrackView& track = tracks_[plan_.turns[deck->track].track];
    // A tenth of a beat from here: whether somebody sings now.
    if (track.voicedSeconds(deck->beat, deck->beat + 0.1) <= 0) return;
  }
  vocalOverlap_[turn] += static_cast<double>(judge::kEvidenceFrames) / kSampleRate;
}

std::optional<double> QualityListener::stepOver(Frame start, Frame end) const {
  const auto between = [this](double from, double to) {
    std::vector<double> values;
    const auto last = static_cast<double>(shortTerm_.size());
    const auto index = [&](double seconds) {
      return static_cast<std::size_t>(std::clamp(10 * seconds, 0.0, last));
    };
    for (std::size_t i = index(from); i < index(to); ++i)
      if (shortTerm_[i] > kSilentLufs) values.push_back(shortTerm_[i]);
    return quantile(values, 0.5);
  };
  // A short-term value speaks of the three seconds before it.
  const auto before =
      between(start.seconds() - kAroundSeconds + kShortTermSeconds, start.seconds());
  const auto after = between(end.seconds() + kShortTermSeconds, end.seconds() + kAroundSeconds);
  if (!before || !after) return {};
  return *after - *before;
}

MixQuality QualityListener::finish(const PlayedMix& mix) {
  if (const auto transition = detector_.finish()) {
    board_.add(*transition);
    found_.push_back(*transition);
  }
  board_.finish();
  MixQuality quality;
  for (const PlayedTransition& played : mix.transitions) {
    TransitionQuality& entry = quality.transitions.emplace_back();
    entry.played = played;
    for (const judge::Transition& judged : found_) {
      if (judged.fromTrack != played.outgoing || judged.toTrack != played.incoming) continue;
      entry.judged = judged;
      entry.beatOffsetMedianMs = quantile(sizesOf(judged.beatOffsets), 0.5);
      entry.beatOffsetP95Ms = quantile(sizesOf(judged.beatOffsets), 0.95);
    }
    entry.vocalOverlapSeconds = vocalOverlap_[played.outgoing];
    entry.heardStepLu = stepOver(played.start, played.end);
  }
  for (std::size_t h = 0; h < judge::kTechnicalHeads; ++h) {
    const auto head = static_cast<judge::Head>(h);
    if (const auto value = board_.score(0, head).value)
      quality.heads[head] = static_cast<float>(*value);
  }
  quality.seconds = mix.log.end ? mix.log.end->frame.seconds() : 0;
  const double integrated = loudness_.integrated();
  if (integrated > kSilentLufs) quality.integratedLufs = integrated;
  quality.truePeakDbtp = toDb(truePeak_);
  quality.limiterDb = toDb(limiterGain_);
  return quality;
}

}  // namespace dju::mixer
