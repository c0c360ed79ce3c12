// A shape seen from one axis, or from several that lie side by side: what is before, the axis
// itself, what is behind. Plain values.
#pragma once

#include <cstddef>

#include "inference/onnx/onnx_model.h"

namespace dju::inference {

struct AxisSplit {
  std::size_t outer = 1, size = 1, inner = 1;

  AxisSplit(const Shape& shape, std::size_t first, std::size_t count = 1) {
    for (std::size_t i = 0; i < shape.size(); ++i) {
      std::size_t& part = i < first ? outer : i < first + count ? size : inner;
      part *= static_cast<std::size_t>(shape[i]);
    }
  }
};

}  // namespace dju::inference
