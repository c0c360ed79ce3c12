#include "mixer/cue_search.h"

#include <algorithm>
#include <cmath>

namespace dju::mixer {
namespace {

constexpr double kBarBeats = 4;
// What the incoming record must have left behind the transition, to be more than passed through.
constexpr double kRestBeats = 64;
// Over which energies before and after are compared: what a listener still has in the ear.
constexpr double kNearBeats = 32;

bool sudden(Style style) {
  return style == Style::kCut || style == Style::kEchoOut || style == Style::kLoopRoll;
}

// What it is worth to leave at the end of one part and the beginning of the next. Something sounds
// on for a while in a blend; it ends there and then in a cut.
double exitCost(Style style, const Boundary& at) {
  if (style == Style::kDoubleDrop) return at.after == "drop" && !at.inside ? 0 : 3;
  if (sudden(style)) {
    double cost = at.inside ? 0.25 : 0;
    if (at.before == "build") cost += 0.5;  // a promise that is not kept
    if (at.before == "drop" && !at.inside) cost -= 0.15;
    return cost;
  }
  double cost = at.inside ? 0.1 : 0;
  if (at.after == "outro") cost -= 0.3;
  if (at.after == "build") cost += 0.3;
  if (at.after == "drop") cost += 0.4;
  return cost;
}

double entryCost(Style style, const Boundary& at) {
  if (style == Style::kDoubleDrop) return at.after == "drop" && !at.inside ? 0 : 3;
  double cost = at.inside ? 0.15 : 0;
  if (sudden(style)) {
    if (at.after == "drop") cost -= 0.35;
    if (at.after == "groove") cost -= 0.1;
    if (at.after == "intro") cost += 0.2;
    if (at.after == "breakdown" || at.after == "outro") cost += 0.4;
    return cost;
  }
  if (at.after == "intro") cost -= 0.25;
  if (at.after == "build") cost += 0.2;
  if (at.after == "drop") cost += 0.25;
  if (at.after == "outro") cost += 0.6;
  return cost;
}

class CueSearch {
 public:
  CueSearch(const TrackView& outgoing, const TrackView& incoming, const CueQuestion& question)
      : out_(outgoing), in_(incoming), ask_(question), perBar_(kBarBeats / question.multiple) {}

  std::vector<CuePair> best(std::size_t most) const {
    std::vector<CuePair> found;
    const std::vector<Entry> entries = possibleEntries();
    for (const Boundary& exit : out_.boundaries()) {
      const double exitBeat = exit.beat - kBarBeats * ask_.meetingBar;
      if (exitBeat < ask_.earliestExit || exitBeat + kBarBeats * ask_.bars > out_.lastBar())
        continue;
      const double leaving = exitCost(ask_.style, exit) + leavingTime(exitBeat);
      for (const Entry& entry : entries) {
        const double cost = leaving + entry.place + entry.time + together(exitBeat, entry.beat);
        // What was found first stays before what is no cheaper.
        const auto place =
            std::upper_bound(found.begin(), found.end(), cost,
                             [](double value, const CuePair& other) { return value < other.cost; });
        if (static_cast<std::size_t>(place - found.begin()) >= most) continue;
        found.insert(place, CuePair{exitBeat, entry.beat, cost});
        if (found.size() > most) found.pop_back();
      }
    }
    return found;
  }

 private:
  struct Entry {
    double beat, place, time;  // what entering costs there, and what is skipped for it
  };
  std::vector<Entry> possibleEntries() const {
    std::vector<Entry> entries;
    for (const Boundary& entry : in_.boundaries()) {
      const double beat = entry.beat - perBar_ * (ask_.meetingBar - ask_.enterBar);
      if (fits(beat)) entries.push_back({beat, entryCost(ask_.style, entry), entering(beat)});
    }
    return entries;
  }

  double entryEnd(double entryBeat) const {
    return entryBeat + perBar_ * (ask_.bars - ask_.enterBar);
  }
  bool fits(double entryBeat) const {
    const double rest = std::min(kRestBeats, (in_.lastBar() - in_.firstBar()) / 4);
    return entryBeat >= in_.firstBar() - kBarBeats && entryEnd(entryBeat) + rest <= in_.lastBar();
  }

  // Leaving early wastes music, unless the length of the mix says when to leave.
  double leavingTime(double exitBeat) const {
    const double length = std::max(1.0, out_.lastBar() - out_.firstBar());
    if (ask_.wantedExit) return 2.5 * std::abs(exitBeat - *ask_.wantedExit) / length;
    return 1.2 * (out_.lastBar() - exitBeat - kBarBeats * ask_.bars) / length;
  }

  double entering(double entryBeat) const {
    const double length = std::max(1.0, in_.lastBar() - in_.firstBar());
    const double skipped = std::max(0.0, entryBeat - in_.firstBar()) / length;
    double cost = (sudden(ask_.style) ? 0.4 : 0.9) * skipped;
    // The incoming record stands alone where it begins a part.
    const double alone = entryEnd(entryBeat);
    for (const Boundary& boundary : in_.boundaries()) {
      if (boundary.beat != alone || sudden(ask_.style)) continue;
      cost -= boundary.inside ? 0.05 : 0.15;
      if (boundary.after == "drop" || boundary.after == "groove") cost -= 0.1;
    }
    return cost;
  }

  double together(double exitBeat, double entryBeat) const {
    const double exitEnd = exitBeat + kBarBeats * ask_.bars, alone = entryEnd(entryBeat);
    const double before = out_.energy(exitBeat - kNearBeats, exitBeat);
    const double after = in_.energy(alone, alone + kNearBeats);
    // Nothing softens a step from one bar to the next.
    double cost = (sudden(ask_.style) ? 2.0 : 0.9) * std::abs(before - after);
    if (!sudden(ask_.style)) {
      const double both = std::max(out_.energy(exitBeat, exitEnd), in_.energy(entryBeat, alone));
      cost += 0.8 * std::max(0.0, std::min(before, after) - both);
      const double crossed = crossedVoices(out_, in_, ask_, exitBeat, entryBeat);
      cost += ask_.vocalCare * std::min(2.0, 0.3 * crossed);
    }
    return cost;
  }

  const TrackView& out_;
  const TrackView& in_;
  const CueQuestion& ask_;
  double perBar_;  // of the incoming record's beats
};

}  // namespace

std::vector<CuePair> findCues(const TrackView& outgoing, const TrackView& incoming,
                              const CueQuestion& question, std::size_t most) {
  return CueSearch(outgoing, incoming, question).best(most);
}

double crossedVoices(const TrackView& outgoing, const TrackView& incoming,
                     const CueQuestion& question, double exitBeat, double entryBeat) {
  const double perBar = kBarBeats / question.multiple;
  double seconds = 0;
  for (int bar = question.enterBar; bar < question.bars; ++bar) {
    const double from = exitBeat + kBarBeats * bar;
    const double own = entryBeat + perBar * (bar - question.enterBar);
    seconds += std::min(outgoing.voicedSeconds(from, from + kBarBeats),
                        incoming.voicedSeconds(own, own + perBar));
  }
  return seconds;
}

}  // namespace dju::mixer
