// Commands that wait for their frame, earliest first. Room is taken once, in the constructor.
// Render thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "engine/command.h"

namespace dju::engine {

class CommandQueue {
 public:
  explicit CommandQueue(int capacity) : heap_(static_cast<std::size_t>(std::max(capacity, 1))) {}

  bool full() const noexcept { return size_ == heap_.size(); }
  bool empty() const noexcept { return size_ == 0; }
  // Not empty:
  const Command& first() const noexcept { return heap_.front(); }

  // Not full.
  void push(const Command& command) noexcept {
    heap_[size_++] = command;
    std::push_heap(heap_.begin(), end(), later);
  }
  // Not empty.
  Command pop() noexcept {
    std::pop_heap(heap_.begin(), end(), later);
    return heap_[--size_];
  }

 private:
  static bool later(const Command& a, const Command& b) noexcept {
    return a.frame != b.frame ? a.frame > b.frame : a.seq > b.seq;
  }

  std::vector<Command>::iterator end() noexcept {
    return heap_.begin() + static_cast<std::ptrdiff_t>(size_);
  }

  std::vector<Command> heap_;  // the first size_ of them
  std::size_t size_ = 0;
};

}  // namespace dju::engine
