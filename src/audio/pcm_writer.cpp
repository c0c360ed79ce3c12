#include "audio/pcm_writer.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

#include "audio/pcm_file.h"
#include "core/time.h"

namespace dju::audio {
namespace {

constexpr std::size_t kChunk = 1 << 16;   // samples
constexpr std::size_t kKeptChunks = 640;  // 160 MiB; with the rest the child stays below 200
constexpr std::uint64_t kDitherSeed = 0x444a5550;

void writeAll(int fd, const void* data, std::size_t size) {
  const auto* bytes = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = write(fd, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const int reason = written < 0 ? errno : ENOSPC;
      throw Error(ErrorCode::kUnavailable,
                  fmt::format("cannot write decoded sound: {}", std::strerror(reason)));
    }
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
}

// Triangular dither of two LSB peak to peak (Lipshitz, Wannamaker, Vanderkooy, JAES 1992).
double triangular(Random& random) {
  const std::uint64_t bits = random.next();
  const auto first = static_cast<double>(bits >> 32);
  const auto second = static_cast<double>(bits & 0xffffffffU);
  return (first - second) * 0x1.0p-32;
}

}  // namespace

PcmWriter::PcmWriter(int scratch, int out)
    : scratch_(scratch), out_(out), random_(kDitherSeed), out16_(kChunk) {
  pending_.reserve(kChunk);
}

void PcmWriter::push(std::span<const double> frames) {
  for (const double sample : frames) {
    const double finite = std::isfinite(sample) ? sample : 0.0;
    const float value = static_cast<float>(std::clamp(finite, -64.0, 64.0));
    peak_ = std::max(peak_, std::fabs(static_cast<double>(value)));
    pending_.push_back(value);
    if (pending_.size() == kChunk) flush();
  }
  frames_ += static_cast<std::int64_t>(frames.size()) / kChannels;
}

void PcmWriter::flush() {
  if (kept_.size() < kKeptChunks) {
    kept_.push_back(std::move(pending_));
    pending_ = {};
    pending_.reserve(kChunk);
  } else {
    writeAll(scratch_, pending_.data(), pending_.size() * sizeof(float));
    pending_.clear();
  }
}

void PcmWriter::quantise(std::span<const float> in) {
  for (std::size_t i = 0; i < in.size(); ++i) {
    const double dither = mode_ == Quantise::kDither ? triangular(random_) : 0.0;
    const double level = std::floor(static_cast<double>(in[i]) * perUnit_ + dither + 0.5);
    out16_[i] = static_cast<std::int16_t>(std::clamp(level, -32768.0, 32767.0));
  }
  writeAll(out_, out16_.data(), in.size() * sizeof(std::int16_t));
  hash_.update(out16_.data(), in.size() * sizeof(std::int16_t));
}

void PcmWriter::quantiseScratch(std::int64_t samples) {
  std::vector<float> in(kChunk);
  for (std::int64_t done = 0; done < samples;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::int64_t>(kChunk, samples - done));
    const ssize_t got = pread(scratch_, in.data(), wanted * sizeof(float),
                              done * static_cast<std::int64_t>(sizeof(float)));
    if (got != static_cast<ssize_t>(wanted * sizeof(float))) {
      throw Error(ErrorCode::kUnavailable, "cannot read decoded sound back from the scratch file");
    }
    quantise(std::span(in).first(wanted));
    done += static_cast<std::int64_t>(wanted);
  }
}

DecodedPcm PcmWriter::finish(Quantise mode) {
  flush();
  PcmHeader header;
  header.frames = frames_;
  // Two LSB of room for the dither. Exact sound never exceeds full scale.
  const bool overshoots = mode == Quantise::kDither && peak_ > 32765.0 / 32768.0;
  header.scale = overshoots ? static_cast<float>(peak_ / 32765.0) : kUnityScale;
  mode_ = mode;
  perUnit_ = overshoots ? 1.0 / static_cast<double>(header.scale) : 32768.0;
  if (lseek(out_, kPcmHeaderBytes, SEEK_SET) < 0) {
    throw Error(ErrorCode::kUnavailable, "cannot write decoded sound: the output cannot be sought");
  }
  std::int64_t left = frames_ * kChannels;
  for (const std::vector<float>& chunk : kept_) {
    quantise(chunk);
    left -= static_cast<std::int64_t>(chunk.size());
  }
  quantiseScratch(left);
  hash_.update(&header.scale, sizeof header.scale);
  header.hash = hash_.finish();
  if (!writePcmHeader(out_, header) || fsync(out_) != 0) {
    throw Error(ErrorCode::kUnavailable,
                fmt::format("cannot write decoded sound: {}", std::strerror(errno)));
  }
  return {header.frames, header.scale, toHex(header.hash)};
}

}  // namespace dju::audio
