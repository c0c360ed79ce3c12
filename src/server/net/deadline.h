// A time limit that is moved often and rarely expires: moving it later costs a store, the timer is
// armed again only when it fires early. Internal to net/. On the owner's strand only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>

namespace dju::server {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;
  explicit Deadline(const boost::asio::any_io_executor& executor) : timer_(executor) {}

  // `expired` must not keep the owner alive (capture a weak pointer) and must hold its lifetime
  // while it runs.
  void onExpired(std::function<void()> expired) {
    expired_ = std::make_shared<std::function<void()>>(std::move(expired));
  }

  void expireAfter(Clock::duration time) { expireAt(Clock::now() + time); }
  void expireAt(Clock::time_point due) {
    due_ = due;
    if (!armed_ || due_ < armedFor_) arm();
  }
  void clear() { due_ = Clock::time_point::max(); }
  // No more expiry; the owner is closing.
  void cancel() {
    clear();
    expired_.reset();
    timer_.cancel();
  }

 private:
  void arm() {
    armed_ = true;
    armedFor_ = due_;
    timer_.expires_at(due_);  // aborts an earlier wait
    timer_.async_wait([this, alive = std::weak_ptr(expired_)](boost::system::error_code error) {
      const auto expired = alive.lock();  // gone: so is this object
      if (error || !expired) return;
      armed_ = false;
      if (due_ == Clock::time_point::max()) return;
      if (Clock::now() < due_) return arm();
      clear();
      (*expired)();
    });
  }

  boost::asio::steady_timer timer_;
  std::shared_ptr<std::function<void()>> expired_;
  Clock::time_point due_ = Clock::time_point::max();
  Clock::time_point armedFor_ = Clock::time_point::max();
  bool armed_ = false;
};

}  // namespace dju::server
