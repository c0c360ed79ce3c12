#include "music/analyse.h"

#include <algorithm>
#include <span>

#include "audio/sha256.h"
#include "music/beat_analysis.h"
#include "music/cues.h"
#include "music/energy.h"
#include "music/features.h"
#include "music/fingerprint.h"
#include "music/genre_rules.h"
#include "music/key_estimate.h"
#include "music/loudness.h"
#include "music/structure.h"
#include "music/vocals.h"
#include "music/waveform.h"

namespace dju::music {
namespace {

// An hour of log-mel takes 120 MB. Longer sound is a mix: it has an energy curve, found ten minutes
// at a time, but is of no genre, in no key, and has no form of intro, drops and outro.
constexpr std::int64_t kMaxFormFrames = std::int64_t{3600} * kSampleRate;
constexpr std::int64_t kMixPartFrames = std::int64_t{600} * kSampleRate;
// Where the grid is surely none, or its bars are not of four beats, phrases counted in its bars and
// cues at their starts would only mislead. Noise, speech and other metres stay below.
constexpr double kGridWorthPhrases = 0.2;

void findTempo(const audio::PcmView& pcm, TrackInfo& info) {
  const BeatEstimate beats = estimateBeats(pcm);
  info.grid = beats.grid;
  info.gridConfidence = beats.confidence;
  for (const TempoAlternative& other : beats.alternatives) {
    info.tempoAlternatives.push_back(other.bpm);
  }
}

void findKey(const audio::PcmView& pcm, std::span<const Phrase> phrases, TrackInfo& info) {
  const KeyEstimate found = estimateKey(pcm, info.grid, phrases);
  if (!found.key) return;
  info.key = {keyName(*found.key), found.confidence, found.tuningCents, {}};
  for (std::size_t i = 1; i < found.segments.size(); ++i) {
    info.key.modulations.push_back(
        {found.segments[i].startSeconds, keyName(found.segments[i].key)});
  }
}

void findForm(const FeatureTrack& features, std::span<const Phrase> phrases, TrackInfo& info) {
  const double seconds = static_cast<double>(info.frames) / kSampleRate;
  for (const Phrase& phrase : phrases) {
    info.phrases.push_back({std::max(0.0, phrase.start), std::min(seconds, phrase.end), phrase.bars,
                            std::string(phraseLabelName(phrase.label))});
  }
  for (const Cue& cue : suggestCues(phrases)) {
    info.cues.push_back({cue.seconds, std::string(cueKindName(cue.kind)), cue.label, -1, 0, -1});
  }
  info.vocalsKnown = true;
  for (const Interval& sung : findVocals(features)) info.vocals.push_back({sung.start, sung.end});
  const GenreEstimate genre = estimateGenre(features, info.grid, info.gridConfidence);
  if (genre.genre.empty()) return;
  for (const auto& [name, score] : genre.scores) info.genres.push_back({name, score});
}

void findContent(const audio::PcmView& pcm, TrackInfo& info) {
  const bool mix = pcm.frames > kMaxFormFrames;
  const std::int64_t step = mix ? kMixPartFrames : kMaxFormFrames;
  for (std::int64_t from = 0; from < pcm.frames; from += step) {
    const audio::PcmView part{pcm.samples + from * kChannels, std::min(step, pcm.frames - from),
                              pcm.scale};
    const FeatureTrack features = extractFeatures(part, standardDefinition(), {Feature::kLogMel});
    const std::vector<float> energy = energyCurve(features);
    info.energy.insert(info.energy.end(), energy.begin(), energy.end());
    if (mix) continue;
    const std::vector<Phrase> phrases = info.gridConfidence < kGridWorthPhrases
                                            ? std::vector<Phrase>{}
                                            : findPhrases(features, info.grid);
    findKey(pcm, phrases, info);
    findForm(features, phrases, info);
  }
}

}  // namespace

Analysis analyseTrack(const audio::PcmView& pcm, const std::string& pcmHash) {
  Analysis analysis;
  analysis.waveform = makeWaveform(pcm);
  TrackInfo& info = analysis.info;
  info.pcmHash = pcmHash;
  info.frames = pcm.frames;
  findTempo(pcm, info);
  findContent(pcm, info);
  info.loudness = measureLoudness(pcm);
  info.fingerprint = fingerprintText(fingerprintOf(pcm));
  info.waveformHash = sha256Hex(analysis.waveform);
  return analysis;
}

}  // namespace dju::music
