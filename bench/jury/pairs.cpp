#include "jury/pairs.h"

#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "jury/music.h"

namespace dju::jury {
namespace {

using engine::ControlId;
using judge::test::Mix;

constexpr double kFirst = 16, kApart = 30;  // seconds
constexpr double kOpening = 2;              // of the first record, where it begins
constexpr std::array<double, 4> kTempos = {118, 122, 126, 130};
constexpr int kMinor = 12;

// What one DJ does in one transition.
struct Errors {
  double lateMs = 0, tempoPercent = 0, bothBassSeconds = 0, levelDb = 0, keySteps = 0, beats = 0;
};

// Around 0, with this standard deviation and nothing far out.
double spread(Random& random, double deviation) {
  return deviation * std::sqrt(3.0) * random.uniform(-1, 1);
}

// Of good hands: a few ms, a tempo by ear, a gain by ear.
Errors ofGoodHands(Random& random) {
  Errors errors;
  errors.lateMs = spread(random, 4);
  errors.tempoPercent = spread(random, 0.02);
  errors.bothBassSeconds = random.uniform(0, 0.5);
  errors.levelDb = spread(random, 0.5);
  errors.keySteps = 1;
  return errors;
}

void spoil(Errors& errors, Fault fault, double size, double sign) {
  switch (fault) {
    case Fault::kOffset:
      errors.lateMs += sign * size;
      return;
    case Fault::kTempo:
      errors.tempoPercent += sign * size;
      return;
    case Fault::kBass:
      errors.bothBassSeconds += size;
      return;
    case Fault::kLevel:
      errors.levelDb += sign * size;
      return;
    case Fault::kKey:
      errors.keySteps = size;
      return;
    case Fault::kPhrase:
      errors.beats = size;
      return;
  }
}

// A step on the circle of fifths is seven semitones.
int turned(int key, int steps) {
  const int mode = key >= kMinor ? kMinor : 0;
  return mode + ((key - mode + 7 * steps) % kMinor + kMinor) % kMinor;
}

// Writes the battle's commands, keeping track of where the playing record's beats lie.
class Writer {
 public:
  Writer(const Pair& pair, const Playing& playing)
      : playing_(playing), random_(pair.seed), hands_(pair.seed + 1) {
    const int tempo = random_.below(static_cast<int>(kTempos.size()));
    bpm_ = playing.records != nullptr ? playing.records->bpm()
                                      : kTempos[static_cast<std::size_t>(tempo)];
    key_ = kMinor + random_.below(kMinor);
  }

  judge::test::Played write(const Pair& pair) {
    const int opener = load(key_);
    mix_.play(0, deckOf(0), opener, kOpening).at(0, ControlId::kCrossfader, side(0), 0, deckOf(0));
    startedAt_ = 0;
    startedFrom_ = kOpening;
    const Range range = rangeOf(pair.fault, pair.size);
    for (int t = 0; t < playing_.transitions; ++t) {
      const int seat = (t + 1) % 2;
      Errors errors = ofGoodHands(random_);
      const double size = random_.uniform(range.from, range.to);
      const double sign = random_.chance(0.5) ? -1 : 1;
      if (seat == pair.worse && !playing_.inventive) spoil(errors, pair.fault, size, sign);
      transition(kFirst + t * kApart, seat, errors);
      if (seat == playing_.inventive) playWith(kFirst + t * kApart + 12, deckOf(seat));
    }
    return mix_.played(kFirst + playing_.transitions * kApart);
  }

 private:
  // The seat's deck and player: they are one in this format.
  int deckOf(int seat) const { return playing_.exchanged ? 1 - seat : seat; }
  double side(int seat) const { return deckOf(seat) == 0 ? -1 : 1; }
  double beatSeconds() const { return 60 / bpm_; }
  int load(int key) {
    const int track = mix_.add(recordIn(key), key);
    // Phrases of eight bars from the first beat on.
    for (int beat = 0; beat < 160; beat += judge::kBeatsPerPhrase)
      mix_.judged(track).phraseStarts.push_back(beat);
    return track;
  }

  const engine::test::TestTrack& recordIn(int key) {
    if (playing_.records != nullptr) return playing_.records->record(key);
    return record(bpm_, key, 900 + static_cast<std::uint64_t>(key));
  }

  // A hand is never quite where and when it was.
  double hand(double seconds) { return seconds + playing_.jitterMs / 1000 * hands_.uniform(-1, 1); }

  void transition(double at, int seat, const Errors& errors) {
    const int steps = static_cast<int>(errors.keySteps);
    key_ = turned(key_, random_.chance(0.5) ? steps : -steps);
    const int track = load(key_), deck = deckOf(seat), other = 1 - deck;
    const double in = at - 1;  // set running before it is heard
    // In phrase with what plays, then late and beside it by the errors.
    const double phrase = judge::kBeatsPerPhrase * beatSeconds();
    const double position = std::fmod(startedFrom_ + (in - startedAt_), phrase) +
                            errors.beats * beatSeconds() - errors.lateMs / 1000;
    mix_.at(in - 0.5, ControlId::kPlay, 0, deck);
    const double from = position < 0 ? position + phrase : position;
    // Where the hand sets it running later, the beats come as much later.
    const double behind = hand(in) - in;
    mix_.play(in, deck, track, from - behind);
    mix_.at(in, ControlId::kTrim, errors.levelDb, deck);
    mix_.at(in, ControlId::kRate, errors.tempoPercent, deck);
    mix_.at(in, ControlId::kEqLow, 0, deck);
    const double seconds = 8, middle = at + seconds / 2;
    fade(hand(at), seconds, side(1 - seat), side(seat), deck);
    mix_.at(hand(middle - errors.bothBassSeconds / 2), ControlId::kEqLow, 0.5, deck);
    mix_.at(hand(middle + errors.bothBassSeconds / 2), ControlId::kEqLow, 0, other, deck);
    // Afterwards everything is put back, so that each transition stands for itself.
    mix_.at(at + seconds + 1, ControlId::kTrim, 0, deck);
    mix_.at(at + seconds + 1, ControlId::kRate, 0, deck);
    mix_.at(at + seconds + 1, ControlId::kEqLow, 0.5, other, deck);
    startedAt_ = in;
    // The next DJ listens to what is there, jitter and all.
    startedFrom_ = from - behind + errors.tempoPercent / 100 * (at + seconds + 1 - in);
  }

  void playWith(double at, int deck) {
    mix_.at(at, ControlId::kFilter, 0.3, deck).at(at + 3, ControlId::kFilter, 0, deck);
    mix_.at(at + 5, ControlId::kKillLow, 1, deck).at(at + 6, ControlId::kKillLow, 0, deck);
    mix_.at(at + 8, ControlId::kLoopRoll, 0.5, deck).at(at + 9, ControlId::kLoopRoll, 0, deck);
  }

  void fade(double at, double seconds, double from, double to, int player) {
    constexpr int kMoves = 50;
    for (int i = 0; i <= kMoves; ++i) {
      const double share = static_cast<double>(i) / kMoves;
      mix_.at(hand(at + seconds * share), ControlId::kCrossfader, from + (to - from) * share, 0,
              player);
    }
  }

  Playing playing_;
  Mix mix_;
  Random random_, hands_;
  double bpm_ = 120;
  int key_ = 0;
  // The record that plays: from which second of it at which second of the battle.
  double startedAt_ = 0, startedFrom_ = 0;
};

}  // namespace

Range rangeOf(Fault fault, Size size) {
  static constexpr Range kRanges[6][3] = {
      {{60, 90, "ms"}, {25, 40, "ms"}, {12, 18, "ms"}},
      {{2, 3, "%"}, {0.8, 1.2, "%"}, {0.3, 0.5, "%"}},
      {{7, 8, "s"}, {4, 5, "s"}, {2, 3, "s"}},
      {{8, 11, "dB"}, {4, 6, "dB"}, {2, 3, "dB"}},
      {{5, 6, "steps"}, {3, 4, "steps"}, {2, 2, "steps"}},
      {{1, 1, "beat"}, {4, 4, "beats"}, {16, 16, "beats"}},
  };
  return kRanges[static_cast<std::size_t>(fault)][static_cast<std::size_t>(size)];
}

Pair pairOf(std::size_t size, int i, std::uint64_t firstSeed) {
  Pair pair;
  pair.size = static_cast<Size>(size);
  pair.fault = static_cast<Fault>(i % 6);
  pair.worse = i / 6 % 2;
  pair.seed = firstSeed + 1000 * (size + 1) + static_cast<std::uint64_t>(i);
  return pair;
}

judge::test::Played play(const Pair& pair, const Playing& playing) {
  return Writer(pair, playing).write(pair);
}

}  // namespace dju::jury
