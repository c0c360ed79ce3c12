#include "server/webrtc/media_server.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <unordered_map>

#include "server/webrtc/handshake_loop.h"
#include "server/webrtc/media_loop.h"
#include "server/webrtc/network_loop.h"

namespace dju::server {

using namespace webrtc;

namespace {

template <typename T>
T randomNumber() {
  T value{};
  RAND_bytes(reinterpret_cast<unsigned char*>(&value), sizeof value);
  return value;
}

std::string randomText(int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += fmt::format("{:02x}", randomNumber<std::uint8_t>());
  return text;
}

Result<ViewerOptions> checkOptions(const ViewerOptions& options) {
  if (options.frameMs != 20 && options.frameMs != 40 && options.frameMs != 60) {
    return Error(ErrorCode::kInvalid,
                 fmt::format("stream: frame {} ms; 20, 40 or 60", options.frameMs));
  }
  if (options.kilobits != 64 && options.kilobits != 128 && options.kilobits != 256) {
    return Error(ErrorCode::kInvalid,
                 fmt::format("stream: bitrate {}; 64, 128 or 256", options.kilobits));
  }
  return options;
}

}  // namespace

bool MediaSource::push(Frame first, const float* interleaved) noexcept {
  Block block;
  block.first = first.index();
  std::memcpy(block.samples, interleaved, sizeof block.samples);
  if (queue_.push(std::move(block))) return true;
  overflows_.fetch_add(1, std::memory_order_relaxed);
  return false;
}

std::string_view sessionEndName(SessionEnd reason) {
  switch (reason) {
    case SessionEnd::kDisconnected:
      return "disconnected";
    case SessionEnd::kLeft:
      return "left";
    case SessionEnd::kSilent:
      return "silent";
    case SessionEnd::kHandshake:
      return "handshake failed";
  }
  return "unknown";
}

class MediaServer::Subscription {
 public:
  explicit Subscription(std::shared_ptr<PageListener> listener) : listener_(std::move(listener)) {}
  ~Subscription() { listener_->stop(); }
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;

 private:
  std::shared_ptr<PageListener> listener_;
};

class MediaServer::Impl {
 public:
  explicit Impl(Options options)
      : options_(std::move(options)),
        sockets_(options_.listen, options_.udpPort, std::max(1, options_.portsPerAddress)),
        announced_(announcedAddresses()) {
    for (int i = 0; i < std::max(1, options_.mediaThreads); ++i) {
      media_.push_back(std::make_unique<MediaLoop>(counters_, options_.startDelay, options_.clock));
    }
    handshakes_ = std::make_unique<HandshakeLoop>(identity_, handshakeEvents());
    network_ = std::make_unique<NetworkLoop>(sockets_, counters_, options_.silence, options_.clock,
                                             networkEvents());
  }

  // Network and handshake thread post to each other, so both are stopped before either is gone: the
  // network thread first, whose last act is to end every session, and the media threads at the end.
  ~Impl() {
    network_->stop();
    handshakes_->stop();
    network_.reset();
    handshakes_.reset();
    media_.clear();
  }

  std::shared_ptr<MediaSource> addSource(SourceOptions options) {
    std::shared_ptr<MediaSource> source(
        new MediaSource(options.name, randomNumber<std::uint32_t>()));
    source->loop_ = nextLoop_.fetch_add(1) % media_.size();
    media_[source->loop_]->addSource(source, std::move(options.onSync));
    const std::lock_guard lock(mutex_);
    sources_[source.get()] = source;
    return source;
  }

  void removeSource(const std::shared_ptr<MediaSource>& source) {
    {
      const std::lock_guard lock(mutex_);
      if (sources_.erase(source.get()) == 0) return;
    }
    network_->endAll(source);
    media_[source->loop_]->removeSource(source);
  }

  void wake() noexcept {
    for (const auto& loop : media_) loop->wake();
  }

  Result<StreamOffer> connect(const std::shared_ptr<MediaSource>& source, std::string_view text,
                              const ViewerOptions& wanted) {
    const auto options = checkOptions(wanted);
    if (!options) return options.error();
    const auto offer = parseOffer(text);
    if (!offer) return offer.error();
    auto session = std::make_shared<Session>();
    session->id = randomText(16);
    session->ufrag = randomText(4);
    session->pwd = randomText(12);
    session->clientUfrag = offer->iceUfrag;
    session->clientFingerprint = offer->fingerprint;
    session->payloadType = offer->payloadType;
    session->options = *options;
    session->source = source;
    session->created = options_.clock();
    if (auto refused = enter(session)) return *refused;
    network_->add(session);
    return StreamOffer{session->id, answer(*offer, *session)};
  }

  bool disconnect(const std::string& id) {
    const auto session = find(id);
    if (session) network_->end(session, SessionEnd::kDisconnected);
    return session != nullptr;
  }

  std::shared_ptr<Session> find(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = sessions_.find(id);
    return found == sessions_.end() ? nullptr : found->second;
  }

  bool alive(const std::shared_ptr<MediaSource>& source) const {
    const std::lock_guard lock(mutex_);
    return sources_.contains(source.get());
  }

  MediaLoop& loop(const MediaSource& source) const { return *media_[source.loop_]; }
  const Counters& counters() const { return counters_; }
  const UdpSockets& sockets() const { return sockets_; }

 private:
  std::vector<SocketAddress> announcedAddresses() const {
    std::vector<SocketAddress> result;
    for (const std::string& text : options_.publicAddresses) {
      const auto address = SocketAddress::parse(text, 0);
      if (!address || address->isWildcard()) {
        throw Error(
            ErrorCode::kInvalid,
            fmt::format("media server: public address \"{}\": give an IPv4 or IPv6 address", text));
      }
      result.push_back(*address);
    }
    return result;
  }

  // Takes the session's place among the others, or says why not.
  std::optional<Error> enter(const std::shared_ptr<Session>& session) {
    const std::lock_guard lock(mutex_);
    if (!sources_.contains(session->source.get())) {
      return Error(ErrorCode::kNotFound,
                   fmt::format("stream {}: it has ended", session->source->name()));
    }
    if (sessions_.size() >= static_cast<std::size_t>(options_.maxViewers)) {
      return Error(ErrorCode::kTooMany,
                   fmt::format("stream: the server has its {} listeners; try again later",
                               options_.maxViewers));
    }
    sessions_[session->id] = session;
    counters_.sessions = sessions_.size();
    return std::nullopt;
  }

  std::string answer(const SdpOffer& offer, const Session& session) {
    const std::size_t group = nextGroup_.fetch_add(1) % sockets_.ports().size();
    SdpAnswer answer;
    answer.sessionNumber = randomNumber<std::uint64_t>() >> 2;
    answer.iceUfrag = session.ufrag;
    answer.icePwd = session.pwd;
    answer.fingerprint = identity_.fingerprint();
    answer.ssrc = session.source->ssrc();
    answer.cname = "dju";
    answer.kilobits = session.options.kilobits;
    answer.data = session.options.messages;
    answer.frameMs = 20 * framesPerPacket(session.options.frameMs, session.options.kilobits);
    for (SocketAddress address : announced_) {
      address.setPort(sockets_.ports()[group]);
      answer.candidates.push_back(address);
    }
    for (const auto& socket : sockets_.all()) {
      if (announced_.empty() && static_cast<std::size_t>(socket.group) == group)
        answer.candidates.push_back(socket.local);
    }
    return formatAnswer(offer, answer);
  }

  HandshakeLoop::Events handshakeEvents() {
    return {
        [this](const std::shared_ptr<Session>& session, const Path& path, const DtlsKeys& keys) {
          session->connected = true;
          ++counters_.joined;
          network_->secured(session, keys.client);
          media_[session->source->loop_]->addViewer(session, keys.server, path);
        },
        [this](const std::shared_ptr<Session>& session, SessionEnd reason) {
          network_->end(session, reason);
        },
        [this](const std::shared_ptr<Session>& session, ByteView message) {
          if (options_.onMessage)
            options_.onMessage(session->id,
                               {reinterpret_cast<const char*>(message.data()), message.size()});
        }};
  }

  NetworkLoop::Events networkEvents() {
    return {[this](const std::shared_ptr<Session>& session, const Path& from, ByteView datagram) {
              handshakes_->receive(session, from, datagram);
            },
            [this](const std::shared_ptr<Session>& session, const Path& path) {
              media_[session->source->loop_]->moveViewer(session, path);
            },
            [this](const std::shared_ptr<Session>& session, std::vector<std::uint16_t> missing) {
              media_[session->source->loop_]->resend(session, std::move(missing));
            },
            [this](const std::shared_ptr<Session>& session, SessionEnd reason) {
              leave(session, reason);
            }};
  }

  // Network thread.
  void leave(const std::shared_ptr<Session>& session, SessionEnd reason) {
    media_[session->source->loop_]->removeViewer(session);
    handshakes_->remove(session);
    session->connected = false;
    {
      const std::lock_guard lock(mutex_);
      sessions_.erase(session->id);
      counters_.sessions = sessions_.size();
    }
    ++counters_.ended;
    if (options_.onEnd && reason != SessionEnd::kDisconnected) options_.onEnd(session->id, reason);
  }

  Options options_;
  UdpSockets sockets_;
  std::vector<SocketAddress> announced_;
  DtlsIdentity identity_;
  Counters counters_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<Session>> sessions_;  // guarded by mutex_
  std::unordered_map<const MediaSource*, std::shared_ptr<MediaSource>>
      sources_;  // guarded by mutex_
  std::atomic<std::size_t> nextLoop_{0}, nextGroup_{0};
  std::vector<std::unique_ptr<MediaLoop>> media_;
  std::unique_ptr<HandshakeLoop> handshakes_;
  std::unique_ptr<NetworkLoop> network_;
};

MediaServer::MediaServer(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
MediaServer::~MediaServer() = default;

std::shared_ptr<MediaSource> MediaServer::addSource(SourceOptions options) {
  return impl_->addSource(std::move(options));
}
void MediaServer::removeSource(const std::shared_ptr<MediaSource>& source) {
  impl_->removeSource(source);
}
void MediaServer::wake() noexcept {
  impl_->wake();
}

Result<StreamOffer> MediaServer::connect(const std::shared_ptr<MediaSource>& source,
                                         std::string_view offer, ViewerOptions options) {
  return impl_->connect(source, offer, options);
}
bool MediaServer::disconnect(const std::string& sessionId) {
  return impl_->disconnect(sessionId);
}

Result<bool> MediaServer::addCandidate(const std::string& sessionId,
                                       std::string_view candidate) const {
  if (!impl_->find(sessionId))
    return Error(ErrorCode::kNotFound, "stream: no such session; post a new offer");
  if (!validCandidate(candidate))
    return Error(ErrorCode::kInvalid, "stream: malformed ICE candidate");
  return true;
}

Result<SyncPoint> MediaServer::syncPoint(const MediaSource& source) const {
  SyncPoint point;
  if (impl_->loop(source).syncPoint(source, point)) return point;
  return Error(ErrorCode::kNotFound, fmt::format("stream {}: nobody listens yet", source.name()));
}

Result<SessionStats> MediaServer::stats(const std::string& sessionId) const {
  const auto session = impl_->find(sessionId);
  if (!session) return Error(ErrorCode::kNotFound, "stream: no such session");
  SessionStats stats;
  stats.rtt = std::chrono::microseconds(session->rttUs);
  stats.jitter = std::chrono::microseconds(session->jitterUs);
  stats.lossShare = session->fractionLost / 256.0;
  stats.packetsLost = session->packetsLost;
  stats.packetsSent = session->sent;
  stats.packetsResent = session->resent;
  stats.nacks = session->nacks;
  stats.joinTime = std::chrono::milliseconds(session->joinMs);
  stats.kilobits = session->kilobits;
  stats.connected = session->connected;
  return stats;
}

MediaTotals MediaServer::totals() const {
  const Counters& c = impl_->counters();
  return {c.sessions,         c.joined,        c.ended,          c.packetsSent,
          c.bytesSent,        c.packetsResent, c.resendsRefused, c.sendFailures,
          c.datagramsRefused, c.encodedFrames, c.overflows};
}

std::vector<std::uint16_t> MediaServer::udpPorts() const {
  return impl_->sockets().ports();
}

std::shared_ptr<MediaServer::Subscription> MediaServer::subscribe(
    const std::shared_ptr<MediaSource>& source, PageSink page) {
  auto listener = std::make_shared<PageListener>(randomNumber<std::uint32_t>(), std::move(page));
  auto subscription = std::make_shared<Subscription>(listener);
  if (impl_->alive(source)) impl_->loop(*source).addListener(source, listener);
  return subscription;
}

}  // namespace dju::server
