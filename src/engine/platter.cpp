#include "engine/platter.h"

#include <algorithm>

#include "engine/dsp/varispeed.h"

namespace dju::engine {
namespace {

constexpr double perFrame(double seconds) {
  return 1 - exp2(-1 / (seconds * kSampleRate * kLn2));
}

// Three one-pole filters of 4.5 ms each follow the hand: smooth between jog events 5 to 10 ms
// apart, 13.5 ms behind a steady movement.
constexpr double kFollow = perFrame(0.0045);
constexpr double kReturn = perFrame(0.020);     // from the hand back to the motor
constexpr double kBendDecay = perFrame(0.080);  // how long a push at the rim lasts
constexpr double kBendAttack = perFrame(0.005);
constexpr double kBendShare = 0.1;  // a turn at the rim moves the record a tenth of a turn
constexpr double kMaxPush = 0.5;

}  // namespace

// The filters are set as if they had followed the present speed for long: the record slows down
// under the hand within its own inertia instead of stopping dead.
void Platter::touch() noexcept {
  const double lag = speed() * (1 - kFollow) / kFollow;
  three_ = 0;
  two_ = lag;
  one_ = 2 * lag;
  place_ = 3 * lag;
  speed_ = speed();
  push_ = bend_ = 0;
  slew_.cancel();
  hand_ = Hand::kOn;
}

void Platter::release() noexcept {
  if (hand_ == Hand::kOn) hand_ = Hand::kReturning;
}

void Platter::letGo() noexcept {
  hand_ = Hand::kOff;
  push_ = bend_ = 0;
  speed_ = motorSpeed();
}

void Platter::followTempo(double speed) noexcept {
  constexpr double kRampMs = 2;
  const double away = speed - 1 - tempo_.target();
  if (away < 1e-9 && away > -1e-9) return;
  tempo_.glide(speed - 1, kRampMs);
}

void Platter::spinUp(double seconds, bool fromRest) noexcept {
  if (fromRest) drive_ = 0;
  driveStep_ = 1 / (seconds * kSampleRate);
}

void Platter::setDrive(double share) noexcept {
  drive_ = std::clamp(share, 0.0, 1.0);
  if (drive_ >= 1 && driveStep_ > 0) driveStep_ = 0;
}

void Platter::runDrive() noexcept {
  drive_ += driveStep_;
  if (drive_ >= 1) {
    drive_ = 1;
    driveStep_ = 0;
  }
  if (drive_ < 0) drive_ = 0;  // braked(); the deck stops the motor
}

void Platter::turn(double turns) noexcept {
  if (hand_ == Hand::kOn) {
    place_ += turns * kFramesPerTurn;
    return;
  }
  push_ = std::clamp(push_ + turns * kFramesPerTurn * kBendShare * kBendDecay, -kMaxPush, kMaxPush);
}

void Platter::settle() noexcept {
  if (hand_ == Hand::kReturning) hand_ = Hand::kOff;
  push_ = bend_ = 0;
  slew_.cancel();
  speed_ = hand_ == Hand::kOn ? speed_ : motorSpeed();
}

double Platter::followHand() noexcept {
  one_ += kFollow * (place_ - one_);
  two_ += kFollow * (one_ - two_);
  const double before = three_;
  three_ += std::clamp(kFollow * (two_ - three_), -kMaxSpeed, kMaxSpeed);
  const double speed = three_ - before;
  // Relative to the record, so that an hour of scratching loses no precision.
  place_ -= three_;
  one_ -= three_;
  two_ -= three_;
  three_ = 0;
  return speed;
}

void Platter::bend() noexcept {
  push_ -= kBendDecay * push_;
  bend_ += kBendAttack * (push_ - bend_);
  const bool gone = push_ < 1e-6 && push_ > -1e-6 && bend_ < 1e-6 && bend_ > -1e-6;
  if (gone) push_ = bend_ = 0;
}

double Platter::next() noexcept {
  const double set = 1 + tempo_.next() + nudge_.next();
  undisturbed_ = motor_ ? set * drive_ : 0;
  if (driveStep_ != 0) runDrive();
  const double motor = reverse_ ? -undisturbed_ : undisturbed_;
  if (hand_ == Hand::kOn) return speed_ = followHand();
  if (hand_ == Hand::kReturning) {
    speed_ += kReturn * (motor - speed_);
    const double left = motor - speed_;
    if (left < 1e-4 && left > -1e-4) hand_ = Hand::kOff;
  } else {
    speed_ = motor;
  }
  if (push_ != 0 || bend_ != 0) bend();
  if (slew_.active()) slew_.next();
  return speed();
}

}  // namespace dju::engine
