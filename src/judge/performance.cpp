#include "judge/performance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "judge/sound_judge.h"
#include "judge/spectral_change.h"

namespace dju::judge {
namespace {

// Momentary loudness is measured over 400 ms (EBU Tech 3341); the same for shares, so that a deck
// does not vanish between its kicks.
constexpr double kHeardSeconds = 0.4;
// 1 - exp(-block / kHeardSeconds)
const double kPace = 1 - std::exp(-kBlockFrames / (kHeardSeconds * kSampleRate));
constexpr double kSilence = 1e-12;  // mean square, -120 dB

const JudgedTrack kUnknown;

}  // namespace

PerformanceReader::PerformanceReader(std::vector<JudgedTrack> tracks)
    : tracks_(std::move(tracks)) {}

void PerformanceReader::provide(std::uint32_t index, JudgedTrack track) {
  if (index >= tracks_.size()) tracks_.resize(index + 1);
  tracks_[index] = std::move(track);
}

const Evidence& PerformanceReader::push(const engine::Telemetry& telemetry,
                                        std::optional<float> spectralChange) noexcept {
  ++blocks_;
  now_ = {};
  now_.frame = telemetry.frame;
  now_.deckCount = telemetry.deckCount;
  now_.spectralChange = spectralChange;
  weigh(telemetry);
  double total = 0;
  for (const double energy : energy_) total += energy;
  for (std::size_t d = 0; d < now_.deckCount; ++d) {
    const engine::DeckTelemetry& deck = telemetry.decks[d];
    const JudgedTrack& track = deck.track < tracks_.size() ? tracks_[deck.track] : kUnknown;
    now_.decks[d] = deckEvidence(deck, track, total > kSilence ? energy_[d] / total : 0);
  }
  gather();
  compareLoudest();
  chooseAnswerable();
  return now_;
}

void PerformanceReader::weigh(const engine::Telemetry& telemetry) {
  double block = 0;
  for (const float rms : telemetry.masterRms) block += static_cast<double>(rms) * rms / kChannels;
  master_ += kPace * (block - master_);
  for (std::size_t d = 0; d < telemetry.deckCount; ++d)
    energy_[d] += kPace * (telemetry.decks[d].audibleShare * block - energy_[d]);
  now_.masterDb = static_cast<float>(10 * std::log10(std::max(master_, kSilence)));
}

// What the heard decks amount to together.
void PerformanceReader::gather() {
  double power = 0, energy = 0, share = 0;
  bool loudnessKnown = true, energyKnown = true;
  for (std::size_t d = 0; d < now_.deckCount; ++d) {
    const DeckEvidence& deck = now_.decks[d];
    if (!deck.audible) continue;
    loudnessKnown = loudnessKnown && deck.loudness.has_value();
    energyKnown = energyKnown && deck.energy.has_value();
    power += std::pow(10, deck.loudness.value_or(0) / 10);
    energy += static_cast<double>(deck.share) * deck.energy.value_or(0);
    share += deck.share;
  }
  if (share == 0) return;
  if (loudnessKnown) now_.loudness = static_cast<float>(10 * std::log10(power));
  if (energyKnown) now_.energy = static_cast<float>(energy / share);
}

void PerformanceReader::compareLoudest() {
  constexpr std::uint8_t kNone = Evidence::kNoDeck;
  std::uint8_t most = kNone, next = kNone;
  const auto louder = [this](std::uint8_t d, std::uint8_t than) {
    return than == kNone || now_.decks[d].share > now_.decks[than].share;
  };
  for (std::uint8_t d = 0; d < now_.deckCount; ++d) {
    if (!now_.decks[d].audible) continue;
    if (louder(d, most)) {
      next = most;
      most = d;
    } else if (louder(d, next)) {
      next = d;
    }
  }
  now_.carrier = most;
  if (next == kNone) return;
  const auto [first, second] = std::minmax(most, next);
  now_.pair = pairEvidence(now_.decks[first], now_.decks[second], first, second);
}

// Who brought in the deck that came last answers for the mix until another deck comes.
void PerformanceReader::chooseAnswerable() {
  std::uint64_t newest = 0;
  for (std::size_t d = 0; d < now_.deckCount; ++d) {
    if (!now_.decks[d].audible) {
      since_[d] = 0;
      continue;
    }
    if (since_[d] == 0) since_[d] = blocks_;
    if (since_[d] <= newest) continue;
    newest = since_[d];
    now_.player = now_.decks[d].lastPlayer;
  }
}

std::span<const Evidence> Performance::window(Frame start, Frame end) const {
  const auto index = [this](Frame frame) {
    const std::int64_t i = (frame.index() + kEvidenceFrames - 1) / kEvidenceFrames;
    return static_cast<std::size_t>(
        std::clamp<std::int64_t>(i, 0, static_cast<std::int64_t>(evidence.size())));
  };
  const std::size_t from = index(start), to = std::max(from, index(end));
  return std::span(evidence).subspan(from, to - from);
}

Result<Performance> readPerformance(const engine::BattleLog& log,
                                    std::span<const engine::LoadedTrack> audio,
                                    std::vector<JudgedTrack> tracks, const engine::RenderSink& sink,
                                    SoundJudge* sound) {
  for (const engine::LogTrack& track : log.tracks) {
    if (track.index >= audio.size() || track.index >= tracks.size())
      return Error(
          ErrorCode::kInvalid,
          fmt::format("battle {}: its track {} (\"{}\") was not given; {} sounds and {} "
                      "descriptions were",
                      log.header.battleId, track.index, track.title, audio.size(), tracks.size()));
  }
  PerformanceReader reader(tracks);
  SpectralChange change;
  Performance performance;
  performance.tracks = std::move(tracks);
  FrameCount rendered = 0;
  std::vector<float> block;
  // A log's commands split blocks; telemetry is of whole ones.
  const auto hear = [&](FrameCount frames, const engine::Outputs& outputs,
                        const engine::Telemetry& telemetry) {
    change.push({outputs.master, static_cast<std::size_t>(frames * kChannels)});
    if (sound != nullptr)
      block.insert(block.end(), outputs.master, outputs.master + frames * kChannels);
    rendered += frames;
    if (rendered % kBlockFrames == 0) {
      const Evidence& now = reader.push(telemetry, change.latest());
      if (now.frame.index() % kEvidenceFrames == 0) performance.evidence.push_back(now);
      if (sound != nullptr) sound->hear(now, block);
      block.clear();
    }
    return !sink || sink(frames, outputs, telemetry);
  };
  engine::renderLog(log, audio, {}, hear);
  return performance;
}

}  // namespace dju::judge
