#include "engine/battle.h"

#include <algorithm>

#include "engine/battle_state.h"

namespace dju::engine {

static_assert(Limiter::kLatency < kBlockFrames);

namespace {

BattleConfig clamped(BattleConfig config) {
  config.decks = std::clamp(config.decks, 1, kMaxDecks);
  config.monitors = std::clamp(config.monitors, 0, kMaxMonitors);
  config.maxTracks = std::max(config.maxTracks, 0);
  const std::int64_t mark = std::max<std::int64_t>(0, config.freshSoundAt.index()) / kMarkFrames;
  config.freshSoundAt = Frame(mark * kMarkFrames);
  return config;
}

}  // namespace

Battle::State::State(const BattleConfig& configuration)
    : config(clamped(configuration)),
      queue(config.maxPendingCommands),
      mixer(config.decks, config.seed) {
  tracks.resize(config.maxTracks);
  for (int d = 0; d < config.decks; ++d) {
    decks.push_back(std::make_unique<Deck>(VarispeedBank::shared()));
    deckView.push_back(decks.back().get());
  }
  monitors.resize(config.monitors);
  lastMark.hash = config.seed;
  for (const ControlInfo& control : kControls) {
    for (auto& target : values) target[static_cast<int>(control.id)] = control.initial;
  }
  // The faders start where the registry says, without a glide.
  for (int d = 0; d < config.decks; ++d) {
    const double volume = info(ControlId::kVolume).initial;
    mixer.fader(d).jump(volume * volume);
  }
  const double samplerVolume = info(ControlId::kSamplerVolume).initial;
  for (int s = 0; s < kSamplers; ++s) mixer.sampler(s).volume().jump(samplerVolume * samplerVolume);
  telemetry.deckCount = building.deckCount = static_cast<std::uint8_t>(config.decks);
  for (int d = 0; d < config.decks; ++d) decks[d]->describe(telemetry.decks[d]);
}

Battle::Battle(const BattleConfig& config) : state_(std::make_unique<State>(config)) {}
Battle::~Battle() = default;

bool Battle::provide(std::uint32_t index, const LoadedTrack& track) noexcept {
  if (index >= state_->tracks.size() || track.audio.samples == nullptr || track.audio.frames <= 0 ||
      !(track.audio.scale > 0) || !(track.audio.scale < 1) || !track.grid.sane() ||
      !(track.gainDb >= -kMostGainDb && track.gainDb <= kMostGainDb)) {
    return false;
  }
  state_->tracks[index] = track;
  return true;
}

Frame Battle::now() const noexcept {
  return state_->now;
}
FrameCount Battle::latency() noexcept {
  return Limiter::kLatency;
}
const Telemetry& Battle::telemetry() const noexcept {
  return state_->telemetry;
}
Battle::Mark Battle::mark() const noexcept {
  return state_->lastMark;
}

}  // namespace dju::engine
