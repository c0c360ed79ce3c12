// What a log-mel frame says about beats. Two ways to know: a small network trained on music whose
// beats are known, and plain spectral flux; docs/beat-tracker.md compares them and both together,
// which is the default. All hear only the past and state by how many frames they lag.
//
// Callers: StreamingBeats, beatActivations(). Constructors allocate, hear() does not. One instance,
// one thread.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "inference/causal_network.h"
#include "music/features.h"

namespace dju::music {

// Logits of a beat and of a downbeat at frame n - delay, when frame n is heard.
struct BeatLogits {
  float beat = 0;
  float downbeat = 0;
};

class NetworkEvidence {
 public:
  // Throws Error(kInternal) when the embedded model was trained on other features.
  NetworkEvidence();
  // levels: the frame's log-mel values by standardDefinition(), dB.
  BeatLogits hear(std::span<const float> levels) noexcept;
  double delay() const { return delay_; }  // frames
  void reset() noexcept { network_.reset(); }

 private:
  inference::CausalNetwork network_;
  double delay_;
};

// Half-wave rectified rise of each band's level over two frames (Dixon, "Onset detection
// revisited", 2006), the kick's bands apart, measured against the last seconds' mean and spread.
class FluxEvidence {
 public:
  BeatLogits hear(std::span<const float> levels) noexcept;
  double delay() const { return 0; }
  void reset() noexcept { *this = {}; }

 private:
  static constexpr std::size_t kBands = 84;
  struct Trend {
    float mean = 0, square = 0;
    float score(float value) noexcept;
  };
  std::array<std::array<float, kBands>, 2> before_{};
  int heard_ = 0;
  Trend kick_, all_;
};

// The network with a say for the flux: they err on different music.
class CombinedEvidence {
 public:
  BeatLogits hear(std::span<const float> levels) noexcept;
  double delay() const { return network_.delay(); }
  void reset() noexcept;

 private:
  NetworkEvidence network_;
  FluxEvidence flux_;
  std::array<float, 16> past_{};  // of the flux, a ring as long as the network may lag
  std::size_t heard_ = 0;
};

// What the network says of a whole sound: probabilities of a beat and a downbeat at each frame
// (10 ms, frame i at i * 480 samples), lag taken out. For the offline analysis.
struct BeatActivations {
  std::vector<float> beat, downbeat;
};
BeatActivations beatActivations(const audio::PcmView& pcm);

}  // namespace dju::music
