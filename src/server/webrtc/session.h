// One viewer, as the media server's threads share it: what was agreed in the SDP never changes,
// counters are atomic, and the rest belongs to one thread each.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "server/webrtc/media_server.h"
#include "server/webrtc/resend_budget.h"
#include "server/webrtc/sdp.h"
#include "server/webrtc/srtp.h"
#include "server/webrtc/udp_sockets.h"

namespace dju::server::webrtc {

using SteadyClock = std::chrono::steady_clock;
using Clock = std::function<SteadyClock::time_point()>;

struct Session {
  // Agreed; constant.
  std::string id;
  std::string ufrag, pwd;  // ours
  std::string clientUfrag;
  Fingerprint clientFingerprint{};
  int payloadType = 0;
  ViewerOptions options;
  std::shared_ptr<MediaSource> source;
  SteadyClock::time_point created;

  // Counters; any thread.
  std::atomic<std::int64_t> rttUs{0}, jitterUs{0}, joinMs{0}, packetsLost{0};
  std::atomic<std::uint32_t> fractionLost{0};  // of 256
  std::atomic<std::uint32_t> reports{0};       // receiver reports so far
  std::atomic<int> kilobits{0};                // the rung in use; 0 before the first packet
  std::atomic<std::uint64_t> sent{0}, resent{0}, nacks{0};
  std::atomic<bool> connected{false};
  std::atomic<int> waitingHandshake{0};  // datagrams between network and handshake thread

  // Network thread.
  std::optional<Path> path;
  std::vector<std::pair<int, SocketAddress>> addresses;  // every one that proved itself
  SteadyClock::time_point heard;                         // anything authentic
  SteadyClock::time_point pathHeard;                     // on the path in use
  std::unique_ptr<SrtpReceiver> srtp;
  ResendBudget resends;
  bool over = false;
};

// Sums over all sessions. Any thread.
struct Counters {
  std::atomic<std::uint64_t> sessions{0}, joined{0}, ended{0}, packetsSent{0}, bytesSent{0},
      packetsResent{0}, sendFailures{0}, resendsRefused{0}, datagramsRefused{0}, encodedFrames{0},
      overflows{0};
};

}  // namespace dju::server::webrtc
