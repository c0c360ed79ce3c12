// Writes the nodes of a TensorFlow Lite model one by one, as GraphBuilder does those of ONNX; each
// call gives the index of the tensor that the node makes. One instance, one thread.
#pragma once

#include "inference/conversion/tflite_file.h"

namespace dju::inference {

class TfliteGraph {
 public:
  using Index = std::int32_t;

  explicit TfliteGraph(std::string description) { model_.description = std::move(description); }
  TfliteModel& model() { return model_; }
  const Shape shapeOf(Index tensor) const;

  Index tensor(const Shape& shape, TfliteType type = TfliteType::kFloat32,
               const std::string& name = "");
  Index constant(const Shape& shape, const std::vector<float>& values);
  Index integers(const Shape& shape, const std::vector<std::int64_t>& values);
  Index integers(const std::vector<std::int64_t>& values) {
    return integers({static_cast<std::int64_t>(values.size())}, values);
  }

  Index add(TfliteOp op, std::vector<Index> inputs, const Shape& shape,
            TfliteOptions options = TfliteOptions::kNone, std::vector<TfliteField> fields = {});
  // x + y, x * y … of the same shape as x.
  Index sum(Index x, Index y);
  Index product(Index x, Index y);
  Index reshaped(Index x, const Shape& shape);
  // Floats as int32, towards zero.
  Index truncated(Index x);
  Index transposed(Index x, const std::vector<std::int64_t>& order);
  Index sliced(Index x, const std::vector<std::int64_t>& first, const Shape& shape);
  Index joined(const std::vector<Index>& parts, std::int64_t axis);
  // x: [..., in], weights: [out, in]; bias -1 = none.
  Index dense(Index x, Index weights, Index bias, std::int64_t out);

 private:
  TfliteModel model_;
};

}  // namespace dju::inference
