// When sockets' queues are written: everything that is sent to a socket while the network thread is
// busy leaves in one system call, and sockets that may wait (an audience) share departures that are
// kGatherTime apart. One posted task serves all sockets, a slice at a time, so that a broadcast to
// thousands does not hold up what arrives meanwhile. Internal to net/.
//
// Threads: soon and gathered from any thread; flushNow is called on a network thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace dju::server {

class Flushable {
 public:
  virtual ~Flushable() = default;
  // Writes what waits, on the object's own strand.
  virtual void flushNow() = 0;
};

class SendScheduler : public std::enable_shared_from_this<SendScheduler> {
 public:
  // An event may reach a gathering socket later by this. A spectator hears later than that: packets
  // of 60 ms, a jitter buffer that holds two of them, and the output.
  static constexpr std::chrono::milliseconds kGatherTime{100};

  explicit SendScheduler(const boost::asio::any_io_executor& executor)
      : executor_(executor), timer_(executor) {}

  // As soon as the network thread is free.
  void soon(std::weak_ptr<Flushable> sender);
  // With the next departure: at once if the last one is kGatherTime ago.
  void gathered(std::weak_ptr<Flushable> sender);

 private:
  using Senders = std::vector<std::weak_ptr<Flushable>>;
  // A queue that is emptied a slice at a time without moving what is left.
  struct Queue {
    Senders senders;
    std::size_t next = 0;
    bool empty() const { return next == senders.size(); }
    void take(Senders& slice, std::size_t most);
  };

  void post();             // mutex_ held
  bool departing() const;  // mutex_ held
  void run();

  const boost::asio::any_io_executor executor_;
  std::mutex mutex_;
  boost::asio::steady_timer timer_;                   // guarded by mutex_
  Queue soon_;                                        // guarded by mutex_
  Queue due_;                                         // guarded by mutex_, departing
  Senders waiting_;                                   // guarded by mutex_, for the next departure
  bool posted_ = false;                               // guarded by mutex_, run is posted or running
  std::chrono::steady_clock::time_point departed_{};  // guarded by mutex_
  Senders slice_;                                     // run only
};

}  // namespace dju::server
