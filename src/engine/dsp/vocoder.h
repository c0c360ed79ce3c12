// A phase vocoder: sound at any speed and pitch. Windows of the source, 85 ms long, follow each
// other every 21 ms of output; each is turned in phase so that it goes on where the last one
// stopped. Since the source can be read anywhere, how far a tone turns between two windows is
// measured between two windows of the source as far apart, and no angle is ever computed: it is a
// product of complex numbers. All bins about a peak turn with it (rigid phase locking: Laroche and
// Dolson, IEEE Trans. Speech and Audio 7(3), 1999), both channels alike.
//
// Render thread; allocates only in the constructor.
#pragma once

#include <vector>

#include "engine/dsp/fourier.h"
#include "engine/dsp/varispeed.h"

namespace dju::engine {

class PhaseVocoder {
 public:
  explicit PhaseVocoder(const VarispeedBank& bank);

  // The next frame has the source's own phases.
  void restart() noexcept { fresh_ = true; }

  // The next `frames` frames. The source is heard at positions[i] moving on at speeds[i] track
  // frames a frame, and its pitch is multiplied by pitches[i].
  void render(const TrackAudio& audio, const double* positions, const double* speeds,
              const double* pitches, int frames, float* left, float* right) noexcept;

 private:
  static constexpr int kSize = Fourier::kSize;
  static constexpr int kHop = kSize / 4;
  static constexpr int kBins = kSize / 2 + 1;

  struct Frame {
    std::vector<float> re, im;
  };
  void step(const TrackAudio& audio, double position, double speed, double pitch) noexcept;
  void read(const TrackAudio& audio, double first, double pitch, int frames, float* left,
            float* right) noexcept;
  void analyse(const TrackAudio& audio, double centre, double pitch, Frame& to) noexcept;
  void turnLike(const Frame& last, const Frame& before) noexcept;
  void turn(int from, int until, float re, float im) noexcept;
  void begin(const TrackAudio& audio, double position, double pitch) noexcept;
  void addWindow(const TrackAudio& audio, double centre, double pitch) noexcept;

  VarispeedReader reader_;
  Fourier fourier_;
  std::vector<float> hann_;
  Frame now_, before_, last_;  // of the source; a hop earlier; what was last put out
  std::vector<float> power_;
  std::vector<float> left_, right_;  // what is being put out, from now on
  bool fresh_ = true;
  int done_ = 0;  // of the present hop
};

}  // namespace dju::engine
