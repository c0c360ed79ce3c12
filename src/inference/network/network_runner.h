// The memory in which a network runs, of one item or of several that run together. Fill the inputs,
// run, read the outputs; inputs keep what they hold. The constructor allocates; nothing after it
// does.
//
//   NetworkRunner runner(network, 8);
//   for (std::size_t i = 0; i < 3; ++i) runner.fill("features", windows[i], i);
//   runner.run(3);
//   use(runner.output("scores", 2));
//
// Together, the steps of a recurrent layer are those of all items: each is one matrix product. Each
// item's outputs are the bits that it has alone.
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
  // Takes network.runBytes(), and itemBytes() for each item behind the first.
  explicit NetworkRunner(const Network& network, std::size_t items = 1);

  std::size_t items() const { return memories_.size(); }
  // The elements of an item's input, row-major, zero at first. Throws Error when the network has no
  // input of this name and type. Here and below item < items().
  std::span<float> input(std::string_view name, std::size_t item = 0);
  std::span<std::int64_t> integerInput(std::string_view name, std::size_t item = 0);
  // Fills an input of either type from floats. Throws Error naming both numbers when there are not
  // as many as the input has elements.
  void fill(std::string_view name, std::span<const float> elements, std::size_t item = 0);
  // Runs the first `items` of them, 1 to items(). What is no number in an input is none in the
  // outputs that depend on it.
  void run(std::size_t items = 1) noexcept;
  // Valid until the next run. Throws Error when the network has no output of this name.
  std::span<const float> output(std::string_view name, std::size_t item = 0) const;

 private:
  template <typename T>
  std::span<T> elements(std::string_view name, ElementType type,
                        const std::vector<OnnxValue>& values, const std::vector<ValueId>& ids,
                        std::size_t item) const;

  const Network& network_;
  AlignedBytes bytes_;
  std::vector<std::byte*> places_;  // of the first item's values, then of the second's …
  std::vector<Memory> memories_;
};

}  // namespace dju::inference
