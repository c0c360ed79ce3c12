// The beat grid of a track: where its beats lie, and with them bars and tempo. The analysis finds
// it, people edit it, decks jump and count by it, the battle log carries it. Plain values of fixed
// size, so that the audio thread may copy one; all functions are pure. Any thread.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "core/time.h"

namespace dju {

// From beat number `beat` on, which lies at `frame`, beats are `framesPerBeat` apart. The beat
// before a change is as long as it has to be to reach it, so a change may also mend a jump in
// phase.
struct TempoChange {
  double beat = 0;           // a whole number, larger than that of the change before it
  double frame = 0;          // at 48 kHz, behind the beat before it
  double framesPerBeat = 0;  // > 0

  friend bool operator==(const TempoChange&, const TempoChange&) = default;
};

// Beat n lies at anchorFrame + n * framesPerBeat until the first change; n may be negative. The
// anchor is a downbeat: beats 0, 4, 8 … begin bars of four.
struct BeatGrid {
  static constexpr std::size_t kMaxChanges = 64;

  double anchorFrame = 0;    // at 48 kHz
  double framesPerBeat = 0;  // 0 = no grid
  std::size_t changeCount = 0;
  std::array<TempoChange, kMaxChanges> changeList{};

  static BeatGrid fromBpm(double anchorSeconds, double bpm) {
    return {anchorSeconds * kSampleRate, bpm > 0 ? kSampleRate * 60.0 / bpm : 0, 0, {}};
  }

  bool valid() const { return framesPerBeat > 0; }
  bool constant() const { return changeCount == 0; }
  std::span<const TempoChange> changes() const { return {changeList.data(), changeCount}; }
  // Of the first segment; 0 without a grid.
  double bpm() const { return valid() ? kSampleRate * 60.0 / framesPerBeat : 0; }
  double anchorSeconds() const { return anchorFrame / kSampleRate; }

  // False when the list is full or the change does not lie behind what is there.
  bool addChange(const TempoChange& change) {
    if (changeCount >= kMaxChanges || !follows(change)) return false;
    changeList[changeCount++] = change;
    return true;
  }
  // Finite, ascending, every beat longer than nothing: what a stranger's grid must be.
  bool sane() const;

  // The distance between the beats around a frame.
  double framesPerBeatAt(double frame) const;
  double bpmAt(double frame) const {
    return valid() ? kSampleRate * 60.0 / framesPerBeatAt(frame) : 0;
  }
  // Where a frame lies in beats: 4.5 is half a beat after the second bar began. Needs valid().
  double beatAt(double frame) const;
  double frameAt(double beat) const;

  friend bool operator==(const BeatGrid& a, const BeatGrid& b) {
    if (a.anchorFrame != b.anchorFrame || a.framesPerBeat != b.framesPerBeat) return false;
    if (a.changeCount != b.changeCount) return false;
    for (std::size_t i = 0; i < a.changeCount; ++i) {
      if (!(a.changeList[i] == b.changeList[i])) return false;
    }
    return true;
  }

 private:
  // Beats of constant length: a part of the grid, and the stretched beat before a change.
  struct Stretch {
    double beat, frame, framesPerBeat;
  };
  bool follows(const TempoChange& change) const;
  Stretch stretchUpTo(std::size_t change) const;
};

inline BeatGrid::Stretch BeatGrid::stretchUpTo(std::size_t change) const {
  if (change == 0) return {0, anchorFrame, framesPerBeat};
  const TempoChange& last = changeList[change - 1];
  return {last.beat, last.frame, last.framesPerBeat};
}

inline bool BeatGrid::follows(const TempoChange& change) const {
  const Stretch before = stretchUpTo(changeCount);
  const double whole = change.beat - static_cast<double>(static_cast<std::int64_t>(change.beat));
  if (!(change.beat > -1e9 && change.beat < 1e9) || whole != 0) return false;
  if (!(change.framesPerBeat > 0 && change.framesPerBeat < 1e9)) return false;
  if (changeCount > 0 && change.beat <= before.beat) return false;
  const double beatBefore = before.frame + (change.beat - 1 - before.beat) * before.framesPerBeat;
  return change.frame > beatBefore && change.frame < 1e12;
}

inline bool BeatGrid::sane() const {
  if (!(anchorFrame > -1e12 && anchorFrame < 1e12)) return false;
  if (!(framesPerBeat >= 0 && framesPerBeat < 1e9) || changeCount > kMaxChanges) return false;
  BeatGrid built{anchorFrame, framesPerBeat, 0, {}};
  for (const TempoChange& change : changes()) {
    if (!valid() || !built.addChange(change)) return false;
  }
  return true;
}

inline double BeatGrid::framesPerBeatAt(double frame) const {
  for (std::size_t i = 0; i < changeCount; ++i) {
    if (frame >= changeList[i].frame) continue;
    const Stretch now = stretchUpTo(i);
    const double last = now.frame + (changeList[i].beat - 1 - now.beat) * now.framesPerBeat;
    return frame < last ? now.framesPerBeat : changeList[i].frame - last;
  }
  return stretchUpTo(changeCount).framesPerBeat;
}

inline double BeatGrid::beatAt(double frame) const {
  for (std::size_t i = 0; i < changeCount; ++i) {
    if (frame >= changeList[i].frame) continue;
    const Stretch now = stretchUpTo(i);
    const double lastBeat = changeList[i].beat - 1;
    const double last = now.frame + (lastBeat - now.beat) * now.framesPerBeat;
    if (frame >= last) return lastBeat + (frame - last) / (changeList[i].frame - last);
    return now.beat + (frame - now.frame) / now.framesPerBeat;
  }
  const Stretch now = stretchUpTo(changeCount);
  return now.beat + (frame - now.frame) / now.framesPerBeat;
}

inline double BeatGrid::frameAt(double beat) const {
  for (std::size_t i = 0; i < changeCount; ++i) {
    if (beat >= changeList[i].beat) continue;
    const Stretch now = stretchUpTo(i);
    const double lastBeat = changeList[i].beat - 1;
    if (beat <= lastBeat) return now.frame + (beat - now.beat) * now.framesPerBeat;
    const double last = now.frame + (lastBeat - now.beat) * now.framesPerBeat;
    return last + (beat - lastBeat) * (changeList[i].frame - last);
  }
  const Stretch now = stretchUpTo(changeCount);
  return now.frame + (beat - now.beat) * now.framesPerBeat;
}

}  // namespace dju
