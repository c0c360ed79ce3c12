// Sound that can be read from any place: a track, or a part of it. Render thread. Positions in
// track frames, samples in units of the track's 16-bit samples.
#pragma once

#include <cstdint>

#include "engine/track.h"

namespace dju::engine {

class SoundSource {
 public:
  // Frames [first, first + frames), silence outside of the track.
  virtual void copy(std::int64_t first, int frames, float* left, float* right) noexcept = 0;

 protected:
  ~SoundSource() = default;
};

// The track itself.
class TrackSource final : public SoundSource {
 public:
  explicit TrackSource(const TrackAudio& audio) noexcept : audio_(audio) {}
  void copy(std::int64_t first, int frames, float* left, float* right) noexcept override;

 private:
  const TrackAudio& audio_;
};

}  // namespace dju::engine
