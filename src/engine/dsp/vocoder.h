// A phase vocoder: sound at any speed and pitch. Windows of the source, 85 ms long, follow each
// other every 21 ms of output; each is turned in phase so that it goes on where the last one
// stopped. Since the source can be read anywhere, how far a tone turns between two windows is
// measured between two windows of the source as far apart, and no angle is ever computed: it is a
// product of complex numbers. All bins about a peak turn with it (rigid phase locking: Laroche and
// Dolson, IEEE Trans. Speech and Audio 7(3), 1999), both channels alike.
//
// Within a window time is not stretched, so that windows at the record's own places would each put
// an attack elsewhere, some milliseconds apart. A window that holds a transient is therefore read
// where it meets the transient when the record does, as all its neighbours are, and peaks that the
// attack makes keep the source's phases (the idea of Roebel: DAFx-03), while tones that sound on
// through it turn as ever.
//
// Render thread; allocates only in the constructor.
#pragma once

#include <vector>

#include "engine/dsp/fourier.h"
#include "engine/dsp/transients.h"
#include "engine/dsp/varispeed.h"

namespace dju::engine {

class PhaseVocoder {
 public:
  // `transients`: of the track that render() is given.
  PhaseVocoder(const VarispeedBank& bank, TransientFinder& transients);

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
  // Where a window about the record's place `position` is read, and whether it holds a transient.
  struct Place {
    double centre = 0;
    bool attack = false;
  };
  Place placeFor(double position, double speed, double pitch) noexcept;
  void turnLike(const Frame& last, const Frame& before, bool attack) noexcept;
  void turn(int from, int until, float re, float im) noexcept;
  void begin(const TrackAudio& audio, double position, double pitch) noexcept;
  void addWindow(const TrackAudio& audio, Place place, double pitch) noexcept;

  VarispeedReader reader_;
  TransientFinder& transients_;
  Fourier fourier_;
  std::vector<float> hann_;
  Frame now_, before_, last_;  // of the source; a hop earlier; what was last put out
  std::vector<float> power_;
  std::vector<float> left_, right_;  // what is being put out, from now on
  bool fresh_ = true;
  int done_ = 0;  // of the present hop
};

}  // namespace dju::engine
