#include "simulator/performance.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "engine/battle_recorder.h"
#include "simulator/beat_matching.h"
#include "simulator/chance.h"
#include "simulator/gestures.h"
#include "simulator/hands.h"
#include "simulator/track_places.h"

namespace dju::simulator {
namespace {

using engine::ControlId;

constexpr double kLeadBeats = 20;  // of a track alone before the next one is started
constexpr double kRestBeats = 12;  // what a track must have left behind the end of a fade
constexpr double kTailSeconds = 11;
constexpr double kMsPerFrame = 1000.0 / kSampleRate;

double wrapped(double value, double unit) {
  return value - unit * std::floor(value / unit + 0.5);
}

class Performer {
 public:
  Performer(const PerformancePlan& plan, const PerformanceSink& sink)
      : plan_(plan),
        sink_(sink),
        random_(Random(plan.seed).fork(7)),
        recorder_(header(plan)),
        hands_(recorder_, 0) {
    for (const CrateTrack* track : plan.tracks)
      recorder_.provide(crate::logTrack(*track), track->loaded);
  }

  Performance play() {
    settle();
    for (std::size_t i = 0; i < plan_.transitions.size(); ++i) {
      if (!transition(i)) break;
    }
    if (played_.transitions.empty()) {
      throw Error(ErrorCode::kInvalid,
                  "track " + track(0).title + ": too short to leave it for another");
    }
    runSeconds(kTailSeconds);
    while (battle_.now().index() % kMarkFrames != 0) block();
    played_.log = recorder_.finish();
    return std::move(played_);
  }

 private:
  static engine::LogHeader header(const PerformancePlan& plan) {
    engine::LogHeader header;
    header.battleId = plan.name;
    header.name = "Simulated performance";
    header.format = "free";
    header.createdAt = "1970-01-01T00:00:00Z";
    header.players = {plan.dj.name};
    header.config.decks = 2;
    header.config.monitors = 1;
    header.config.seed = plan.seed;
    header.config.maxTracks = static_cast<int>(plan.tracks.size());
    return header;
  }

  const CrateTrack& track(std::size_t i) const { return *plan_.tracks[i]; }
  static int deckOf(std::size_t i) { return static_cast<int>(i % 2); }

  // Time goes on only here.
  void block() {
    listen();
    gesture();
    hands_.move();
    const std::span<const float> master = recorder_.render();
    if (sink_) sink_(master, battle_.telemetry());
  }
  void runSeconds(double seconds) {
    const Frame until = battle_.now() + static_cast<FrameCount>(seconds * kSampleRate);
    while (battle_.now() < until) block();
  }
  // Until the deck's track reaches a beat, or stands at its end.
  void runToBeat(std::size_t i, double beat) {
    while (beatNow(i) < beat && !atEnd(i)) block();
  }

  bool atEnd(std::size_t i) const {
    return (battle_.deckNow(deckOf(i)).deck.flags & engine::kDeckAtEnd) != 0;
  }
  double beatNow(std::size_t i) const {
    return track(i).info.grid.beatAt(battle_.deckNow(deckOf(i)).deck.position);
  }
  double bpmOf(std::size_t i) const {
    const auto now = battle_.deckNow(deckOf(i));
    return track(i).info.grid.bpmAt(now.deck.position) * (1 + now.deck.tempoPercent / 100);
  }

  void transpose(int deck) {
    if (plan_.transposeSemitones != 0)
      hands_.set(ControlId::kKeyShift, deck, plan_.transposeSemitones);
  }

  // The first track plays, some beats before a phrase at which it can be left.
  void settle() {
    const double room = roomBehind(plan_.transitions.front());
    std::vector<double> exits;
    for (const double beat : phraseStarts(track(0))) {
      if (beat >= kLeadBeats && beat + room <= lastBeat(track(0))) exits.push_back(beat);
    }
    if (exits.empty()) return;
    const double exit =
        exits[static_cast<std::size_t>(random_.fork(1).below(static_cast<int>(exits.size())))];
    hands_.set(ControlId::kLoad, 0, 0);
    hands_.set(ControlId::kLoad, 1, 1);
    hands_.set(ControlId::kSeek, 0, track(0).info.grid.frameAt(exit - kLeadBeats - 4));
    hands_.set(ControlId::kKeylock, 0, plan_.dj.keylock ? 1 : 0);
    transpose(0);
    hands_.set(ControlId::kVolume, 0, 1);
    hands_.set(ControlId::kVolume, 1, plan_.dj.crossfader ? 1 : 0);
    if (plan_.dj.crossfader) hands_.set(ControlId::kCrossfader, 0, crossfaderSide(0));
    hands_.setTempo(0, plan_.firstTempoPercent);
    hands_.set(ControlId::kPlay, 0, 1);
    block();
  }

  double roomBehind(const TransitionPlan& transition) const {
    return plan_.dj.previewBeats + transition.fadeBeats + kRestBeats;
  }

  struct Meeting {
    double exit = 0;   // beat of the outgoing track at which the incoming one is started
    double entry = 0;  // beat of the incoming track that is started there
  };

  // Where the two are to meet; nothing when one of them has no room.
  std::optional<Meeting> meeting(std::size_t i) {
    const TransitionPlan& transition = plan_.transitions[i];
    const CrateTrack &from = track(i), &to = track(i + 1);
    Random random = random_.fork(10 + i);
    const double room = roomBehind(transition);
    const double soon = beatNow(i) + 8;
    std::vector<double> exits, entries;
    for (const double beat : phraseStarts(from)) {
      if (beat >= soon && beat + room <= lastBeat(from)) exits.push_back(beat);
    }
    for (const double beat : phraseStarts(to)) {
      if (beat >= 0 && beat + room + kLeadBeats + kTailSeconds * 3 <= lastBeat(to)) {
        entries.push_back(beat);
      }
    }
    if (exits.empty() || entries.empty()) return {};
    Meeting found;
    found.exit = exits.front();
    // Half of the time from the very beginning, as tracks are made for.
    found.entry =
        random.chance(0.5)
            ? entries.front()
            : entries[static_cast<std::size_t>(random.below(static_cast<int>(entries.size())))];
    if (transition.school == School::kDoubleDrop) meetAtDrops(i, found);
    found.entry += shiftOf(transition.faults, random);
    return found;
  }

  // Both drop when the preview is over, where such a meeting lies within reach.
  void meetAtDrops(std::size_t i, Meeting& found) const {
    const double preview = plan_.dj.previewBeats;
    const double room = roomBehind(plan_.transitions[i]);
    for (const double own : dropStarts(track(i + 1))) {
      if (own < preview || own - preview + room > lastBeat(track(i + 1))) continue;
      found.entry = own - preview;
      break;
    }
    for (const double theirs : dropStarts(track(i))) {
      const double exit = theirs - preview;
      if (exit < beatNow(i) + 8 || exit > beatNow(i) + 3 * kPhraseBeats) continue;
      if (exit + room > lastBeat(track(i))) continue;
      found.exit = exit;
      return;
    }
  }

  static double shiftOf(const FaultStrengths& faults, Random& random) {
    double beats = 0;
    const double ones = 1 + random.below(3), bars = 4 * (1 + random.below(6));
    if (faults.has(Fault::kMissedOne)) beats += ones;
    if (faults.has(Fault::kWrongPhrase)) beats += bars;
    return beats;
  }

  bool transition(std::size_t i) {
    const auto found = meeting(i);
    if (!found) return false;
    const TransitionPlan& transition = plan_.transitions[i];
    Random random = random_.fork(50 + i);
    PlayedTransition record;
    record.plan = transition;
    record.outgoing = static_cast<int>(i);
    record.incoming = static_cast<int>(i) + 1;
    record.outgoingDeck = deckOf(i);
    record.incomingDeck = deckOf(i + 1);
    runToBeat(i, found->exit - kLeadBeats);
    prepare(i, *found, random);
    start(i, *found, random);
    record.started = battle_.now();
    Random moves = random.fork(3);
    pending_ = drawGestures(transition, plan_.dj, deckOf(i), deckOf(i + 1), moves);
    // Hands miss the beat by as much as when they press play.
    for (Gesture& each : pending_.gestures) {
      each.beat += normal(moves) * plan_.dj.startErrorMs / 1000 * bpmOf(i) / 60;
    }
    score_ = i;
    clockZero_ = found->exit;
    runToBeat(i, found->exit + pending_.fadeBegin);
    record.fadeBegin = battle_.now();
    const double wreckAt =
        pending_.fadeBegin + random.uniform(0.1, 0.5) * (pending_.fadeEnd - pending_.fadeBegin);
    if (transition.faults.has(Fault::kTrainWreck)) {
      runToBeat(i, found->exit + wreckAt);
      wreck(i, random);
    }
    runToBeat(i, found->exit + pending_.fadeEnd);
    record.fadeEnd = battle_.now();
    matching_.reset();
    hands_.set(ControlId::kNudge, deckOf(i + 1), 0);
    runToBeat(i, found->exit + pending_.fadeEnd + 4);
    clear(i);
    played_.transitions.push_back(record);
    return true;
  }

  // In the headphones: the next track at its place, its tempo near that of what plays.
  void prepare(std::size_t i, const Meeting& at, Random& random) {
    const TransitionPlan& transition = plan_.transitions[i];
    const VirtualDj& dj = plan_.dj;
    const int deck = deckOf(i + 1);
    if (i > 0) hands_.set(ControlId::kLoad, deck, static_cast<double>(i + 1));
    hands_.set(offset(ControlId::kHeadphoneCue1, deck), 0, 1);
    hands_.set(ControlId::kKeylock, deck, dj.keylock ? 1 : 0);
    transpose(deck);
    hands_.set(ControlId::kVolume, deck, dj.crossfader ? 1 : 0);
    hands_.set(ControlId::kEqLow, deck, startsWithoutBass(transition) ? 0 : 0.5);
    Random levels = random.fork(1), tempos = random.fork(2);
    double trim = normal(levels) * dj.levelErrorDb;
    const double jump = eitherWay(levels) * (6 + 6 * transition.faults[Fault::kLevelJump]);
    if (transition.faults.has(Fault::kLevelJump)) trim += jump;
    hands_.turn(ControlId::kTrim, deck, std::clamp(trim, -12.0, 12.0), kSampleRate / 2);
    const double own = track(i + 1).info.grid.bpmAt(track(i + 1).info.grid.frameAt(at.entry));
    const double theirs = bpmOf(i);
    double percent = 100 * (theirs / (own * tempoMultiple(theirs, own)) - 1);
    percent += normal(tempos) * dj.tempoErrorPercent;
    const double off = eitherWay(tempos) * (0.4 + 2.2 * transition.faults[Fault::kWrongTempo]);
    if (transition.faults.has(Fault::kWrongTempo)) percent += off;
    hands_.setTempo(deck, percent);
    hands_.set(ControlId::kSeek, deck, track(i + 1).info.grid.frameAt(at.entry));
  }

  // Presses play so that the entry meets the exit, as well as hands can.
  void start(std::size_t i, const Meeting& at, Random& random) {
    const TransitionPlan& transition = plan_.transitions[i];
    const double beatMs = 60000 / bpmOf(i);
    Random hands = random.fork(4);
    const bool loose = transition.faults.has(Fault::kLooseBeats);
    const double takenForTogetherMs = 40 + 80 * transition.faults[Fault::kLooseBeats];
    double errorBeats = normal(hands) * plan_.dj.startErrorMs / beatMs;
    const double slip = 0.5 * eitherWay(hands);
    const double apart = eitherWay(hands) * hands.uniform(0.5, 0.95) * takenForTogetherMs / beatMs;
    if (loose) errorBeats += apart;
    if (transition.faults.has(Fault::kHalfBeat)) errorBeats += slip;
    const double exit = at.exit + std::clamp(errorBeats, -0.75, 0.75);
    Frame press;
    for (;; block()) {
      const auto now = battle_.deckNow(deckOf(i));
      const double left = track(i).info.grid.frameAt(exit) - now.deck.position;
      const double frames = left / std::max(1e-3, now.speed);
      if (frames >= kBlockFrames && !atEnd(i)) continue;
      press = battle_.now() + std::max<FrameCount>(0, std::llround(frames));
      break;
    }
    hands_.setAt(press, ControlId::kPlay, deckOf(i + 1), 1);
    MatchingFaults faults;
    faults.keepsTempo = transition.faults.has(Fault::kWrongTempo);
    if (loose) faults.acceptedMs = takenForTogetherMs;
    faults.halfBeat = transition.faults.has(Fault::kHalfBeat);
    matching_.emplace(plan_.dj, faults, random.fork(5));
    matched_ = i;
    block();
  }

  // Half of the time the tempo leaves, half of the time the record is knocked and goes on beside
  // the beat at the right tempo: a wreck says nothing of the tempo. Nobody listens any more.
  void wreck(std::size_t i, Random& random) {
    Random how = random.fork(6);
    matching_.reset();
    const int deck = deckOf(i + 1);
    const double strength = plan_.transitions[i].faults[Fault::kTrainWreck];
    const double way = eitherWay(how);
    hands_.set(ControlId::kNudge, deck, 0);
    if (how.chance(0.5)) {
      hands_.setTempo(deck, battle_.deckNow(deck).deck.tempoPercent + way * (1.5 + 4 * strength));
      return;
    }
    constexpr double kKnockPercent = 10, kKnockMs = 60, kMoreMs = 120;
    hands_.set(ControlId::kNudge, deck, way * kKnockPercent);
    runSeconds((kKnockMs + kMoreMs * strength) / 1000 * 100 / kKnockPercent);
    hands_.set(ControlId::kNudge, deck, 0);
  }

  // The outgoing deck is put away.
  void clear(std::size_t i) {
    const int deck = deckOf(i);
    hands_.set(ControlId::kPlay, deck, 0);
    hands_.set(ControlId::kVolume, deck, plan_.dj.crossfader ? 1 : 0);
    hands_.set(ControlId::kEqLow, deck, 0.5);
    hands_.set(ControlId::kFxOn1, deck, 0);
    hands_.set(ControlId::kFxOn2, deck, 0);
    hands_.set(offset(ControlId::kHeadphoneCue1, deckOf(i + 1)), 0, 0);
  }

  // What the ears give the hands to do.
  void listen() {
    if (!matching_) return;
    const int deck = deckOf(matched_ + 1);
    const auto theirs = battle_.deckNow(deckOf(matched_)), own = battle_.deckNow(deck);
    constexpr std::uint32_t kInHand = engine::kDeckScratching | engine::kDeckSlipping;
    if ((own.deck.flags & engine::kDeckPlaying) == 0 || (own.deck.flags & kInHand) != 0) return;
    const BeatGrid &first = track(matched_).info.grid, &second = track(matched_ + 1).info.grid;
    const double beat = first.beatAt(theirs.deck.position);
    const double multiple = tempoMultiple(bpmOf(matched_), bpmOf(matched_ + 1));
    const double apart = multiple * second.beatAt(own.deck.position) - beat;
    const double beatMs = 60000 / bpmOf(matched_);
    const auto answer =
        matching_->hear(static_cast<double>(battle_.now().index()) * kMsPerFrame, beat,
                        wrapped(apart, multiple < 1 ? 0.5 : 1) * beatMs, beatMs);
    if (answer.pushPercent) hands_.set(ControlId::kNudge, deck, *answer.pushPercent);
    if (answer.tempoPercent) hands_.setTempo(deck, own.deck.tempoPercent + *answer.tempoPercent);
  }

  // Carries out what the playing track's beats have reached.
  void gesture() {
    if (!score_) return;
    const double at = beatNow(*score_) - clockZero_;
    auto& todo = pending_.gestures;
    std::size_t done = 0;
    for (; done < todo.size() && todo[done].beat <= at; ++done) {
      const Gesture& each = todo[done];
      const double frames = each.beats * 60 / bpmOf(*score_) * kSampleRate;
      if (each.beats > 0) {
        hands_.turn(each.control, each.target, each.to, static_cast<FrameCount>(frames));
      } else {
        hands_.set(each.control, each.target, each.to);
      }
    }
    todo.erase(todo.begin(), todo.begin() + static_cast<std::ptrdiff_t>(done));
    if (todo.empty()) score_.reset();
  }

  const PerformancePlan& plan_;
  const PerformanceSink& sink_;
  Random random_;
  Performance played_;
  engine::BattleRecorder recorder_;
  const engine::Battle& battle_ = recorder_.battle();
  Hands hands_;

  std::optional<BeatMatching> matching_;
  std::size_t matched_ = 0;           // the transition that is listened to
  std::optional<std::size_t> score_;  // the transition whose gestures are pending
  TransitionGestures pending_;
  double clockZero_ = 0;  // the playing track's beat at which the gestures' beats begin
};

}  // namespace

Performance perform(const PerformancePlan& plan, const PerformanceSink& sink) {
  return Performer(plan, sink).play();
}

}  // namespace dju::simulator
