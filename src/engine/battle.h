// Battle: decks, mixer and monitors, rendered as a pure function of (tracks, configuration,
// commands). No threads, no clock, no files, no sockets; the same object runs live, offline and on
// another machine, and gives the same samples at any block size.
//
// Order of use: construct; provide() tracks; schedule() commands; render().
// Threads: one thread at a time. The constructor and provide() may allocate; schedule() and
// render() are noexcept and never allocate, lock, call the system or libm.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/time.h"
#include "engine/command.h"
#include "engine/telemetry.h"
#include "engine/track.h"

namespace dju::engine {

// Increased with every change that alters rendered samples. A log of another revision replays as
// "re-rendered, not verified".
inline constexpr int kDspRevision = 4;

struct BattleConfig {
  int decks = 2;     // 1 … kMaxDecks; odd decks (index 0, 2) on crossfader side A, others on B
  int monitors = 2;  // 0 … kMaxMonitors: headphone outputs
  std::uint64_t seed = 0;
  int maxTracks = 256;  // size of the track table
  int maxPendingCommands = 4096;
  // A mark, at which all that sounds begins anew: heads of key lock, tails, effects, filters,
  // limiter, meters and the chain of hashes; decks, faders and clocks go on. What is heard from
  // there on does not depend on what was heard before, which may therefore be skipped. 0: never.
  Frame freshSoundAt{};

  friend bool operator==(const BattleConfig&, const BattleConfig&) = default;
};

// Where render() puts its sound: interleaved stereo, `frames` long; a null pointer is skipped.
// Whether an output is asked for never changes another output's samples.
struct Outputs {
  float* master = nullptr;
  float* monitors[kMaxMonitors] = {};
  float* stems[kMaxDecks] = {};  // each deck after fader and crossfader, before the master
};

enum class Accepted : std::uint8_t { kYes, kTooLate, kFull, kUnknownTrack };

class Battle {
 public:
  explicit Battle(const BattleConfig& config);
  ~Battle();
  Battle(const Battle&) = delete;
  Battle& operator=(const Battle&) = delete;

  // Puts a track into the table, before any command names it. Allocates nothing after construction.
  bool provide(std::uint32_t index, const LoadedTrack& track) noexcept;

  // Takes a command for its frame (>= now()); commands of one frame act in the order of `seq`.
  Accepted schedule(const Command& command) noexcept;

  // Renders the next `frames` frames (any number, also 0). Master and monitors come out
  // latency() frames after the decks, because the limiter looks ahead.
  void render(FrameCount frames, const Outputs& outputs) noexcept;

  // Goes on as render() does, to the bit but for the sound, which it leaves out: many times faster.
  // At most up to config.freshSoundAt, from where both give the same samples. telemetry() stays.
  void skip(FrameCount frames) noexcept;

  // Carries out what is due at now() without rendering, so that deckNow() tells of it.
  void applyDue() noexcept;

  Frame now() const noexcept;            // first frame not yet rendered
  static FrameCount latency() noexcept;  // of master and monitors, in frames

  // State at the beginning of the last whole block of kBlockFrames that was rendered.
  const Telemetry& telemetry() const noexcept;

  // Chained hash of the master up to the last mark (every kMarkFrames), and that mark's frame.
  struct Mark {
    Frame frame;
    std::uint64_t hash = 0;
  };
  Mark mark() const noexcept;

  // A deck as the commands so far have left it, at now(); telemetry() is of a block's beginning.
  struct DeckNow {
    DeckTelemetry deck;    // what the deck itself knows: no gains, no meters
    double speed = 0;      // that tempo and nudge give it, or would if it ran
    double owed = 0;       // track frames that a slew has still to make up for
    double drive = 1;      // share of its speed that the motor has reached,
    double driveStep = 0;  // and what a brake or a spin-up adds to it each frame
  };
  DeckNow deckNow(int deck) const noexcept;

  // A control's value as it stands now (after all commands that acted).
  double value(ControlId control, int target) const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dju::engine
