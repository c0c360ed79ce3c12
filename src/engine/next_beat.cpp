#include "engine/next_beat.h"

#include "engine/dsp/math.h"

namespace dju::engine {
namespace {

// A running beat: where in its bar it is at now(), and how long it lasts.
struct Pulse {
  double beatInBar = 0;
  double framesPerBeat = 0;
};

std::optional<Pulse> pulseOf(const Battle& battle, int deck) {
  const DeckTelemetry now = battle.deckNow(deck).deck;
  constexpr std::uint32_t kElsewhere = kDeckPreviewing | kDeckScratching | kDeckReverse;
  const bool runs = (now.flags & kDeckPlaying) != 0 && (now.flags & kElsewhere) == 0;
  if (!runs || !(now.bpm > 0) || !(now.rate > 0)) return std::nullopt;
  return Pulse{now.barBeat, 60.0 * kSampleRate / now.bpm};
}

std::optional<Pulse> leadingPulse(const Battle& battle) {
  const Telemetry& told = battle.telemetry();
  if (told.leader == kMaxDecks + 1) {
    const double framesPerBeat = 60.0 * kSampleRate / told.clockBpm;
    const double since = static_cast<double>(battle.now() - told.frame) / framesPerBeat;
    return Pulse{told.clockBeat + since, framesPerBeat};
  }
  if (told.leader > 0) {
    if (const auto pulse = pulseOf(battle, told.leader - 1)) return pulse;
  }
  std::optional<Pulse> loudest;
  float most = -1;
  for (int d = 0; d < told.deckCount; ++d) {
    if (told.decks[d].audibleShare <= most) continue;
    const auto pulse = pulseOf(battle, d);
    if (!pulse) continue;
    loudest = pulse;
    most = told.decks[d].audibleShare;
  }
  return loudest;
}

}  // namespace

std::optional<FrameCount> framesToBeat(const Battle& battle, ControlId control, int target,
                                       int beats) noexcept {
  std::optional<Pulse> pulse;
  if (info(control).scope == ControlScope::kDeck) pulse = pulseOf(battle, target);
  if (!pulse) pulse = leadingPulse(battle);
  if (!pulse) return std::nullopt;
  const double length = beats * pulse->framesPerBeat;
  double since = pulse->beatInBar * pulse->framesPerBeat;
  since -= length * static_cast<double>(floorToInt(since / length));
  // To the nearest frame: a beat that fell less than half a frame ago falls now.
  const FrameCount left = floorToInt(length - since + 0.5);
  return since < 0.5 ? 0 : left;
}

}  // namespace dju::engine
