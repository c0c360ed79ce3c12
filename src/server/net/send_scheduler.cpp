#include "server/net/send_scheduler.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <iterator>
#include <utility>

namespace dju::server {
namespace {

using Clock = std::chrono::steady_clock;

// Writes between two looks at what has arrived: about a third of a millisecond.
constexpr std::size_t kSlice = 48;

}  // namespace

void SendScheduler::Queue::take(Senders& slice, std::size_t most) {
  const std::size_t count = std::min(most, senders.size() - next);
  const auto first = senders.begin() + static_cast<std::ptrdiff_t>(next);
  std::move(first, first + static_cast<std::ptrdiff_t>(count), std::back_inserter(slice));
  next += count;
  if (!empty()) return;
  senders.clear();
  next = 0;
}

void SendScheduler::soon(std::weak_ptr<Flushable> sender) {
  std::lock_guard lock(mutex_);
  soon_.senders.push_back(std::move(sender));
  post();
}

void SendScheduler::gathered(std::weak_ptr<Flushable> sender) {
  std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(sender));
  if (waiting_.size() > 1) return;  // the departure is arranged
  const auto due = departed_ + kGatherTime;
  if (due <= Clock::now()) return post();
  timer_.expires_at(due);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (error || !self) return;
    std::lock_guard again(self->mutex_);
    self->post();
  });
}

void SendScheduler::post() {
  if (std::exchange(posted_, true)) return;
  boost::asio::post(executor_, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->run();
  });
}

// Those who wait leave together; who comes while they are being served waits for the next time.
bool SendScheduler::departing() const {
  return !waiting_.empty() && due_.empty() && Clock::now() >= departed_ + kGatherTime;
}

void SendScheduler::run() {
  {
    std::lock_guard lock(mutex_);
    if (departing()) {
      departed_ = Clock::now();
      due_.senders.swap(waiting_);
    }
    soon_.take(slice_, kSlice);
    due_.take(slice_, kSlice - slice_.size());
  }
  for (const auto& weak : slice_) {
    if (const auto sender = weak.lock()) sender->flushNow();
  }
  slice_.clear();
  std::lock_guard lock(mutex_);
  posted_ = false;
  if (!soon_.empty() || !due_.empty() || departing()) post();
}

}  // namespace dju::server
