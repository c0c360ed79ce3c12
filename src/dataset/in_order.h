// Things made by several threads and handed on in their order, so that the number of threads
// changes nothing but the time. Workers stay a few ahead at most.
//
//   InOrder<Take> takes(100, jobs, [&](int index) { return take(index); });
//   for (int i = 0; i < 100; ++i) use(takes.next());
//
// Callers: simulate_dataset.cpp, excerpts.cpp. The constructor starts the threads, the destructor
// ends them; next() belongs to one thread and waits. What `make` throws, next() throws.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace dju::dataset {

template <typename T>
class InOrder {
 public:
  InOrder(int count, int jobs, std::function<T(int index)> make)
      : count_(count), ahead_(2 * jobs), make_(std::move(make)) {
    for (int i = 0; i < jobs; ++i) workers_.emplace_back([this] { work(); });
  }
  ~InOrder() {
    {
      const std::lock_guard lock(mutex_);
      next_ = wanted_ = count_;
    }
    changed_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }
  InOrder(const InOrder&) = delete;
  InOrder& operator=(const InOrder&) = delete;

  T next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return failure_ || done_.count(wanted_) > 0; });
    if (failure_) std::rethrow_exception(failure_);
    T made = std::move(done_.at(wanted_));
    done_.erase(wanted_++);
    changed_.notify_all();
    return made;
  }

 private:
  void work() {
    for (;;) {
      int index = 0;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock,
                      [&] { return next_ >= count_ || next_ < wanted_ + ahead_ || failure_; });
        if (next_ >= count_ || failure_) return;
        index = next_++;
      }
      try {
        T made = make_(index);
        const std::lock_guard lock(mutex_);
        done_.emplace(index, std::move(made));
      } catch (...) {
        const std::lock_guard lock(mutex_);
        failure_ = std::current_exception();
      }
      changed_.notify_all();
    }
  }

  int count_, ahead_;
  std::function<T(int)> make_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int next_ = 0, wanted_ = 0;  // guarded by mutex_, as the next two
  std::map<int, T> done_;
  std::exception_ptr failure_;
  std::vector<std::thread> workers_;
};

}  // namespace dju::dataset
