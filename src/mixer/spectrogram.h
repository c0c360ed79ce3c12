// What a record sounds like, in time: levels of 21 bands each 50 ms, as a mixer that listens reads
// them. In halves, a four-minute record takes 200 kB, a hundredth of its sound; it does not depend
// on the beat grid, so a grid that people edit changes nothing. Plain values; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/track.h"
#include "mixer/track_view.h"

namespace dju::mixer {

inline constexpr std::size_t kSpectrogramBands = 21;    // of four mel bands each (features.h)
inline constexpr double kSpectrogramRowSeconds = 0.05;  // five frames of the standard definition

// Names how the rows are computed; files and models made for another are refused.
inline constexpr std::string_view kSpectrogramDefinition = "dju-mixer-spectrogram-1";

class Spectrogram {
 public:
  Spectrogram() = default;
  // Rows of kSpectrogramBands levels, dB of full scale, as halves.
  explicit Spectrogram(std::vector<std::uint16_t> levels) : levels_(std::move(levels)) {}

  std::size_t rows() const { return levels_.size() / kSpectrogramBands; }
  std::span<const std::uint16_t> levels() const { return levels_; }
  std::size_t bytes() const { return levels_.size() * sizeof(std::uint16_t); }

  // Mean level of each band over the seconds [from, to), at least the row that `from` lies in; what
  // lies outside of the record is silence.
  void mean(double from, double to, std::span<float, kSpectrogramBands> levels) const;

  static constexpr float kSilenceDb = -100;

 private:
  std::vector<std::uint16_t> levels_;
};

// Hears a whole record, half a second of a core for four minutes.
Spectrogram listenTo(const engine::TrackAudio& audio);

}  // namespace dju::mixer
