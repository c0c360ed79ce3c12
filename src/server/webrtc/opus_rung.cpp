#include "server/webrtc/opus_rung.h"

#include <algorithm>

#include "core/error.h"

namespace dju::server::webrtc {
namespace {

// From 8 on the encoder tries two angles for each stereo band and a second transform for attacks:
// 0.04 to 0.3 dB of segmental signal to noise for half as much time again (docs/benchmarks.md).
constexpr int kComplexity = 7;

}  // namespace

OpusRung::OpusRung(int kilobits) : kilobits_(kilobits), joiner_(opus_repacketizer_create()) {
  int error = OPUS_OK;
  encoder_.reset(
      opus_encoder_create(kSampleRate, kChannels, OPUS_APPLICATION_RESTRICTED_LOWDELAY, &error));
  if (error != OPUS_OK || !joiner_)
    throw Error(ErrorCode::kInternal, "opus: cannot make an encoder");
  opus_encoder_ctl(encoder_.get(), OPUS_SET_BITRATE(kilobits * 1000));
  opus_encoder_ctl(encoder_.get(), OPUS_SET_COMPLEXITY(kComplexity));
  opus_encoder_ctl(encoder_.get(), OPUS_SET_SIGNAL(OPUS_SIGNAL_MUSIC));
}

void OpusRung::restart() {
  opus_encoder_ctl(encoder_.get(), OPUS_RESET_STATE);
  known_ = 0;
}

void OpusRung::encode(const float* interleaved, std::uint32_t rtpTimestamp) {
  std::array<std::uint8_t, kMaxPayload> encoded;
  // Three frames of a rung that may be joined fit into one packet, whatever the music does.
  constexpr std::size_t kShare = (kMaxPayload - 8) / kMaxFramesPerPacket;
  const std::size_t limit = framesPerPacket(60, kilobits_) > 1 ? kShare : kMaxPayload;
  const opus_int32 size = opus_encode_float(encoder_.get(), interleaved, kOpusFrame, encoded.data(),
                                            static_cast<opus_int32>(limit));
  // Cannot fail with these sizes; should it, an empty frame (one byte) is concealed by the decoder.
  if (size <= 0) encoded[0] = 0;
  std::rotate(recent_.begin(), recent_.end() - 1, recent_.end());
  recent_.front() = std::make_shared<const Packet>(
      Packet{rtpTimestamp, 1, Bytes(encoded.begin(), encoded.begin() + std::max(size, 1))});
  known_ = std::min(known_ + 1, kMaxFramesPerPacket);
  joined_.fill(nullptr);
}

std::shared_ptr<const OpusRung::Packet> OpusRung::packet(int frames) {
  const int count = std::min(frames, known_);
  if (count <= 1) return recent_.front();
  SharedPacket& joined = joined_[static_cast<std::size_t>(count - 1)];
  if (joined) return joined;
  opus_repacketizer_init(joiner_.get());
  for (int i = count - 1; i >= 0; --i) {
    const Bytes& part = recent_[static_cast<std::size_t>(i)]->payload;
    opus_repacketizer_cat(joiner_.get(), part.data(), static_cast<opus_int32>(part.size()));
  }
  std::array<std::uint8_t, kMaxPayload> bytes;
  const opus_int32 size = opus_repacketizer_out(joiner_.get(), bytes.data(), kMaxPayload);
  if (size <= 0) return recent_.front();
  joined = std::make_shared<const Packet>(
      Packet{recent_[static_cast<std::size_t>(count - 1)]->rtpTimestamp, count,
             Bytes(bytes.begin(), bytes.begin() + size)});
  return joined;
}

int OpusRung::lookahead() {
  static const int samples = [] {
    OpusRung rung(128);
    opus_int32 value = 0;
    opus_encoder_ctl(rung.encoder_.get(), OPUS_GET_LOOKAHEAD(&value));
    return static_cast<int>(value);
  }();
  return samples;
}

}  // namespace dju::server::webrtc
