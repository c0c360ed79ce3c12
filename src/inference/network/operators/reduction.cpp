// ReduceMean, ReduceSum, ReduceMax over axes that lie side by side; MaxPool over blocks of an
// image.
#include <algorithm>
#include <array>

#include "inference/network/operators/axis_split.h"
#include "inference/network/operators/operator_list.h"

namespace dju::inference {
namespace {

// NaN is larger than anything, so that it is not lost. Both comparisons are made: a branch between
// them would be guessed wrongly half the time.
inline float larger(float a, float b) {
  return (static_cast<int>(a > b) | static_cast<int>(a != a)) != 0 ? a : b;
}

enum class Kind { kSum, kMean, kMax };

class Reduction : public Operator {
 public:
  Reduction(Kind kind, const AxisSplit& split, ValueId in, ValueId out)
      : kind_(kind), split_(split), in_(in), out_(out) {}

  void run(const Memory& memory) const noexcept override {
    const float* in = memory.floats(in_);
    float* out = memory.floatsToWrite(out_);
    const float factor = kind_ == Kind::kMean ? 1.0F / static_cast<float>(split_.size) : 1.0F;
    if (split_.inner == 1) return alongLines(in, factor, out);
    for (std::size_t outer = 0; outer < split_.outer; ++outer, out += split_.inner) {
      std::copy_n(in, split_.inner, out);
      in += split_.inner;
      for (std::size_t i = 1; i < split_.size; ++i, in += split_.inner) take(in, out);
      if (kind_ == Kind::kMean)
        for (std::size_t i = 0; i < split_.inner; ++i) out[i] *= factor;
    }
  }

 private:
  // What is reduced are neighbours. Several lines at once: one alone waits for each sum before the
  // next.
  void alongLines(const float* in, float factor, float* out) const noexcept {
    constexpr std::size_t kLines = 16;
    std::size_t line = 0;
    for (; line + kLines <= split_.outer; line += kLines)
      lines<kLines>(in + line * split_.size, factor, out + line);
    for (; line < split_.outer; ++line) lines<1>(in + line * split_.size, factor, out + line);
  }

  template <std::size_t Lines>
  void lines(const float* in, float factor, float* out) const noexcept {
    std::array<float, Lines> values;
    for (std::size_t line = 0; line < Lines; ++line) values[line] = in[line * split_.size];
    for (std::size_t i = 1; i < split_.size; ++i) {
      for (std::size_t line = 0; line < Lines; ++line) {
        const float next = in[line * split_.size + i];
        values[line] = kind_ == Kind::kMax ? larger(next, values[line]) : values[line] + next;
      }
    }
    for (std::size_t line = 0; line < Lines; ++line)
      out[line] = kind_ == Kind::kMean ? values[line] * factor : values[line];
  }

  void take(const float* in, float* __restrict out) const noexcept {
    if (kind_ == Kind::kMax) {
      for (std::size_t i = 0; i < split_.inner; ++i) out[i] = larger(in[i], out[i]);
    } else {
      for (std::size_t i = 0; i < split_.inner; ++i) out[i] += in[i];
    }
  }

  Kind kind_;
  AxisSplit split_;
  ValueId in_, out_;
};

// Up to set 17 ReduceMean and ReduceMax have their axes as an attribute, ReduceSum as an input.
OperatorPtr makeReduction(OperatorContext& context, Kind kind) {
  std::vector<std::int64_t> axes;
  if (kind == Kind::kSum) {
    if (context.given(1)) axes = context.constantIntegers(1);
    context.require(context.integer("noop_with_empty_axes", 0) == 0, "noop_with_empty_axes");
  } else {
    axes = context.list("axes", {});
  }
  const Shape& shape = context.shape(0);
  std::vector<std::size_t> sorted;
  for (const std::int64_t axis : axes) sorted.push_back(context.axis(axis));
  if (axes.empty())
    for (std::size_t i = 0; i < shape.size(); ++i) sorted.push_back(i);
  std::sort(sorted.begin(), sorted.end());
  context.require(!sorted.empty(), "nothing to reduce");
  for (std::size_t i = 1; i < sorted.size(); ++i)
    context.require(sorted[i] == sorted[i - 1] + 1, "axes that do not lie side by side");
  const bool keep = context.integer("keepdims", 1) != 0;
  Shape out;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool reduced = i >= sorted.front() && i <= sorted.back();
    if (!reduced) out.push_back(shape[i]);
    if (reduced && keep) out.push_back(1);
  }
  const AxisSplit split(shape, sorted.front(), sorted.size());
  const ValueId in = context.floats(0);
  return std::make_unique<Reduction>(kind, split, in, context.output(out));
}

struct Pooling {
  std::size_t images, height, width;  // of the input; images: items x channels
  std::size_t kernelHeight, kernelWidth;
  std::size_t strideHeight, strideWidth;
  std::size_t outHeight, outWidth;
};

class MaxPool : public Operator {
 public:
  MaxPool(const Pooling& pooling, ValueId in, ValueId out) : p_(pooling), in_(in), out_(out) {}

  void run(const Memory& memory) const noexcept override {
    float* out = memory.floatsToWrite(out_);
    for (std::size_t image = 0; image < p_.images; ++image) {
      const float* in = memory.floats(in_) + image * p_.height * p_.width;
      for (std::size_t y = 0; y < p_.outHeight; ++y, out += p_.outWidth)
        largest(in + y * p_.strideHeight * p_.width, out);
    }
  }

 private:
  // Of a row's blocks, whose uppermost line is `in`.
  void largest(const float* in, float* __restrict out) const noexcept {
    for (std::size_t x = 0; x < p_.outWidth; ++x) out[x] = in[x * p_.strideWidth];
    for (std::size_t y = 0; y < p_.kernelHeight; ++y) {
      for (std::size_t at = 0; at < p_.kernelWidth; ++at) {
        const float* line = in + y * p_.width + at;
        for (std::size_t x = 0; x < p_.outWidth; ++x)
          out[x] = larger(line[x * p_.strideWidth], out[x]);
      }
    }
  }

  Pooling p_;
  ValueId in_, out_;
};

}  // namespace

OperatorPtr makeReduceMean(OperatorContext& context) {
  return makeReduction(context, Kind::kMean);
}
OperatorPtr makeReduceMax(OperatorContext& context) {
  return makeReduction(context, Kind::kMax);
}
OperatorPtr makeReduceSum(OperatorContext& context) {
  return makeReduction(context, Kind::kSum);
}

OperatorPtr makeMaxPool(OperatorContext& context) {
  const Shape& shape = context.shape(0);
  const std::vector<std::int64_t> kernel = context.list("kernel_shape", {});
  const std::vector<std::int64_t> strides = context.list("strides", {1, 1});
  context.require(shape.size() == 4 && kernel.size() == 2 && strides.size() == 2,
                  "only pooling over two dimensions is supported");
  context.require(context.list("pads", {0, 0, 0, 0}) == std::vector<std::int64_t>(4, 0) &&
                      context.list("dilations", {1, 1}) == std::vector<std::int64_t>(2, 1) &&
                      context.integer("ceil_mode", 0) == 0,
                  "padding, dilation and rounding up are not supported");
  for (std::size_t i = 0; i < 2; ++i)
    context.require(
        kernel[i] >= 1 && strides[i] >= 1 && kernel[i] <= shape[2 + i],
        "kernel " + textOf(kernel) + ", strides " + textOf(strides) + " on " + textOf(shape));
  const Shape out = {shape[0], shape[1], (shape[2] - kernel[0]) / strides[0] + 1,
                     (shape[3] - kernel[1]) / strides[1] + 1};
  const auto size = [](std::int64_t n) { return static_cast<std::size_t>(n); };
  const Pooling pooling{size(shape[0] * shape[1]), size(shape[2]),  size(shape[3]),
                        size(kernel[0]),           size(kernel[1]), size(strides[0]),
                        size(strides[1]),          size(out[2]),    size(out[3])};
  const ValueId in = context.floats(0);
  return std::make_unique<MaxPool>(pooling, in, context.output(out));
}

}  // namespace dju::inference
