// LSTM (Hochreiter, Schmidhuber 1997, with forget gates), forward, reverse or both ways, with ONNX'
// order of gates i, o, f, c and their usual functions:
//   i, o, f = sigmoid(W x + R h + b);  c' = f c + i tanh(W x + R h + b);  h' = o tanh(c')
// No peepholes, no initial state: it starts from zero.
#include <algorithm>

#include "inference/network/aligned_bytes.h"
#include "inference/network/functions.h"
#include "inference/network/matrix_product.h"
#include "inference/network/operators/operator_list.h"

namespace dju::inference {
namespace {

// A matrix turned over, so that a product adds up its rows.
AlignedBytes transposed(const float* from, std::size_t rows, std::size_t columns) {
  AlignedBytes bytes(rows * columns * sizeof(float));
  auto* to = reinterpret_cast<float*>(bytes.data());
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) to[c * rows + r] = from[r * columns + c];
  return bytes;
}

const float* floatsIn(const AlignedBytes& bytes) {
  return reinterpret_cast<const float*>(bytes.data());
}

struct Direction {
  bool backwards = false;
  AlignedBytes inputWeights, stateWeights;  // [inputs, 4 hidden], [hidden, 4 hidden]
  std::vector<float> bias;                  // of both, added: 4 hidden
};

class Lstm : public Operator {
 public:
  struct Sizes {
    std::size_t steps, items, inputs, hidden;
  };
  struct Values {
    ValueId in, projected, gates, cell, out;
  };

  Lstm(const Sizes& sizes, const Values& values, std::vector<Direction> directions)
      : s_(sizes), v_(values), directions_(std::move(directions)) {
    for (std::size_t k = 0; k < std::max(s_.inputs, s_.hidden); ++k)
      offsets_.push_back(static_cast<std::uint32_t>(k * 4 * s_.hidden));
  }

  void run(const Memory& memory) const noexcept override {
    run({{&memory, 1}, 0}, {s_.items, s_.hidden, 4 * s_.hidden});
  }

  bool joinsItems() const noexcept override { return s_.items == 1; }

  // A step after the other, each of all items: one product, whose rows they are.
  void runTogether(const Batch& batch) const noexcept override {
    run(batch, {batch.items.size(), batch.stride, batch.stride});
  }

 private:
  // Sequences that go step by step together: how many, and how far apart their states and gates
  // lie.
  struct Rows {
    std::size_t count, stateStride, gateStride;
  };

  void run(const Batch& batch, const Rows& rows) const noexcept {
    const Memory& first = batch.items.front();
    float* cell = first.floatsToWrite(v_.cell);
    for (std::size_t d = 0; d < directions_.size(); ++d) {
      for (const Memory& memory : batch.items) project(memory, directions_[d]);
      for (std::size_t row = 0; row < rows.count; ++row)
        std::fill_n(cell + row * rows.stateStride, s_.hidden, 0.0F);
      const float* state = nullptr;
      for (std::size_t i = 0; i < s_.steps; ++i) {
        const std::size_t step = directions_[d].backwards ? s_.steps - 1 - i : i;
        float* out =
            first.floatsToWrite(v_.out) + (step * directions_.size() + d) * s_.items * s_.hidden;
        addState(first, directions_[d], rows, step, state);
        bend(first.floats(v_.gates), rows, cell, out);
        state = out;
      }
    }
  }

  MatrixProduct product(const AlignedBytes& weights, std::size_t rows, std::size_t depth) const {
    MatrixProduct product;
    product.rows = rows;
    product.depth = product.aStride = depth;
    product.columns = product.outStride = 4 * s_.hidden;
    product.b = floatsIn(weights);
    product.offsets = offsets_.data();
    product.startColumnStride = 1;
    return product;
  }

  // What the inputs of all steps add to the gates.
  void project(const Memory& memory, const Direction& direction) const noexcept {
    MatrixProduct all = product(direction.inputWeights, s_.steps * s_.items, s_.inputs);
    all.a = memory.floats(v_.in);
    all.start = direction.bias.data();
    all.out = memory.floatsToWrite(v_.projected);
    multiply(all);
  }

  void addState(const Memory& first, const Direction& direction, const Rows& rows, std::size_t step,
                const float* state) const noexcept {
    const float* start = first.floats(v_.projected) + step * s_.items * 4 * s_.hidden;
    float* gates = first.floatsToWrite(v_.gates);
    if (state == nullptr) {
      for (std::size_t row = 0; row < rows.count; ++row)
        std::copy_n(start + row * rows.gateStride, 4 * s_.hidden, gates + row * rows.gateStride);
      return;
    }
    MatrixProduct one = product(direction.stateWeights, rows.count, s_.hidden);
    one.a = state;
    one.aStride = rows.stateStride;
    one.start = start;
    one.startRowStride = rows.gateStride;
    one.out = gates;
    one.outStride = rows.gateStride;
    multiply(one);
  }

  void bend(const float* gates, const Rows& rows, float* cell, float* out) const noexcept {
    for (std::size_t row = 0; row < rows.count; ++row) {
      const float* input = gates + row * rows.gateStride;
      const float* output = input + s_.hidden;
      const float* forget = output + s_.hidden;
      const float* fresh = forget + s_.hidden;
      float* __restrict c = cell + row * rows.stateStride;
      float* __restrict h = out + row * rows.stateStride;
      for (std::size_t i = 0; i < s_.hidden; ++i) {
        c[i] = sigmoidOf(forget[i]) * c[i] + sigmoidOf(input[i]) * tanhOf(fresh[i]);
        h[i] = sigmoidOf(output[i]) * tanhOf(c[i]);
      }
    }
  }

  Sizes s_;
  Values v_;
  std::vector<Direction> directions_;
  std::vector<std::uint32_t> offsets_;
};

std::vector<Direction> directionsOf(OperatorContext& context, const Lstm::Sizes& sizes,
                                    const std::string& name) {
  const std::vector<float> w = context.constantFloats(1), r = context.constantFloats(2);
  const std::vector<float> b = context.given(3) ? context.constantFloats(3) : std::vector<float>{};
  const std::size_t gates = 4 * sizes.hidden;
  std::vector<Direction> directions;
  for (std::size_t d = 0; d < (name == "bidirectional" ? 2U : 1U); ++d) {
    Direction direction;
    direction.backwards = name == "reverse" || d == 1;
    direction.inputWeights = transposed(w.data() + d * gates * sizes.inputs, gates, sizes.inputs);
    direction.stateWeights = transposed(r.data() + d * gates * sizes.hidden, gates, sizes.hidden);
    direction.bias.assign(gates, 0.0F);
    for (std::size_t i = 0; i < gates && !b.empty(); ++i)
      direction.bias[i] = b[2 * d * gates + i] + b[(2 * d + 1) * gates + i];
    directions.push_back(std::move(direction));
  }
  return directions;
}

}  // namespace

OperatorPtr makeLstm(OperatorContext& context) {
  const Shape& in = context.shape(0);
  const std::int64_t hidden = context.integer("hidden_size", 0);
  const std::string name = context.text("direction", "forward");
  context.require(name == "forward" || name == "reverse" || name == "bidirectional",
                  "direction \"" + name + "\"");
  context.require(context.integer("layout", 0) == 0 && context.integer("input_forget", 0) == 0,
                  "layout and input_forget are not supported");
  for (std::size_t i = 4; i < context.inputs(); ++i)
    context.require(!context.given(i), "lengths, initial states and peepholes are not supported");
  const std::int64_t ways = name == "bidirectional" ? 2 : 1;
  context.require(
      in.size() == 3 && hidden >= 1 && context.shape(1) == Shape{ways, 4 * hidden, in[2]} &&
          context.shape(2) == Shape{ways, 4 * hidden, hidden} &&
          (!context.given(3) || context.shape(3) == Shape{ways, 8 * hidden}),
      "input " + textOf(in) + ", weights " + textOf(context.shape(1)) + " and " +
          textOf(context.shape(2)) + ", hidden_size " + std::to_string(hidden) + " do not fit");
  const auto size = [](std::int64_t n) { return static_cast<std::size_t>(n); };
  const Lstm::Sizes sizes{size(in[0]), size(in[1]), size(in[2]), size(hidden)};
  Lstm::Values values{};
  values.in = context.floats(0);
  values.projected = context.scratch(sizes.steps * sizes.items * 4 * sizes.hidden);
  values.gates = context.scratch(sizes.items * 4 * sizes.hidden);
  values.cell = context.scratch(sizes.items * sizes.hidden);
  values.out = context.output({in[0], ways, in[1], hidden});
  return std::make_unique<Lstm>(sizes, values, directionsOf(context, sizes, name));
}

}  // namespace dju::inference
