#include "server/webrtc/network_loop.h"

#include <poll.h>
#include <pthread.h>

#include <algorithm>
#include <array>

#include "server/webrtc/packet_kind.h"
#include "server/webrtc/rtcp.h"

namespace dju::server::webrtc {
namespace {

constexpr std::size_t kDatagramBytes = 2048;
constexpr unsigned kDatagrams = 32;       // a system call
constexpr std::size_t kMaxAddresses = 8;  // that one session may prove
constexpr auto kPathSilence = std::chrono::seconds(5);

}  // namespace

NetworkLoop::NetworkLoop(const UdpSockets& sockets, Counters& counters,
                         std::chrono::milliseconds silence, Clock clock, Events events)
    : sockets_(sockets),
      counters_(counters),
      silence_(silence),
      clock_(std::move(clock)),
      events_(std::move(events)),
      buffers_(kDatagrams * kDatagramBytes),
      thread_([this] { run(); }) {}

NetworkLoop::~NetworkLoop() {
  stop();
}

void NetworkLoop::stop() {
  if (stop_.exchange(true)) return;
  tasks_.wake();
  thread_.join();
}

void NetworkLoop::add(std::shared_ptr<Session> session) {
  tasks_.post([this, session] {
    session->heard = clock_();
    byFragment_[session->ufrag] = session;
  });
}

void NetworkLoop::secured(std::shared_ptr<Session> session, const SrtpKey& clientKey) {
  tasks_.post([session, clientKey] { session->srtp = std::make_unique<SrtpReceiver>(clientKey); });
}

void NetworkLoop::end(std::shared_ptr<Session> session, SessionEnd reason) {
  tasks_.post([this, session, reason] { finish(session, reason); });
}

void NetworkLoop::endAll(std::shared_ptr<MediaSource> source) {
  tasks_.post([this, source] {
    std::vector<std::shared_ptr<Session>> ending;
    for (const auto& [fragment, session] : byFragment_) {
      if (session->source == source) ending.push_back(session);
    }
    for (const auto& session : ending) finish(session, SessionEnd::kDisconnected);
  });
}

void NetworkLoop::finish(std::shared_ptr<Session> session, SessionEnd reason) {
  if (session->over) return;
  session->over = true;
  for (const auto& [fd, address] : session->addresses) byAddress_.erase({fd, address});
  byFragment_.erase(session->ufrag);
  events_.over(session, reason);
}

void NetworkLoop::run() {
  pthread_setname_np(pthread_self(), "dju-network");
  std::vector<pollfd> wait{{tasks_.fd(), POLLIN, 0}};
  for (const auto& socket : sockets_.all()) wait.push_back({socket.fd, POLLIN, 0});
  constexpr auto kSweepMs = 250;
  while (!stop_) {
    poll(wait.data(), wait.size(), kSweepMs);
    now_ = clock_();
    tasks_.run();
    for (std::size_t i = 1; i < wait.size(); ++i) {
      if (wait[i].revents != 0) receive(wait[i].fd);
    }
    if (now_ - swept_ >= std::chrono::milliseconds(kSweepMs)) sweep();
  }
  tasks_.run();
  while (!byFragment_.empty()) finish(byFragment_.begin()->second, SessionEnd::kDisconnected);
}

void NetworkLoop::receive(int fd) {
  std::array<mmsghdr, kDatagrams> headers{};
  std::array<iovec, kDatagrams> vectors{};
  std::array<SocketAddress, kDatagrams> from;
  for (unsigned i = 0; i < kDatagrams; ++i) {
    vectors[i] = {buffers_.data() + i * kDatagramBytes, kDatagramBytes};
    headers[i].msg_hdr.msg_name = from[i].raw();
    headers[i].msg_hdr.msg_namelen = SocketAddress::kCapacity;
    headers[i].msg_hdr.msg_iov = &vectors[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  // One batch a turn, so that a flood on one socket does not starve the others.
  const int count = recvmmsg(fd, headers.data(), kDatagrams, 0, nullptr);
  for (int i = 0; i < count; ++i) {
    const auto n = static_cast<std::size_t>(i);
    const ByteView packet(static_cast<const std::uint8_t*>(vectors[n].iov_base),
                          headers[n].msg_len);
    if (!dispatch({fd, from[n]}, packet))
      counters_.datagramsRefused.fetch_add(1, std::memory_order_relaxed);
  }
}

bool NetworkLoop::dispatch(const Path& from, ByteView packet) {
  switch (packetKind(packet)) {
    case PacketKind::kStun:
      return onStun(from, packet);
    case PacketKind::kRtcp:
      return onRtcp(from, packet);
    case PacketKind::kDtls: {
      const auto found = byAddress_.find({from.fd, from.remote});
      if (found == byAddress_.end()) return false;
      events_.dtls(found->second, from, packet);
      return true;
    }
    default:
      return false;
  }
}

bool NetworkLoop::onStun(const Path& from, ByteView packet) {
  const auto message = parseStun(packet);
  if (!message || message->type != StunType::kBindingRequest || !message->fingerprintValid)
    return false;
  const auto found = byFragment_.find(std::string(message->localFragment()));
  if (found == byFragment_.end()) return false;
  const auto session = found->second;
  if (message->username != session->ufrag + ":" + session->clientUfrag) return false;
  if (!verifyIntegrity(*message, session->pwd) || message->unknownAttribute) return false;
  session->heard = now_;
  latch(session, from, message->useCandidate);
  const Bytes answer = stunResponse(*message, from.remote, session->pwd);
  return sendto(from.fd, answer.data(), answer.size(), 0, from.remote.raw(), from.remote.size()) >=
         0;
}

// The first address that proves itself is used at once, since Chromium nominates only later; then
// the client's nomination decides, or any proven address once the one in use has fallen silent.
void NetworkLoop::latch(const std::shared_ptr<Session>& session, const Path& from, bool nominated) {
  if (byAddress_.find({from.fd, from.remote}) == byAddress_.end()) {
    if (session->addresses.size() == kMaxAddresses) {
      const auto oldest = session->addresses.front();
      byAddress_.erase({oldest.first, oldest.second});
      session->addresses.erase(session->addresses.begin());
    }
    session->addresses.emplace_back(from.fd, from.remote);
    byAddress_[{from.fd, from.remote}] = session;
  }
  auto& path = session->path;
  const bool same = path && path->fd == from.fd && path->remote == from.remote;
  if (same) session->pathHeard = now_;
  if (same || (path && !nominated && now_ - session->pathHeard < kPathSilence)) return;
  path = from;
  session->pathHeard = now_;
  events_.moved(session, from);
}

bool NetworkLoop::onRtcp(const Path& from, ByteView packet) {
  const auto found = byAddress_.find({from.fd, from.remote});
  if (found == byAddress_.end() || !found->second->srtp) return false;
  const auto session = found->second;
  Bytes plain(packet.begin(), packet.end());
  if (!session->srtp->unprotectRtcp(plain)) return false;
  session->heard = now_;
  ViewerFeedback feedback;
  const bool whole = parseRtcp(plain, feedback);
  takeReports(*session, feedback.reports);
  if (!feedback.missing.empty()) resend(session, std::move(feedback.missing));
  if (!feedback.goodbyes.empty()) finish(session, SessionEnd::kLeft);
  return whole;
}

void NetworkLoop::resend(const std::shared_ptr<Session>& session,
                         std::vector<std::uint16_t> missing) {
  session->nacks += missing.size();
  const auto granted = session->resends.take(session->sent, missing.size());
  counters_.resendsRefused += missing.size() - granted;
  missing.resize(granted);
  if (!missing.empty()) events_.missing(session, std::move(missing));
}

void NetworkLoop::takeReports(Session& session, const std::vector<ReceptionReport>& reports) {
  for (const ReceptionReport& report : reports) {
    if (report.ssrc != session.source->ssrc()) continue;
    session.fractionLost = report.fractionLost;
    session.packetsLost = report.cumulativeLost;
    ++session.reports;
    session.jitterUs = std::int64_t{report.jitter} * 1000000 / kSampleRate;
    if (report.lastReport == 0) continue;  // it has not seen a sender report yet
    const std::uint32_t now = ntpMiddle(ntpTime(std::chrono::system_clock::now()));
    const auto rtt = static_cast<std::int32_t>(now - report.lastReport - report.delay);
    if (rtt >= 0) session.rttUs = std::int64_t{rtt} * 1000000 / 65536;
  }
}

void NetworkLoop::sweep() {
  swept_ = now_;
  std::vector<std::shared_ptr<Session>> silent;
  for (const auto& [fragment, session] : byFragment_) {
    if (now_ - session->heard > silence_) silent.push_back(session);
  }
  for (const auto& session : silent) finish(session, SessionEnd::kSilent);
}

}  // namespace dju::server::webrtc
