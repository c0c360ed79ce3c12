// Reshape, Transpose, Concat, Slice, Gather: the same elements elsewhere.
#include <algorithm>
#include <cstring>
#include <limits>

#include "inference/network/operators/axis_split.h"
#include "inference/network/operators/operator_list.h"

namespace dju::inference {
namespace {

class Transpose : public Operator {
 public:
  struct Dimension {
    std::size_t size, stride;  // of the output; how far apart its elements lie in the input
  };
  Transpose(std::vector<Dimension> dimensions, ValueId in, ValueId out)
      : dimensions_(std::move(dimensions)), in_(in), out_(out) {}

  void run(const Memory& memory) const noexcept override {
    float* out = memory.floatsToWrite(out_);
    level(0, memory.floats(in_), out);
  }

 private:
  void level(std::size_t depth, const float* in, float*& out) const noexcept {
    const Dimension& here = dimensions_[depth];
    const bool last = depth + 1 == dimensions_.size();
    for (std::size_t i = 0; i < here.size; ++i, in += here.stride) {
      if (last) {
        *out++ = *in;
      } else {
        level(depth + 1, in, out);
      }
    }
  }

  std::vector<Dimension> dimensions_;
  ValueId in_, out_;
};

// Runs of elements that are copied, one after another, into the output.
class CopyRuns : public Operator {
 public:
  struct Part {
    ValueId in;
    std::size_t first, run, stride;  // floats: where it begins, how many, to the next
  };
  CopyRuns(std::size_t rounds, std::vector<Part> parts, ValueId out)
      : rounds_(rounds), parts_(std::move(parts)), out_(out) {}

  void run(const Memory& memory) const noexcept override {
    float* out = memory.floatsToWrite(out_);
    for (std::size_t round = 0; round < rounds_; ++round) {
      for (const Part& part : parts_) {
        std::copy_n(memory.floats(part.in) + part.first + round * part.stride, part.run, out);
        out += part.run;
      }
    }
  }

 private:
  std::size_t rounds_;
  std::vector<Part> parts_;
  ValueId out_;
};

// Indices from the end are negative; beyond it there is no number.
void gather(const AxisSplit& split, const float* in, std::span<const std::int64_t> indices,
            float* out) noexcept {
  const auto size = static_cast<std::int64_t>(split.size);
  for (std::size_t outer = 0; outer < split.outer; ++outer, in += split.size * split.inner) {
    for (std::int64_t index : indices) {
      if (index < 0) index += size;
      if (index < 0 || index >= size) {
        std::fill_n(out, split.inner, std::numeric_limits<float>::quiet_NaN());
      } else if (split.inner == 1) {
        *out = in[index];
      } else {
        std::copy_n(in + static_cast<std::size_t>(index) * split.inner, split.inner, out);
      }
      out += split.inner;
    }
  }
}

class GatherConstant : public Operator {
 public:
  GatherConstant(const AxisSplit& split, std::vector<std::int64_t> indices, ValueId in, ValueId out)
      : split_(split), indices_(std::move(indices)), in_(in), out_(out) {}
  void run(const Memory& memory) const noexcept override {
    gather(split_, memory.floats(in_), indices_, memory.floatsToWrite(out_));
  }

 private:
  AxisSplit split_;
  std::vector<std::int64_t> indices_;
  ValueId in_, out_;
};

class GatherInput : public Operator {
 public:
  GatherInput(const AxisSplit& split, std::size_t count, ValueId in, ValueId indices, ValueId out)
      : split_(split), count_(count), in_(in), indices_(indices), out_(out) {}
  void run(const Memory& memory) const noexcept override {
    gather(split_, memory.floats(in_), {memory.integers(indices_), count_},
           memory.floatsToWrite(out_));
  }

 private:
  AxisSplit split_;
  std::size_t count_;
  ValueId in_, indices_, out_;
};

}  // namespace

OperatorPtr makeReshape(OperatorContext& context) {
  const Shape& in = context.shape(0);
  Shape out = context.constantIntegers(1);
  context.require(context.integer("allowzero", 0) == 0, "allowzero is not supported");
  const auto misfit = [&] { context.refuse("shape " + textOf(in) + " to " + textOf(out)); };
  std::int64_t* open = nullptr;
  std::int64_t known = 1;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i] == 0 && i < in.size()) out[i] = in[i];
    if (out[i] == -1 && open == nullptr) {
      open = &out[i];
      continue;
    }
    if (out[i] < 1 || out[i] > elementsOf(in)) misfit();
    known *= out[i];
    if (known > elementsOf(in)) misfit();
  }
  if (open != nullptr) *open = elementsOf(in) / known;
  if (elementsOf(out) != elementsOf(in)) misfit();
  context.outputIsInput(0, out, context.type(0));
  return nullptr;
}

OperatorPtr makeTranspose(OperatorContext& context) {
  const Shape& in = context.shape(0);
  std::vector<std::int64_t> reversed;
  for (std::size_t i = in.size(); i-- > 0;) reversed.push_back(static_cast<std::int64_t>(i));
  const std::vector<std::int64_t> order = context.list("perm", reversed);
  std::vector<std::int64_t> sorted = order;
  std::sort(sorted.rbegin(), sorted.rend());
  context.require(sorted == reversed && !in.empty(),
                  "order " + textOf(order) + " of " + textOf(in));
  std::vector<std::size_t> strides(in.size(), 1);
  for (std::size_t i = in.size() - 1; i-- > 0;)
    strides[i] = strides[i + 1] * static_cast<std::size_t>(in[i + 1]);
  Shape out;
  std::vector<Transpose::Dimension> dimensions;
  for (const std::int64_t from : order) {
    const auto axis = static_cast<std::size_t>(from);
    out.push_back(in[axis]);
    dimensions.push_back({static_cast<std::size_t>(in[axis]), strides[axis]});
  }
  const ValueId source = context.floats(0);
  return std::make_unique<Transpose>(std::move(dimensions), source, context.output(out));
}

OperatorPtr makeConcat(OperatorContext& context) {
  context.require(context.inputs() >= 1, "has no inputs");
  const std::size_t axis = context.axis(context.integer("axis", 0));
  Shape out = context.shape(0);
  out[axis] = 0;
  std::vector<CopyRuns::Part> parts;
  std::size_t rounds = 1;
  for (std::size_t i = 0; i < context.inputs(); ++i) {
    Shape rest = context.shape(i);
    context.require(rest.size() == out.size(),
                    "shapes " + textOf(context.shape(0)) + " and " + textOf(rest) + " do not fit");
    out[axis] += rest[axis];
    const AxisSplit split(rest, axis);
    rounds = split.outer;
    rest[axis] = context.shape(0)[axis];
    context.require(rest == context.shape(0), "shapes " + textOf(context.shape(0)) + " and " +
                                                  textOf(context.shape(i)) + " do not fit");
    const std::size_t run = split.size * split.inner;
    parts.push_back({context.floats(i), 0, run, run});
  }
  return std::make_unique<CopyRuns>(rounds, std::move(parts), context.output(out));
}

OperatorPtr makeSlice(OperatorContext& context) {
  const auto one = [&](std::size_t input) {
    const std::vector<std::int64_t> values = context.constantIntegers(input);
    context.require(values.size() == 1, "only slices along one axis are supported");
    return values[0];
  };
  context.require(!context.given(4) || one(4) == 1, "only steps of 1 are supported");
  context.require(context.given(3), "axes must be given");
  Shape out = context.shape(0);
  const std::size_t axis = context.axis(one(3));
  const std::int64_t size = out[axis];
  const auto clamped = [size](std::int64_t at) {
    return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size);
  };
  const std::int64_t first = clamped(one(1)), end = clamped(one(2));
  context.require(first < end, "an empty slice");
  const AxisSplit split(out, axis);
  out[axis] = end - first;
  const CopyRuns::Part part{context.floats(0), static_cast<std::size_t>(first) * split.inner,
                            static_cast<std::size_t>(end - first) * split.inner,
                            split.size * split.inner};
  return std::make_unique<CopyRuns>(split.outer, std::vector{part}, context.output(out));
}

OperatorPtr makeGather(OperatorContext& context) {
  const Shape& in = context.shape(0);
  const std::size_t axis = context.axis(context.integer("axis", 0));
  const Shape& indices = context.shape(1);
  Shape out(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(axis));
  out.insert(out.end(), indices.begin(), indices.end());
  out.insert(out.end(), in.begin() + static_cast<std::ptrdiff_t>(axis) + 1, in.end());
  const AxisSplit split(in, axis);
  const ValueId source = context.floats(0);
  if (!context.isConstant(1)) {
    const ValueId at = context.integers(1);
    return std::make_unique<GatherInput>(split, static_cast<std::size_t>(elementsOf(indices)),
                                         source, at, context.output(out));
  }
  std::vector<std::int64_t> constant = context.constantIntegers(1);
  for (const std::int64_t index : constant)
    context.require(index >= -in[axis] && index < in[axis],
                    "index " + std::to_string(index) + " of " + std::to_string(in[axis]));
  return std::make_unique<GatherConstant>(split, std::move(constant), source, context.output(out));
}

}  // namespace dju::inference
