// SDP offers as browsers and other WHEP clients send them, and our answers (RFC 8866, 8829, 9725).
// A strict, limited reader: it takes what an ICE-lite sender of one Opus stream needs, and a data
// channel beside it, refuses what would not work with a reason, and ignores the rest. Strangers'
// bytes (fuzz/sdp.cpp). Pure.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "server/webrtc/socket_address.h"

namespace dju::server::webrtc {

using Fingerprint = std::array<std::uint8_t, 32>;  // SHA-256 of a certificate
std::string formatFingerprint(const Fingerprint& fingerprint);

struct OfferedMedia {
  std::string kind;      // "audio", "video", "application"
  std::string protocol;  // "UDP/TLS/RTP/SAVPF"
  std::string format;    // the first one offered
  std::string mid;
};

struct SdpOffer {
  std::vector<OfferedMedia> media;  // every m-line, in order
  std::size_t audio = 0;            // the one that takes the sound
  std::optional<std::size_t> data;  // the one of data channels, bundled with it (RFC 8841)
  int payloadType = 0;
  std::string codecName;  // as spelled: "opus", "OPUS"
  std::string iceUfrag, icePwd;
  Fingerprint fingerprint{};
  bool bundled = false;
  bool stereo = false;  // its fmtp says stereo=1; without it browsers decode mono
  bool nack = false;    // it asks for lost packets again
};

inline constexpr std::size_t kMaxSdpBytes = 64 * 1024;

// Errors: kTooLarge, kInvalid (not SDP), kUnsupported (nothing we can send to).
Result<SdpOffer> parseOffer(std::string_view sdp);

struct SdpAnswer {
  std::uint64_t sessionNumber = 0;
  std::string iceUfrag, icePwd;
  Fingerprint fingerprint{};
  std::uint32_t ssrc = 0;
  std::string cname;
  int kilobits = 128;
  int frameMs = 20;
  std::vector<SocketAddress> candidates;
  bool data = false;  // data channels are accepted, if they are offered
};
std::string formatAnswer(const SdpOffer& offer, const SdpAnswer& answer);

// A trickled candidate line, with or without "a=" and "candidate:". mDNS names are fine.
bool validCandidate(std::string_view candidate);

}  // namespace dju::server::webrtc
