#include "server/webrtc/media_loop.h"

#include <openssl/rand.h>
#include <poll.h>

#include <algorithm>

#include "core/log.h"
#include "server/real_time.h"

namespace dju::server::webrtc {
namespace {

constexpr int kListenerKilobits = 128;
// After a freeze of this thread only the newest 80 ms are sent: a burst would be late anyway.
constexpr std::size_t kMaxCatchUpBlocks = 16;
constexpr int kPollMs = 2;    // when the engine clock does not wake us
constexpr int kIdleMs = 100;  // without sources
constexpr auto kSyncInterval = std::chrono::seconds(5);

template <typename T>
T randomBits() {
  T value{};
  RAND_bytes(reinterpret_cast<unsigned char*>(&value), sizeof value);
  return value;
}

}  // namespace

void PageListener::stop() {
  stopped_ = true;
  const std::lock_guard lock(mutex_);
  page_ = nullptr;
}

void PageListener::give(const Bytes& page) {
  if (page.empty()) return;
  const std::lock_guard lock(mutex_);
  if (!page_) return;
  const auto sink = page_;  // stop() from inside clears page_
  sink(page);
}

MediaLoop::MediaLoop(Counters& counters, std::chrono::milliseconds startDelay, Clock clock)
    : counters_(counters),
      startDelay_(startDelay),
      clock_(std::move(clock)),
      thread_([this] { run(); }) {}

MediaLoop::~MediaLoop() {
  stop_ = true;
  tasks_.wake();
  thread_.join();
}

void MediaLoop::addSource(std::shared_ptr<MediaSource> source,
                          std::function<void(const SyncPoint&)> onSync) {
  tasks_.post([this, source, onSync] {
    auto entry = std::make_unique<Source>(
        Source{source, onSync, MediaTimeline(randomBits<std::uint32_t>())});
    sources_[source.get()] = std::move(entry);
  });
}

void MediaLoop::removeSource(std::shared_ptr<MediaSource> source) {
  tasks_.post([this, source] {
    if (Source* entry = find(source.get())) {
      while (!entry->viewers.empty()) erase(entry->viewers.back()->session());
      for (const auto& listener : entry->listeners) listener->stop();
    }
    sources_.erase(source.get());
    const std::lock_guard lock(syncMutex_);
    syncPoints_.erase(source.get());
  });
}

void MediaLoop::addViewer(std::shared_ptr<Session> session, const SrtpKey& key, const Path& path) {
  tasks_.post([this, session, key, path] {
    Source* source = find(session->source.get());
    if (source == nullptr || places_.contains(session.get())) return;
    const auto sequence = static_cast<std::uint16_t>(randomBits<std::uint16_t>() & 0x7fff);
    const int frames = framesPerPacket(session->options.frameMs, session->options.kilobits);
    auto& turns = turns_[static_cast<std::size_t>(frames - 1)];
    const auto phase = std::min_element(turns.begin(), turns.begin() + frames) - turns.begin();
    ++turns[static_cast<std::size_t>(phase)];
    auto viewer = std::make_unique<RtpViewer>(session, key, path, clock_() + startDelay_, sequence,
                                              static_cast<int>(phase));
    places_[session.get()] = {session->source.get(), viewer.get()};
    source->viewers.push_back(std::move(viewer));
    ++acquire(*source, session->options.kilobits).users;
  });
}

void MediaLoop::moveViewer(std::shared_ptr<Session> session, const Path& path) {
  tasks_.post([this, session, path] {
    const auto place = places_.find(session.get());
    if (place != places_.end()) place->second.viewer->move(path);
  });
}

void MediaLoop::removeViewer(std::shared_ptr<Session> session) {
  tasks_.post([this, session] { erase(*session); });
}

void MediaLoop::resend(std::shared_ptr<Session> session, std::vector<std::uint16_t> missing) {
  tasks_.post([this, session, missing = std::move(missing)] {
    const auto place = places_.find(session.get());
    if (place == places_.end()) return;
    RtpViewer& viewer = *place->second.viewer;
    for (const std::uint16_t sequence : missing) {
      Bytes& packet = batch_.add(viewer.path());
      viewer.again(session->source->ssrc(), sequence, packet);
      if (packet.empty()) continue;
      ++session->resent;
      ++counters_.packetsResent;
    }
    flush();
  });
}

void MediaLoop::addListener(std::shared_ptr<MediaSource> source,
                            std::shared_ptr<PageListener> listener) {
  tasks_.post([this, source, listener] {
    Source* entry = find(source.get());
    if (entry == nullptr) return listener->stop();
    listener->begin();
    entry->listeners.push_back(listener);
    ++acquire(*entry, kListenerKilobits).users;
  });
}

bool MediaLoop::syncPoint(const MediaSource& source, SyncPoint& point) const {
  const std::lock_guard lock(syncMutex_);
  const auto found = syncPoints_.find(&source);
  if (found == syncPoints_.end()) return false;
  point = found->second;
  return true;
}

MediaLoop::Source* MediaLoop::find(const MediaSource* source) {
  const auto found = sources_.find(const_cast<MediaSource*>(source));
  return found == sources_.end() ? nullptr : found->second.get();
}

MediaLoop::Rung& MediaLoop::rungOf(Source& source, int kilobits) {
  auto& rung = source.rungs[kilobits];
  if (!rung) rung = std::make_unique<Rung>(Rung{OpusRung(kilobits)});
  return *rung;
}

// Who begins to listen is told where RTP time stands.
MediaLoop::Rung& MediaLoop::acquire(Source& source, int kilobits) {
  source.syncDue = true;
  return rungOf(source, kilobits);
}

void MediaLoop::release(Source& source, int kilobits) {
  const auto rung = source.rungs.find(kilobits);
  if (rung != source.rungs.end() && --rung->second->users == 0) source.rungs.erase(rung);
}

void MediaLoop::erase(const Session& session) {
  const auto place = places_.find(&session);
  if (place == places_.end()) return;
  Source& source = *find(place->second.source);
  RtpViewer* const viewer = place->second.viewer;
  viewer->report(source.source->ssrc(), source.timeline.rtp(), true, batch_.add(viewer->path()));
  flush();
  --turns_[static_cast<std::size_t>(viewer->framesPerPacket() - 1)]
          [static_cast<std::size_t>(viewer->phase())];
  release(source, viewer->rung());
  places_.erase(place);
  std::erase_if(source.viewers, [&](const auto& one) { return one.get() == viewer; });
}

void MediaLoop::run() {
  askForRealTime("dju-media", kMediaPriority);
  while (!stop_) {
    pollfd wait{tasks_.fd(), POLLIN, 0};
    poll(&wait, 1, sources_.empty() ? kIdleMs : kPollMs);
    tasks_.run();
    const auto now = clock_();
    for (const auto& [key, source] : sources_) take(*source, now);
  }
  tasks_.run();
  while (!places_.empty()) erase(*places_.begin()->first);
}

void MediaLoop::take(Source& source, SteadyClock::time_point now) {
  MediaSource& in = *source.source;
  const std::uint64_t overflows = in.overflows();
  counters_.overflows += overflows - source.reported;
  source.reported = overflows;
  MediaSource::Block block;
  for (std::size_t waiting = in.queue_.size(); waiting > kMaxCatchUpBlocks; --waiting) {
    in.queue_.pop(block);
    ++counters_.overflows;
  }
  while (in.queue_.pop(block)) takeBlock(source, block, now);
}

void MediaLoop::takeBlock(Source& source, const MediaSource::Block& block,
                          SteadyClock::time_point now) {
  if (block.first != source.nextBlock) source.fill = 0;  // the begun frame will never be whole
  source.nextBlock = block.first + kBlockFrames;
  if (source.fill == 0) {
    const auto queued = static_cast<std::int64_t>(source.source->queue_.size());
    const std::int64_t newest = source.nextBlock + queued * kBlockFrames;
    source.gap = source.timeline.begin(block.first, newest, now) || source.gap;
  }
  std::copy_n(block.samples, kBlockFrames * kChannels,
              source.pcm.begin() + source.fill * kChannels);
  source.fill += kBlockFrames;
  if (source.fill == kOpusFrame) finishFrame(source, now);
}

void MediaLoop::finishFrame(Source& source, SteadyClock::time_point now) {
  source.fill = 0;
  for (auto& [kilobits, rung] : source.rungs) {
    if (source.gap && !rung->fresh) rung->opus.restart();
    rung->fresh = false;
    rung->opus.encode(source.pcm.data(), source.timeline.rtp());
    counters_.encodedFrames.fetch_add(1, std::memory_order_relaxed);
  }
  if (!source.rungs.empty()) {
    chooseRungs(source, now);
    sendPackets(source, now);
    sendReports(source, now);
    giveListeners(source);
    if (source.gap || source.syncDue || now - source.synced >= kSyncInterval)
      publishSync(source, now);
  }
  source.gap = false;
  source.timeline.advance(kOpusFrame);
  ++source.frames;
}

// A viewer moves to another rung once that one has settled; until then it is encoded for nobody.
void MediaLoop::chooseRungs(Source& source, SteadyClock::time_point now) {
  for (const auto& viewer : source.viewers) {
    const int wanted = viewer->wantedRung(now);
    if (wanted == viewer->rung()) continue;
    Rung& next = rungOf(source, wanted);
    if (!next.opus.settled()) continue;
    ++next.users;
    release(source, viewer->rung());
    viewer->setRung(wanted);
  }
  std::erase_if(source.rungs, [&](const auto& entry) {
    const auto wants = [&](const auto& viewer) { return viewer->wantedRung(now) == entry.first; };
    return entry.second->users == 0 &&
           std::none_of(source.viewers.begin(), source.viewers.end(), wants);
  });
}

void MediaLoop::sendPackets(Source& source, SteadyClock::time_point now) {
  const std::uint32_t ssrc = source.source->ssrc();
  for (const auto& viewer : source.viewers) {
    const int frames = viewer->framesPerPacket();
    if (static_cast<int>(source.frames % static_cast<std::uint64_t>(frames)) != viewer->phase())
      continue;
    if (!viewer->started(now)) continue;
    const auto packet = source.rungs.at(viewer->rung())->opus.packet(frames);
    viewer->next(ssrc, packet, source.gap, now, batch_.add(viewer->path()));
  }
  flush();
}

void MediaLoop::sendReports(Source& source, SteadyClock::time_point now) {
  const std::uint32_t rtpNow = source.timeline.rtp() + kOpusFrame;
  for (const auto& viewer : source.viewers) {
    if (!viewer->reportDue(now)) continue;
    viewer->report(source.source->ssrc(), rtpNow, false, batch_.add(viewer->path()));
  }
  flush();
}

void MediaLoop::giveListeners(Source& source) {
  if (source.listeners.empty()) return;
  const auto rung = source.rungs.find(kListenerKilobits);
  const std::size_t before = source.listeners.size();
  std::erase_if(source.listeners, [](const auto& listener) { return listener->stopped(); });
  for (const auto& listener : source.listeners)
    listener->add(rung->second->opus.packet(1)->payload);
  for (std::size_t i = source.listeners.size(); i < before; ++i) release(source, kListenerKilobits);
}

void MediaLoop::publishSync(Source& source, SteadyClock::time_point now) {
  using std::chrono::duration_cast;
  source.synced = now;
  source.syncDue = false;
  const auto sinceEpoch = std::chrono::system_clock::now().time_since_epoch();
  const SyncPoint point{
      source.timeline.rtp(), source.source->ssrc(), Frame(source.timeline.frame()),
      duration_cast<std::chrono::milliseconds>(sinceEpoch).count(), OpusRung::lookahead()};
  {
    const std::lock_guard lock(syncMutex_);
    syncPoints_[source.source.get()] = point;
  }
  if (source.onSync) source.onSync(point);
}

void MediaLoop::flush() {
  const auto result = batch_.flush();
  counters_.packetsSent.fetch_add(result.sent, std::memory_order_relaxed);
  counters_.bytesSent.fetch_add(result.bytes, std::memory_order_relaxed);
  counters_.sendFailures.fetch_add(result.failed, std::memory_order_relaxed);
}

}  // namespace dju::server::webrtc
