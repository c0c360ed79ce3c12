#include "audio/encode.h"

#include <fmt/format.h>
#include <opus.h>
#include <sndfile.h>
#include <soxr.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <optional>
#include <utility>
#include <vector>

#include "audio/ogg_opus.h"
#include "core/hash.h"
#include "core/random.h"
#include "core/time.h"

namespace dju::audio {
namespace {

Error cannotWrite(const std::filesystem::path& file, std::string_view reason) {
  return {ErrorCode::kUnavailable, fmt::format("cannot write \"{}\": {}", file.string(), reason)};
}

// TPDF dither to 16 bits, as steps of a 24-bit-wide integer that libsndfile then takes unchanged.
class Ditherer {
 public:
  int quantise(double sample, int bits) {
    const double full = bits == 16 ? 32768.0 : 8388608.0;
    double level = sample * full;
    if (bits == 16) {
      const std::uint64_t random = random_.next();
      level += (static_cast<double>(random >> 32) - static_cast<double>(random & 0xffffffffU)) *
               0x1.0p-32;
    }
    level = std::clamp(std::floor(level + 0.5), -full, full - 1);
    // libsndfile's 32-bit samples are left-justified.
    return static_cast<int>(level) * (bits == 16 ? 65536 : 256);
  }

 private:
  Random random_{0x464c4143};
};

class FlacEncoder final : public Encoder {
 public:
  FlacEncoder(std::filesystem::path file, const EncodeTags& tags, const FlacOptions& options)
      : path_(std::move(file)), options_(options) {
    SF_INFO info{};
    info.samplerate = options.sampleRate;
    info.channels = kChannels;
    info.format = SF_FORMAT_FLAC | (options.bits == 16 ? SF_FORMAT_PCM_16 : SF_FORMAT_PCM_24);
    file_ = sf_open(path_.c_str(), SFM_WRITE, &info);
    if (file_ == nullptr) throw cannotWrite(path_, sf_strerror(nullptr));
    setTag(SF_STR_TITLE, tags.title);
    setTag(SF_STR_ARTIST, tags.artist);
    setTag(SF_STR_COMMENT, tags.comment);
    setTag(SF_STR_SOFTWARE, "DJ Universe " DJU_VERSION);
    if (options.sampleRate != kSampleRate) openResampler();
  }
  ~FlacEncoder() override {
    if (resampler_ != nullptr) soxr_delete(resampler_);
    if (file_ != nullptr) sf_close(file_);
  }

  void push(std::span<const float> frames) override {
    wide_.assign(frames.begin(), frames.end());
    if (resampler_ == nullptr) {
      write(wide_);
      return;
    }
    std::size_t offset = 0;
    const std::size_t count = wide_.size() / kChannels;
    while (offset < count) {
      std::size_t used = 0;
      convert(wide_.data() + offset * kChannels, count - offset, &used);
      offset += used;
    }
  }

  void finish() override {
    while (resampler_ != nullptr && convert(nullptr, 0, nullptr) > 0) {
    }
    const int failed = sf_close(file_);
    file_ = nullptr;
    if (failed != 0) throw cannotWrite(path_, sf_error_number(failed));
  }

 private:
  void setTag(int which, const std::string& text) {
    if (!text.empty()) sf_set_string(file_, which, text.c_str());
  }
  void openResampler() {
    soxr_error_t error = nullptr;
    const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT64_I, SOXR_FLOAT64_I);
    const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, SOXR_DOUBLE_PRECISION);
    resampler_ =
        soxr_create(kSampleRate, options_.sampleRate, kChannels, &error, &io, &quality, nullptr);
    if (error != nullptr) throw Error(ErrorCode::kInternal, fmt::format("libsoxr: {}", error));
    converted_.resize(std::size_t{8192} * kChannels);
  }
  std::size_t convert(const double* in, std::size_t count, std::size_t* used) {
    std::size_t made = 0;
    const soxr_error_t error = soxr_process(resampler_, in, count, used, converted_.data(),
                                            converted_.size() / kChannels, &made);
    if (error != nullptr) throw Error(ErrorCode::kInternal, fmt::format("libsoxr: {}", error));
    write(std::span(converted_).first(made * kChannels));
    return made;
  }
  void write(std::span<const double> samples) {
    integers_.clear();
    for (const double sample : samples) {
      integers_.push_back(dither_.quantise(sample, options_.bits));
    }
    const auto count = static_cast<sf_count_t>(integers_.size());
    if (sf_write_int(file_, integers_.data(), count) != count) {
      throw cannotWrite(path_, sf_strerror(file_));
    }
  }

  std::filesystem::path path_;
  FlacOptions options_;
  SNDFILE* file_ = nullptr;
  soxr_t resampler_ = nullptr;
  Ditherer dither_;
  std::vector<double> wide_, converted_;
  std::vector<int> integers_;
};

struct OpusDeleter {
  void operator()(OpusEncoder* encoder) const { opus_encoder_destroy(encoder); }
};

// libopus' plain encoder. Its one for several streams, which libopusenc takes for stereo as well,
// asks the processor what it can for every packet: on a virtual machine that was half of the time.
class OpusEncoderFile final : public Encoder {
 public:
  OpusEncoderFile(std::filesystem::path file, const EncodeTags& tags, const OpusOptions& options)
      : path_(std::move(file)), out_(path_, std::ios::binary | std::ios::trunc) {
    if (!out_) throw cannotWrite(path_, std::strerror(errno));
    int error = OPUS_OK;
    encoder_.reset(opus_encoder_create(kSampleRate, kChannels, OPUS_APPLICATION_AUDIO, &error));
    check(error);
    check(opus_encoder_ctl(encoder_.get(), OPUS_SET_BITRATE(options.bitrate)));
    check(opus_encoder_ctl(encoder_.get(), OPUS_SET_COMPLEXITY(options.complexity)));
    opus_int32 delay = 0;
    check(opus_encoder_ctl(encoder_.get(), OPUS_GET_LOOKAHEAD(&delay)));
    delay_ = delay;
    pages_.emplace(static_cast<std::uint32_t>(xxh64(tags.title.data(), tags.title.size())), delay,
                   kPacketsPerPage);
    std::vector<std::pair<std::string, std::string>> comments;
    for (const auto& [name, text] :
         {std::pair{"TITLE", tags.title}, {"ARTIST", tags.artist}, {"COMMENT", tags.comment}})
      if (!text.empty()) comments.emplace_back(name, text);
    write(pages_->headers(comments));
  }

  void push(std::span<const float> frames) override {
    heard_ += frames.size() / kChannels;
    while (!frames.empty()) {
      const std::size_t count = std::min(frames.size(), packet_.size() - filled_);
      std::copy_n(frames.begin(), count, packet_.begin() + static_cast<std::ptrdiff_t>(filled_));
      filled_ += count;
      frames = frames.subspan(count);
      if (filled_ == packet_.size()) encode();
    }
  }

  void finish() override {
    // What the decoder is behind has to come out of it, too.
    for (std::size_t behind = delay_ * kChannels; behind > 0;) {
      const std::size_t count = std::min(behind, packet_.size() - filled_);
      std::fill_n(packet_.begin() + static_cast<std::ptrdiff_t>(filled_), count, 0.0F);
      filled_ += count;
      behind -= count;
      if (filled_ == packet_.size()) encode();
    }
    if (filled_ > 0) {
      std::fill(packet_.begin() + static_cast<std::ptrdiff_t>(filled_), packet_.end(), 0.0F);
      encode();
    }
    write(pages_->finish(heard_));
    out_.close();
    if (!out_) throw cannotWrite(path_, std::strerror(errno));
  }

 private:
  static constexpr int kPacketFrames = 960;  // 20 ms
  static constexpr int kPacketsPerPage = 50;
  static constexpr std::size_t kMostPacketBytes = 1276;  // of 20 ms

  void encode() {
    const int bytes = opus_encode_float(encoder_.get(), packet_.data(), kPacketFrames,
                                        encoded_.data(), static_cast<opus_int32>(encoded_.size()));
    check(std::min(bytes, 0));
    write(pages_->add(std::span(encoded_).first(static_cast<std::size_t>(bytes)), kPacketFrames));
    filled_ = 0;
  }
  void write(const OggOpusPages::Bytes& bytes) {
    out_.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    if (!out_) throw cannotWrite(path_, std::strerror(errno));
  }
  void check(int status) const {
    if (status != OPUS_OK) throw cannotWrite(path_, opus_strerror(status));
  }

  std::filesystem::path path_;
  std::ofstream out_;
  std::unique_ptr<OpusEncoder, OpusDeleter> encoder_;
  std::optional<OggOpusPages> pages_;
  std::size_t delay_ = 0;    // frames
  std::uint64_t heard_ = 0;  // frames
  std::array<float, static_cast<std::size_t>(kPacketFrames) * kChannels> packet_{};
  std::size_t filled_ = 0;  // samples of packet_
  std::array<std::uint8_t, kMostPacketBytes> encoded_{};
};

}  // namespace

std::unique_ptr<Encoder> openFlac(const std::filesystem::path& file, const EncodeTags& tags,
                                  const FlacOptions& options) {
  const bool rate = options.sampleRate == 48000 || options.sampleRate == 44100;
  const bool bits = options.bits == 16 || options.bits == 24;
  if (!rate || !bits) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("FLAC of {} Hz and {} bits: 44100 or 48000 Hz and 16 or 24 bits are "
                            "possible",
                            options.sampleRate, options.bits));
  }
  return std::make_unique<FlacEncoder>(file, tags, options);
}

std::unique_ptr<Encoder> openOpus(const std::filesystem::path& file, const EncodeTags& tags,
                                  const OpusOptions& options) {
  if (options.bitrate < 16000 || options.bitrate > 510000) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("Opus at {} bit/s: 16000 to 510000 are possible", options.bitrate));
  }
  return std::make_unique<OpusEncoderFile>(file, tags, options);
}

}  // namespace dju::audio
