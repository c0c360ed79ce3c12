#include "server/webrtc/handshake_loop.h"

#include <openssl/rand.h>
#include <poll.h>
#include <pthread.h>

#include <algorithm>

#include "core/log.h"

namespace dju::server::webrtc {
namespace {
constexpr int kMaxWaiting = 32;  // datagrams of one session between the threads
constexpr int kIdleMs = 1000;

std::unique_ptr<SctpReceiver> makeChannel() {
  std::uint32_t tag = 0;
  SctpReceiver::Cookie cookie;
  while (tag == 0) RAND_bytes(reinterpret_cast<unsigned char*>(&tag), sizeof tag);
  RAND_bytes(cookie.data(), static_cast<int>(cookie.size()));
  return std::make_unique<SctpReceiver>(tag, cookie);
}

}  // namespace

HandshakeLoop::HandshakeLoop(const DtlsIdentity& identity, Events events)
    : identity_(identity), events_(std::move(events)), thread_([this] { run(); }) {}

HandshakeLoop::~HandshakeLoop() {
  stop();
}

void HandshakeLoop::stop() {
  if (stop_.exchange(true)) return;
  tasks_.wake();
  thread_.join();
}

void HandshakeLoop::receive(std::shared_ptr<Session> session, const Path& path, ByteView datagram) {
  if (session->waitingHandshake.fetch_add(1) >= kMaxWaiting) {
    --session->waitingHandshake;
    return;
  }
  tasks_.post([this, session, path, bytes = Bytes(datagram.begin(), datagram.end())] {
    --session->waitingHandshake;
    handle(session, path, bytes);
  });
}

void HandshakeLoop::remove(std::shared_ptr<Session> session) {
  tasks_.post([this, session] {
    const auto found = entries_.find(session.get());
    if (found == entries_.end()) return;
    found->second.dtls->close();
    handshaking_.erase(session.get());
    entries_.erase(found);
  });
}

void HandshakeLoop::handle(const std::shared_ptr<Session>& session, const Path& path,
                           ByteView datagram) {
  Entry& entry = entries_[session.get()];
  entry.path = path;
  if (!entry.dtls) open(entry, session);
  const auto before = entry.dtls->state();
  entry.dtls->receive(datagram);
  settle(entry, before);
}

void HandshakeLoop::open(Entry& entry, const std::shared_ptr<Session>& session) {
  entry.session = session;
  const auto send = [&entry](ByteView out) {
    // Lost ones are sent again by DTLS itself.
    [[maybe_unused]] const auto sent = sendto(entry.path.fd, out.data(), out.size(), 0,
                                              entry.path.remote.raw(), entry.path.remote.size());
  };
  DtlsConnection::OnData onData;
  if (session->options.messages) {
    entry.channel = makeChannel();
    onData = [this, &entry, answer = Bytes()](ByteView packet) mutable {
      entry.channel->receive(packet, answer, [this, &entry](ByteView message) {
        events_.message(entry.session, message);
      });
      if (!answer.empty()) entry.dtls->say(answer);
    };
  }
  entry.dtls = std::make_unique<DtlsConnection>(identity_, DtlsConnection::Role::kServer,
                                                session->clientFingerprint, send, onData);
  handshaking_.insert(session.get());
}

void HandshakeLoop::settle(Entry& entry, DtlsConnection::State before) {
  using State = DtlsConnection::State;
  const State now = entry.dtls->state();
  if (now == before) return;
  handshaking_.erase(entry.session.get());
  if (now == State::kConnected)
    return events_.connected(entry.session, entry.path, entry.dtls->keys());
  if (now == State::kFailed)
    log::info("media session {:.8}…: DTLS: {}", entry.session->id, entry.dtls->failure());
  events_.over(entry.session, now == State::kFailed ? SessionEnd::kHandshake : SessionEnd::kLeft);
}

int HandshakeLoop::waitMs() const {
  std::int64_t wait = kIdleMs;
  for (const Session* session : handshaking_) {
    const auto timer = entries_.at(session).dtls->timer();
    if (timer) wait = std::min(wait, static_cast<std::int64_t>(timer->count() / 1000 + 1));
  }
  return static_cast<int>(wait);
}

void HandshakeLoop::fireTimers() {
  std::vector<const Session*> due;
  for (const Session* session : handshaking_) {
    const auto timer = entries_.at(session).dtls->timer();
    if (timer && timer->count() <= 0) due.push_back(session);
  }
  for (const Session* session : due) {
    Entry& entry = entries_.at(session);
    const auto before = entry.dtls->state();
    entry.dtls->onTimer();
    settle(entry, before);
  }
}

void HandshakeLoop::run() {
  pthread_setname_np(pthread_self(), "dju-handshake");
  while (!stop_) {
    pollfd wait{tasks_.fd(), POLLIN, 0};
    poll(&wait, 1, waitMs());
    tasks_.run();
    fireTimers();
  }
  tasks_.run();
}

}  // namespace dju::server::webrtc
