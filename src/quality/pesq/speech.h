// Speech as PESQ listens to it: 16 kHz, at a common level, through the filter of a telephone
// handset or of headphones (ITU-T P.862, sections 10.1 and 10.2; P.862.2). Callers: pesq/. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace dju::quality::pesq {

inline constexpr int kSpeechRate = 16000;

// Samples on the scale of 16-bit integers, on which the model's constants are.
using Samples = std::vector<float>;

enum class Band : std::uint8_t {
  kNarrow,  // P.862: a telephone handset, 300 to 3400 Hz
  kWide,    // P.862.2: headphones, from 100 Hz up
};

// What is appended as silence to whatever is measured, 320 ms.
inline constexpr std::int64_t kPadding = kSpeechRate * 320 / 1000;

// Brought to a mean power of 10^7 between 350 and 3250 Hz (about -26 dBov for speech).
Samples levelled(std::span<const float> fullScaleOne);
// As the listener receives it.
Samples received(const Samples& levelled, Band band);
// Only what carries speech, for the alignment.
Samples voiceBand(const Samples& received);

// x[index], 0 outside.
inline float sampleAt(const Samples& x, std::int64_t index) {
  return index >= 0 && index < static_cast<std::int64_t>(x.size()) ? x[index] : 0.0F;
}

}  // namespace dju::quality::pesq
