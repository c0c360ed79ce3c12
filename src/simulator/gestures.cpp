#include "simulator/gestures.h"

#include <algorithm>

#include "simulator/chance.h"

namespace dju::simulator {
namespace {

using engine::ControlId;

constexpr double kThrown = 0.12;  // beats: a fader thrown over

// Writes a transition down, move by move.
class Score {
 public:
  Score(const VirtualDj& dj, int outgoing, int incoming)
      : dj_(dj), outgoing_(outgoing), incoming_(incoming) {}

  void move(double beat, ControlId control, int target, double to, double beats = 0) {
    out_.gestures.push_back({beat, control, target, to, beats});
  }
  void incoming(double beat, ControlId control, double to, double beats = 0) {
    move(beat, control, incoming_, to, beats);
  }
  void outgoing(double beat, ControlId control, double to, double beats = 0) {
    move(beat, control, outgoing_, to, beats);
  }

  // Half of the time one comes up, then the other goes down; on the crossfader both at once.
  void fade(double begin, double beats) {
    out_.fadeBegin = begin;
    out_.fadeEnd = begin + beats;
    if (dj_.crossfader) {
      move(begin, ControlId::kCrossfader, 0, crossfaderSide(incoming_), beats);
      return;
    }
    incoming(begin, ControlId::kVolume, 1, beats / 2);
    outgoing(begin + beats / 2, ControlId::kVolume, 0, beats / 2);
  }
  void cut(double beat) {
    out_.fadeBegin = beat;
    out_.fadeEnd = beat + kThrown;
    if (dj_.crossfader) {
      move(beat, ControlId::kCrossfader, 0, crossfaderSide(incoming_), kThrown);
      return;
    }
    incoming(beat, ControlId::kVolume, 1, kThrown);
    outgoing(beat, ControlId::kVolume, 0, kThrown);
  }
  // Both in full from `begin + rise` to `end`.
  void overlay(double begin, double rise, double end, double fall) {
    out_.fadeBegin = begin;
    out_.fadeEnd = end + fall;
    if (dj_.crossfader) {
      move(begin, ControlId::kCrossfader, 0, 0, rise);
      move(end, ControlId::kCrossfader, 0, crossfaderSide(incoming_), fall);
      return;
    }
    incoming(begin, ControlId::kVolume, 1, rise);
    outgoing(end, ControlId::kVolume, 0, fall);
  }
  void swapBass(double beat, double beats) {
    incoming(beat, ControlId::kEqLow, 0.5, beats);
    outgoing(beat, ControlId::kEqLow, 0, beats);
  }

  double fadeBegin() const { return out_.fadeBegin; }
  double fadeEnd() const { return out_.fadeEnd; }
  TransitionGestures take() {
    std::stable_sort(out_.gestures.begin(), out_.gestures.end(),
                     [](const Gesture& a, const Gesture& b) { return a.beat < b.beat; });
    return std::move(out_);
  }

 private:
  const VirtualDj& dj_;
  int outgoing_, incoming_;
  TransitionGestures out_;
};

void scratch(Score& score, double from, double beats, Random& random) {
  score.incoming(from, ControlId::kSlip, 1);
  score.incoming(from, ControlId::kJogTouch, 1);
  // Baby scratches: forth and back in eighths, a sixth of a turn or so.
  const double reach = random.uniform(0.08, 0.2);
  constexpr double kStep = 1.0 / 16;
  int i = 0;
  for (double beat = from + kStep; beat < from + beats - kStep; beat += kStep, ++i) {
    score.incoming(beat, ControlId::kJog, (i / 4 % 2 == 0 ? reach : -reach) / 4);
  }
  score.incoming(from + beats - kStep, ControlId::kJogTouch, 0);
  score.incoming(from + beats, ControlId::kSlip, 0);
}

void playSchool(Score& score, const TransitionPlan& plan, double at, Random& random) {
  switch (plan.school) {
    case School::kLongBlend:
    case School::kBassSwap:
      score.fade(at, plan.fadeBeats);
      break;
    case School::kCutOnTheOne:
      score.cut(at);
      break;
    case School::kEchoOut:
      score.outgoing(at - 4, ControlId::kFxType1, 0);
      score.outgoing(at - 4, ControlId::kFxBeats1, random.chance(0.5) ? 0.5 : 1);
      score.outgoing(at - 4, ControlId::kFxAmount1, random.uniform(0.5, 0.8));
      score.outgoing(at - 4, ControlId::kFxMix1, 0.6);
      score.outgoing(at - 4, ControlId::kFxOn1, 1);
      score.cut(at);
      score.outgoing(at + plan.fadeBeats, ControlId::kFxOn1, 0);
      break;
    case School::kDoubleDrop:
      score.overlay(at - 8, 8, at + plan.fadeBeats, 4);
      break;
    case School::kScratchPhrase: {
      scratch(score, at - 4, 3.9, random);
      score.overlay(at - 4, kThrown, at, kThrown);
      break;
    }
  }
}

void exchangeBass(Score& score, const TransitionPlan& plan, double at) {
  if (plan.faults.has(Fault::kDoubleBass)) return;
  if (plan.school == School::kLongBlend) score.swapBass(at + plan.fadeBeats / 2, 8);
  if (plan.school == School::kBassSwap) score.swapBass(at + plan.fadeBeats / 2, 0.5);
  if (plan.school == School::kDoubleDrop) score.swapBass(at - 0.5, 0.5);
}

void overuseEffects(Score& score, double strength, Random& random) {
  // Flanger, phaser, bit-crusher, gate: the numbers of data/controls.json.
  constexpr double kKinds[] = {3, 4, 6, 7};
  const double begin = score.fadeBegin() - random.uniform(0, 4);
  // Until the outgoing deck, whose beats are counted, is put away at the latest.
  const double length = std::min(std::max(8.0, (score.fadeEnd() - begin) * (0.6 + 0.6 * strength)),
                                 score.fadeEnd() + 3.5 - begin);
  score.incoming(begin, ControlId::kFxType2, kKinds[random.below(4)]);
  score.incoming(begin, ControlId::kFxAmount2, random.uniform(0.5, 1));
  score.incoming(begin, ControlId::kFxMix2, 0.5 + 0.5 * strength);
  score.incoming(begin, ControlId::kFxOn2, 1);
  score.incoming(begin + length, ControlId::kFxOn2, 0);
}

}  // namespace

bool startsWithoutBass(const TransitionPlan& plan) {
  return (plan.school == School::kLongBlend || plan.school == School::kBassSwap ||
          plan.school == School::kDoubleDrop) &&
         !plan.faults.has(Fault::kDoubleBass);
}

TransitionGestures drawGestures(const TransitionPlan& plan, const VirtualDj& dj, int outgoing,
                                int incoming, Random& random) {
  Score score(dj, outgoing, incoming);
  Random ways = random.fork(1), effects = random.fork(2);
  const double at = dj.previewBeats;
  if (plan.faults.has(Fault::kAbruptCut)) {
    // Anywhere but on a beat.
    const double off = ways.below(8) - 4 + ways.uniform(0.2, 0.8);
    score.cut(std::max(1.0, at + off));
    score.incoming(score.fadeBegin(), ControlId::kEqLow, 0.5, kThrown);
  } else {
    playSchool(score, plan, at, ways);
    exchangeBass(score, plan, at);
  }
  if (plan.faults.has(Fault::kOverusedEffects)) {
    overuseEffects(score, plan.faults[Fault::kOverusedEffects], effects);
  }
  return score.take();
}

}  // namespace dju::simulator
