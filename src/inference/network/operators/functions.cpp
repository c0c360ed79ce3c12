// Relu, Sigmoid, Sqrt, Clip of each element; Softmax along an axis. NaN stays NaN.
#include "inference/network/functions.h"

#include <cmath>
#include <limits>

#include "inference/network/operators/axis_split.h"
#include "inference/network/operators/operator_list.h"

namespace dju::inference {
namespace {

struct Rectified {
  float operator()(float x) const { return x < 0 ? 0 : x; }
};
struct Logistic {
  float operator()(float x) const { return sigmoidOf(x); }
};
struct Root {
  float operator()(float x) const { return std::sqrt(x); }
};
struct Clipped {
  float low, high;
  float operator()(float x) const {
    x = x < low ? low : x;
    return x > high ? high : x;
  }
};

template <typename Function>
class Each : public Operator {
 public:
  Each(Function function, std::size_t count, ValueId in, ValueId out)
      : function_(function), count_(count), in_(in), out_(out) {}

  void run(const Memory& memory) const noexcept override {
    const float* in = memory.floats(in_);
    float* __restrict out = memory.floatsToWrite(out_);
    for (std::size_t i = 0; i < count_; ++i) out[i] = function_(in[i]);
  }

 private:
  Function function_;
  std::size_t count_;
  ValueId in_, out_;
};

template <typename Function>
OperatorPtr make(OperatorContext& context, Function function) {
  const Shape& shape = context.shape(0);
  const ValueId in = context.floats(0);
  const auto count = static_cast<std::size_t>(elementsOf(shape));
  return std::make_unique<Each<Function>>(function, count, in, context.output(shape));
}

class Softmax : public Operator {
 public:
  Softmax(const AxisSplit& split, ValueId in, ValueId out) : split_(split), in_(in), out_(out) {}

  void run(const Memory& memory) const noexcept override {
    for (std::size_t outer = 0; outer < split_.outer; ++outer) {
      for (std::size_t inner = 0; inner < split_.inner; ++inner) {
        const std::size_t first = outer * split_.size * split_.inner + inner;
        along(memory.floats(in_) + first, memory.floatsToWrite(out_) + first);
      }
    }
  }

 private:
  void along(const float* in, float* out) const noexcept {
    const std::size_t end = split_.size * split_.inner;
    float largest = in[0];
    for (std::size_t i = 0; i < end; i += split_.inner) largest = in[i] > largest ? in[i] : largest;
    float sum = 0;
    for (std::size_t i = 0; i < end; i += split_.inner) sum += out[i] = expOf(in[i] - largest);
    for (std::size_t i = 0; i < end; i += split_.inner) out[i] /= sum;
  }

  AxisSplit split_;
  ValueId in_, out_;
};

}  // namespace

OperatorPtr makeRelu(OperatorContext& context) {
  return make(context, Rectified{});
}
OperatorPtr makeSigmoid(OperatorContext& context) {
  return make(context, Logistic{});
}
OperatorPtr makeSqrt(OperatorContext& context) {
  return make(context, Root{});
}

OperatorPtr makeClip(OperatorContext& context) {
  const auto bound = [&](std::size_t input, float otherwise) {
    if (!context.given(input)) return otherwise;
    const std::vector<float> value = context.constantFloats(input);
    context.require(value.size() == 1, "a bound must be one number");
    return value[0];
  };
  constexpr float kLargest = std::numeric_limits<float>::max();
  return make(context, Clipped{bound(1, -kLargest), bound(2, kLargest)});
}

OperatorPtr makeSoftmax(OperatorContext& context) {
  const Shape& shape = context.shape(0);
  const AxisSplit split(shape, context.axis(context.integer("axis", -1)));
  const ValueId in = context.floats(0);
  return std::make_unique<Softmax>(split, in, context.output(shape));
}

}  // namespace dju::inference
