// Where a deck was at any frame of the last second: stretches that begin at every block and at
// every command, between whose ends the position runs in a line. Room is taken in the constructor.
// Render thread. Positions in track frames.
#pragma once

#include <vector>

#include "core/time.h"

namespace dju::engine {

class DeckHistory {
 public:
  struct Point {
    double position = 0;
    double rate = 0;
    bool playing = false;
  };

  // Two hundred blocks and some eight hundred commands: a flood of commands shortens its memory.
  DeckHistory() : stretches_(1024) {}

  // A stretch begins at `frame`; nothing is known of it until extend().
  void begin(Frame frame, double position, double rate, bool playing) noexcept {
    Stretch& last = newest();
    if (count_ == 0 || last.frames > 0) ++count_;
    newest() = {frame, 0, position, position, rate, playing};
  }
  // The stretch went on for `frames`, up to `position`.
  void extend(FrameCount frames, double position) noexcept {
    newest().frames += frames;
    newest().end = position;
  }

  // Another stretch, right after the last one (the record was taken back, or stopped).
  void goOn(double position, double rate, bool playing) noexcept {
    begin(newest().from + newest().frames, position, rate, playing);
  }

  // Nothing (false) if `frame` is not rendered yet or longer ago than a second.
  bool at(Frame frame, Point& point) const noexcept {
    const std::size_t known = count_ < stretches_.size() ? count_ : stretches_.size();
    const Stretch& last = stretches_[(count_ - 1) % stretches_.size()];
    if (known == 0 || last.from + last.frames - frame > kSampleRate) return false;
    for (std::size_t back = 1; back <= known; ++back) {
      const Stretch& s = stretches_[(count_ - back) % stretches_.size()];
      if (frame < s.from) continue;
      if (frame - s.from >= s.frames) return false;
      const double part = static_cast<double>(frame - s.from) / static_cast<double>(s.frames);
      point = {s.start + part * (s.end - s.start), s.rate, s.playing};
      return true;
    }
    return false;
  }

 private:
  struct Stretch {
    Frame from;
    FrameCount frames = 0;
    double start = 0, end = 0, rate = 0;
    bool playing = false;
  };
  Stretch& newest() noexcept {
    return stretches_[(count_ == 0 ? 0 : count_ - 1) % stretches_.size()];
  }

  std::vector<Stretch> stretches_;
  std::size_t count_ = 0;  // stretches begun so far
};

}  // namespace dju::engine
