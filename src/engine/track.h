// What a deck plays: memory that somebody else keeps alive, and the beat grid it is played by.
#pragma once

#include <cstdint>

namespace dju::engine {

// 48 kHz, stereo, interleaved 16-bit samples; `scale` turns a sample into [-1, 1] full scale (a
// track whose decoder overshot full scale is stored attenuated, so that nothing was clipped).
struct TrackAudio {
  const std::int16_t* samples = nullptr;
  std::int64_t frames = 0;
  float scale = 1.0F / 32768.0F;
};

// Beats at anchor + n * framesPerBeat; the anchor is a downbeat (beat 1 of a bar of four).
struct BeatGrid {
  double anchorFrame = 0;
  double framesPerBeat = 0;  // 0 = no grid

  bool valid() const { return framesPerBeat > 0; }
  double bpm() const { return valid() ? 48000.0 * 60.0 / framesPerBeat : 0; }
  double beatAt(double frame) const { return (frame - anchorFrame) / framesPerBeat; }
  double frameAt(double beat) const { return anchorFrame + beat * framesPerBeat; }
};

// An entry of the battle's track table. The shell keeps `audio` mapped and resident for as long as
// the Battle lives.
struct LoadedTrack {
  TrackAudio audio;
  BeatGrid grid;
};

}  // namespace dju::engine
