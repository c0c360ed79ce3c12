#include "mixer/play.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "engine/battle_recorder.h"
#include "mixer/beat_reader.h"
#include "mixer/tempo_ride.h"
#include "mixer/transition_moves.h"

namespace dju::mixer {
namespace {

using engine::ControlId;

constexpr engine::PlayerIndex kPlayer = 0;
constexpr double kBarBeats = 4;
constexpr double kCueBeats = 16;  // before a transition its incoming record is put on
constexpr double kLeastLeadSeconds = 4;
constexpr double kTailSeconds = 1;     // for echoes behind the last record
constexpr int kKnobSteps = 127;        // as a MIDI controller has
constexpr double kRateStep = 0.01;     // percent
constexpr double kWidestRange = 50;    // percent
constexpr double kPastCrossfader = 2;  // crossfader_side

engine::LogHeader header(const Plan& plan, const MixOptions& options) {
  engine::LogHeader header;
  header.battleId = options.id;
  header.name = options.name;
  header.format = "free";
  header.createdAt = options.createdAt;
  header.players = {plan.model};
  header.config.decks = 2;
  header.config.monitors = 0;
  header.config.maxTracks = static_cast<int>(plan.turns.size());
  return header;
}

double transitionSeconds(const Transition& transition, const TrackView& outgoing) {
  return transition.genome.bars * kBarBeats * 60 / outgoing.bpmAt(transition.exitBeat);
}

class MixPlayer {
 public:
  MixPlayer(const Plan& plan, std::span<const TrackView> tracks, const MixOptions& options,
            const MixSink& sink)
      : plan_(plan),
        tracks_(tracks),
        options_(options),
        sink_(sink),
        recorder_(header(plan, options)),
        expected_(std::max(1.0, estimateTimes(plan, tracks).total)) {
    for (const Turn& turn : plan.turns) {
      const crate::Record& record = tracks[turn.track].record();
      recorder_.provide(crate::logTrack(record), record.loaded);
    }
  }

  PlayedMix play() {
    const std::size_t first = options_.preview ? options_.preview->transition : 0;
    const std::size_t last = options_.preview ? first : plan_.turns.size() - 1;
    begin(first);
    for (std::size_t i = first; i < plan_.transitions.size() && going_; ++i) {
      passOn(i);
      if (i == last) break;
    }
    finish();
    while (recorder_.now().index() % kMarkFrames != 0) block();
    played_.log = recorder_.finish();
    played_.complete = !cancelled_;
    return std::move(played_);
  }

 private:
  const TrackView& view(std::size_t turn) const { return tracks_[plan_.turns[turn].track]; }
  static int deckOf(std::size_t turn) { return static_cast<int>(turn % 2); }

  void act(ControlId control, int target, double value) {
    recorder_.act(recorder_.now(), control, target, value, kPlayer);
  }

  // Time goes on only here.
  void block() {
    const Frame start = recorder_.now();
    const std::span<const float> master = recorder_.render();
    const double progress = std::min(1.0, start.seconds() / expected_);
    if (sink_ && !cancelled_ &&
        !sink_({master, recorder_.battle().telemetry(), wanted(start), progress})) {
      cancelled_ = true;
      going_ = false;
    }
    if (options_.preview && start >= windowEnd_) going_ = false;
    beats_.read(recorder_.battle());
  }
  bool wanted(Frame at) const {
    return !cancelled_ && (!options_.preview || (at >= windowStart_ && at < windowEnd_));
  }

  void begin(std::size_t turn) {
    for (int deck = 0; deck < 2; ++deck) {
      act(ControlId::kCrossfaderSide, deck, kPastCrossfader);
      act(ControlId::kRateRange, deck, kWidestRange);
      act(ControlId::kKeylock, deck, 1);
      act(ControlId::kVolume, deck, 0);
    }
    const TrackView& track = view(turn);
    double from = 0, percent = 0;
    if (options_.preview) {
      const Transition& transition = plan_.transitions[turn];
      const double length = transitionSeconds(transition, track);
      const double lead = std::max(kLeastLeadSeconds, (options_.preview->seconds - length) / 2);
      from = track.grid().frameAt(transition.exitBeat) - lead * kSampleRate;
      percent = transition.startPercent;
      const double start = std::max(0.0, lead + (length - options_.preview->seconds) / 2);
      windowStart_ = Frame(static_cast<std::int64_t>(start * kSampleRate));
      windowEnd_ = windowStart_ + static_cast<FrameCount>(options_.preview->seconds * kSampleRate);
      expected_ = windowEnd_.seconds();
    }
    const int deck = deckOf(turn);
    putOn(turn, from);
    act(ControlId::kVolume, deck, 1);
    setRate(deck, percent);
    act(ControlId::kPlay, deck, 1);
    ride_ = TempoRide(track.grid().beatAt(from), percent, nextExit(turn));
    lead(turn);
    block();
  }

  // The record on its deck, stopped at `position`.
  void putOn(std::size_t turn, double position) {
    const int deck = deckOf(turn);
    act(ControlId::kLoad, deck, static_cast<double>(turn));
    act(ControlId::kSeek, deck, position);
    act(ControlId::kTrim, deck, plan_.turns[turn].trimDb);
  }

  void lead(std::size_t turn) { beats_ = BeatReader(deckOf(turn), view(turn).grid()); }

  // Where the ride of a record's tempo has to lead to.
  std::optional<TempoRide::Target> nextExit(std::size_t turn) const {
    if (turn >= plan_.transitions.size()) return {};
    const Transition& next = plan_.transitions[turn];
    return TempoRide::Target{next.exitBeat, next.startPercent};
  }

  void setRate(int deck, double percent) {
    const double rounded = std::round(percent / kRateStep) * kRateStep;
    double& last = rates_[static_cast<std::size_t>(deck)];
    if (std::abs(rounded - last) < kRateStep / 2) return;
    last = rounded;
    act(ControlId::kRate, deck, rounded);
  }

  // The leading record alone, up to the block that reaches `beat`.
  void alone(std::size_t turn, double beat) {
    while (going_ && !beats_.reaches(beat)) {
      setRate(deckOf(turn), ride_.percentAt(beats_.beat()));
      block();
    }
  }

  // One record into the next.
  void passOn(std::size_t i) {
    const Transition& transition = plan_.transitions[i];
    alone(i, transition.exitBeat - kCueBeats);
    cueUp(i);
    alone(i, transition.exitBeat);
    const std::array<int, 2> decks = {deckOf(i), deckOf(i + 1)};
    PlayedTransition played{i, i + 1, beats_.frameOf(transition.exitBeat), {}};
    std::vector<Move> moves = timedMoves(transition.genome, decks);
    std::size_t next = 0;
    const double end = transition.exitBeat + kBarBeats * transition.genome.bars;
    while (going_) {
      const double bar = (beats_.beat() - transition.exitBeat) / kBarBeats;
      for (; next < moves.size(); ++next) {
        const double beat = transition.exitBeat + kBarBeats * moves[next].bar;
        if (!beats_.reaches(beat)) break;
        recorder_.act(beats_.frameOf(beat), moves[next].control, moves[next].deck,
                      moves[next].value, kPlayer);
      }
      follow(transition, decks, std::max(0.0, bar));
      if (beats_.reaches(end)) break;
      block();
    }
    if (!going_) return;
    played.end = beats_.frameOf(end);
    handOver(i, played.end);
    played_.transitions.push_back(played);
    lead(i + 1);
    block();
  }

  // The incoming record waits where it will start.
  void cueUp(std::size_t i) {
    const Transition& transition = plan_.transitions[i];
    const int deck = deckOf(i + 1);
    putOn(i + 1, view(i + 1).grid().frameAt(transition.entryBeat));
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      setLane(Side::kIn, static_cast<Lane>(lane), deck,
              static_cast<Lane>(lane) == Lane::kGain
                  ? heardGain(transition.genome, Side::kIn, 0)
                  : transition.genome.curve(Side::kIn, static_cast<Lane>(lane)).values.front());
    for (std::size_t lane = 0; lane < kLanes; ++lane) lanes_[0][lane] = kLaneRanges[lane].neutral;
    act(ControlId::kSyncLeader, 0, deckOf(i) + 1);
    if (transition.matched()) {
      act(ControlId::kSync, deck, 1);
    } else {
      setRate(deck, 0);
    }
  }

  void setLane(Side side, Lane lane, int deck, double value) {
    lanes_[static_cast<std::size_t>(side)][static_cast<std::size_t>(lane)] = value;
    act(laneControl(lane), deck, value);
  }

  // Curves that move evenly, and the tempo.
  void follow(const Transition& transition, const std::array<int, 2>& decks, double bar) {
    const Genome& genome = transition.genome;
    for (const Side side : {Side::kOut, Side::kIn}) {
      for (std::size_t n = 0; n < kLanes; ++n) {
        const auto lane = static_cast<Lane>(n);
        const Curve& curve = genome.curve(side, lane);
        if (curve.stepped) continue;
        const double value = lane == Lane::kGain ? heardGain(genome, side, bar) : curve.at(bar);
        const double last = lanes_[static_cast<std::size_t>(side)][n];
        const LaneRange& range = kLaneRanges[n];
        const bool rests = value == curve.at(std::floor(bar)) && value == curve.at(std::ceil(bar));
        if (value == last ||
            (!rests && std::abs(value - last) < (range.max - range.min) / kKnobSteps))
          continue;
        setLane(side, lane, decks[static_cast<std::size_t>(side)], value);
      }
    }
    if (transition.matched())
      setRate(decks[0],
              transition.startPercent +
                  (transition.endPercent - transition.startPercent) * genome.tempo.at(bar));
  }

  // From `at` on the incoming record plays alone, as it is recorded.
  void handOver(std::size_t i, Frame at) {
    const int out = deckOf(i), in = deckOf(i + 1);
    const auto set = [&](ControlId control, int target, double value) {
      recorder_.act(at, control, target, value, kPlayer);
    };
    set(ControlId::kSyncLeader, 0, in + 1);
    set(ControlId::kSync, in, 0);
    set(ControlId::kPlay, out, 0);
    for (std::size_t n = 0; n < kLanes; ++n) {
      const auto lane = static_cast<Lane>(n);
      set(laneControl(lane), in, kLaneRanges[n].neutral);
      set(laneControl(lane), out, lane == Lane::kGain ? 0 : kLaneRanges[n].neutral);
    }
    const double percent = recorder_.battle().deckNow(in).deck.tempoPercent;
    rates_[static_cast<std::size_t>(in)] = percent;
    ride_ = TempoRide(view(i + 1).grid().beatAt(recorder_.battle().deckNow(in).deck.position),
                      percent, nextExit(i + 1));
  }

  // The last record to its end or the plan's, or a preview to the end of its window.
  void finish() {
    const std::size_t last = played_.transitions.empty()
                                 ? (options_.preview ? options_.preview->transition : 0)
                                 : played_.transitions.back().incoming;
    const int deck = deckOf(last);
    const auto atEnd = [&] {
      return (recorder_.battle().deckNow(deck).deck.flags & engine::kDeckAtEnd) != 0;
    };
    constexpr double kNever = std::numeric_limits<double>::infinity();
    const double silence = options_.preview ? kNever : plan_.endBeat.value_or(kNever);
    double gain = 1;
    while (going_ && !atEnd() && !beats_.reaches(silence)) {
      setRate(deck, ride_.percentAt(beats_.beat()));
      const double wanted = std::clamp((silence - beats_.beat()) / kEndingBeats, 0.0, 1.0);
      if (gain - wanted >= 1.0 / kKnobSteps) act(ControlId::kVolume, deck, gain = wanted);
      block();
    }
    if (going_ && !atEnd()) {
      act(ControlId::kVolume, deck, 0);
      act(ControlId::kPlay, deck, 0);
    }
    const Frame end = recorder_.now() + static_cast<FrameCount>(kTailSeconds * kSampleRate);
    while (going_ && recorder_.now() < end) block();
  }

  const Plan& plan_;
  std::span<const TrackView> tracks_;
  const MixOptions& options_;
  const MixSink& sink_;
  PlayedMix played_;
  engine::BattleRecorder recorder_;
  double expected_;  // seconds
  BeatReader beats_{0, kNoGrid};
  TempoRide ride_{0, 0, {}};
  std::array<double, 2> rates_{};                      // of the decks, as set last
  std::array<std::array<double, kLanes>, 2> lanes_{};  // by side, likewise
  Frame windowStart_, windowEnd_;
  bool going_ = true, cancelled_ = false;

  static inline const BeatGrid kNoGrid = BeatGrid::fromBpm(0, 120);
};

void check(const Plan& plan, std::span<const TrackView> tracks, const MixOptions& options) {
  const auto refuse = [](const std::string& what) {
    throw Error(ErrorCode::kInvalid, "mix: " + what);
  };
  if (plan.turns.size() < 2 || plan.transitions.size() + 1 != plan.turns.size())
    refuse(fmt::format("{} tracks and {} transitions; there must be two or more, and one fewer",
                       plan.turns.size(), plan.transitions.size()));
  for (const Turn& turn : plan.turns) {
    if (turn.track >= tracks.size())
      refuse(fmt::format("it names track {}; there are {}", turn.track, tracks.size()));
  }
  for (const Transition& transition : plan.transitions)
    checkGenome(transition.genome).valueOrThrow();
  if (!options.preview) return;
  if (options.preview->transition >= plan.transitions.size())
    refuse(fmt::format("a preview of transition {}; there are {}", options.preview->transition + 1,
                       plan.transitions.size()));
  if (!(options.preview->seconds >= 5 && options.preview->seconds <= 120))
    refuse(fmt::format("a preview of {} s; it must be from 5 to 120", options.preview->seconds));
}

}  // namespace

EstimatedTimes estimateTimes(const Plan& plan, std::span<const TrackView> tracks) {
  EstimatedTimes times;
  double began = 0, entered = 0;  // the record: in seconds of the mix, and of itself
  for (std::size_t i = 0; i < plan.turns.size(); ++i) {
    const TrackView& track = tracks[plan.turns[i].track];
    const auto inMix = [&](double beat) { return began + track.secondsAt(beat) - entered; };
    if (i == plan.transitions.size()) {
      times.turns.push_back(
          {began, plan.endBeat ? inMix(*plan.endBeat) : began + track.seconds() - entered});
      break;
    }
    const Transition& next = plan.transitions[i];
    const double end = inMix(next.exitBeat + kBarBeats * next.genome.bars);
    times.turns.push_back({began, end});
    times.transitions.push_back({inMix(next.exitBeat), end});
    began = inMix(next.exitBeat + kBarBeats * next.genome.enterBar);
    entered = tracks[plan.turns[i + 1].track].secondsAt(next.entryBeat);
  }
  times.total = times.turns.back().end + kTailSeconds;
  return times;
}

PlayedMix playMix(const Plan& plan, std::span<const TrackView> tracks, const MixOptions& options,
                  const MixSink& sink) {
  check(plan, tracks, options);
  return MixPlayer(plan, tracks, options, sink).play();
}

}  // namespace dju::mixer
