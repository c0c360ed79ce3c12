// A deck: a record on a platter, its transport (play, cue, hot cues, jumps, loops, slip), and its
// channel strip up to the fader (trim, auto gain, isolator). Transport commands act exactly at the
// frame at which they are applied; what sounded before fades out under what sounds next, so that
// nothing clicks.
//
// Render thread; allocates only in the constructor. Positions in track frames.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/time.h"
#include "engine/dsp/isolator.h"
#include "engine/dsp/smoother.h"
#include "engine/dsp/stretch.h"
#include "engine/dsp/varispeed.h"
#include "engine/effects/beat_clock.h"
#include "engine/loop.h"
#include "engine/platter.h"
#include "engine/telemetry.h"
#include "engine/track.h"

namespace dju::engine {

class Deck {
 public:
  // A block of sound, left and right apart; room for vectors to run over the end.
  struct Sound {
    alignas(16) std::array<float, kBlockFrames + 8> left{}, right{};
  };

  explicit Deck(const VarispeedBank& bank) : reader_(bank), stretch_(bank) {}

  // --- Transport (deck_transport.cpp). `at`: the position to place the deck at; without it the
  // command acts where the deck is. What makes no sense in the present state does nothing.
  void load(std::uint32_t index, const LoadedTrack& track, std::optional<double> at) noexcept;
  void unload() noexcept;
  void regrid(std::uint32_t index, const LoadedTrack& track) noexcept;
  void play(bool on, std::optional<double> at) noexcept;
  void cue(bool pressed, std::optional<double> at) noexcept;
  void hotCue(int n, bool pressed, std::optional<double> at) noexcept;
  void clearHotCue(int n) noexcept;
  void seek(double position, std::optional<double> at) noexcept;
  void beatJump(double beats, std::optional<double> at) noexcept;
  void setHotCue(int n, double position) noexcept;
  void setCue(double position) noexcept;
  void touch(bool on) noexcept;
  // The record runs to `position`, or to where it moves from there, by a gentle change of speed.
  void slewTo(double position) noexcept;

  // --- Loops (deck_loops.cpp). With quantize their ends lie on the grid.
  void loopIn(std::optional<double> at) noexcept;
  void loopOut(std::optional<double> at) noexcept;
  void loop(bool on, std::optional<double> at) noexcept;
  void beatLoop(double beats, std::optional<double> at) noexcept;
  void scaleLoop(double factor) noexcept;
  void moveLoop(double beats) noexcept;
  void loopRoll(double beats, std::optional<double> at) noexcept;

  // --- What the motor does (deck_motor.cpp).
  void setSlip(bool on) noexcept;
  void setReverse(bool on, std::optional<double> at) noexcept;
  void censor(bool pressed, std::optional<double> at) noexcept;
  // `drive`: how far the motor is on its way already, 0 … 1.
  void brake(double seconds, std::optional<double> at, std::optional<double> drive) noexcept;
  void spinUp(double seconds, std::optional<double> at, std::optional<double> drive) noexcept;
  // Stops at the cue point, ready for the next start.
  void returnToCue() noexcept;

  void setQuantize(bool on) noexcept { quantize_ = on; }
  bool quantize() const noexcept { return quantize_; }

  // --- Sync (sync.cpp).
  const BeatGrid& grid() const noexcept { return track_.grid; }
  // Where the record is, or, while it slips, where it will go on.
  double anchor() const noexcept { return slipping_ ? slipPosition_ : position_; }
  // Whether the beats run on evenly: no hand, brake, reverse or loop of half a beat changes them.
  bool beatsRunOn() const noexcept;
  // Whether somebody moves the record against its beat on purpose.
  bool pushed() const noexcept { return platter_.pushed() || (platter_.inHand() && !slipping_); }
  // Moves the record (or what it will return to) by a part of a beat.
  void shiftPhase(double frames) noexcept;

  // The jog wheel, in turns.
  void turn(double turns) noexcept {
    if (loaded()) platter_.turn(turns);
  }

  Platter& platter() noexcept { return platter_; }
  const Platter& platter() const noexcept { return platter_; }
  Isolator& isolator() noexcept { return isolator_; }
  Smoother& trim() noexcept { return trim_; }
  // Whether the track's own gain is added to the trim.
  void setAutoGain(bool on, double rampMs) noexcept;
  double autoGain() const noexcept { return autoGain_.value(); }  // linear
  // Key lock and key shift.
  StretchReader& stretch() noexcept { return stretch_; }

  // --- Rendering (deck.cpp).
  // Frames [offset, offset + frames) of the present block into sound().
  void render(int offset, int frames) noexcept;
  // Moves the record, its motor and its knobs on as far as render() does, without a sound.
  void skip(int frames) noexcept;
  // What was heard is forgotten; what is heard next fades in.
  void beginSoundAnew() noexcept;
  const Sound& sound() const noexcept { return sound_; }
  Sound& sound() noexcept { return sound_; }

  // --- State.
  bool loaded() const noexcept { return track_.audio.samples != nullptr; }
  bool playing() const noexcept { return playing_; }
  // Whether the record turns, or a hand holds it.
  bool moving() const noexcept { return loaded() && (playing_ || platter_.handled()); }
  bool previewing() const noexcept { return preview_ != kNoPreview; }
  double position() const noexcept { return position_; }
  // What the record does now, 1 = as recorded.
  double rate() const noexcept { return moving() ? platter_.speed() : 0; }
  // Moves `clock` on by a block, to the beat that the deck plays now, or, while it does not play
  // forwards by its motor, evenly at its tempo.
  void tellBeat(BeatClock& clock) const noexcept;
  // Of the record, as LoadedTrack has it.
  int key() const noexcept { return track_.key; }
  // What the record would do, had nothing but tempo and nudge a say.
  double setSpeed() const noexcept { return platter_.setSpeed(); }
  // Track frames that a slew has still to make up for.
  double owed() const noexcept { return platter_.slew().owed(); }
  // Fills what the deck knows; gains and meters are the mixer's.
  void describe(DeckTelemetry& to) const noexcept;

 private:
  // A sound that fades out: where it was read, how loud it was when it was left, and how far it had
  // faded in, which it goes on doing: the product of both fades has no corner.
  struct Tail {
    TrackAudio audio;
    double position = 0;
    double speed = 0;
    float level = 0;
    int fadeIn = 0, fadeInLength = 1;
    int left = 0;  // frames still to come; 0 = free
    int length = 1;
    bool rendered = false;  // it lies in `sound` already
    Sound sound{};
  };
  static constexpr int kTails = 6;
  static constexpr int kFadeFrames = 96;         // 2 ms: short enough to leave a kick its attack
  static constexpr int kPlacedFadeFrames = 240;  // 5 ms: entries in the middle of the music
  static constexpr double kBeatWithoutGrid = 0.5 * kSampleRate;
  static constexpr int kNoPreview = -1;
  static constexpr int kCuePreview = kHotCues;  // 0 … 7: a hot cue

  void placeAt(double position, int fadeFrames) noexcept;
  // A jump that a DJ asked for: leaves a loop behind it, and what slips returns there.
  void jumpTo(double position, int fadeFrames) noexcept;
  double nearestBeat(double position, double beats) const noexcept;
  double inPhase(double target) const noexcept;
  double moved(double from, double beats) const noexcept;
  double beatsBetween(double from, double to) const noexcept;
  Loop& sounding() noexcept { return roll_.on ? roll_ : loop_; }
  const Loop& sounding() const noexcept { return roll_.on ? roll_ : loop_; }
  void enterLoop(std::optional<double> at) noexcept;
  double fittedIn(double in, double beats) const noexcept;
  double setBeatLoop(Loop& loop, double in, double beats) noexcept;
  double quantizedIn(double position, double beats) const noexcept;
  double loopSize(const Loop& loop) const noexcept;
  // Slip begins and ends with what makes the record stray from its way.
  void settleSlip() noexcept;
  bool strays() const noexcept;
  void turnAround(bool reverse, std::optional<double> at) noexcept;
  bool beyondLoop() const noexcept;
  void takeBack() noexcept;
  void leave(int fadeFrames) noexcept;
  Tail& quietestTail() noexcept;
  void readAhead(Tail& tail) noexcept;
  void enter(int fadeFrames) noexcept;
  void start(int fadeFrames) noexcept;
  void stopAt(double position) noexcept;
  double clampPosition(double position) const noexcept;
  void pressEmptyHotCue(int n, std::optional<double> at) noexcept;

  void takeAutoGain(double rampMs) noexcept;
  bool ended() const noexcept;
  int longestTail() const noexcept;
  void changeState() noexcept;
  int renderSome(int offset, int frames) noexcept;
  int advance(int frames) noexcept;
  Hold hold() const noexcept { return platter_.inHand() ? Hold::kHand : Hold::kMotor; }
  void slipBy(int frames) noexcept;
  void mixMain(int offset, int frames, Hold hold) noexcept;
  void mixTail(Tail& tail, int offset, int frames) noexcept;
  void applyStrip(int offset, int frames) noexcept;
  float levelNow() const noexcept;

  LoadedTrack track_;
  std::uint32_t trackIndex_ = 0;
  double position_ = 0;
  bool playing_ = false;
  int preview_ = kNoPreview;
  double previewReturn_ = 0;
  double cuePosition_ = 0;
  std::uint8_t hotCueSet_ = 0;
  std::array<double, kHotCues> hotCuePosition_{};

  Loop loop_, roll_;
  double loopBeats_ = 4;  // of the next auto loop
  bool quantize_ = false;
  bool slip_ = false, slipping_ = false;
  double slipPosition_ = 0;
  bool reverse_ = false, censored_ = false;

  Platter platter_;
  int fadeIn_ = 0;  // frames of the entry's fade done
  int fadeInLength_ = 1;
  std::array<Tail, kTails> tails_;

  Smoother trim_{1};
  bool autoGainOn_ = true;
  Smoother autoGain_{1};
  Isolator isolator_;
  int silentFrames_ = 0;  // since anything was put into the strip

  VarispeedReader reader_;  // of what fades out
  StretchReader stretch_;   // of the record
  std::array<double, kBlockFrames> positions_{}, speeds_{};
  Sound read_, sound_;
};

}  // namespace dju::engine
