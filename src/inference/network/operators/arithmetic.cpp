// Add, Sub, Mul, Div with NumPy's broadcasting: shapes are aligned at their last dimensions, and a
// dimension of 1 is repeated.
#include <algorithm>
#include <array>

#include "inference/network/operators/operator_list.h"

namespace dju::inference {
namespace {

struct Sum {
  float operator()(float a, float b) const { return a + b; }
};
struct Difference {
  float operator()(float a, float b) const { return a - b; }
};
struct Product {
  float operator()(float a, float b) const { return a * b; }
};
struct Quotient {
  float operator()(float a, float b) const { return a / b; }
};

// How the elements of both inputs are walked through for those of the output; neighbouring
// dimensions that are walked alike are one.
struct Walk {
  struct Dimension {
    std::size_t size = 1, aStride = 0, bStride = 0;
  };
  std::vector<Dimension> dimensions;  // outermost first, at least one
};

Walk walkOf(const Shape& out, const Shape& a, const Shape& b) {
  Walk walk;
  std::size_t aStride = 1, bStride = 1;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t at = out.size() - 1 - i;
    const auto sizeIn = [&](const Shape& shape) {
      return i < shape.size() ? static_cast<std::size_t>(shape[shape.size() - 1 - i]) : 1;
    };
    Walk::Dimension next{static_cast<std::size_t>(out[at]), sizeIn(a) > 1 ? aStride : 0,
                         sizeIn(b) > 1 ? bStride : 0};
    aStride *= sizeIn(a);
    bStride *= sizeIn(b);
    if (next.size == 1) continue;
    if (!walk.dimensions.empty()) {
      Walk::Dimension& inner = walk.dimensions.back();
      if (next.aStride == inner.aStride * inner.size &&
          next.bStride == inner.bStride * inner.size) {
        inner.size *= next.size;
        continue;
      }
    }
    walk.dimensions.push_back(next);
  }
  if (walk.dimensions.empty()) walk.dimensions.emplace_back();
  std::reverse(walk.dimensions.begin(), walk.dimensions.end());
  return walk;
}

template <typename Function>
class Elementwise : public Operator {
 public:
  Elementwise(Walk walk, ValueId a, ValueId b, ValueId out)
      : walk_(std::move(walk)), a_(a), b_(b), out_(out) {}

  void run(const Memory& memory) const noexcept override {
    float* out = memory.floatsToWrite(out_);
    level(0, memory.floats(a_), memory.floats(b_), out);
  }

 private:
  void level(std::size_t depth, const float* a, const float* b, float*& out) const noexcept {
    const Walk::Dimension& here = walk_.dimensions[depth];
    if (depth + 1 == walk_.dimensions.size()) {
      line(here, a, b, out);
      out += here.size;
      return;
    }
    for (std::size_t i = 0; i < here.size; ++i, a += here.aStride, b += here.bStride)
      level(depth + 1, a, b, out);
  }

  static void line(const Walk::Dimension& line, const float* a, const float* b,
                   float* __restrict out) noexcept {
    const Function function;
    if (line.aStride == 1 && line.bStride == 1) {
      for (std::size_t i = 0; i < line.size; ++i) out[i] = function(a[i], b[i]);
    } else if (line.aStride == 1 && line.bStride == 0) {
      const float same = *b;
      for (std::size_t i = 0; i < line.size; ++i) out[i] = function(a[i], same);
    } else {
      for (std::size_t i = 0; i < line.size; ++i)
        out[i] = function(a[i * line.aStride], b[i * line.bStride]);
    }
  }

  Walk walk_;
  ValueId a_, b_, out_;
};

template <typename Function>
OperatorPtr make(OperatorContext& context) {
  context.require(context.inputs() == 2, "needs two inputs");
  const Shape& a = context.shape(0);
  const Shape& b = context.shape(1);
  Shape out(std::max(a.size(), b.size()), 1);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::int64_t inA = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::int64_t inB = i < b.size() ? b[b.size() - 1 - i] : 1;
    context.require(inA == inB || inA == 1 || inB == 1,
                    "shapes " + textOf(a) + " and " + textOf(b) + " do not fit");
    out[out.size() - 1 - i] = std::max(inA, inB);
  }
  Walk walk = walkOf(out, a, b);
  const ValueId left = context.floats(0), right = context.floats(1);
  return std::make_unique<Elementwise<Function>>(std::move(walk), left, right, context.output(out));
}

}  // namespace

OperatorPtr makeAdd(OperatorContext& context) {
  return make<Sum>(context);
}
OperatorPtr makeSub(OperatorContext& context) {
  return make<Difference>(context);
}
OperatorPtr makeMul(OperatorContext& context) {
  return make<Product>(context);
}
OperatorPtr makeDiv(OperatorContext& context) {
  return make<Quotient>(context);
}

}  // namespace dju::inference
