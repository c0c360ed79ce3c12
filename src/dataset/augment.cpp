#include "dataset/augment.h"

#include <opus.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/random.h"
#include "core/time.h"

namespace dju::dataset {
namespace {

constexpr std::array<std::string_view, kAugmentations> kNames = {
    "none", "higher", "lower", "faster", "slower", "noise", "opus", "room", "crowd"};

constexpr double kStretchPercent = 10;
constexpr double kNoiseDb = -20;

float gainOfDb(double db) {
  return static_cast<float>(std::pow(10, db / 20));
}

// How loud the music has been within the last second or so, RMS.
class Loudness {
 public:
  float follow(float left, float right) {
    constexpr double kShare = 1.0 / kSampleRate;
    square_ +=
        kShare *
        ((static_cast<double>(left) * left + static_cast<double>(right) * right) / 2 - square_);
    return static_cast<float>(std::sqrt(square_));
  }

 private:
  double square_ = 0;
};

class Noise : public SoundWay {
 public:
  Noise(Random random, double db) : random_(random), gain_(gainOfDb(db) * std::sqrt(3.0F)) {}
  void process(std::span<const float> in, std::vector<float>& out) override {
    for (std::size_t i = 0; i + 1 < in.size(); i += 2) {
      const float level = gain_ * loudness_.follow(in[i], in[i + 1]);
      for (std::size_t side = 0; side < 2; ++side)
        out.push_back(in[i + side] + level * static_cast<float>(random_.uniform(-1, 1)));
    }
  }

 private:
  Random random_;
  float gain_;
  Loudness loudness_;
};

// Voices that come and go: noise between 300 Hz and 2 kHz, its level wandering.
class Crowd : public SoundWay {
 public:
  explicit Crowd(Random random) : random_(random), gain_(gainOfDb(random_.uniform(-20, -12))) {}
  void process(std::span<const float> in, std::vector<float>& out) override {
    constexpr float kHigh = 0.23F, kLow = 0.038F;  // one-pole corners
    constexpr float kMakeUp = 3.2F;  // for what they take away, and for the mean swell
    for (std::size_t i = 0; i + 1 < in.size(); i += 2) {
      if (left_-- <= 0) {
        aim_ = static_cast<float>(random_.uniform(0.3, 1.5));
        left_ = 4800 + random_.below(24000);
      }
      swell_ += (aim_ - swell_) / 4800;
      const float level = gain_ * kMakeUp * swell_ * loudness_.follow(in[i], in[i + 1]);
      const auto noise = static_cast<float>(random_.uniform(-1.73, 1.73));
      high_ += kHigh * (noise - high_);
      low_ += kLow * (high_ - low_);
      for (std::size_t side = 0; side < 2; ++side)
        out.push_back(in[i + side] + level * (high_ - low_));
    }
  }

 private:
  Random random_;
  float gain_;
  Loudness loudness_;
  int left_ = 0;
  float aim_ = 1, swell_ = 1, high_ = 0, low_ = 0;
};

// Schroeder, "Natural sounding artificial reverberation", 1962: four combs, two all-passes.
class Room : public SoundWay {
 public:
  explicit Room(Random random) : wet_(static_cast<float>(random.uniform(0.15, 0.4))) {
    const double seconds = random.uniform(0.4, 1.2);
    for (const double ms : {29.7, 37.1, 41.1, 43.7}) {
      const auto frames = static_cast<std::size_t>(ms / 1000 * kSampleRate);
      const auto feedback = static_cast<float>(std::pow(10, -3 * ms / 1000 / seconds));
      combs_.push_back({std::vector<float>(frames), 0, feedback});
    }
    for (const double ms : {5.0, 1.7}) {
      allPasses_.push_back(
          {std::vector<float>(static_cast<std::size_t>(ms / 1000 * kSampleRate)), 0, 0.7F});
    }
  }
  void process(std::span<const float> in, std::vector<float>& out) override {
    for (std::size_t i = 0; i + 1 < in.size(); i += 2) {
      const float mono = (in[i] + in[i + 1]) / 2;
      float sum = 0;
      for (Line& comb : combs_) {
        float& cell = comb.next();
        sum += cell / 4;
        cell = mono + comb.feedback * cell;
      }
      for (Line& pass : allPasses_) {
        float& cell = pass.next();
        const float delayed = cell;
        cell = sum + pass.feedback * delayed;
        sum = delayed - pass.feedback * cell;
      }
      for (std::size_t side = 0; side < 2; ++side) out.push_back(in[i + side] + wet_ * sum);
    }
  }

 private:
  struct Line {
    std::vector<float> cells;
    std::size_t at;
    float feedback;
    float& next() {
      at = (at + 1) % cells.size();
      return cells[at];
    }
  };
  float wet_;
  std::vector<Line> combs_, allPasses_;
};

// There and back through Opus; its look-ahead is cut off at the start.
class Opus : public SoundWay {
 public:
  explicit Opus(Random random) {
    int error = OPUS_OK;
    encoder_.reset(opus_encoder_create(kSampleRate, kChannels, OPUS_APPLICATION_AUDIO, &error));
    if (error == OPUS_OK) decoder_.reset(opus_decoder_create(kSampleRate, kChannels, &error));
    if (error != OPUS_OK) {
      throw Error(ErrorCode::kInternal, std::string("Opus: ") + opus_strerror(error));
    }
    opus_encoder_ctl(encoder_.get(), OPUS_SET_BITRATE(1000 * (24 + 8 * random.below(4))));
    opus_int32 lookahead = 0;
    opus_encoder_ctl(encoder_.get(), OPUS_GET_LOOKAHEAD(&lookahead));
    skip_ = static_cast<std::size_t>(lookahead) * kChannels;
    packet_.resize(4000);
    decoded_.resize(kFrame * kChannels);
  }
  void process(std::span<const float> in, std::vector<float>& out) override {
    waiting_.insert(waiting_.end(), in.begin(), in.end());
    constexpr std::size_t kSamples = kFrame * kChannels;
    std::size_t at = 0;
    for (; at + kSamples <= waiting_.size(); at += kSamples) {
      const int bytes = opus_encode_float(encoder_.get(), waiting_.data() + at, kFrame,
                                          packet_.data(), static_cast<opus_int32>(packet_.size()));
      if (bytes < 0 || opus_decode_float(decoder_.get(), packet_.data(), bytes, decoded_.data(),
                                         kFrame, 0) != kFrame) {
        throw Error(ErrorCode::kInternal, "Opus: a frame could not be coded");
      }
      const std::size_t skipped = std::min(skip_, decoded_.size());
      skip_ -= skipped;
      out.insert(out.end(), decoded_.begin() + static_cast<std::ptrdiff_t>(skipped),
                 decoded_.end());
    }
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(at));
  }

 private:
  static constexpr int kFrame = 960;
  struct Free {
    void operator()(OpusEncoder* encoder) const { opus_encoder_destroy(encoder); }
    void operator()(OpusDecoder* decoder) const { opus_decoder_destroy(decoder); }
  };
  std::unique_ptr<OpusEncoder, Free> encoder_;
  std::unique_ptr<OpusDecoder, Free> decoder_;
  std::size_t skip_ = 0;
  std::vector<float> waiting_, decoded_;
  std::vector<unsigned char> packet_;
};

}  // namespace

std::string_view augmentationName(Augmentation augmentation) {
  return kNames[static_cast<std::size_t>(augmentation)];
}

void augmentPlan(Augmentation augmentation, simulator::PerformancePlan& plan) {
  switch (augmentation) {
    case Augmentation::kHigher:
      plan.transposeSemitones += 1;
      break;
    case Augmentation::kLower:
      plan.transposeSemitones -= 1;
      break;
    case Augmentation::kFaster:
      plan.firstTempoPercent += kStretchPercent;
      plan.dj.keylock = true;
      break;
    case Augmentation::kSlower:
      plan.firstTempoPercent -= kStretchPercent;
      plan.dj.keylock = true;
      break;
    default:
      break;
  }
}

SoundAugmenter::SoundAugmenter(Augmentation augmentation, std::uint64_t seed) {
  const Random random = Random(seed).fork(0x617567);
  switch (augmentation) {
    case Augmentation::kNoise:
      way_ = std::make_unique<Noise>(random, kNoiseDb);
      break;
    case Augmentation::kOpus:
      way_ = std::make_unique<Opus>(random);
      break;
    case Augmentation::kRoom:
      way_ = std::make_unique<Room>(random);
      break;
    case Augmentation::kCrowd:
      way_ = std::make_unique<Crowd>(random);
      break;
    default:
      break;
  }
}

std::span<const float> SoundAugmenter::process(std::span<const float> master) {
  if (!way_) return master;
  arrived_.clear();
  way_->process(master, arrived_);
  return arrived_;
}

}  // namespace dju::dataset
