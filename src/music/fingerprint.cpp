#include "music/fingerprint.h"

#include <chromaprint.h>

#include <algorithm>
#include <bit>
#include <memory>
#include <mutex>

#include "core/time.h"

namespace dju::music {
namespace {

// Of Chromaprint's default algorithm: a hop of 4096/3 samples at 11025 Hz.
constexpr double kWordSeconds = 4096.0 / 3 / 11025;
constexpr std::int64_t kChunkFrames = 48000;
constexpr std::size_t kMinTextBytes = 8, kMaxTextBytes = 64 << 10;

struct ContextDeleter {
  void operator()(ChromaprintContext* context) const {
    const std::lock_guard lock(mutex());
    chromaprint_free(context);
  }
  // Chromaprint plans its FFT when a context is made, which is not thread-safe with every backend.
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }
};
using ContextPtr = std::unique_ptr<ChromaprintContext, ContextDeleter>;

ContextPtr newContext() {
  const std::lock_guard lock(ContextDeleter::mutex());
  return ContextPtr(chromaprint_new(CHROMAPRINT_ALGORITHM_DEFAULT));
}

struct Dealloc {
  void operator()(void* memory) const { chromaprint_dealloc(memory); }
};

int wordsIn(double seconds) {
  return static_cast<int>(seconds / kWordSeconds);
}

}  // namespace

FingerprintWords fingerprintOf(const audio::PcmView& pcm) {
  const ContextPtr context = newContext();
  if (!context || chromaprint_start(context.get(), kSampleRate, kChannels) == 0) return {};
  const auto frames = std::min<std::int64_t>(
      pcm.frames, static_cast<std::int64_t>(kFingerprintSeconds) * kSampleRate);
  for (std::int64_t at = 0; at < frames; at += kChunkFrames) {
    const std::int64_t count = std::min(kChunkFrames, frames - at);
    chromaprint_feed(context.get(), pcm.samples + at * kChannels,
                     static_cast<int>(count * kChannels));
  }
  std::uint32_t* raw = nullptr;
  int size = 0;
  if (chromaprint_finish(context.get()) == 0 ||
      chromaprint_get_raw_fingerprint(context.get(), &raw, &size) == 0) {
    return {};
  }
  const std::unique_ptr<std::uint32_t, Dealloc> owned(raw);
  return {raw, raw + size};
}

std::string fingerprintText(const FingerprintWords& words) {
  if (words.empty()) return {};
  char* text = nullptr;
  int size = 0;
  if (chromaprint_encode_fingerprint(words.data(), static_cast<int>(words.size()),
                                     CHROMAPRINT_ALGORITHM_DEFAULT, &text, &size, 1) == 0) {
    return {};
  }
  const std::unique_ptr<char, Dealloc> owned(text);
  return {text, static_cast<std::size_t>(size)};
}

Result<FingerprintWords> parseFingerprint(std::string_view text) {
  std::uint32_t* raw = nullptr;
  int size = 0;
  int algorithm = 0;
  if (text.size() < kMinTextBytes || text.size() > kMaxTextBytes ||
      chromaprint_decode_fingerprint(text.data(), static_cast<int>(text.size()), &raw, &size,
                                     &algorithm, 1) == 0) {
    return Error(ErrorCode::kInvalid, "fingerprint: not one of Chromaprint");
  }
  const std::unique_ptr<std::uint32_t, Dealloc> owned(raw);
  if (algorithm != CHROMAPRINT_ALGORITHM_DEFAULT) {
    return Error(ErrorCode::kInvalid,
                 "fingerprint: of another algorithm than Chromaprint's second");
  }
  return FingerprintWords(raw, raw + size);
}

FingerprintMatch compareFingerprints(const FingerprintWords& a, const FingerprintWords& b) {
  static const int kReach = wordsIn(30);
  const int sizeA = static_cast<int>(a.size());
  const int sizeB = static_cast<int>(b.size());
  const int least = std::min(wordsIn(10), std::min(sizeA, sizeB) * 3 / 4);
  FingerprintMatch best;
  if (least < 1) return best;
  for (int offset = -kReach; offset <= kReach; ++offset) {
    const int from = std::max(0, -offset);
    const int to = std::min(sizeA, sizeB - offset);
    if (to - from < least) continue;
    int different = 0;
    for (int i = from; i < to; ++i) {
      different +=
          std::popcount(a[static_cast<std::size_t>(i)] ^ b[static_cast<std::size_t>(i + offset)]);
    }
    const double errors = different / (32.0 * (to - from));
    if (errors < best.errors) best = {errors, offset * kWordSeconds, (to - from) * kWordSeconds};
  }
  return best;
}

}  // namespace dju::music
