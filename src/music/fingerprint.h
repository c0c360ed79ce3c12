// The acoustic fingerprint of a recording, by Chromaprint: 32 bits about eight times a second of
// the first two minutes, which stay nearly the same through any encoder.
//
// Two fingerprints are compared as AcoustID does it: shifted against each other to where most bits
// agree. Different music agrees in half of them, another encoding of the same in nearly all
// (Haitsma and Kalker, "A Highly Robust Audio Fingerprinting System", 2002; they take 35 % of
// different bits as the border; dance music repeats and resembles itself, hence less here).
// Callers: analysis, the library's lookup. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audio/pcm_file.h"
#include "core/error.h"

namespace dju::music {

using FingerprintWords = std::vector<std::uint32_t>;

inline constexpr double kFingerprintSeconds = 120;   // of the track, as AcoustID takes it
inline constexpr double kSameRecordingErrors = 0.2;  // at most this share of different bits

// Empty for sound shorter than the first word (about 3 s).
FingerprintWords fingerprintOf(const audio::PcmView& pcm);

// Chromaprint's compressed base64 text, which AcoustID takes, and back. An unreadable text fails.
std::string fingerprintText(const FingerprintWords& words);
Result<FingerprintWords> parseFingerprint(std::string_view text);

struct FingerprintMatch {
  double errors = 1;         // share of bits that differ in the overlap, 0 to 1
  double offsetSeconds = 0;  // how much later the same sound comes in b
  double overlapSeconds = 0;

  bool sameRecording() const { return errors <= kSameRecordingErrors; }
};

// The best alignment within 30 s, over an overlap of at least 10 s or three quarters of the
// shorter.
FingerprintMatch compareFingerprints(const FingerprintWords& a, const FingerprintWords& b);

}  // namespace dju::music
