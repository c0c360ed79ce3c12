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
  // The tempo as a speed instead (sync); nothing while it is there already.
  void followTempo(double speed) noexcept;
  // Turns the motor on or off at once; a brake or a spin-up is forgotten.
  void setMotor(bool on) noexcept {
    motor_ = on;
    drive_ = 1;
    driveStep_ = 0;
  }
  // Slows the motor down to a stop, or brings it up from where it is: a whole way takes `seconds`.
  void brake(double seconds) noexcept { driveStep_ = -1 / (seconds * kSampleRate); }
  void spinUp(double seconds, bool fromRest) noexcept;
  // A brake or a spin-up is already so far on its way, 0 … 1.
  void setDrive(double share) noexcept;
  void setReverse(bool on) noexcept { reverse_ = on; }

  void touch() noexcept;
  void release() noexcept;
  // Lets go, and the record turns with its motor at once.
  void letGo() noexcept;
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
    return !handled() && !tempo_.moving() && !nudge_.moving() && !slew_.active() && driveStep_ == 0;
  }
  bool reverse() const noexcept { return reverse_; }
  double drive() const noexcept { return drive_; }
  double driveStep() const noexcept { return driveStep_; }
  // Slowing down, or coming up.
  bool driving() const noexcept { return driveStep_ != 0; }
  bool braking() const noexcept { return driveStep_ < 0; }
  bool braked() const noexcept { return drive_ <= 0 && driveStep_ < 0; }
  // A push at the rim, or a nudge.
  bool pushed() const noexcept {
    return push_ != 0 || bend_ != 0 || nudge_.target() != 0 || nudge_.moving() || slew_.active();
  }

  // What the motor does by itself, brake included, direction aside.
  double drivenSpeed() const noexcept {
    return motor_ ? (1 + tempo_.value() + nudge_.value()) * drive_ : 0;
  }
  double motorSpeed() const noexcept { return reverse_ ? -drivenSpeed() : drivenSpeed(); }
  // The speed that others follow: tempo, nudge and pushes, but neither hand nor brake.
  double beatSpeed() const noexcept {
    return 1 + tempo_.value() + nudge_.value() + bend_ + slew_.speed();
  }
  double tempo() const noexcept { return 1 + tempo_.value(); }
  // At which the motor turns the record, or would if it ran.
  double setSpeed() const noexcept {
    const double speed = 1 + tempo_.value() + nudge_.value();
    return reverse_ ? -speed : speed;
  }
  double tempoPercent() const noexcept { return tempo_.value() * 100; }
  double tempoTargetPercent() const noexcept { return tempo_.target() * 100; }
  // Of the latest frame, pushes and slew included.
  double speed() const noexcept { return speed_ + bend_ + slew_.speed(); }

  // The speed of this frame; then moves on by one frame.
  double next() noexcept;
  // The speed of all frames while steady().
  double cruise() noexcept {
    undisturbed_ = drivenSpeed();
    return speed_ = motorSpeed();
  }
  // What next() or cruise() would have given without a hand, forwards.
  double undisturbed() const noexcept { return undisturbed_; }
  void skip(int frames) noexcept {
    tempo_.skip(frames);
    nudge_.skip(frames);
    speed_ = motorSpeed();
  }

 private:
  enum class Hand : std::uint8_t { kOff, kOn, kReturning };

  double followHand() noexcept;
  void bend() noexcept;
  void runDrive() noexcept;

  Smoother tempo_, nudge_;
  bool motor_ = false, reverse_ = false;
  double drive_ = 1, driveStep_ = 0;  // share of the motor's speed, and its change a frame
  double undisturbed_ = 0;
  Slew slew_;
  Hand hand_ = Hand::kOff;
  double speed_ = 0;
  double push_ = 0, bend_ = 0;
  // Where the hand was last seen, the point that runs there, and the filters that follow it;
  // relative to the record's own place.
  double place_ = 0, point_ = 0, one_ = 0, two_ = 0, three_ = 0;
  double pace_ = 0;       // of the point
  double interval_ = 0;   // frames between two sights of the hand
  double sinceSeen_ = 0;  // frames
};

}  // namespace dju::engine
