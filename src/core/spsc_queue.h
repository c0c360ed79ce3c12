// A bounded queue between exactly one producer and one consumer thread, without locks or
// allocation after construction: the only way in and out of an engine thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace dju {

// T must be default-constructible and movable. Capacity is rounded up to a power of two.
template <typename T>
class SpscQueue {
 public:
  explicit SpscQueue(std::size_t capacity) {
    std::size_t size = 1;
    while (size < capacity) size *= 2;
    slots_ = std::make_unique<T[]>(size);
    mask_ = size - 1;
  }

  // Producer thread. False when full: the caller counts the loss, it never waits.
  bool push(T&& value) noexcept {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - cachedHead_ > mask_) {
      cachedHead_ = head_.load(std::memory_order_acquire);
      if (tail - cachedHead_ > mask_) return false;
    }
    slots_[tail & mask_] = std::move(value);
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }
  bool push(const T& value) noexcept {
    T copy = value;
    return push(std::move(copy));
  }

  // Consumer thread. False when empty.
  bool pop(T& value) noexcept {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == cachedTail_) {
      cachedTail_ = tail_.load(std::memory_order_acquire);
      if (head == cachedTail_) return false;
    }
    value = std::move(slots_[head & mask_]);
    head_.store(head + 1, std::memory_order_release);
    return true;
  }

  // Any thread; a snapshot.
  std::size_t size() const noexcept {
    return tail_.load(std::memory_order_acquire) - head_.load(std::memory_order_acquire);
  }
  std::size_t capacity() const noexcept { return mask_ + 1; }

 private:
  std::unique_ptr<T[]> slots_;
  std::size_t mask_ = 0;
  // Each side's index on a cache line of its own, with its copy of the other's beside it.
  alignas(64) std::atomic<std::size_t> head_{0};
  std::size_t cachedTail_ = 0;
  alignas(64) std::atomic<std::size_t> tail_{0};
  std::size_t cachedHead_ = 0;
};

}  // namespace dju
