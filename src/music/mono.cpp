#include "music/mono.h"

#include <soxr.h>

#include <algorithm>
#include <string>

#include "core/error.h"
#include "core/time.h"

namespace dju::music {
namespace {

constexpr std::int64_t kBlock = 4096;

}  // namespace

struct MonoReader::Resampler {
  explicit Resampler(int sampleRate) {
    soxr_error_t error = nullptr;
    const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
    const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
    handle = soxr_create(kSampleRate, sampleRate, 1, &error, &io, &quality, nullptr);
    check(error);
  }
  ~Resampler() { soxr_delete(handle); }
  Resampler(const Resampler&) = delete;
  Resampler& operator=(const Resampler&) = delete;

  // Resamples a block, an empty one being the end, and says how many samples came out.
  std::size_t process(std::span<const float> in, std::vector<float>& out) const {
    std::size_t used = 0, made = 0;
    check(soxr_process(handle, in.empty() ? nullptr : in.data(), in.size(), &used, out.data(),
                       out.size(), &made));
    return made;
  }
  static void check(soxr_error_t error) {
    if (error != nullptr) throw Error(ErrorCode::kInternal, std::string("libsoxr: ") + error);
  }

  soxr_t handle = nullptr;
};

MonoReader::MonoReader(const audio::PcmView& pcm, int sampleRate)
    : pcm_(pcm), samples_(pcm.frames), block_(kBlock) {
  if (sampleRate == kSampleRate) return;
  resampler_ = std::make_unique<Resampler>(sampleRate);
  samples_ = (pcm.frames * sampleRate + kSampleRate - 1) / kSampleRate;
  // Room for all that one block may bring, with what the filter held back.
  resampled_.resize(static_cast<std::size_t>(4 * kBlock * (1 + sampleRate / kSampleRate)));
}
MonoReader::~MonoReader() = default;

std::span<const float> MonoReader::next() {
  return resampler_ ? nextResampled() : nextOriginal();
}

std::span<const float> MonoReader::nextOriginal() {
  const auto count = static_cast<std::size_t>(std::min(kBlock, pcm_.frames - at_));
  const std::int16_t* from = pcm_.samples + at_ * kChannels;
  const float scale = 0.5F * pcm_.scale;
  for (std::size_t i = 0; i < count; ++i) {
    block_[i] = static_cast<float>(from[2 * i] + from[2 * i + 1]) * scale;
  }
  at_ += static_cast<std::int64_t>(count);
  return {block_.data(), count};
}

// libsoxr makes up for its delay by itself; what lacks of the promised length at the end is
// silence.
std::span<const float> MonoReader::nextResampled() {
  while (delivered_ < samples_) {
    const std::span<const float> block = nextOriginal();
    std::size_t made = resampler_->process(block, resampled_);
    if (made == 0 && block.empty()) {
      made = resampled_.size();
      std::fill(resampled_.begin(), resampled_.end(), 0.0F);
    }
    const auto left = static_cast<std::size_t>(samples_ - delivered_);
    made = std::min(made, left);
    delivered_ += static_cast<std::int64_t>(made);
    if (made > 0) return {resampled_.data(), made};
  }
  return {};
}

}  // namespace dju::music
