#include "engine/platter.h"

#include <algorithm>

#include "engine/dsp/varispeed.h"

namespace dju::engine {
namespace {

constexpr double perFrame(double seconds) {
  return 1 - exp2(-1 / (seconds * kSampleRate * kLn2));
}

// A hand is seen now and then only: each message of a jog wheel tells where it is at that moment. A
// point runs there evenly, in a little more than the time that lies between two messages, so that
// it is still on its way when the next one comes; three one-pole filters round the corners of its
// way. A steady hand is followed by a steady record, however far apart its messages are. Those that
// come seldom come unevenly, too: ticks of a coarse wheel that is dragged slowly, faster and
// slower. The point then takes longer, so that it seldom has to wait for the next one.
constexpr double kOnItsWay = 1.1, kOnItsWaySeldom = 1.8;  // of the interval
constexpr double kSeldom = 0.017 * kSampleRate, kVerySeldom = 0.021 * kSampleRate;
constexpr double kSoonest = 0.008 * kSampleRate;  // for ticks of a wheel, which come unevenly
// Longer pauses are those of a hand that rests.
constexpr double kLongestInterval = 0.060 * kSampleRate;
constexpr double kFirstInterval = 0.016 * kSampleRate;  // a page's, before anything is known
// How fast the interval is learned.
constexpr double kLonger = 0.3, kShorter = 0.7;
constexpr double kFollow = perFrame(0.0014);
constexpr double kReturn = perFrame(0.020);     // from the hand back to the motor
constexpr double kBendDecay = perFrame(0.080);  // how long a push at the rim lasts
constexpr double kBendAttack = perFrame(0.005);
constexpr double kBendShare = 0.1;  // a turn at the rim moves the record a tenth of a turn
constexpr double kMaxPush = 0.5;

// How long the point takes, in frames, where messages come so far apart.
double onItsWay(double interval) {
  const double seldom = std::clamp((interval - kSeldom) / (kVerySeldom - kSeldom), 0.0, 1.0);
  const double intervals = kOnItsWay + seldom * (kOnItsWaySeldom - kOnItsWay);
  return std::max(kSoonest, intervals * interval);
}

}  // namespace

// All is set as if the present speed had been followed for long: the record comes to rest under the
// hand within some 12 ms instead of stopping dead.
void Platter::touch() noexcept {
  const double lag = speed() * (1 - kFollow) / kFollow;
  three_ = 0;
  two_ = lag;
  one_ = 2 * lag;
  point_ = 3 * lag;
  pace_ = speed();
  place_ = point_ + kSoonest * pace_;
  interval_ = kFirstInterval;
  sinceSeen_ = 0;
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
    if (sinceSeen_ > 0 && sinceSeen_ <= kLongestInterval) {
      interval_ += (sinceSeen_ > interval_ ? kLonger : kShorter) * (sinceSeen_ - interval_);
    }
    sinceSeen_ = 0;
    pace_ = (place_ - point_) / onItsWay(interval_);
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
  sinceSeen_ += 1;
  const double left = place_ - point_;
  if (pace_ >= 0 ? pace_ >= left : pace_ <= left) {
    point_ = place_;
    pace_ = 0;
  } else {
    point_ += pace_;
  }
  one_ += kFollow * (point_ - one_);
  two_ += kFollow * (one_ - two_);
  const double before = three_;
  three_ += std::clamp(kFollow * (two_ - three_), -kMaxSpeed, kMaxSpeed);
  const double speed = three_ - before;
  // Relative to the record, so that an hour of scratching loses no precision.
  place_ -= three_;
  point_ -= three_;
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
