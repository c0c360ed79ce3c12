// The memory of one run of a network. Fill the inputs, run, read the outputs; inputs keep what they
// hold. The constructor allocates; nothing after it does.
//
// One instance, one thread. The network outlives it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "inference/network/aligned_bytes.h"
#include "inference/network/network.h"

namespace dju::inference {

class NetworkRunner {
 public:
  explicit NetworkRunner(const Network& network);

  // The elements of an input, row-major, zero at first. Throws Error when the network has no input
  // of this name and type.
  std::span<float> input(std::string_view name);
  std::span<std::int64_t> integerInput(std::string_view name);
  // Fills an input of either type from floats. Throws Error naming both numbers when there are not
  // as many as the input has elements.
  void fill(std::string_view name, std::span<const float> elements);
  // What is no number in an input is none in the outputs that depend on it.
  void run() noexcept;
  // Valid until the next run. Throws Error when the network has no output of this name.
  std::span<const float> output(std::string_view name) const;

 private:
  std::byte* place(std::string_view name, ElementType type, const std::vector<OnnxValue>& values,
                   const std::vector<ValueId>& ids, std::size_t& elements) const;

  const Network& network_;
  AlignedBytes bytes_;
  std::vector<std::byte*> places_;
};

}  // namespace dju::inference
