// What a judge's models hear: a row of 104 numbers each 10 ms, log-mel levels beside fine onsets.
// Data sets store it, live inference computes it, both by this class, and the hash of its
// definition goes along, so that a model is never fed numbers that only look alike.
//
//   SoundRows rows;
//   rows.push(mono, [&](std::span<const float> row) { ... });
//
// Columns: mel00 … mel83, dB of the standard definition (feature_definition.h); then for each
// quarter of the row's 10 ms onset_N_BAND, BAND from low to high (fine_onsets.h, kOnsetBandNames).
// Row i is centred at sample 480 i; it comes 1,024 samples after that. The constructor allocates
// and plans; push() may allocate a little at first. An analysis thread; one instance, one thread.
#pragma once

#include <array>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "music/features.h"
#include "music/fine_onsets.h"

namespace dju::music {

inline constexpr int kSoundRowHop = 480;  // samples at 48 kHz
inline constexpr std::size_t kOnsetQuarters = 4;
inline constexpr std::size_t kOnsetColumns = kOnsetQuarters * kFineOnsetBands;
inline constexpr std::array<const char*, kFineOnsetBands> kOnsetBandNames = {
    "low", "low_mid", "mid", "high_mid", "high"};
inline constexpr std::size_t kSoundRowColumns = 84 + kOnsetColumns;

class SoundRows {
 public:
  SoundRows();

  // Samples in [-1, 1] at 48 kHz. Calls sink(std::span<const float> row) for each row that they
  // complete; the row is valid until the sink returns.
  template <typename Sink>
  void push(std::span<const float> mono, Sink&& sink) {
    onsets_.push(mono, [&](const FineOnsets::Rise& rise) { rises_.push_back(rise); });
    mel_.push(mono, [&](const FeatureFrame& frame) { sink(row(frame)); });
  }

 private:
  std::span<const float> row(const FeatureFrame& frame);

  FeatureExtractor mel_;
  FineOnsets onsets_;
  std::deque<FineOnsets::Rise> rises_;  // that no row has taken
  std::vector<float> row_;
};

std::vector<std::string> soundRowColumns();
// What is hashed: canonical JSON, the log-mel part as toCanonicalJson() has it.
std::string soundRowDefinition();
// SHA-256 of it.
std::string soundRowDefinitionHash();

}  // namespace dju::music
