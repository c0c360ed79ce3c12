// What stretches time in bench_stretch: ours, and the libraries it is compared with where they are
// installed. Callers: bench_stretch. Any thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/track.h"

namespace dju::bench {

struct Stereo {
  std::vector<float> left, right;
};

struct Stretcher {
  std::string name;
  // The track at `speed`, its pitch moved by `semitones` from its own; output frame i belongs to
  // track frame i * speed. Latency is taken off.
  std::function<Stereo(const engine::TrackAudio& track, double speed, double semitones)> run;
};

// Ours first.
std::vector<Stretcher> stretchers();
// Rubber Band R3 offline, or one without a run() if it is not installed.
Stretcher referenceStretcher();

}  // namespace dju::bench
