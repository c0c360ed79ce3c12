// The beat that a deck has reached, block by block, for whoever plays by it: through loops it
// counts on, under a roll it counts the record that slips, and when the record has ended it goes on
// at its last tempo, so that what is planned by beats always comes. One thread; none of the
// engine's.
#pragma once

#include "core/beat_grid.h"
#include "engine/battle.h"

namespace dju::mixer {

class BeatReader {
 public:
  // `grid` outlives the reader.
  BeatReader(int deck, const BeatGrid& grid) : deck_(deck), grid_(&grid) {}

  // Once before each block.
  void read(const engine::Battle& battle) {
    const engine::Battle::DeckNow now = battle.deckNow(deck_);
    const engine::DeckTelemetry& deck = now.deck;
    const bool slips = (deck.flags & engine::kDeckSlipping) != 0;
    const bool runs = (deck.flags & engine::kDeckPlaying) != 0 &&
                      (deck.flags & engine::kDeckAtEnd) == 0 && now.speed > 0;
    if (runs) {
      const double position = slips ? deck.slipPosition : deck.position;
      beatsPerFrame_ = now.speed / grid_->framesPerBeatAt(position);
      const double at = grid_->beatAt(position);
      if ((deck.flags & engine::kDeckLooping) != 0 && !slips && at < last_ - kSlack)
        looped_ += deck.loopBeats;
      last_ = at;
      beat_ = at + looped_;
    } else if (read_) {
      beat_ += beatsPerFrame_ * kBlockFrames;
    }
    read_ = true;
    now_ = battle.now();
  }

  double beat() const { return beat_; }
  double beatsPerFrame() const { return beatsPerFrame_; }
  // Whether the block that comes reaches the beat, and where.
  bool reaches(double beat) const { return beat < beat_ + beatsPerFrame_ * kBlockFrames; }
  Frame frameOf(double beat) const {
    const double frames = (beat - beat_) / beatsPerFrame_;
    return now_ + (frames > 0 ? static_cast<FrameCount>(frames + 0.5) : 0);
  }

 private:
  static constexpr double kSlack = 0.01;  // beats; less than the shortest loop

  int deck_;
  const BeatGrid* grid_;
  Frame now_;
  bool read_ = false;
  double beat_ = 0, last_ = -1e9, looped_ = 0;
  double beatsPerFrame_ = 120.0 / 60 / kSampleRate;
};

}  // namespace dju::mixer
