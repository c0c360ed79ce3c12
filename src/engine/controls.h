// The control registry (data/controls.json) as the program sees it: an enumerator and a row for
// every control. Pure data; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace dju::engine {

enum class ControlScope : std::uint8_t { kDeck, kMixer, kMonitor, kSampler };
enum class ControlKind : std::uint8_t {
  kContinuous,  // a position in [min, max], ramped
  kRelative,    // a movement, added up
  kToggle,      // 0 or 1
  kHold,        // 1 while pressed, 0 when released
  kTrigger,     // acts on any value above 0
  kChoice,      // one of `choices`
  kAction,      // an argument with a meaning of its own (track index, frame, beats)
};
// How a command that took time to arrive is put right (docs/architecture.md, "Remote hands").
enum class LatencyClass : std::uint8_t { kImmediate, kPhase, kGesture, kTransport };
// Whose it is: a deck's DJ's; both DJs', held by who touches it; one's own headphones; both DJs',
// at the same time.
enum class ControlOwner : std::uint8_t { kDeck, kShared, kMonitor, kOpen };
// From a position p to a linear gain: kDouble 2p, kSquare (p / unity)^2.
enum class ControlLaw : std::uint8_t { kLinear, kDouble, kSquare };

enum class ControlId : std::uint16_t;

struct ControlInfo {
  ControlId id;
  std::string_view name;  // as in the log and the protocol, e.g. "eq_low"
  ControlScope scope;
  ControlKind kind;
  LatencyClass latency;
  ControlOwner owner;
  std::string_view unit;
  ControlLaw law;
  double min;
  double max;
  double initial;
  double unity;    // position of gain 1 (kSquare)
  double rampMs;   // time for a step to be carried out without a click
  int note;        // MIDI note of the document's protocol, or -1
  int cc;          // MIDI controller number of the document's protocol, or -1
  bool pitchBend;  // whether MIDI pitch bend drives it
  bool onBeat;     // whether its switches and cuts may wait for a beat (mix_quantize)
  double choices[16];
  int choiceCount;
};

}  // namespace dju::engine

#include "engine/controls_table.h"

namespace dju::engine {

inline constexpr int kControlCount = static_cast<int>(std::size(kControls));

constexpr const ControlInfo& info(ControlId id) {
  return kControls[static_cast<int>(id)];
}
// Whether its value is an index of the track table.
constexpr bool takesTrack(ControlId id) {
  return info(id).unit == "track";
}
constexpr ControlId offset(ControlId first, int n) {
  return static_cast<ControlId>(static_cast<int>(first) + n);
}

// The control of that name, or nothing.
std::optional<ControlId> findControl(std::string_view name);
// The control that a MIDI note, a controller number or pitch bend drives, or nothing.
std::optional<ControlId> findNote(int note);
std::optional<ControlId> findController(int cc);

// `value` brought into the control's range (nearest choice, 0/1 for switches); nothing if it is not
// a number at all.
std::optional<double> sanitize(ControlId id, double value);

// A 7-bit (0…127) or 14-bit (0…16383) MIDI value mapped onto [min, max]; the middle (64 or 8192)
// maps to the exact centre, so that a centred knob is flat.
double fromMidi(ControlId id, int value, int maximum = 127);

}  // namespace dju::engine
