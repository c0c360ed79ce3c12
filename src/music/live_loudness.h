// Loudness as a sound goes on, by libebur128 (ITU-R BS.1770-4, EBU Tech 3341). What it says at the
// end of a track is what measureLoudness() says of it.
//
// The constructor allocates; push() allocates a little now and then. One instance, one thread, not
// the engine's.
#pragma once

#include <memory>
#include <span>

namespace dju::music {

class LiveLoudness {
 public:
  LiveLoudness();
  ~LiveLoudness();
  LiveLoudness(LiveLoudness&&) noexcept;
  LiveLoudness& operator=(LiveLoudness&&) noexcept;

  // Interleaved stereo at 48 kHz, any number of frames.
  void push(std::span<const float> interleaved);
  // LUFS over the last 400 ms, the last 3 s, and everything since the start; at least -70.
  double momentary() const;
  double shortTerm() const;
  double integrated() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dju::music
