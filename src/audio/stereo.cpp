#include "audio/stereo.h"

#include <fmt/format.h>
#include <soxr.h>

#include <algorithm>
#include <cstring>

#include "core/time.h"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/samplefmt.h>
}

namespace dju::audio {
namespace {

struct Gains {
  double left = 0, right = 0;
};

constexpr double kMinus3dB = 0.70710678118654752;

// ITU-R BS.775-3, table 2: centre and surrounds at -3 dB, no LFE.
Gains gainsOf(AVChannel channel) {
  switch (channel) {
    case AV_CHAN_FRONT_LEFT:
    case AV_CHAN_STEREO_LEFT:
    case AV_CHAN_FRONT_LEFT_OF_CENTER:
    case AV_CHAN_WIDE_LEFT:
      return {1, 0};
    case AV_CHAN_FRONT_RIGHT:
    case AV_CHAN_STEREO_RIGHT:
    case AV_CHAN_FRONT_RIGHT_OF_CENTER:
    case AV_CHAN_WIDE_RIGHT:
      return {0, 1};
    case AV_CHAN_BACK_LEFT:
    case AV_CHAN_SIDE_LEFT:
    case AV_CHAN_TOP_FRONT_LEFT:
      return {kMinus3dB, 0};
    case AV_CHAN_BACK_RIGHT:
    case AV_CHAN_SIDE_RIGHT:
    case AV_CHAN_TOP_FRONT_RIGHT:
      return {0, kMinus3dB};
    case AV_CHAN_LOW_FREQUENCY:
    case AV_CHAN_LOW_FREQUENCY_2:
      return {0, 0};
    default:
      return {kMinus3dB, kMinus3dB};
  }
}

std::vector<Gains> mixOf(const AVChannelLayout& layout) {
  const int channels = layout.nb_channels;
  if (channels == 1) return {{1, 1}};
  if (channels == 2) return {{1, 0}, {0, 1}};
  std::vector<Gains> mix(static_cast<std::size_t>(channels));
  Gains sum;
  for (int c = 0; c < channels; ++c) {
    const AVChannel channel =
        av_channel_layout_channel_from_index(&layout, static_cast<unsigned>(c));
    const bool unknown = channel == AV_CHAN_NONE || layout.order == AV_CHANNEL_ORDER_UNSPEC;
    Gains& gains = mix[static_cast<std::size_t>(c)];
    gains = unknown ? Gains{c % 2 == 0 ? 1.0 : 0.0, c % 2 == 1 ? 1.0 : 0.0} : gainsOf(channel);
    sum.left += gains.left;
    sum.right += gains.right;
  }
  const double whole = std::max({sum.left, sum.right, 1.0});
  for (Gains& gains : mix) gains = {gains.left / whole, gains.right / whole};
  return mix;
}

template <typename T>
double load(const std::uint8_t* data, std::int64_t index) {
  T value;
  std::memcpy(&value, data + static_cast<std::size_t>(index) * sizeof(T), sizeof(T));
  return static_cast<double>(value);
}

double sampleAt(const std::uint8_t* data, AVSampleFormat packed, std::int64_t index) {
  switch (packed) {
    case AV_SAMPLE_FMT_U8:
      return (load<std::uint8_t>(data, index) - 128.0) / 128.0;
    case AV_SAMPLE_FMT_S16:
      return load<std::int16_t>(data, index) / 32768.0;
    case AV_SAMPLE_FMT_S32:
      return load<std::int32_t>(data, index) / 2147483648.0;
    case AV_SAMPLE_FMT_FLT:
      return load<float>(data, index);
    case AV_SAMPLE_FMT_DBL:
      return load<double>(data, index);
    default:
      throw Error(ErrorCode::kUnsupported, "an unknown sample format");
  }
}

}  // namespace

StereoConverter::StereoConverter(int sampleRate, PcmWriter& out)
    : sampleRate_(sampleRate), out_(out), exact_(sampleRate == kSampleRate) {
  if (sampleRate == kSampleRate) return;
  soxr_error_t error = nullptr;
  const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT64_I, SOXR_FLOAT64_I);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, SOXR_DOUBLE_PRECISION);
  const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
  resampler_ = soxr_create(sampleRate, kSampleRate, kChannels, &error, &io, &quality, &runtime);
  if (error != nullptr) throw Error(ErrorCode::kInternal, fmt::format("libsoxr: {}", error));
}

StereoConverter::~StereoConverter() {
  if (resampler_ != nullptr) soxr_delete(resampler_);
}

void StereoConverter::push(const AVFrame& frame) {
  const int channels = frame.ch_layout.nb_channels;
  if (frame.sample_rate != sampleRate_ || channels < 1) {
    throw Error(ErrorCode::kUnsupported, "the sample rate changes within the file");
  }
  const auto format = static_cast<AVSampleFormat>(frame.format);
  const AVSampleFormat packed = av_get_packed_sample_fmt(format);
  const bool planar = av_sample_fmt_is_planar(format) != 0;
  if (packed != AV_SAMPLE_FMT_S16 && packed != AV_SAMPLE_FMT_U8) exact_ = false;
  if (channels > 2) exact_ = false;
  const std::vector<Gains> mix = mixOf(frame.ch_layout);
  stereo_.assign(static_cast<std::size_t>(frame.nb_samples) * kChannels, 0.0);
  for (int c = 0; c < channels; ++c) {
    const std::uint8_t* data = planar ? frame.extended_data[c] : frame.extended_data[0];
    const Gains gains = mix[static_cast<std::size_t>(c)];
    for (int i = 0; i < frame.nb_samples; ++i) {
      const std::int64_t index = planar ? i : static_cast<std::int64_t>(i) * channels + c;
      const double sample = sampleAt(data, packed, index);
      stereo_[static_cast<std::size_t>(i) * 2] += gains.left * sample;
      stereo_[static_cast<std::size_t>(i) * 2 + 1] += gains.right * sample;
    }
  }
  emit(stereo_);
}

void StereoConverter::emit(const std::vector<double>& stereo) {
  if (resampler_ == nullptr) {
    out_.push(stereo);
    return;
  }
  const std::size_t inFrames = stereo.size() / kChannels;
  const double ratio = static_cast<double>(kSampleRate) / sampleRate_;
  resampled_.resize((static_cast<std::size_t>(static_cast<double>(inFrames) * ratio) + 1024) *
                    kChannels);
  std::size_t offset = 0;
  for (;;) {
    std::size_t used = 0, made = 0;
    const soxr_error_t error =
        soxr_process(resampler_, stereo.data() + offset * kChannels, inFrames - offset, &used,
                     resampled_.data(), resampled_.size() / kChannels, &made);
    if (error != nullptr) throw Error(ErrorCode::kInternal, fmt::format("libsoxr: {}", error));
    out_.push(std::span(resampled_).first(made * kChannels));
    offset += used;
    if (offset >= inFrames && made < resampled_.size() / kChannels) return;
  }
}

void StereoConverter::finish() {
  if (resampler_ == nullptr) return;
  resampled_.resize(std::size_t{8192} * kChannels);
  for (std::size_t made = 1; made > 0;) {
    const soxr_error_t error = soxr_process(resampler_, nullptr, 0, nullptr, resampled_.data(),
                                            resampled_.size() / kChannels, &made);
    if (error != nullptr) throw Error(ErrorCode::kInternal, fmt::format("libsoxr: {}", error));
    out_.push(std::span(resampled_).first(made * kChannels));
  }
}

}  // namespace dju::audio
