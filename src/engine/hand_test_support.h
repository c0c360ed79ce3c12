// A hand that scratches, for tests: where it holds the record from millisecond to millisecond, what
// the other hand does with the crossfader, and what a jog wheel or a page tells of it.
//
// No recording of a DJ's hand is at hand whose terms would let it be kept here, so the movements
// are synthesised from a model: strokes of least jerk (Flash and Hogan, J. Neuroscience 5(7),
// 1985), durations and distances that vary from stroke to stroke, a tremor of 9 Hz, and a record
// that is thrown and slowed down by its slipmat (Coulomb friction: evenly). The techniques are
// those of Hansen and Bresin, SMAC 03. Header only; not for the product.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "core/random.h"
#include "core/time.h"

namespace dju::engine::test {

struct Movement {
  std::string name;
  std::vector<double> turns;                     // of the record, one value a millisecond
  std::vector<std::pair<double, double>> fader;  // second, crossfader (-1 open, 1 closed)

  double seconds() const { return static_cast<double>(turns.size()) / 1000; }
  // At any moment, in seconds.
  double at(double t) const {
    if (turns.empty()) return 0;
    const double ms = std::clamp(t * 1000, 0.0, static_cast<double>(turns.size() - 1));
    const auto i = static_cast<std::size_t>(ms);
    if (i + 1 >= turns.size()) return turns.back();
    return turns[i] + (ms - static_cast<double>(i)) * (turns[i + 1] - turns[i]);
  }
};

// An arm, its unevenness drawn from a seed.
class Arm {
 public:
  explicit Arm(std::string name, std::uint64_t seed) : random_(seed) {
    movement_.name = std::move(name);
  }

  // Moves the record by so many turns (a turn is 1.8 s of it), about so fast.
  Arm& stroke(double seconds, double turns) {
    const double from = place_;
    const double time = seconds * random_.uniform(0.9, 1.1);
    const double way = turns * random_.uniform(0.9, 1.1);
    const int steps = static_cast<int>(time * 1000);
    for (int i = 1; i <= steps; ++i) {
      const double u = static_cast<double>(i) / steps;
      put(from + way * u * u * u * (10 + u * (6 * u - 15)));
    }
    return *this;
  }
  Arm& rest(double seconds) {
    for (int i = 0; i < seconds * 1000; ++i) put(place_);
    return *this;
  }
  // Throws the record, `speed` in turns a second, and lets the slipmat slow it down.
  Arm& spin(double speed, double seconds) {
    double now = 0;
    for (int i = 0; i < 60; ++i) put(place_ + (now += speed / 60) / 1000);
    const double slower = speed / (seconds * 1000);
    for (; now * speed > 0; now -= slower) put(place_ + now / 1000);
    return *this;
  }
  // The other hand: the crossfader, that many seconds from now.
  Arm& fader(double after, double value) {
    movement_.fader.emplace_back(movement_.seconds() + after, value);
    return *this;
  }
  Movement done() { return movement_; }

 private:
  void put(double turns) {
    place_ = turns;
    const double t = movement_.seconds();
    movement_.turns.push_back(turns + 0.0003 * std::sin(2 * M_PI * 9 * t));
  }
  Random random_;
  Movement movement_;
  double place_ = 0;
};

// A turn is 86,400 track frames: strokes of a tenth to a fifth of one in a tenth of a second turn
// the record at up to six times its speed.
inline std::vector<Movement> scratches() {
  std::vector<Movement> all;
  Arm baby("baby", 1), chirp("chirp", 2), transform("transform", 3), tear("tear", 4),
      crab("crab", 5), backspin("backspin", 6), drag("slow drag", 7);
  for (int i = 0; i < 10; ++i) baby.stroke(0.12, 0.16).stroke(0.12, -0.16);
  for (int i = 0; i < 8; ++i) {
    chirp.fader(0, -1).fader(0.09, 1).stroke(0.12, 0.14).fader(0.03, -1).stroke(0.12, -0.14);
    chirp.fader(0, 1).rest(0.03);
  }
  for (int i = 0; i < 4; ++i) {
    for (int cut = 0; cut < 4; ++cut) transform.fader(0.07 * cut, -1).fader(0.07 * cut + 0.035, 1);
    transform.stroke(0.28, 0.25);
    for (int cut = 0; cut < 4; ++cut) transform.fader(0.07 * cut, -1).fader(0.07 * cut + 0.035, 1);
    transform.stroke(0.28, -0.25);
  }
  for (int i = 0; i < 6; ++i) {
    tear.stroke(0.14, 0.2).stroke(0.09, -0.1).rest(0.04).stroke(0.09, -0.1);
  }
  for (int i = 0; i < 6; ++i) {
    for (int click = 0; click < 4; ++click) {
      crab.fader(0.028 * click, -1).fader(0.028 * click + 0.014, 1);
    }
    crab.stroke(0.12, 0.12).stroke(0.14, -0.12);
  }
  backspin.stroke(0.08, 0.03).spin(-4.4, 0.9).rest(0.1);
  for (int i = 0; i < 3; ++i) drag.stroke(0.6, 0.11).stroke(0.7, -0.11);
  for (Arm* arm : {&baby, &chirp, &transform, &tear, &crab, &backspin, &drag}) {
    all.push_back(arm->done());
  }
  return all;
}

// A hand that turns the record evenly; 1 is the record's own speed.
inline Movement steadyHand(double speed, double seconds) {
  Movement movement{"steady", {}, {}};
  for (int i = 0; i < seconds * 1000; ++i) movement.turns.push_back(speed * i / 1800.0);
  return movement;
}

// What is told of a hand. `everyMs` 0: a message for each tick, at most one a millisecond; else at
// that interval, give or take `jitterMs`. `ticks` a turn; 0: places are exact. `gatherMs`: a page
// sends at most one message in that time, which acts at the moment of the last tick in it.
struct Wheel {
  std::string name;
  double everyMs = 0, jitterMs = 0;
  int ticks = 0;
  double gatherMs = 0;
};
struct JogMessage {
  std::int64_t frame = 0;
  double turns = 0;
};
// As web/src/app/core/coalescer.ts does: the first at once, the last always.
inline std::vector<JogMessage> gathered(const std::vector<JogMessage>& ticks, double ms) {
  const auto interval = static_cast<std::int64_t>(ms * kSampleRate / 1000);
  std::vector<JogMessage> messages;
  std::int64_t nextSend = 0;
  JogMessage waiting;
  for (const JogMessage& tick : ticks) {
    if (waiting.turns != 0 && tick.frame > nextSend) {
      messages.push_back(waiting);
      nextSend += interval;
      waiting.turns = 0;
    }
    waiting = {tick.frame, waiting.turns + tick.turns};
    if (tick.frame < nextSend) continue;
    messages.push_back(waiting);
    nextSend = tick.frame + interval;
    waiting.turns = 0;
  }
  if (waiting.turns != 0) messages.push_back(waiting);
  return messages;
}

inline std::vector<JogMessage> messagesOf(const Movement& movement, const Wheel& wheel) {
  std::vector<JogMessage> messages;
  Random random(9);
  double last = movement.at(0);
  if (wheel.ticks > 0) last = std::floor(last * wheel.ticks) / wheel.ticks;
  const double every = wheel.everyMs > 0 ? wheel.everyMs : 1;
  for (double ms = every; ms < movement.seconds() * 1000; ms += every) {
    const double at = (ms + random.uniform(-wheel.jitterMs, wheel.jitterMs)) / 1000;
    double place = movement.at(at);
    if (wheel.ticks > 0) place = std::floor(place * wheel.ticks) / wheel.ticks;
    if (place == last) continue;
    messages.push_back({static_cast<std::int64_t>(std::ceil(at * kSampleRate)), place - last});
    last = place;
  }
  return wheel.gatherMs > 0 ? gathered(messages, wheel.gatherMs) : messages;
}

}  // namespace dju::engine::test
