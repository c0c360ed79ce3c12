// The sound of a mix in windows as judges' models take them: 10.24 s each second, and who answered
// for them meanwhile.
//
//   SoundWindows windows(1024);                              // rows that the model takes
//   windows.push(evidence, master, [&](const SoundWindow& window) { ... });
//
// One instance, one thread, not the engine's: push() takes some 20 us a block of 5 ms and
// allocates.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/time.h"
#include "judge/evidence.h"
#include "judge/heads.h"
#include "judge/verdict.h"
#include "music/sound_rows.h"

namespace dju::serving {

inline constexpr std::size_t kWindowStepRows = 100;  // from one window to the next: a second

struct SoundWindow {
  Frame start, end;
  std::span<const float> rows;  // rows × kSoundRowColumns; valid until the sink returns
  // Share of it for which each player answers.
  std::array<float, judge::kSeats> answered{};
};

class SoundWindows {
 public:
  // `rows` in a window, more than kWindowStepRows.
  explicit SoundWindows(std::size_t rows);

  // The next block of the master, interleaved stereo at 48 kHz, and the evidence of its moment.
  // Where it does not begin at the end of the last one, sound is missing: windows begin anew.
  // `sink` gets each window that it completes.
  template <typename Sink>
  void push(const judge::Evidence& now, std::span<const float> master, Sink&& sink) {
    mix(now, master);
    rows_->push(mono_, [&](std::span<const float> row) {
      if (take(row)) {
        sink(window());
        step();
      }
    });
  }

 private:
  void mix(const judge::Evidence& now, std::span<const float> master);
  bool take(std::span<const float> row);
  SoundWindow window() const;
  void step();

  const std::size_t rowsAWindow_;
  std::optional<music::SoundRows> rows_;
  std::vector<float> mono_;
  std::vector<float> past_;            // rows of the window that comes
  std::vector<std::uint8_t> players_;  // who answers, from its first row on
  Frame start_;                        // of it
  std::optional<Frame> expected_;      // the next block's
};

}  // namespace dju::serving
