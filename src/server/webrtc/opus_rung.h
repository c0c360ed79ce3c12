// One rung of the bit-rate ladder: a source encoded once, in 20 ms frames, for all of its viewers,
// and those frames joined into packets of 40 or 60 ms without encoding again (bit-identical).
//
// Low-delay mode without in-band FEC: music must not fall into the hybrid mode that FEC brings;
// lost packets are resent instead. A stereo encode takes about 0.65 % of a core. Media thread.
#pragma once

#include <opus/opus.h>

#include <array>
#include <memory>

#include "core/time.h"
#include "server/webrtc/bytes.h"

namespace dju::server::webrtc {

inline constexpr int kOpusFrame = 960;            // samples: 20 ms
inline constexpr int kMaxFramesPerPacket = 3;     // 60 ms
inline constexpr std::size_t kMaxPayload = 1200;  // so that a datagram crosses every network whole

// How many 20 ms frames a packet of `frameMs` may hold at `kilobits` without exceeding kMaxPayload.
constexpr int framesPerPacket(int frameMs, int kilobits) {
  return kilobits > 128 ? 1 : frameMs / 20;
}

class OpusRung {
 public:
  explicit OpusRung(int kilobits);

  // Encodes the frame whose first sample has `rtpTimestamp`.
  void encode(const float* interleaved, std::uint32_t rtpTimestamp);
  // What follows does not continue what was before: starts the encoder and the packets afresh.
  void restart();

  struct Packet {
    std::uint32_t rtpTimestamp = 0;
    int frames = 0;
    Bytes payload;
  };
  // The newest `frames` frames (fewer after a restart) as one packet, shared by all who send it and
  // may have to send it again.
  std::shared_ptr<const Packet> packet(int frames);

  int kilobits() const { return kilobits_; }
  // Whether it has encoded enough for any packet and for its encoder to have found its feet.
  bool settled() const { return known_ >= kMaxFramesPerPacket; }
  static int lookahead();  // samples by which decoded sound is late

 private:
  struct EncoderFree {
    void operator()(OpusEncoder* encoder) const { opus_encoder_destroy(encoder); }
  };
  struct RepacketizerFree {
    void operator()(OpusRepacketizer* joiner) const { opus_repacketizer_destroy(joiner); }
  };
  int kilobits_;
  std::unique_ptr<OpusEncoder, EncoderFree> encoder_;
  std::unique_ptr<OpusRepacketizer, RepacketizerFree> joiner_;
  using SharedPacket = std::shared_ptr<const Packet>;
  std::array<SharedPacket, kMaxFramesPerPacket> recent_;  // newest first
  int known_ = 0;                                         // how many of them follow on one another
  std::array<SharedPacket, kMaxFramesPerPacket> joined_;  // of 1 … 3 frames; null: not made yet
};

}  // namespace dju::server::webrtc
