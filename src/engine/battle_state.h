// The inside of a Battle, shared by the files that implement it: battle.cpp (building and
// providing), battle_commands.cpp and battle_effects.cpp (what a command does) and
// battle_render.cpp (blocks and marks) and battle_meters.cpp. Nobody else includes it.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "engine/battle.h"
#include "engine/command_queue.h"
#include "engine/deck.h"
#include "engine/dsp/true_peak.h"
#include "engine/dsp/vu_meter.h"
#include "engine/mixer.h"
#include "engine/sync.h"

namespace dju::engine {

constexpr int blockOffset(Frame frame) {
  return static_cast<int>(frame.index() % kBlockFrames);
}
constexpr int markOffset(Frame frame) {
  return static_cast<int>(frame.index() % kMarkFrames);
}

// Numbered copies of a control follow each other.
constexpr bool within(ControlId id, ControlId first, int count) noexcept {
  return id >= first && id < offset(first, count);
}
constexpr int indexIn(ControlId id, ControlId first) noexcept {
  return static_cast<int>(id) - static_cast<int>(first);
}

struct Battle::State {
  explicit State(const BattleConfig& configuration);

  // battle_commands.cpp
  bool accepts(const Command& command) const noexcept;
  void apply(const Command& command) noexcept;
  void applyDue() noexcept;
  void applyToDeck(const Command& command, double value) noexcept;
  void applyToEffects(ControlId control, int deck, double value) noexcept;
  bool applyToMasterEffect(ControlId control, double value) noexcept;
  bool applyKey(const Command& command, double value) noexcept;
  void matchKey(int deck) noexcept;
  int keyLeader(int deck) const noexcept;
  void applyToMixer(ControlId control, double value) noexcept;
  void applyToSampler(const Command& command, double value) noexcept;
  void applyToMonitor(ControlId control, int monitor, double value) noexcept;
  void setBand(int deck, Band band, double rampMs) noexcept;
  double stored(ControlId control, int target) const noexcept;
  void store(ControlId control, int target, double value) noexcept;

  // battle_transport.cpp
  bool applyTransport(const Command& command, double value) noexcept;
  bool applyCue(const Command& command, double value, std::optional<double> at) noexcept;
  bool applyJump(const Command& command, double value, std::optional<double> at) noexcept;
  bool applyLoop(const Command& command, double value, std::optional<double> at) noexcept;
  bool applyMotor(const Command& command, double value, std::optional<double> at) noexcept;
  bool applySync(const Command& command, double value) noexcept;
  void applyRate(const Command& command, double value) noexcept;
  bool applyToSync(ControlId id, double value) noexcept;
  void play(int deck, bool on, std::optional<double> at) noexcept;
  void startByFader(int deck, double before, double volume) noexcept;
  void steerFollowers() noexcept;

  // battle_render.cpp
  int untilNextChange(FrameCount most) const noexcept;
  void renderChunk(int frames, const Outputs& outputs, FrameCount at) noexcept;
  void skipChunk(int frames) noexcept;
  void fadeAboutFreshSound(float* master, int frames) const noexcept;
  void beginSoundAnew() noexcept;
  void beginBlock() noexcept;
  double heard(int deck) noexcept;
  void tellEffects() noexcept;
  void endBlock() noexcept;
  void meter() noexcept;
  void meterMaster(const float* master) noexcept;
  void mark() noexcept;

  BattleConfig config;
  std::vector<LoadedTrack> tracks;  // by index; no samples: not provided
  CommandQueue queue;
  Frame now;

  std::vector<std::unique_ptr<Deck>> decks;
  std::vector<Deck*> deckView;
  std::array<BeatClock, kMaxDecks> beats{};
  Mixer mixer;
  Sync sync;
  std::vector<Monitor> monitors;

  // Where the controls stand: [target][control].
  std::array<std::array<double, kControlCount>, kMaxTargets> values{};
  struct Touch {
    std::uint16_t control = 0xffff;
    PlayerIndex player = kServerPlayer;
  };
  std::array<Touch, kMaxDecks> lastTouch{};

  // The master of the present block and of the stretch since the last mark, interleaved.
  std::array<float, kMarkFrames * kChannels> sinceMark{};
  Mark lastMark;
  std::array<float, kBlockFrames * kChannels> monitorSound{};
  std::array<VuMeter, kMaxDecks> deckVu;
  std::array<VuMeter, kChannels> masterVu;
  TruePeakMeter masterTruePeak;
  Telemetry building, telemetry;
};

}  // namespace dju::engine
