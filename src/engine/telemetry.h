// The telemetry record: the exact state of a battle, once a block. Judge, labels, reports and pages
// read only this and the log. It is a pure function of the log, so it need not be stored.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/error.h"
#include "core/time.h"

namespace dju::engine {

inline constexpr int kMaxDecks = 4;
inline constexpr int kMaxMonitors = 2;
inline constexpr int kSamplers = 8;
inline constexpr int kMaxTargets = kSamplers;  // of any control
static_assert(kMaxTargets >= kMaxDecks && kMaxTargets >= kMaxMonitors);
inline constexpr int kHotCues = 8;
inline constexpr int kEffectSlots = 3;  // of a deck
inline constexpr std::uint16_t kTelemetryVersion = 2;

enum DeckFlags : std::uint32_t {
  kDeckLoaded = 1,
  kDeckPlaying = 2,     // transport runs (or a cue / hot-cue preview is held)
  kDeckPreviewing = 4,  // sounding only while cue or a hot cue is held
  kDeckScratching = 8,  // the hand is on the platter
  kDeckAtEnd = 16,
  kDeckKillLow = 32,
  kDeckKillMid = 64,
  kDeckKillHigh = 128,
  kDeckSync = 1U << 8,    // follows the leader
  kDeckLeader = 1U << 9,  // others follow it
  kDeckQuantize = 1U << 10,
  kDeckSlip = 1U << 11,      // slip is switched on
  kDeckSlipping = 1U << 12,  // the record is elsewhere than where it will go on
  kDeckReverse = 1U << 13,   // the motor turns backwards (reverse or censor)
  kDeckLooping = 1U << 14,   // a loop or a roll is on
  kDeckRolling = 1U << 15,
  kDeckBraking = 1U << 16,  // the motor slows down or comes up
  kDeckKeylock = 1U << 17,
  kDeckFaderStart = 1U << 18,
  kDeckAutoGain = 1U << 19,
};

struct DeckTelemetry {
  double position = 0;  // track frames, at the first frame of the block; may be negative
  float rate = 0;       // real playback rate, 1 = as recorded, negative backwards, 0 stopped
  double loopIn = 0;    // track frames; no loop is set where loopOut <= loopIn
  double loopOut = 0;
  double slipPosition = 0;  // where the record will go on, equal to position unless slipping
  float loopBeats = 4;      // of the loop that is set, else of the next one
  float tempoPercent = 0;   // the tempo as set by fader or sync, in percent
  float bpm = 0;            // heard BPM (grid x rate), 0 without grid
  float beatPhase = 0;      // [0, 1) within the beat
  float barBeat = 0;        // [0, 4) within the bar
  float keyShift = 0;       // semitones by which the sound is transposed (varispeed included)
  float trimGain = 1;       // linear
  float autoGain = 1;       // linear
  float filter = 0;         // [-1, 1], the quick knob
  float eqLow = 1, eqMid = 1, eqHigh = 1;  // linear, kills included
  float faderGain = 1;                     // linear, channel fader
  float crossfaderGain = 1;                // linear, this deck's side
  float audibleShare = 0;  // [0, 1] this deck's part of the master's energy in the block
  float peak = 0;          // linear, after EQ and quick effect, before the fader (channel meter)
  float vu = 0;            // linear, there too (dsp/vu_meter.h)
  std::array<float, kEffectSlots> fxMix{};  // [0, 1]
  std::uint32_t track = 0;                  // index in the track table
  std::uint32_t flags = 0;                  // DeckFlags
  std::uint16_t lastControl = 0xffff;       // ControlId that last touched the deck, 0xffff none
  std::uint8_t lastPlayer = 255;
  std::uint8_t fxOn = 0;                          // bit n: effect n + 1 is on
  std::uint8_t hotCues = 0;                       // bit n: hot cue n + 1 is set
  std::array<double, kHotCues> hotCuePosition{};  // track frames, where set
  double cuePosition = 0;                         // track frames

  friend bool operator==(const DeckTelemetry&, const DeckTelemetry&) = default;
};

struct Telemetry {
  Frame frame;  // first frame of the block
  std::uint8_t deckCount = 2;
  std::uint8_t leader = 0;  // of sync: 0 nobody, 1 … 4 a deck, 5 the battle clock
  std::array<DeckTelemetry, kMaxDecks> decks{};
  float crossfader = 0;               // [-1, 1], as heard (ramped, reversed)
  float masterGain = 1;               // linear
  float limiterGain = 1;              // smallest gain in the block, 1 = not limiting
  std::array<float, 2> masterPeak{};  // linear, after the limiter
  std::array<float, 2> masterRms{};
  std::array<float, 2> masterVu{};  // linear, after the limiter (dsp/vu_meter.h)
  float masterTruePeak = 0;         // linear, between the samples too, the louder side
  float masterFxMix = 0;            // [0, 1]
  bool masterFxOn = false;
  std::uint8_t samplers = 0;  // bit n: sampler n + 1 sounds
  float clockBpm = 120;       // the battle clock's tempo
  float clockBeat = 0;        // [0, 4) within its bar

  friend bool operator==(const Telemetry&, const Telemetry&) = default;
};

// The binary form: little-endian, fixed layout a version, described in docs/telemetry.md.
std::vector<std::uint8_t> encode(const Telemetry& telemetry);
Result<Telemetry> decodeTelemetry(const std::uint8_t* data, std::size_t size);

}  // namespace dju::engine
