// The network thread: receives every datagram, answers STUN checks, knows which session an address
// belongs to, reads receivers' reports, and ends sessions that left or fell silent.
#pragma once

#include <thread>
#include <unordered_map>

#include "server/webrtc/rtcp.h"
#include "server/webrtc/session.h"
#include "server/webrtc/stun.h"
#include "server/webrtc/task_queue.h"

namespace dju::server::webrtc {

class NetworkLoop {
 public:
  // Called on the network thread.
  struct Events {
    std::function<void(const std::shared_ptr<Session>&, const Path&, ByteView)> dtls;
    std::function<void(const std::shared_ptr<Session>&, const Path&)> moved;
    std::function<void(const std::shared_ptr<Session>&, std::vector<std::uint16_t>)> missing;
    std::function<void(const std::shared_ptr<Session>&, SessionEnd)> over;
  };
  NetworkLoop(const UdpSockets& sockets, Counters& counters, std::chrono::milliseconds silence,
              Clock clock, Events events);
  ~NetworkLoop();
  // Ends every session, then the thread; what is posted later goes nowhere.
  void stop();

  // Any thread but an engine thread.
  void add(std::shared_ptr<Session> session);
  void secured(std::shared_ptr<Session> session, const SrtpKey& clientKey);
  void end(std::shared_ptr<Session> session, SessionEnd reason);
  void endAll(std::shared_ptr<MediaSource> source);

 private:
  struct AddressKey {
    int fd;
    SocketAddress address;
    bool operator==(const AddressKey&) const = default;
  };
  struct AddressKeyHash {
    std::size_t operator()(const AddressKey& key) const {
      return SocketAddressHash()(key.address) * 31 + static_cast<std::size_t>(key.fd);
    }
  };

  void run();
  void receive(int fd);
  bool dispatch(const Path& from, ByteView packet);
  bool onStun(const Path& from, ByteView packet);
  bool onRtcp(const Path& from, ByteView packet);
  void latch(const std::shared_ptr<Session>& session, const Path& from, bool nominated);
  void resend(const std::shared_ptr<Session>& session, std::vector<std::uint16_t> missing);
  void takeReports(Session& session, const std::vector<ReceptionReport>& reports);
  void sweep();
  void finish(std::shared_ptr<Session> session, SessionEnd reason);

  const UdpSockets& sockets_;
  Counters& counters_;
  std::chrono::milliseconds silence_;
  Clock clock_;
  Events events_;
  TaskQueue tasks_;
  std::unordered_map<std::string, std::shared_ptr<Session>> byFragment_;
  std::unordered_map<AddressKey, std::shared_ptr<Session>, AddressKeyHash> byAddress_;
  std::vector<std::uint8_t> buffers_;
  SteadyClock::time_point now_{};
  SteadyClock::time_point swept_{};
  std::atomic<bool> stop_{false};
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace dju::server::webrtc
