// A hand on the record, from the messages of a jog wheel to the sound: how late the record is, how
// evenly it follows, and whether anything is heard that is not in the record. The movements:
// hand_test_support.h.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/dsp/varispeed.h"
#include "engine/hand_test_support.h"
#include "engine/platter.h"
#include "engine/test_support.h"

namespace dju::engine {
namespace {

using test::JogMessage;
using test::Movement;
using test::Wheel;

const Wheel kPage{"a page, 60 Hz", 1000.0 / 60, 1, 0};
const Wheel kFastPage{"a page, 125 Hz", 8, 0.5, 0};
const Wheel kJog720{"720 ticks a turn", 0, 0, 720};
const Wheel kJog128{"128 ticks a turn", 0, 0, 128};
const Wheel kPage720{"720, by a page", 0, 0, 720, 8};
const Wheel kPage128{"128, by a page", 0, 0, 128, 8};
const Wheel kWheels[] = {kPage, kFastPage, kJog720, kJog128, kPage720, kPage128};

// How the record goes while the hand holds it: frame by frame, in track frames.
struct Way {
  std::vector<double> positions, speeds;
};
Way follow(const Movement& movement, const Wheel& wheel) {
  const auto messages = test::messagesOf(movement, wheel);
  Platter platter;
  platter.touch();
  Way way;
  double position = 0;
  std::size_t next = 0;
  const auto frames = static_cast<std::int64_t>(movement.seconds() * kSampleRate);
  for (std::int64_t i = 0; i < frames; ++i) {
    for (; next < messages.size() && messages[next].frame <= i; ++next) {
      platter.turn(messages[next].turns);
    }
    const double speed = platter.next();
    way.positions.push_back(position);
    way.speeds.push_back(speed);
    position += speed;
  }
  return way;
}

// How late the record is, and by how much its speed departs from the hand's as late, in percent
// (both root mean squares over the whole movement).
struct Following {
  double lateMs = 0, speedError = 0;
};
Following compare(const Movement& movement, const Way& way) {
  constexpr int kStep = 24, kFrom = 9600;
  const auto hand = [&](double i, double lateMs) {
    return movement.at(i / kSampleRate - lateMs / 1000) * Platter::kFramesPerTurn;
  };
  Following best;
  double least = 1e300;
  for (double late = 0; late < 100; late += 0.25) {
    double sum = 0;
    for (std::size_t i = kFrom; i < way.positions.size(); i += kStep) {
      const double error = way.positions[i] - hand(static_cast<double>(i), late);
      sum += error * error;
    }
    if (sum >= least) continue;
    least = sum;
    best.lateMs = late;
  }
  double error = 0, whole = 0;
  for (std::size_t i = kFrom; i + kStep < way.positions.size(); i += kStep) {
    const auto at = static_cast<double>(i);
    const double moved = hand(at + kStep, best.lateMs) - hand(at, best.lateMs);
    const double followed = way.positions[i + kStep] - way.positions[i];
    error += (followed - moved) * (followed - moved);
    whole += moved * moved;
  }
  best.speedError = 100 * std::sqrt(error / whole);
  return best;
}

TEST(Scratch, ASteadyHandTurnsASteadyRecord) {
  for (const Wheel& wheel : kWheels) {
    for (const double speed : {0.3, 1.0, -3.0}) {
      const Movement movement = test::steadyHand(speed, 3);
      const Following f = compare(movement, follow(movement, wheel));
      std::printf("%-18s speed %4.1f: %5.2f ms late, speed uneven by %.2f %%\n", wheel.name.c_str(),
                  speed, f.lateMs, f.speedError);
      const bool coarse = wheel.ticks == 128 && speed == 0.3;
      EXPECT_LT(f.speedError, wheel.gatherMs > 0 ? 12 : 6);
      EXPECT_LT(f.lateMs, coarse ? 95 : wheel.ticks == 128 ? 24 : wheel.everyMs > 10 ? 24 : 16);
    }
  }
}

TEST(Scratch, TheRecordFollowsTheHand) {
  for (const Movement& movement : test::scratches()) {
    for (const Wheel& wheel : kWheels) {
      const Following f = compare(movement, follow(movement, wheel));
      std::printf("%-10s %-18s %5.2f ms late, speed off by %.1f %%\n", movement.name.c_str(),
                  wheel.name.c_str(), f.lateMs, f.speedError);
      const bool seldom = wheel.ticks == 128 && movement.name == "slow drag";
      EXPECT_LT(f.lateMs, seldom ? 42 : wheel.everyMs > 10 ? 24 : 16);
      EXPECT_LT(f.speedError, wheel.ticks == 128   ? 22
                              : wheel.ticks == 720 ? 17
                              : wheel.everyMs > 10 ? 16
                                                   : 11);
    }
  }
}

// --- What is heard, against a perfect pick-up on the same record, moved in the same way: the tones
// themselves at 64 times the sample rate, and a filter of 2,561 taps down to 48 kHz.
constexpr int kOver = 64;
constexpr double kTones[] = {317, 2903, 10007};

double besselI0(double x) {
  double sum = 1, term = 1;
  for (int k = 1; k < 50; ++k) sum += term *= (x / (2 * k)) * (x / (2 * k));
  return sum;
}

std::vector<double> lowPass(int half, double cutoff, double beta) {  // cutoff in cycles a sample
  std::vector<double> taps;
  double sum = 0;
  for (int i = -half; i <= half; ++i) {
    const double edge = static_cast<double>(i) / (half + 1);
    const double x = 2 * M_PI * cutoff * i;
    taps.push_back((i == 0 ? 1 : std::sin(x) / x) * besselI0(beta * std::sqrt(1 - edge * edge)));
    sum += taps.back();
  }
  for (double& tap : taps) tap /= sum;
  return taps;
}

double tonesAt(double position) {
  double sum = 0;
  for (const double hz : kTones) sum += std::sin(2 * M_PI * hz * position / kSampleRate);
  return 0.32 * sum;
}

std::vector<double> perfect(const Way& way, double from) {
  static const std::vector<double> filter = lowPass(20 * kOver, 0.5 / kOver, 10);
  std::vector<double> fine;
  for (std::size_t i = 1; i + 2 < way.positions.size(); ++i) {
    const double a = way.positions[i], b = way.positions[i + 1];
    const double slopeA = (b - way.positions[i - 1]) / 2, slopeB = (way.positions[i + 2] - a) / 2;
    for (int j = 0; j < kOver; ++j) {
      const double t = static_cast<double>(j) / kOver;
      const double u = 1 - t;
      const double p = a * (1 + 2 * t) * u * u + b * t * t * (3 - 2 * t) + slopeA * t * u * u -
                       slopeB * t * t * u;
      fine.push_back(tonesAt(from + p));
    }
  }
  std::vector<double> out(way.positions.size(), 0);
  for (std::size_t i = 24; i + 24 < way.positions.size(); ++i) {
    double sum = 0;
    const double* x = fine.data() + (i - 1 - 20) * kOver;
    for (std::size_t t = 0; t < filter.size(); ++t) sum += filter[t] * x[t];
    out[i] = sum;
  }
  return out;
}

// What the engine's pick-up adds below 13 kHz, relative to the sound, in dB.
double addedDb(const test::TestTrack& track, const Way& way, double from) {
  VarispeedReader reader(VarispeedBank::shared());
  const std::vector<double> wanted = perfect(way, from);
  std::vector<double> error(wanted.size(), 0);
  for (std::size_t done = 0; done + kBlockFrames <= wanted.size(); done += kBlockFrames) {
    double positions[kBlockFrames];
    float left[kBlockFrames], right[kBlockFrames];
    for (int i = 0; i < kBlockFrames; ++i) positions[i] = from + way.positions[done + i];
    reader.read(track.loaded.audio, positions, way.speeds.data() + done, kBlockFrames, left, right);
    for (int i = 0; i < kBlockFrames; ++i) {
      error[done + i] = static_cast<double>(left[i]) / 32768 - wanted[done + i];
    }
  }
  static const std::vector<double> audible = lowPass(127, 13000.0 / kSampleRate, 9);
  std::vector<double> heard, added;
  for (std::size_t i = 480; i + 960 < error.size(); ++i) {
    double sum = 0, sound = 0;
    for (std::size_t t = 0; t < audible.size(); ++t) {
      sum += audible[t] * error[i + t];
      sound += audible[t] * wanted[i + t];
    }
    added.push_back(sum);
    heard.push_back(sound);
  }
  return test::toDb(test::rms(added) / test::rms(heard));
}

test::TestTrack tones() {
  return test::makeTrack(16, [](std::int64_t i) {
    const double v = tonesAt(static_cast<double>(i)) * 32768 / 32767;
    return std::pair(v, v);
  });
}

TEST(Scratch, NothingIsHeardButTheRecord) {
  const auto track = tones();
  double worst = -200;
  for (const Movement& movement : test::scratches()) {
    Way way = follow(movement, kFastPage);
    for (auto* values : {&way.positions, &way.speeds}) {
      values->resize(std::min<std::size_t>(values->size(), 60000));
    }
    const auto [slow, fast] = std::minmax_element(way.speeds.begin(), way.speeds.end());
    const double added = addedDb(track, way, 8.0 * kSampleRate);
    std::printf("%-10s speeds %5.1f to %4.1f: %.1f dB added\n", movement.name.c_str(), *slow, *fast,
                added);
    worst = std::max(worst, added);
  }
  EXPECT_LT(worst, -88);
}

// Speeds that rise and fall through every filter of the bank, up to eight times the record's.
TEST(Scratch, NothingIsHeardButTheRecordAtAnySpeed) {
  const auto track = tones();
  for (const double most : {0.1, 0.3, 0.9, 1.2, 2.0, 4.0, 8.0}) {
    Way way;
    double position = 0;
    for (int i = 0; i < 48000; ++i) {
      way.positions.push_back(position);
      way.speeds.push_back(most * std::sin(2 * M_PI * i / 24000.0));
      position += way.speeds.back();
    }
    const double added = addedDb(track, way, 8.0 * kSampleRate);
    std::printf("to and fro at up to %.1f times the speed: %.1f dB added\n", most, added);
    EXPECT_LT(added, -88) << most;
  }
}

// The same movements through a battle, with the other hand on the crossfader.
TEST(Scratch, NeitherHandClicks) {
  for (const Movement& movement : test::scratches()) {
    test::TestBattle battle;
    battle.provide(test::sineTrack(40, 300, 0.5));
    battle.now(ControlId::kLoad, 0);
    battle.now(ControlId::kCrossfader, -1);
    battle.now(ControlId::kCrossfaderCurve, 1);
    battle.now(ControlId::kPlay, 1, 0, 20.0 * kSampleRate);
    battle.render(48000);
    const std::int64_t start = battle->now().index();
    battle.at(start, ControlId::kJogTouch, 1);
    for (const JogMessage& message : test::messagesOf(movement, kFastPage)) {
      battle.at(start + message.frame, ControlId::kJog, message.turns);
    }
    for (const auto& [second, value] : movement.fader) {
      battle.at(start + std::llround(second * kSampleRate), ControlId::kCrossfader, value);
    }
    const auto frames = static_cast<std::int64_t>(movement.seconds() * kSampleRate);
    battle.at(start + frames, ControlId::kJogTouch, 0);
    const double level = test::splatterDb(battle.render(frames + 9600).master);
    std::printf("%-10s above 6 kHz: %.1f dB\n", movement.name.c_str(), level);
    EXPECT_LT(level, -80) << movement.name;
  }
}

}  // namespace
}  // namespace dju::engine
