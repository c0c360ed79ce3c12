// What DJs' pages draw of the master: spectrum, levels, waveform, in the forms of
// docs/visualization.md and of the document's `audio-visualization`.
// One instance a battle, one thread (the room's). Computed only while a DJ is connected.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "engine/telemetry.h"
#include "server/battle/live_battle.h"

namespace dju::server {

class Visual {
 public:
  static constexpr int kFft = 8192;          // as in the document (row B8)
  static constexpr int kBins = 256;          // log-spaced, 20 Hz … 20 kHz
  static constexpr float kFloorDb = -90.0F;  // drawn range
  static constexpr float kCeilingDb = -10.0F;

  Visual();
  ~Visual();

  // Takes one rendered block.
  void add(const RenderedBlock& frame);

  const engine::Telemetry& telemetry() const { return latest_; }

  // The packed frame of docs/visualization.md. Runs the FFT.
  std::string pack();
  // {frame, waveform, peak, rms}.
  nlohmann::json audioVisualization() const;

 private:
  struct Tables;
  struct Fft;
  void analyse();

  std::unique_ptr<Fft> fft_;
  engine::Telemetry latest_;
  std::array<float, kFft> mono_{};  // ring of the last samples
  std::size_t head_ = 0;
  std::array<float, 2> peak_{};  // since the last pack()
  std::array<float, 2> power_{};
  float truePeak_ = 0;
  float limiterGain_ = 1;  // the smallest
  int samples_ = 0;
  std::array<float, kFft / 2 + 1> spectrum_{};  // power, full-scale sine = 1
  std::array<float, 2> shownPeak_{};
  std::array<float, 2> shownRms_{};
  float shownTruePeak_ = 0;
  float shownLimiterGain_ = 1;
};

}  // namespace dju::server
