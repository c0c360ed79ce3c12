// Sound as the quality measures take it: whole, in memory, a vector of samples a channel. They look
// at passages of seconds to minutes, several times over, so nothing is streamed here.
//
// Callers: quality/, `dju quality`, benchmarks. Any thread; allocates.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "audio/pcm_file.h"
#include "core/time.h"

namespace dju::quality {

struct Sound {
  int sampleRate = kSampleRate;              // Hz
  std::vector<std::vector<float>> channels;  // of equal length; full scale is 1

  std::size_t frames() const { return channels.empty() ? 0 : channels.front().size(); }
};

Sound soundOf(const audio::PcmView& pcm);

// The mean of all channels.
std::vector<float> monoOf(const Sound& sound);

// By libsoxr (HQ). Throws Error(kInternal) when libsoxr does.
std::vector<float> resampled(std::span<const float> samples, int fromRate, int toRate);

// Mean square of the samples; 0 of none.
double meanPower(std::span<const float> samples);

}  // namespace dju::quality
