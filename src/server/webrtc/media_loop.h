// A media thread: takes blocks from its sources, encodes what somebody listens to, and sends each
// viewer its packets. Everything here belongs to that thread and is reached by post().
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "audio/ogg_opus.h"
#include "server/webrtc/media_timeline.h"
#include "server/webrtc/rtp_viewer.h"
#include "server/webrtc/task_queue.h"

namespace dju::server::webrtc {

// An HTTP listener; `page` is guarded, so that after stop() it is not called again.
class PageListener {
 public:
  PageListener(std::uint32_t serial, MediaServer::PageSink page)
      : pages_(serial, OpusRung::lookahead(), kPacketsPerPage), page_(std::move(page)) {}
  // Media thread; packets of 20 ms.
  void begin() { give(pages_.headers()); }
  void add(ByteView packet) { give(pages_.add(packet, kPacketFrames)); }
  void stop();  // any thread, also from inside page
  bool stopped() const { return stopped_; }

 private:
  void give(const Bytes& page);
  static constexpr int kPacketFrames = 960, kPacketsPerPage = 5;
  audio::OggOpusPages pages_;
  std::recursive_mutex mutex_;
  MediaServer::PageSink page_;  // guarded by mutex_
  std::atomic<bool> stopped_{false};
};

class MediaLoop {
 public:
  MediaLoop(Counters& counters, std::chrono::milliseconds startDelay, Clock clock);
  ~MediaLoop();  // sends farewells

  // Any thread but an engine thread.
  void addSource(std::shared_ptr<MediaSource> source, std::function<void(const SyncPoint&)> onSync);
  void removeSource(std::shared_ptr<MediaSource> source);
  void addViewer(std::shared_ptr<Session> session, const SrtpKey& key, const Path& path);
  void moveViewer(std::shared_ptr<Session> session, const Path& path);
  void removeViewer(std::shared_ptr<Session> session);
  void resend(std::shared_ptr<Session> session, std::vector<std::uint16_t> missing);
  void addListener(std::shared_ptr<MediaSource> source, std::shared_ptr<PageListener> listener);
  void wake() noexcept { tasks_.wake(); }
  bool syncPoint(const MediaSource& source, SyncPoint& point) const;

 private:
  struct Rung {
    OpusRung opus;
    int users = 0;
    bool fresh = true;  // has encoded nothing yet
  };
  struct Source {
    std::shared_ptr<MediaSource> source;
    std::function<void(const SyncPoint&)> onSync;
    MediaTimeline timeline;
    std::array<float, kOpusFrame * kChannels> pcm{};
    int fill = 0;  // samples in pcm
    std::int64_t nextBlock = -1;
    std::uint64_t frames = 0;  // 20 ms frames since the start
    bool gap = true;           // the frame in pcm does not continue the one before
    bool syncDue = true;
    SteadyClock::time_point synced{};
    std::map<int, std::unique_ptr<Rung>> rungs{};  // by kbit/s
    std::vector<std::unique_ptr<RtpViewer>> viewers{};
    std::vector<std::shared_ptr<PageListener>> listeners{};
    std::uint64_t reported = 0;  // overflows already counted
  };
  struct Place {
    MediaSource* source;
    RtpViewer* viewer;
  };

  void run();
  void take(Source& source, SteadyClock::time_point now);
  void takeBlock(Source& source, const MediaSource::Block& block, SteadyClock::time_point now);
  void finishFrame(Source& source, SteadyClock::time_point now);
  void sendPackets(Source& source, SteadyClock::time_point now);
  void chooseRungs(Source& source, SteadyClock::time_point now);
  void sendReports(Source& source, SteadyClock::time_point now);
  void giveListeners(Source& source);
  void publishSync(Source& source, SteadyClock::time_point now);
  void release(Source& source, int kilobits);
  Rung& rungOf(Source& source, int kilobits);
  Rung& acquire(Source& source, int kilobits);
  void erase(const Session& session);
  void flush();
  Source* find(const MediaSource* source);

  Counters& counters_;
  std::chrono::milliseconds startDelay_;
  Clock clock_;
  TaskQueue tasks_;
  std::map<MediaSource*, std::unique_ptr<Source>> sources_;
  std::unordered_map<const Session*, Place> places_;
  std::array<std::array<int, kMaxFramesPerPacket>, kMaxFramesPerPacket>
      turns_{};  // viewers by turn
  SendBatch batch_;
  mutable std::mutex syncMutex_;
  std::map<const MediaSource*, SyncPoint> syncPoints_;  // guarded by syncMutex_
  std::atomic<bool> stop_{false};
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace dju::server::webrtc
