#include "jury/sound.h"

#include <opus/opus.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "core/error.h"
#include "judge/performance.h"
#include "serving/sound_model.h"

namespace dju::jury {
namespace {

constexpr float kSofter = 0.501187F;  // -6 dB
constexpr int kCodecFrames = 960;
constexpr int kCodecBits = 64'000;

// Passes the master on as the codec leaves it. Its delay of 6.5 ms is nothing to a window of 10 s.
class Codec {
 public:
  Codec() {
    int error = 0;
    encoder_.reset(opus_encoder_create(kSampleRate, kChannels, OPUS_APPLICATION_AUDIO, &error));
    decoder_.reset(opus_decoder_create(kSampleRate, kChannels, &error));
    if (!encoder_ || !decoder_) throw Error(ErrorCode::kInternal, "libopus cannot start");
    opus_encoder_ctl(encoder_.get(), OPUS_SET_BITRATE(kCodecBits));
  }
  void pass(std::span<float> block) {
    std::array<unsigned char, 4000> packet{};
    const int bytes = opus_encode_float(encoder_.get(), block.data(), kCodecFrames, packet.data(),
                                        static_cast<opus_int32>(packet.size()));
    if (bytes < 0 || opus_decode_float(decoder_.get(), packet.data(), bytes, block.data(),
                                       kCodecFrames, 0) != kCodecFrames)
      throw Error(ErrorCode::kInternal, "libopus refuses a block");
  }

 private:
  struct Closer {
    void operator()(OpusEncoder* encoder) const { opus_encoder_destroy(encoder); }
    void operator()(OpusDecoder* decoder) const { opus_decoder_destroy(decoder); }
  };
  std::unique_ptr<OpusEncoder, Closer> encoder_;
  std::unique_ptr<OpusDecoder, Closer> decoder_;
};

class Ear : public judge::SoundJudge {
 public:
  Ear(judge::SoundJudge& model, Heard how) : model_(model), how_(how) {}

  void hear(const judge::Evidence& now, std::span<const float> master) override {
    if (block_.empty()) first_ = now;
    block_.insert(block_.end(), master.begin(), master.end());
    if (block_.size() < std::size_t{kCodecFrames} * kChannels) return;
    if (how_ == Heard::kSofter)
      for (float& sample : block_) sample *= kSofter;
    if (how_ == Heard::kThroughCodec) codec_.pass(block_);
    model_.hear(first_, block_);
    block_.clear();
  }
  std::optional<judge::SoundOpinion> opinion(engine::PlayerIndex player) const override {
    return model_.opinion(player);
  }

 private:
  judge::SoundJudge& model_;
  const Heard how_;
  Codec codec_;
  judge::Evidence first_;  // of the block that is gathered
  std::vector<float> block_;
};

}  // namespace

std::optional<HeardPair> ruledBySound(const Pair& pair, Heard how, serving::ModelCache& models,
                                      const Playing& playing) {
  const auto model = serving::soundModelInUse(models);
  if (!model) throw Error(ErrorCode::kNotFound, "data/models has no technical model in use");
  Ear ear(*model, how);
  const auto played = play(pair, playing);
  const auto performance =
      judge::readPerformance(played.log, played.audio, played.tracks, {}, &ear).valueOrThrow();
  const auto a = model->opinion(0), b = model->opinion(1);
  if (!a || !b) return {};
  const judge::Rubric& rubric = judge::standardRubric();
  return HeardPair{{*a, *b},
                   judge::soundRulingOf({*a, *b}, rubric),
                   judge::verdictOf(performance, rubric, "back_to_back").battle,
                   compareTransitions(*model, performance)};
}

}  // namespace dju::jury
