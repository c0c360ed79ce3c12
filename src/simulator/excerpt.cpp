#include "simulator/excerpt.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "engine/battle_recorder.h"
#include "simulator/chance.h"
#include "simulator/gestures.h"
#include "simulator/hands.h"
#include "simulator/track_places.h"

namespace dju::simulator {
namespace {

using engine::ControlId;

constexpr double kAlone = 1.0 / 6;            // share of excerpts with one deck
constexpr double kMiddle = 6.1;               // seconds: the middle of what is judged of an excerpt
constexpr double kJudgedSeconds = 10.24;      // of each deck
constexpr double kBar = 4;                    // beats
constexpr double kRoomBeats = 24;             // before and behind the middle, at any tempo
constexpr double kMostTempoPercent = 12;      // that a track is played faster or slower for a pair
constexpr double kMostDifferencePercent = 3;  // between the tempos of a pair
constexpr double kThrown = 0.05;              // seconds: a fader thrown over

// From `low` up to so many octaves above it, each octave as likely as another.
double spread(Random& random, double low, double octaves) {
  return low * engine::exp2(octaves * random.uniform());
}

// Beats at which something can be met: phrases, bars or any, whatever there is room around.
class Places {
 public:
  explicit Places(const CrateTrack& track)
      : track_(track), end_(std::floor(lastBeat(track) - kRoomBeats)) {}

  // Nine times in ten where drums play: beats that nobody hears teach nobody.
  double draw(double unit, Random& random) const {
    const bool drums = random.chance(0.9);
    double beat = kRoomBeats;
    for (int tries = 0; tries < 8; ++tries) {
      const double units = std::max(1.0, std::floor((end_ - kRoomBeats) / unit));
      beat = unit * (std::ceil(kRoomBeats / unit) + random.below(static_cast<int>(units)));
      if (!drums || !breakdownAt(beat)) break;
    }
    return beat;
  }

 private:
  bool breakdownAt(double beat) const {
    const double seconds = track_.info.grid.frameAt(beat) / kSampleRate;
    return std::any_of(track_.info.phrases.begin(), track_.info.phrases.end(),
                       [&](const music::TrackPhrase& phrase) {
                         return phrase.label == "breakdown" && seconds >= phrase.start - 4 &&
                                seconds < phrase.end + 4;
                       });
  }

  const CrateTrack& track_;
  double end_;
};

double drawOffsetMs(double beatMs, Random& random) {
  const double which = random.uniform();
  const double way = eitherWay(random);
  if (which < 0.25) return way * random.uniform(0, 5);
  if (which < 0.5) return way * random.uniform(5, 30);
  if (which < 0.8) return way * random.uniform(30, 100);
  return way * random.uniform(100, std::max(100.0, beatMs / 2));
}

double drawDifferencePercent(Random& random) {
  const double share = random.uniform();
  const double size = kMostDifferencePercent * share * std::sqrt(share);
  const double way = eitherWay(random);
  return random.chance(0.35) ? 0 : way * size;
}

// Writes an excerpt down, move by move.
class Score {
 public:
  Score(std::span<const CrateTrack* const> tracks, Random random)
      : tracks_(tracks), random_(random) {}

  std::vector<Move> write() {
    start();
    if (tracks_.size() == 2) {
      levels();
      basses();
    }
    tones();
    levelJump();
    effects();
    wobble();
    std::stable_sort(moves_.begin(), moves_.end(),
                     [](const Move& a, const Move& b) { return a.seconds < b.seconds; });
    return std::move(moves_);
  }

 private:
  void move(double seconds, ControlId control, int target, double to, double within = 0) {
    moves_.push_back({seconds, control, target, to, within});
  }
  int decks() const { return static_cast<int>(tracks_.size()); }
  double bpm(int deck) const { return tracks_[static_cast<std::size_t>(deck)]->info.grid.bpm(); }

  // Places, tempos, key lock; all decks run.
  void start() {
    Random places = random_.fork(1), tempos = random_.fork(2);
    const bool crossfader = random_.fork(3).chance(0.4), keylock = random_.fork(4).chance(0.4);
    tempo_[0] = std::clamp(normal(tempos) * 1.7, -4.0, 4.0);
    const double difference = drawDifferencePercent(tempos);
    crossfader_ = crossfader && decks() == 2;
    constexpr double kUnits[] = {kPhraseBeats, kPhraseBeats, kBar, kBar, 1};
    const double unit = kUnits[places.below(5)];
    for (int deck = 0; deck < decks(); ++deck) {
      double apartMs = 0;
      if (deck == 1) {
        const double playing = bpm(0) * (1 + tempo_[0] / 100);
        const double matched = playing / (bpm(1) * tempoMultiple(playing, bpm(1)));
        tempo_[1] = 100 * (matched * (1 + difference / 100) - 1);
        apartMs = drawOffsetMs(60000 / std::max(playing, bpm(1) * matched), places);
      }
      const double speed = 1 + tempo_[deck] / 100;
      const CrateTrack& track = *tracks_[static_cast<std::size_t>(deck)];
      const double middle = track.info.grid.frameAt(Places(track).draw(unit, places));
      move(0, ControlId::kLoad, deck, deck);
      move(0, ControlId::kSeek, deck, middle - (kMiddle + apartMs / 1000) * speed * kSampleRate);
      move(0, ControlId::kKeylock, deck, keylock ? 1 : 0);
      move(0, ControlId::kRate, deck, tempo_[deck]);
      move(0, ControlId::kTrim, deck, normal(places));
      move(0, ControlId::kVolume, deck, 1);
      move(0, ControlId::kPlay, deck, 1);
    }
    if (decks() == 1) move(0, ControlId::kCrossfader, 0, crossfaderSide(0));
  }

  // How open a deck is, at once or on the way.
  void open(double seconds, int deck, double to, double within = 0) {
    move(seconds, ControlId::kVolume, deck, to, within);
  }

  void levels() {
    Random random = random_.fork(5);
    const double kind = random.uniform();
    const int from = random.below(2), to = 1 - from;
    if (kind < 0.4) {
      beside(from, to, random);
    } else if (kind < 0.7) {
      const double length = spread(random, 2, 2.2);
      fade(from, to, random.uniform(0.5, std::max(1.0, 10 - length)), length);
    } else if (kind < 0.88) {
      comeIn(from, to, random.uniform(0.5, 6), spread(random, 0.3, 4.5));
    } else {
      fade(from, to, random.uniform(2.5, 9.5), kThrown);
    }
  }
  // Both all along, one softer.
  void beside(int from, int to, Random& random) {
    const double softer = random.uniform(0.35, 1);
    if (crossfader_) {
      move(0, ControlId::kCrossfader, 0, crossfaderSide(from) * random.uniform(0, 0.5));
    } else {
      open(0, to, softer);
    }
  }
  void fade(int from, int to, double begin, double length) {
    if (crossfader_) {
      move(0, ControlId::kCrossfader, 0, crossfaderSide(from));
      move(begin, ControlId::kCrossfader, 0, crossfaderSide(to), length);
      return;
    }
    open(0, to, 0);
    open(begin, to, 1, length / 2);
    open(begin + length / 2, from, 0, length / 2);
  }
  void comeIn(int from, int to, double begin, double length) {
    if (crossfader_) {
      move(0, ControlId::kCrossfader, 0, crossfaderSide(from));
      move(begin, ControlId::kCrossfader, 0, 0, length);
      return;
    }
    open(0, to, 0);
    open(begin, to, 1, length);
  }

  void basses() {
    Random random = random_.fork(6);
    const double kind = random.uniform();
    const int without = random.below(2);
    if (kind < 0.3) return;  // both
    move(0, ControlId::kEqLow, without, 0);
    if (kind < 0.55) return;
    const double at = random.uniform(1.5, 10), within = spread(random, 0.1, 5);
    move(at, ControlId::kEqLow, without, 0.5, within);
    move(at, ControlId::kEqLow, 1 - without, 0, within);
  }

  // Equaliser and quick knob, one deck.
  void tones() {
    Random random = random_.fork(7);
    for (const ControlId control : {ControlId::kEqMid, ControlId::kEqHigh}) {
      const int deck = random.below(decks());
      const double to = random.uniform(0.1, 0.7), at = random.uniform(0, 9);
      if (random.chance(0.2)) move(at, control, deck, to, random.uniform(0, 4));
    }
    const double to = eitherWay(random) * random.uniform(0.2, 0.7), at = random.uniform(0, 8);
    const int deck = random.below(decks());
    if (random.chance(0.12)) move(at, ControlId::kFilter, deck, to, random.uniform(0.5, 5));
  }

  void levelJump() {
    Random random = random_.fork(8);
    const double db = eitherWay(random) * random.uniform(3, 11), at = random.uniform(2, 10);
    const int deck = random.below(decks());
    if (random.chance(0.2)) move(at, ControlId::kTrim, deck, db, random.uniform(0, 0.5));
  }

  void effects() {
    // Echo, flanger, phaser, bit-crusher, gate: the numbers of data/controls.json.
    constexpr double kKinds[] = {0, 3, 4, 6, 7};
    Random random = random_.fork(9);
    const int deck = random.below(decks());
    const double at = random.uniform(0, 8), amount = random.uniform(0.4, 1);
    const double mix = random.uniform(0.3, 0.9), length = random.uniform(1, 8);
    const double kind = kKinds[random.below(5)];
    if (!random.chance(0.1)) return;
    move(at, ControlId::kFxType2, deck, kind);
    move(at, ControlId::kFxAmount2, deck, amount);
    move(at, ControlId::kFxMix2, deck, mix);
    move(at, ControlId::kFxOn2, deck, 1);
    move(at + length, ControlId::kFxOn2, deck, 0);
  }

  // Two in five turn steadily. The speed of the others departs from its mean by 0.15 to 3.2 %, root
  // mean square over the decks, in pushes or in a step of the tempo fader.
  void wobble() {
    Random random = random_.fork(10);
    const double percent = spread(random, 0.15, 4.4);
    if (random.chance(0.4)) return;
    if (random.chance(0.2)) return step(percent, random);
    const int pushes = 1 + random.below(4);
    for (int i = 0; i < pushes; ++i) {
      const int deck = random.below(decks());
      const double length = random.uniform(0.2, 1.2), at = random.uniform(1, 10);
      const double strength = percent * std::sqrt(decks() * kJudgedSeconds / (pushes * length));
      move(at, ControlId::kNudge, deck, eitherWay(random) * std::min(10.0, strength));
      move(at + length, ControlId::kNudge, deck, 0);
    }
  }
  void step(double percent, Random& random) {
    const int deck = random.below(decks());
    move(random.uniform(2.5, 9.5), ControlId::kRate, deck,
         tempo_[deck] + 2 * percent * eitherWay(random));
  }

  std::span<const CrateTrack* const> tracks_;
  Random random_;
  bool crossfader_ = false;  // or channel faders
  double tempo_[2] = {};     // percent
  std::vector<Move> moves_;
};

// A track beside which another's tempo can be matched; none where the crate has none.
const CrateTrack* drawPartner(std::span<const CrateTrack* const> crate, const CrateTrack& playing,
                              Random& random) {
  std::vector<const CrateTrack*> some;
  for (const CrateTrack* track : crate) {
    const double theirs = playing.info.grid.bpm(), own = track->info.grid.bpm();
    const double change = 100 * (theirs / (own * tempoMultiple(theirs, own)) - 1);
    if (track != &playing && std::abs(change) <= kMostTempoPercent) some.push_back(track);
  }
  if (some.empty()) return nullptr;
  return some[static_cast<std::size_t>(random.below(static_cast<int>(some.size())))];
}

}  // namespace

ExcerptPlan drawExcerpt(std::span<const CrateTrack* const> crate, const std::string& name,
                        std::uint64_t seed) {
  if (crate.empty())
    throw Error(ErrorCode::kInvalid, "excerpt " + name + ": a crate without tracks");
  Random random(seed);
  ExcerptPlan plan;
  plan.about.name = name;
  plan.about.seed = seed;
  const CrateTrack* first =
      crate[static_cast<std::size_t>(random.below(static_cast<int>(crate.size())))];
  const CrateTrack* second = drawPartner(crate, *first, random);
  plan.about.tracks = {first};
  if (!random.chance(kAlone) && second != nullptr) plan.about.tracks.push_back(second);
  plan.moves = Score(plan.about.tracks, random.fork(1)).write();
  return plan;
}

Performance playExcerpt(const ExcerptPlan& plan, const PerformanceSink& sink) {
  engine::LogHeader header;
  header.battleId = plan.about.name;
  header.name = "Excerpt";
  header.format = "free";
  header.createdAt = "1970-01-01T00:00:00Z";
  header.players = {"hands"};
  header.config.decks = 2;
  header.config.monitors = 0;
  header.config.seed = plan.about.seed;
  header.config.maxTracks = 2;
  engine::BattleRecorder recorder(header);
  for (const CrateTrack* track : plan.about.tracks)
    recorder.provide(crate::logTrack(*track), track->loaded);
  Hands hands(recorder, 0);
  const Frame end = Frame(static_cast<std::int64_t>(kExcerptSeconds * kSampleRate));
  auto next = plan.moves.begin();
  while (recorder.now() < end) {
    for (; next != plan.moves.end() && next->seconds <= recorder.now().seconds(); ++next) {
      const auto frames = static_cast<FrameCount>(next->within * kSampleRate);
      if (next->control == ControlId::kRate) {
        hands.setTempo(next->target, next->to);
      } else if (frames > 0) {
        hands.turn(next->control, next->target, next->to, frames);
      } else {
        hands.set(next->control, next->target, next->to);
      }
    }
    hands.move();
    const std::span<const float> master = recorder.render();
    if (sink) sink(master, recorder.battle().telemetry());
  }
  return {recorder.finish(), {}};
}

}  // namespace dju::simulator
