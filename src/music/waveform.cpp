#include "music/waveform.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numbers>
#include <vector>

#include "core/time.h"

namespace dju::music {
namespace {

constexpr double kLowHz = 250;
constexpr double kHighHz = 2500;
constexpr std::array<std::int64_t, 4> kZooms = {256, 1024, 4096, 16384};

using Bands = std::array<float, 4>;  // low, mid, high, all
// Left and right at once, in one vector register of every CPU with 64 bits.
using Pair = double __attribute__((vector_size(16)));

// A second-order Butterworth section (bilinear transform, Q = 1/sqrt 2), transposed direct form II.
class Biquad {
 public:
  enum class Kind { kLowPass, kHighPass };
  Biquad(Kind kind, double hz) {
    const double w = std::tan(std::numbers::pi * hz / kSampleRate);
    const double norm = 1 / (1 + std::numbers::sqrt2 * w + w * w);
    b0_ = (kind == Kind::kLowPass ? w * w : 1) * norm;
    b1_ = (kind == Kind::kLowPass ? 2 : -2) * b0_;
    a1_ = 2 * (w * w - 1) * norm;
    a2_ = (1 - std::numbers::sqrt2 * w + w * w) * norm;
  }
  Pair process(Pair x) {
    const Pair y = b0_ * x + z1_;
    z1_ = b1_ * x - a1_ * y + z2_;
    z2_ = b0_ * x - a2_ * y;
    return y;
  }

 private:
  double b0_, b1_, a1_, a2_;
  Pair z1_{}, z2_{};
};

// Two of them: Linkwitz-Riley, 24 dB an octave.
class Slope {
 public:
  Slope(Biquad::Kind kind, double hz) : first_(kind, hz), second_(kind, hz) {}
  Pair process(Pair x) { return second_.process(first_.process(x)); }

 private:
  Biquad first_, second_;
};

class BandSplitter {
 public:
  // The louder channel of each band.
  Bands process(Pair x) {
    const Pair upper = aboveLow_.process(x);
    const Pair bands[] = {low_.process(x), mid_.process(upper), high_.process(upper), x};
    Bands out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<float>(std::max(std::fabs(bands[i][0]), std::fabs(bands[i][1])));
    }
    return out;
  }

 private:
  Slope low_{Biquad::Kind::kLowPass, kLowHz}, aboveLow_{Biquad::Kind::kHighPass, kLowHz};
  Slope mid_{Biquad::Kind::kLowPass, kHighHz}, high_{Biquad::Kind::kHighPass, kHighHz};
};

void raise(Bands& peak, const Bands& value) {
  for (std::size_t i = 0; i < peak.size(); ++i) peak[i] = std::max(peak[i], value[i]);
}

// Columns of one zoom, filled frame by frame.
class Level {
 public:
  explicit Level(std::int64_t framesPerColumn) : framesPerColumn_(framesPerColumn) {}
  void add(const Bands& value) {
    raise(current_, value);
    if (++filled_ == framesPerColumn_) close();
  }
  void fillFrom(const Level& finer) {
    const std::int64_t whole = framesPerColumn_ / finer.framesPerColumn_;
    for (const Bands& value : finer.values_) {
      raise(current_, value);
      if (++filled_ == whole) close();
    }
    finish();
  }
  void finish() {
    if (filled_ > 0) close();
  }
  // `columns` of them whatever there is, each from where it begins.
  void spread(const Level& finer, std::int64_t frames, std::int64_t columns) {
    for (std::int64_t c = 0; c < columns; ++c) {
      const auto begin = c * framesPerColumn_ / finer.framesPerColumn_;
      const auto end = std::max(begin + 1, (c + 1) * framesPerColumn_ / finer.framesPerColumn_);
      for (auto i = begin; i < end && i * finer.framesPerColumn_ < frames; ++i)
        raise(current_, finer.values_[static_cast<std::size_t>(i)]);
      close();
    }
  }
  void resize(std::int64_t columns) { values_.resize(static_cast<std::size_t>(columns)); }
  std::int64_t framesPerColumn() const { return framesPerColumn_; }
  const std::vector<Bands>& values() const { return values_; }

 private:
  void close() {
    values_.push_back(current_);
    current_ = {};
    filled_ = 0;
  }
  std::int64_t framesPerColumn_;
  std::vector<Bands> values_;
  Bands current_{};
  std::int64_t filled_ = 0;
};

template <typename T>
void append(std::string& out, T value) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out.append(bytes, sizeof(T));
}

char quantise(float peak) {
  const double level = 255 * std::sqrt(std::min(1.0, static_cast<double>(peak)));
  return static_cast<char>(static_cast<unsigned char>(std::lround(level)));
}

std::string pack(const std::vector<Level>& levels, std::int64_t frames) {
  std::string out = "DJUW";
  out += '\1';
  out += static_cast<char>(levels.size());
  append(out, std::uint16_t{0});
  append(out, static_cast<std::uint64_t>(frames));
  auto offset = static_cast<std::uint32_t>(out.size() + levels.size() * 12);
  for (const Level& level : levels) {
    append(out, static_cast<std::uint32_t>(level.framesPerColumn()));
    append(out, static_cast<std::uint32_t>(level.values().size()));
    append(out, offset);
    offset += static_cast<std::uint32_t>(level.values().size()) * 4;
  }
  for (const Level& level : levels) {
    for (const Bands& bands : level.values()) {
      for (const float peak : bands) out += quantise(peak);
    }
  }
  return out;
}

std::int64_t framesPerOverviewColumn(std::int64_t frames) {
  return std::max<std::int64_t>(1, (frames + kOverviewColumns - 1) / kOverviewColumns);
}

// The other three zooms: each is made of whole columns of the one before it.
void addCoarser(std::vector<Level>& levels) {
  for (std::size_t zoom = 1; zoom < kZooms.size(); ++zoom) {
    Level level(kZooms[zoom]);
    level.fillFrom(levels[zoom - 1]);
    levels.push_back(std::move(level));
  }
}

}  // namespace

std::string makeWaveform(const audio::PcmView& pcm) {
  std::vector<Level> levels{Level(kZooms[0])};
  Level overview(framesPerOverviewColumn(pcm.frames));
  BandSplitter splitter;
  const double scale = pcm.scale;
  for (std::int64_t i = 0; i < pcm.frames; ++i) {
    const Bands bands =
        splitter.process(Pair{pcm.samples[2 * i] * scale, pcm.samples[2 * i + 1] * scale});
    levels.front().add(bands);
    overview.add(bands);
  }
  levels.front().finish();
  overview.finish();
  overview.resize(kOverviewColumns);
  addCoarser(levels);
  levels.push_back(std::move(overview));
  return pack(levels, pcm.frames);
}

struct WaveformWriter::State {
  BandSplitter splitter;
  Level finest{kZooms[0]};
  std::int64_t frames = 0;
};

WaveformWriter::WaveformWriter() : state_(std::make_unique<State>()) {}
WaveformWriter::~WaveformWriter() = default;

void WaveformWriter::push(std::span<const float> frames) {
  for (std::size_t i = 0; i + 1 < frames.size(); i += 2)
    state_->finest.add(state_->splitter.process(Pair{frames[i], frames[i + 1]}));
  state_->frames += static_cast<std::int64_t>(frames.size() / 2);
}

std::string WaveformWriter::finish() {
  state_->finest.finish();
  std::vector<Level> levels{std::move(state_->finest)};
  addCoarser(levels);
  Level overview(framesPerOverviewColumn(state_->frames));
  overview.spread(levels.front(), state_->frames, kOverviewColumns);
  levels.push_back(std::move(overview));
  return pack(levels, state_->frames);
}

}  // namespace dju::music
