// How the media server's threads reach one another: tasks posted from anywhere, run by the owner,
// which sleeps on the descriptor.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <mutex>
#include <vector>

#include "core/error.h"

namespace dju::server::webrtc {

class TaskQueue {
 public:
  TaskQueue() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (fd_ < 0) {
      throw Error(ErrorCode::kUnavailable,
                  std::string("media server: eventfd: ") + std::strerror(errno));
    }
  }
  ~TaskQueue() { close(fd_); }
  TaskQueue(const TaskQueue&) = delete;
  TaskQueue& operator=(const TaskQueue&) = delete;

  // Any thread but an engine thread. Tasks run in the order in which they were posted.
  void post(std::function<void()> task) {
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    wake();
  }
  // Any thread; one system call.
  void wake() noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(fd_, &one, sizeof one);  // full means awake anyway
  }

  // Owner: readable when there is something to do.
  int fd() const { return fd_; }
  // Owner: runs what was posted.
  void run() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto taken = read(fd_, &count, sizeof count);
    {
      const std::lock_guard lock(mutex_);
      running_.swap(tasks_);
    }
    for (auto& task : running_) task();
    running_.clear();
  }

 private:
  int fd_;
  std::mutex mutex_;
  std::vector<std::function<void()>> tasks_;    // guarded by mutex_
  std::vector<std::function<void()>> running_;  // the owner's
};

}  // namespace dju::server::webrtc
