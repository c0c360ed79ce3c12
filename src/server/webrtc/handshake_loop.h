// The handshake thread: owns every session's DTLS connection, so that a join's millisecond of
// public-key work never delays sound, and takes what comes through it on a data channel. Reached by
// the methods below, from any thread.
#pragma once

#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "server/webrtc/dtls.h"
#include "server/webrtc/sctp_receiver.h"
#include "server/webrtc/session.h"
#include "server/webrtc/task_queue.h"

namespace dju::server::webrtc {

class HandshakeLoop {
 public:
  // What became of a session; called on the handshake thread.
  struct Events {
    std::function<void(const std::shared_ptr<Session>&, const Path&, const DtlsKeys&)> connected;
    std::function<void(const std::shared_ptr<Session>&, SessionEnd)> over;
    std::function<void(const std::shared_ptr<Session>&, ByteView message)> message;
  };
  HandshakeLoop(const DtlsIdentity& identity, Events events);
  ~HandshakeLoop();
  // Runs what was posted so far and ends the thread; what is posted later goes nowhere.
  void stop();

  void receive(std::shared_ptr<Session> session, const Path& path, ByteView datagram);
  void remove(std::shared_ptr<Session> session);  // says goodbye

 private:
  struct Entry {
    std::shared_ptr<Session> session;
    Path path;
    std::unique_ptr<DtlsConnection> dtls;
    std::unique_ptr<SctpReceiver> channel;  // of who may have one
  };
  void run();
  int waitMs() const;
  void fireTimers();
  void handle(const std::shared_ptr<Session>& session, const Path& path, ByteView datagram);
  void open(Entry& entry, const std::shared_ptr<Session>& session);
  void settle(Entry& entry, DtlsConnection::State before);

  const DtlsIdentity& identity_;
  Events events_;
  TaskQueue tasks_;
  std::unordered_map<const Session*, Entry> entries_;
  std::unordered_set<const Session*> handshaking_;
  std::atomic<bool> stop_{false};
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace dju::server::webrtc
