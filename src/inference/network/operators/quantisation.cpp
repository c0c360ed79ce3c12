// QuantizeLinear, DequantizeLinear, Cast: what makes models smaller.
//
// A quantised tensor is held as the floats that its integers stand for, so that a pair of
// quantising and dequantising rounds and nothing else is left to do. Constants are unpacked when
// the network is loaded.
#include <algorithm>
#include <limits>

#include "inference/network/operators/axis_split.h"
#include "inference/network/operators/operator_list.h"

namespace dju::inference {
namespace {

struct Grid {
  float scale = 1;
  float zero = 0, lowest = -128, highest = 127;

  // The float that the nearest integer of the grid stands for; ties to even.
  float operator()(float x) const {
    constexpr float kRound = 12582912.0F;  // 1.5 * 2^23: what is added to it is rounded
    float level = x / scale;
    // Before rounding, so that what is far off is rounded right as well.
    level = level < lowest - zero ? lowest - zero : level;
    level = level > highest - zero ? highest - zero : level;
    return ((level + kRound) - kRound) * scale;
  }
  bool operator==(const Grid&) const = default;
};

class Rounding : public Operator {
 public:
  Rounding(const Grid& grid, std::size_t count, ValueId in, ValueId out)
      : grid_(grid), count_(count), in_(in), out_(out) {}
  void run(const Memory& memory) const noexcept override {
    const float* in = memory.floats(in_);
    float* __restrict out = memory.floatsToWrite(out_);
    for (std::size_t i = 0; i < count_; ++i) out[i] = grid_(in[i]);
  }

 private:
  Grid grid_;
  std::size_t count_;
  ValueId in_, out_;
};

Grid gridOf(OperatorContext& context) {
  const std::vector<float> scale = context.constantFloats(1);
  context.require(scale.size() == 1 && scale[0] > 0, "a scale that is not one positive number");
  Grid grid;
  grid.scale = scale[0];
  // Without a zero point, the type is uint8.
  const bool isSigned = context.given(2) && context.type(2) == ElementType::kInt8;
  context.require(isSigned || !context.given(2) || context.type(2) == ElementType::kUint8,
                  "only int8 and uint8 are supported");
  if (context.given(2)) {
    const std::vector<std::int64_t> zero = context.constantIntegers(2);
    context.require(zero.size() == 1, "one zero point is needed");
    grid.zero = static_cast<float>(zero[0]);
  }
  grid.lowest = isSigned ? -128 : 0;
  grid.highest = isSigned ? 127 : 255;
  return grid;
}

void unpackConstant(OperatorContext& context) {
  const Shape& shape = context.shape(0);
  const std::vector<std::int64_t> levels = context.constantIntegers(0);
  const std::vector<float> scales = context.constantFloats(1);
  std::vector<std::int64_t> zeros(scales.size(), 0);
  if (context.given(2)) zeros = context.constantIntegers(2);
  const std::int64_t axis = context.integer("axis", 1);
  const bool perChannel = scales.size() > 1;
  const AxisSplit split(shape, perChannel ? context.axis(axis) : 0, perChannel ? 1 : 0);
  context.require(zeros.size() == scales.size() && (!perChannel || split.size == scales.size()),
                  "scales and zero points do not fit the shape " + textOf(shape));
  std::vector<float> values;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const std::size_t channel = perChannel ? i / split.inner % split.size : 0;
    values.push_back(static_cast<float>(levels[i] - zeros[channel]) * scales[channel]);
  }
  context.outputIsConstant(shape, values);
}

// Towards zero, as ONNX has it. What no int64 can be (NaN, too large) becomes the lowest, which no
// Gather takes for an index.
class Truncation : public Operator {
 public:
  Truncation(std::size_t count, ValueId in, ValueId out) : count_(count), in_(in), out_(out) {}
  void run(const Memory& memory) const noexcept override {
    constexpr float kBeyond = 9.2e18F;
    const float* in = memory.floats(in_);
    std::int64_t* out = memory.integersToWrite(out_);
    for (std::size_t i = 0; i < count_; ++i)
      out[i] = in[i] > -kBeyond && in[i] < kBeyond ? static_cast<std::int64_t>(in[i])
                                                   : std::numeric_limits<std::int64_t>::min();
  }

 private:
  std::size_t count_;
  ValueId in_, out_;
};

}  // namespace

OperatorPtr makeCast(OperatorContext& context) {
  const std::int64_t to = context.integer("to", 0);
  if (to == static_cast<std::int64_t>(ElementType::kInt64) && !context.isConstant(0) &&
      context.type(0) == ElementType::kFloat32) {
    const Shape& shape = context.shape(0);
    const ValueId in = context.floats(0);
    return std::make_unique<Truncation>(static_cast<std::size_t>(elementsOf(shape)), in,
                                        context.output(shape, ElementType::kInt64));
  }
  context.require(to == static_cast<std::int64_t>(ElementType::kFloat32) && context.isConstant(0) &&
                      context.type(0) == ElementType::kFloat16,
                  "constants of float16 are cast to float32, and computed floats to int64; else "
                  "nothing is");
  context.outputIsConstant(context.shape(0), context.constantFloats(0));
  return nullptr;
}

OperatorPtr makeQuantizeLinear(OperatorContext& context) {
  context.integer("axis", 1);  // of no meaning for one scale
  const Grid grid = gridOf(context);
  const Shape& shape = context.shape(0);
  const ValueId in = context.floats(0);
  const auto count = static_cast<std::size_t>(elementsOf(shape));
  const ElementType type = grid.lowest < 0 ? ElementType::kInt8 : ElementType::kUint8;
  const ValueId out = context.output(shape, type);
  context.setGrid(out, grid.scale, grid.zero);
  return std::make_unique<Rounding>(grid, count, in, out);
}

OperatorPtr makeDequantizeLinear(OperatorContext& context) {
  if (context.isConstant(0)) {
    unpackConstant(context);
    return nullptr;
  }
  context.integer("axis", 1);
  const Grid grid = gridOf(context);
  context.require(context.hasGrid(0, grid.scale, grid.zero),
                  "its scale or zero point is another than that by which its input was quantised");
  context.outputIsInput(0, context.shape(0), ElementType::kFloat32);
  return nullptr;
}

}  // namespace dju::inference
