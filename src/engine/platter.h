// What turns a record: the motor at the tempo that was set, a push at the rim (bend), or the hand
// on it (scratch). Gives the record's speed frame by frame. Render thread. Speeds in track frames a
// frame, 1 = as recorded; turns of the jog wheel are turns of a record at 33 1/3 rpm.
#pragma once

#include "core/time.h"
#include "engine/dsp/smoother.h"
#include "engine/slew.h"

namespace dju::engine {

class Platter {
 public:
  static constexpr double kFramesPerTurn = 1.8 * kSampleRate;

  void setTempo(double percent, double rampMs) noexcept { tempo_.glide(percent / 100, rampMs); }
  void setNudge(double percent, double rampMs) noexcept { nudge_.glide(percent / 100, rampMs); }
  void setMotor(bool on) noexcept { motor_ = on; }

  void touch() noexcept;
  void release() noexcept;
  void turn(double turns) noexcept;
  // The record is taken off, or put somewhere else by the transport: no push is left over.
  void settle() noexcept;

  bool scratching() const noexcept { return hand_ == Hand::kOn; }
  Slew& slew() noexcept { return slew_; }
  const Slew& slew() const noexcept { return slew_; }
  // Held, or on its way back from the hand to the motor's speed.
  bool inHand() const noexcept { return hand_ != Hand::kOff; }
  // Whether something other than the motor moves the record.
  bool handled() const noexcept { return hand_ != Hand::kOff || push_ != 0 || bend_ != 0; }
  // The motor at work, and nothing else, at a speed that stays.
  bool steady() const noexcept {
    return !handled() && !tempo_.moving() && !nudge_.moving() && !slew_.active();
  }

  double motorSpeed() const noexcept { return motor_ ? setSpeed() : 0; }
  double tempo() const noexcept { return 1 + tempo_.value(); }
  // At which the motor turns the record, or would if it ran.
  double setSpeed() const noexcept { return 1 + tempo_.value() + nudge_.value(); }
  double tempoPercent() const noexcept { return tempo_.value() * 100; }
  // Of the latest frame, pushes and slew included.
  double speed() const noexcept { return speed_ + bend_ + slew_.speed(); }

  // The speed of this frame; then moves on by one frame.
  double next() noexcept;
  // The speed of all frames while steady().
  double cruise() noexcept { return speed_ = motorSpeed(); }
  void skip(int frames) noexcept {
    tempo_.skip(frames);
    nudge_.skip(frames);
    speed_ = motorSpeed();
  }

 private:
  enum class Hand : std::uint8_t { kOff, kOn, kReturning };

  double followHand() noexcept;
  void bend() noexcept;

  Smoother tempo_, nudge_;
  Slew slew_;
  bool motor_ = false;
  Hand hand_ = Hand::kOff;
  double speed_ = 0;
  double push_ = 0, bend_ = 0;
  // The hand's place and the three filters that follow it, relative to the record's own place.
  double place_ = 0, one_ = 0, two_ = 0, three_ = 0;
};

}  // namespace dju::engine
