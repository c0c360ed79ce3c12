// MediaServer: sends the sound of battles to browsers over WebRTC, and to plain HTTP listeners as
// Ogg Opus. A send-only endpoint of our own (ICE-lite, DTLS 1.2, SRTP): a server that only sends
// one Opus stream to each viewer needs a twentieth of what a general WebRTC stack costs.
//
//   engine thread --MediaSource::push (lock-free)--> media thread: Opus, repacketising, SRTP, send
//   network thread: receive, STUN, SRTCP in        handshake thread: DTLS
//
// Each thread owns its own state and the others post tasks to it. Sound is encoded once per source
// and bit rate, and only while somebody listens. docs/streams.md tells the whole story.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/spsc_queue.h"
#include "core/time.h"

namespace dju::server {

namespace webrtc {
class MediaLoop;
}

// Where the sound of one stream enters: a battle's master, or one DJ's blend.
class MediaSource {
 public:
  // 5 ms of 48 kHz stereo, interleaved; `first` is the engine frame of its first sample. False when
  // the queue (320 ms) is full: the block is lost to listeners and counted. Engine thread, one at a
  // time; neither waits, allocates nor calls the system.
  bool push(Frame first, const float* interleaved) noexcept;

  // Blocks lost because the media thread did not keep up. Any thread.
  std::uint64_t overflows() const noexcept { return overflows_.load(std::memory_order_relaxed); }
  // The RTP stream's identity, the same for all of its viewers. Any thread.
  std::uint32_t ssrc() const noexcept { return ssrc_; }
  const std::string& name() const noexcept { return name_; }

 private:
  friend class webrtc::MediaLoop;
  friend class MediaServer;
  struct Block {
    std::int64_t first = 0;
    float samples[kBlockFrames * kChannels];
  };
  static constexpr std::size_t kQueueBlocks = 64;
  MediaSource(std::string name, std::uint32_t ssrc)
      : name_(std::move(name)), ssrc_(ssrc), queue_(kQueueBlocks) {}

  std::string name_;
  std::uint32_t ssrc_;
  SpscQueue<Block> queue_;
  std::atomic<std::uint64_t> overflows_{0};
  std::size_t loop_ = 0;  // which media thread serves it
};

// RTP time against engine time: the sample with RTP timestamp `rtpTimestamp` is engine frame
// `frame` after the decoder's delay, so a listener at RTP time t hears engine frame
// frame + (t - rtpTimestamp) - codecDelaySamples.
struct SyncPoint {
  std::uint32_t rtpTimestamp = 0;
  std::uint32_t ssrc = 0;
  Frame frame;
  std::int64_t serverTimeMs = 0;  // Unix time when the point was made
  int codecDelaySamples = 0;
};

struct ViewerOptions {
  int frameMs = 20;       // 20 for DJs, 40 or 60 for spectators; 256 kbit/s always travels in 20 ms
  int kilobits = 128;     // 64, 128 or 256; less while the viewer's network loses too much
  bool messages = false;  // may bring a data channel; what comes over it goes to onMessage
};

struct StreamOffer {
  std::string sessionId;  // secret: 128 random bits, names the session to disconnect() and stats()
  std::string sdp;        // the answer
};

struct SessionStats {
  std::chrono::microseconds rtt{0};     // from receiver reports; 0 until the first
  std::chrono::microseconds jitter{0};  // as the receiver reports it
  double lossShare = 0;                 // of the last report interval, 0 … 1
  std::int64_t packetsLost = 0;         // as the receiver counts, resends included
  std::uint64_t packetsSent = 0;
  std::uint64_t packetsResent = 0;
  std::uint64_t nacks = 0;                // packets that the receiver asked for again
  std::chrono::milliseconds joinTime{0};  // offer to first RTP packet; 0 before it
  int kilobits = 0;                       // the rung that it is sent now; 0 before the first packet
  bool connected = false;
};

struct MediaTotals {
  std::uint64_t sessions = 0;  // now
  std::uint64_t joined = 0;    // handshakes completed since the start
  std::uint64_t ended = 0;
  std::uint64_t packetsSent = 0;
  std::uint64_t bytesSent = 0;
  std::uint64_t packetsResent = 0;
  std::uint64_t resendsRefused = 0;    // beyond what a viewer may ask for (resend_budget.h)
  std::uint64_t sendFailures = 0;      // packets that the kernel did not take
  std::uint64_t datagramsRefused = 0;  // received, and neither STUN, DTLS nor SRTCP of a session
  std::uint64_t encodedFrames = 0;
  std::uint64_t overflows = 0;  // blocks lost between engine and media thread
};

enum class SessionEnd {
  kDisconnected,  // disconnect() or removeSource()
  kLeft,          // the client said goodbye
  kSilent,        // nothing was heard from it for 30 s
  kHandshake,     // DTLS failed
};
std::string_view sessionEndName(SessionEnd reason);

class MediaServer {
 public:
  struct Options {
    std::vector<std::string> listen{"127.0.0.1"};  // v4 and v6; 0.0.0.0 and :: mean every address
    std::uint16_t udpPort = 0;                     // 0: any free one
    std::vector<std::string> publicAddresses;      // announced instead of those listened on
    int portsPerAddress = 1;                       // consecutive ports that share the viewers
    int mediaThreads = 1;  // each encodes and sends its share of the sources
    int maxViewers = 5000;
    // A session is over (not for those ended by disconnect()). Network thread; quick.
    std::function<void(const std::string& sessionId, SessionEnd reason)> onEnd;
    // A message came over a data channel: perhaps twice, perhaps not in order, of a page that knows
    // the session's keys. Handshake thread; quick.
    std::function<void(const std::string& sessionId, std::string_view message)> onMessage;
    // Overrides for tests.
    std::chrono::milliseconds silence{30000};
    std::chrono::milliseconds startDelay{400};  // handshake to first RTP packet
    std::function<std::chrono::steady_clock::time_point()> clock{std::chrono::steady_clock::now};
  };

  // Opens the sockets and starts the threads. Throws Error (kUnavailable: port in use).
  explicit MediaServer(Options options);
  ~MediaServer();  // says goodbye to everybody, stops the threads
  MediaServer(const MediaServer&) = delete;
  MediaServer& operator=(const MediaServer&) = delete;

  struct SourceOptions {
    std::string name;  // for logs
    // On stream start, every 5 s and after every stall, while somebody listens. Media thread;
    // quick.
    std::function<void(const SyncPoint&)> onSync;
  };
  // Any thread but an engine thread. The source may be pushed to as long as it is held; after
  // removeSource() what is pushed goes nowhere and its sessions have ended.
  std::shared_ptr<MediaSource> addSource(SourceOptions options);
  void removeSource(const std::shared_ptr<MediaSource>& source);

  // Wakes the media threads; the engine clock calls it after each tick (one eventfd write, never
  // from inside rendering). Without it they look every 2 ms. Any thread.
  void wake() noexcept;

  // Answers an offer. Errors: kInvalid, kUnsupported (the offer's line and what is wrong),
  // kTooMany, kNotFound (removed source). Any thread but an engine thread.
  Result<StreamOffer> connect(const std::shared_ptr<MediaSource>& source, std::string_view offer,
                              ViewerOptions options = {});
  // False if there is no such session. Any thread but an engine thread.
  bool disconnect(const std::string& sessionId);
  // A trickled candidate. ICE-lite answers whoever checks, so it is only validated; an empty one
  // means end of candidates. Any thread.
  Result<bool> addCandidate(const std::string& sessionId, std::string_view candidate) const;

  // The latest sync point of a source, for those who join between two. Any thread but an engine's.
  Result<SyncPoint> syncPoint(const MediaSource& source) const;

  Result<SessionStats> stats(const std::string& sessionId) const;
  MediaTotals totals() const;
  std::vector<std::uint16_t> udpPorts() const;

  // An endless Ogg Opus stream (128 kbit/s): header pages at once, then a page each 100 ms. `page`
  // runs on the media thread and must be quick; it copies what it keeps and bounds its own queue.
  // The subscription ends when the handle is let go; afterwards `page` is not called again.
  using PageSink = std::function<void(std::span<const std::uint8_t> page)>;
  class Subscription;
  std::shared_ptr<Subscription> subscribe(const std::shared_ptr<MediaSource>& source,
                                          PageSink page);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dju::server
