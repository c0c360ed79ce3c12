// Commands that wait for their frame, earliest first. Room is taken once, in the constructor.
// Render thread.
#pragma once

#include <algorithm>
#include <vector>

#include "engine/command.h"

namespace dju::engine {

class CommandQueue {
 public:
  explicit CommandQueue(int capacity) : capacity_(static_cast<std::size_t>(std::max(capacity, 1))) {
    heap_.reserve(capacity_);
  }

  bool full() const noexcept { return heap_.size() == capacity_; }
  bool empty() const noexcept { return heap_.empty(); }
  // Not empty:
  const Command& first() const noexcept { return heap_.front(); }

  // Not full.
  void push(const Command& command) noexcept {
    heap_.push_back(command);
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
  // Not empty.
  Command pop() noexcept {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Command command = heap_.back();
    heap_.pop_back();
    return command;
  }

 private:
  static bool later(const Command& a, const Command& b) noexcept {
    return a.frame != b.frame ? a.frame > b.frame : a.seq > b.seq;
  }

  std::size_t capacity_;
  std::vector<Command> heap_;
};

}  // namespace dju::engine
