// Every operator against its definition in the ONNX specification (onnx.ai/onnx/operators), written
// out as directly as can be, and the specification's own examples.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "core/error.h"
#include "core/random.h"
#include "inference/network/network_runner.h"
#include "inference/onnx/graph_builder.h"

namespace dju::inference {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;
using testing::Pointwise;

std::vector<float> randomFloats(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random.uniform(-2, 2));
  return values;
}

std::size_t countOf(const Shape& shape) {
  return static_cast<std::size_t>(elementsOf(shape));
}

std::vector<float> upTo(int count) {
  std::vector<float> values;
  for (int i = 0; i < count; ++i) values.push_back(static_cast<float>(i));
  return values;
}

// One node: its first input is fed, the others are constants that `rest` makes.
struct OneNode {
  std::string op;
  Shape in;
  std::vector<float> fed;
  Shape out;
  OnnxAttributes attributes;
  std::function<std::vector<std::string>(GraphBuilder&)> rest;
};

OnnxModel modelOf(const OneNode& node) {
  GraphBuilder graph("test");
  std::vector<std::string> inputs = {graph.input("x", node.in)};
  if (node.rest)
    for (const std::string& name : node.rest(graph)) inputs.push_back(name);
  graph.output(graph.add(node.op, inputs, node.attributes), "y", node.out);
  return graph.model();
}

std::vector<float> outputOf(const OnnxModel& model, const std::vector<float>& fed) {
  const Network network(model);
  NetworkRunner runner(network);
  std::copy(fed.begin(), fed.end(), runner.input("x").begin());
  runner.run();
  const auto out = runner.output("y");
  return {out.begin(), out.end()};
}

std::vector<float> outputOf(const OneNode& node) {
  EXPECT_EQ(node.fed.size(), countOf(node.in));
  return outputOf(modelOf(node), node.fed);
}

std::string refusalOf(const OneNode& node) {
  try {
    const Network network(modelOf(node));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

auto constants(const Shape& shape, const std::vector<float>& values) {
  return [=](GraphBuilder& graph) { return std::vector{graph.constant(shape, values)}; };
}

TEST(Arithmetic, BroadcastsAsNumPyDoes) {
  const std::vector<float> a = randomFloats(2 * 3 * 1 * 5, 1), b = randomFloats(3 * 4 * 1, 2);
  const auto check = [&](const std::string& op, auto&& function) {
    const std::vector<float> out =
        outputOf({op, {2, 3, 1, 5}, a, {2, 3, 4, 5}, {}, constants({3, 4, 1}, b)});
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::size_t n = i / 60, c = i / 20 % 3, h = i / 5 % 4, w = i % 5;
      EXPECT_EQ(out[i], function(a[(n * 3 + c) * 5 + w], b[c * 4 + h])) << op << ' ' << i;
    }
  };
  check("Add", [](float x, float y) { return x + y; });
  check("Sub", [](float x, float y) { return x - y; });
  check("Mul", [](float x, float y) { return x * y; });
  check("Div", [](float x, float y) { return x / y; });
  EXPECT_THAT(outputOf({"Sub", {3}, {1, 2, 3}, {3}, {}, constants({}, {1})}), ElementsAre(0, 1, 2));
  EXPECT_THAT(outputOf({"Sub", {1}, {1}, {2, 2}, {}, constants({2, 2}, {1, 2, 3, 4})}),
              ElementsAre(0, -1, -2, -3));
  EXPECT_THAT(refusalOf({"Add", {2, 3}, {}, {2, 3}, {}, constants({2}, {1, 2})}),
              HasSubstr("[2, 3] and [2] do not fit"));
}

TEST(Functions, OfEachElement) {
  const std::vector<float> x = {-1e9F, -100, -3, -0.5F, -1e-3F, 0, 1e-3F, 0.7F, 5, 100, 1e9F};
  const Shape shape = {11};
  const std::vector<float> relu = outputOf({"Relu", shape, x, shape, {}, {}});
  const std::vector<float> logistic = outputOf({"Sigmoid", shape, x, shape, {}, {}});
  const auto bounds = [](GraphBuilder& graph) {
    return std::vector{graph.constant(-0.25F), graph.constant(4)};
  };
  const std::vector<float> clip = outputOf({"Clip", shape, x, shape, {}, bounds});
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_EQ(relu[i], std::max(x[i], 0.0F));
    EXPECT_NEAR(logistic[i], 1 / (1 + std::exp(-static_cast<double>(x[i]))), 2e-7);
    EXPECT_EQ(clip[i], std::clamp(x[i], -0.25F, 4.0F));
  }
  EXPECT_THAT(outputOf({"Sqrt", {3}, {0, 2, 9}, {3}, {}, {}}), ElementsAre(0, std::sqrt(2.0F), 3));
}

TEST(Softmax, OverAnyAxisAndOfLargeNumbers) {
  const std::vector<float> x = randomFloats(2 * 4 * 3, 3);
  for (const int axis : {1, -2}) {
    const std::vector<float> out =
        outputOf({"Softmax", {2, 4, 3}, x, {2, 4, 3}, {{"axis", std::int64_t{axis}}}, {}});
    for (std::size_t i = 0; i < out.size(); ++i) {
      double sum = 0;
      for (std::size_t k = 0; k < 4; ++k)
        sum += std::exp(static_cast<double>(x[i / 12 * 12 + k * 3 + i % 3]));
      EXPECT_NEAR(out[i], std::exp(static_cast<double>(x[i])) / sum, 1e-6);
    }
  }
  // The specification's example "softmax_large_number".
  EXPECT_THAT(
      outputOf({"Softmax", {2, 4}, {0, 1, 2, 3, 10000, 10001, 10002, 10003}, {2, 4}, {}, {}}),
      Pointwise(FloatNear(1e-6F), {0.032058604F, 0.08714432F, 0.23688284F, 0.6439143F, 0.032058604F,
                                   0.08714432F, 0.23688284F, 0.6439143F}));
}

TEST(MatMul, OfStacksOfMatrices) {
  const auto check = [](const Shape& a, const Shape& b, const Shape& out) {
    const std::vector<float> x = randomFloats(countOf(a), 4), w = randomFloats(countOf(b), 5);
    const std::vector<float> y = outputOf({"MatMul", a, x, out, {}, constants(b, w)});
    const auto rows = static_cast<std::size_t>(out[out.size() - 2]);
    const auto columns = static_cast<std::size_t>(out.back());
    const auto depth = static_cast<std::size_t>(a.back());
    for (std::size_t i = 0; i < y.size(); ++i) {
      const std::size_t batch = i / rows / columns, row = i / columns % rows, column = i % columns;
      const std::size_t aAt = x.size() == rows * depth ? 0 : batch * rows * depth;
      const std::size_t bAt = w.size() == depth * columns ? 0 : batch * depth * columns;
      double sum = 0;
      for (std::size_t k = 0; k < depth; ++k)
        sum += static_cast<double>(x[aAt + row * depth + k]) * w[bAt + k * columns + column];
      EXPECT_NEAR(y[i], sum, 1e-4) << textOf(a) << textOf(b) << i;
    }
  };
  check({7, 33}, {33, 70}, {7, 70});
  check({1, 5}, {5, 17}, {1, 17});
  check({2, 3, 4, 6}, {6, 5}, {2, 3, 4, 5});
  check({4, 6}, {3, 6, 19}, {3, 4, 19});
  check({2, 3, 4, 6}, {2, 3, 6, 5}, {2, 3, 4, 5});
  EXPECT_THAT(refusalOf({"MatMul", {2, 3}, {}, {2, 2}, {}, constants({2, 2}, {1, 2, 3, 4})}),
              HasSubstr("do not fit"));
}

struct ConvCase {
  Shape in, weights;
  std::vector<std::int64_t> strides, dilations, pads;
  std::int64_t group = 1;
};

// The definition, for images; a line is an image of height 1.
double pixelOf(const ConvCase& c, const std::vector<float>& x, const std::vector<float>& w,
               std::int64_t item, std::int64_t filter, std::int64_t oy, std::int64_t ox) {
  const std::int64_t first = filter / (c.weights[0] / c.group) * c.weights[1];
  double sum = 0;
  for (std::int64_t ch = 0; ch < c.weights[1]; ++ch)
    for (std::int64_t ky = 0; ky < c.weights[2]; ++ky)
      for (std::int64_t kx = 0; kx < c.weights[3]; ++kx) {
        const std::int64_t y = oy * c.strides[0] - c.pads[0] + ky * c.dilations[0];
        const std::int64_t xx = ox * c.strides[1] - c.pads[1] + kx * c.dilations[1];
        if (y < 0 || y >= c.in[2] || xx < 0 || xx >= c.in[3]) continue;
        const std::int64_t at = ((item * c.in[1] + first + ch) * c.in[2] + y) * c.in[3] + xx;
        const std::int64_t tap =
            ((filter * c.weights[1] + ch) * c.weights[2] + ky) * c.weights[3] + kx;
        sum +=
            static_cast<double>(x[static_cast<std::size_t>(at)]) * w[static_cast<std::size_t>(tap)];
      }
  return sum;
}

void checkConv(const ConvCase& c) {
  const auto outSize = [&](std::size_t i) {
    return (c.in[2 + i] + c.pads[i] + c.pads[2 + i] - (c.weights[2 + i] - 1) * c.dilations[i] - 1) /
               c.strides[i] +
           1;
  };
  const Shape out = {c.in[0], c.weights[0], outSize(0), outSize(1)};
  const std::vector<float> x = randomFloats(countOf(c.in), 6);
  const std::vector<float> w = randomFloats(countOf(c.weights), 7);
  const std::vector<float> bias = randomFloats(static_cast<std::size_t>(c.weights[0]), 8);
  const auto rest = [&](GraphBuilder& graph) {
    return std::vector{graph.constant(c.weights, w), graph.constant({c.weights[0]}, bias)};
  };
  const std::vector<float> y = outputOf(
      {"Conv",
       c.in,
       x,
       out,
       {{"strides", c.strides}, {"dilations", c.dilations}, {"pads", c.pads}, {"group", c.group}},
       rest});
  std::size_t at = 0;
  for (std::int64_t n = 0; n < out[0]; ++n)
    for (std::int64_t f = 0; f < out[1]; ++f)
      for (std::int64_t oy = 0; oy < out[2]; ++oy)
        for (std::int64_t ox = 0; ox < out[3]; ++ox, ++at)
          EXPECT_NEAR(y[at], pixelOf(c, x, w, n, f, oy, ox) + bias[static_cast<std::size_t>(f)],
                      1e-4)
              << textOf(c.in) << textOf(c.weights) << at;
}

TEST(Conv, PadsStridesDilatesAndGroups) {
  checkConv({{1, 3, 9, 11}, {8, 3, 3, 3}, {1, 1}, {1, 1}, {2, 1, 0, 1}});
  checkConv({{2, 4, 8, 21}, {6, 4, 3, 5}, {2, 2}, {1, 1}, {1, 2, 1, 2}});
  checkConv({{1, 4, 13, 17}, {6, 2, 3, 2}, {3, 2}, {2, 3}, {0, 4, 3, 1}, 2});
  checkConv({{1, 2, 1, 40}, {3, 2, 1, 5}, {1, 2}, {1, 1}, {0, 2, 0, 2}});
  checkConv({{1, 1, 5, 5}, {1, 1, 5, 5}, {1, 1}, {1, 1}, {0, 0, 0, 0}});
}

// The specification's example "conv_with_padding" and "conv_with_strides_and_asymmetric_padding".
TEST(Conv, TheSpecificationsExamples) {
  const auto ones = constants({1, 1, 3, 3}, std::vector<float>(9, 1));
  EXPECT_THAT(outputOf({"Conv",
                        {1, 1, 5, 5},
                        upTo(25),
                        {1, 1, 5, 5},
                        {{"pads", std::vector<std::int64_t>{1, 1, 1, 1}},
                         {"kernel_shape", std::vector<std::int64_t>{3, 3}}},
                        ones}),
              ElementsAre(12, 21, 27, 33, 24, 33, 54, 63, 72, 51, 63, 99, 108, 117, 81, 93, 144,
                          153, 162, 111, 72, 111, 117, 123, 84));
  EXPECT_THAT(outputOf({"Conv",
                        {1, 1, 7, 5},
                        upTo(35),
                        {1, 1, 4, 2},
                        {{"pads", std::vector<std::int64_t>{1, 0, 1, 0}},
                         {"strides", std::vector<std::int64_t>{2, 2}}},
                        ones}),
              ElementsAre(21, 33, 99, 117, 189, 207, 171, 183));
}

TEST(Conv, OverOneDimensionWithWeightsThatAreComputed) {
  // Two groups, each with weights of its own: [2 groups x 1 filter, 1 channel, 2 taps].
  GraphBuilder graph("test");
  const std::string x = graph.input("x", {1, 2, 3});
  const std::string weights = graph.reshaped(graph.sliced(x, 2, 1, 2), {2, 1, 2});
  graph.output(graph.add("Conv", {x, weights}, {{"group", std::int64_t{2}}}), "y", {1, 2, 2});
  EXPECT_THAT(outputOf(graph.model(), {1, 2, 3, 4, 5, 6}),
              ElementsAre(1 * 2 + 2 * 3, 2 * 2 + 3 * 3, 4 * 5 + 5 * 6, 5 * 5 + 6 * 6));
}

TEST(Conv, RefusesWhatDoesNotFit) {
  EXPECT_THAT(refusalOf({"Conv",
                         {1, 2, 4, 4},
                         {},
                         {1, 1, 2, 2},
                         {},
                         constants({1, 3, 3, 3}, std::vector<float>(27))}),
              HasSubstr("do not fit"));
  EXPECT_THAT(refusalOf({"Conv",
                         {1, 1, 4, 4},
                         {},
                         {1, 1, 2, 2},
                         {},
                         constants({1, 1, 5, 5}, std::vector<float>(25))}),
              HasSubstr("reaches over 5 of an input of 4"));
  EXPECT_THAT(refusalOf({"Conv",
                         {1, 1, 4, 4},
                         {},
                         {1, 1, 2, 2},
                         {{"auto_pad", std::string("SAME_UPPER")}},
                         constants({1, 1, 3, 3}, std::vector<float>(9))}),
              HasSubstr("auto_pad"));
}

struct Lstm {
  std::int64_t steps, items, inputs, hidden;
  std::vector<float> w, r, b;
};

// The equations of the specification, one direction d.
std::vector<double> statesOf(const Lstm& l, const std::vector<float>& x, std::size_t d,
                             bool backwards) {
  const auto n = [](std::int64_t size) { return static_cast<std::size_t>(size); };
  const std::size_t h = n(l.hidden), in = n(l.inputs), items = n(l.items);
  const auto sigmoid = [](double v) { return 1 / (1 + std::exp(-v)); };
  std::vector<double> out(n(l.steps) * items * h), cell(items * h), state(items * h);
  for (std::size_t i = 0; i < n(l.steps); ++i) {
    const std::size_t step = backwards ? n(l.steps) - 1 - i : i;
    const std::vector<double> before = state;
    for (std::size_t item = 0; item < items; ++item) {
      for (std::size_t u = 0; u < h; ++u) {
        double gates[4];
        for (std::size_t g = 0; g < 4; ++g) {
          const std::size_t row = d * 4 * h + g * h + u;
          gates[g] = l.b[d * 8 * h + g * h + u] + l.b[d * 8 * h + 4 * h + g * h + u];
          for (std::size_t k = 0; k < in; ++k)
            gates[g] += static_cast<double>(l.w[row * in + k]) * x[(step * items + item) * in + k];
          for (std::size_t k = 0; k < h; ++k) gates[g] += l.r[row * h + k] * before[item * h + k];
        }
        double& c = cell[item * h + u];
        c = sigmoid(gates[2]) * c + sigmoid(gates[0]) * std::tanh(gates[3]);
        state[item * h + u] = sigmoid(gates[1]) * std::tanh(c);
        out[(step * items + item) * h + u] = state[item * h + u];
      }
    }
  }
  return out;
}

TEST(Lstm, FollowsItsEquationsEachWay) {
  Lstm l{6,
         2,
         5,
         7,
         randomFloats(2 * 28 * 5, 9),
         randomFloats(2 * 28 * 7, 10),
         randomFloats(2 * 56, 11)};
  const std::vector<float> x = randomFloats(6 * 2 * 5, 12);
  for (const std::string direction : {"forward", "reverse", "bidirectional"}) {
    const std::size_t ways = direction == "bidirectional" ? 2 : 1;
    const auto rest = [&](GraphBuilder& graph) {
      const auto d = static_cast<std::int64_t>(ways);
      return std::vector{graph.constant({d, 28, 5}, std::span(l.w).first(ways * 28 * 5)),
                         graph.constant({d, 28, 7}, std::span(l.r).first(ways * 28 * 7)),
                         graph.constant({d, 56}, std::span(l.b).first(ways * 56))};
    };
    const std::vector<float> y =
        outputOf({"LSTM",
                  {6, 2, 5},
                  x,
                  {6, static_cast<std::int64_t>(ways), 2, 7},
                  {{"hidden_size", std::int64_t{7}}, {"direction", direction}},
                  rest});
    for (std::size_t d = 0; d < ways; ++d) {
      const std::vector<double> states = statesOf(l, x, d, direction == "reverse" || d == 1);
      for (std::size_t i = 0; i < states.size(); ++i)
        EXPECT_NEAR(y[(i / 14 * ways + d) * 14 + i % 14], states[i], 1e-5) << direction << i;
    }
  }
}

TEST(Reductions, OverNeighbouringAxes) {
  const std::vector<float> x = upTo(24);
  const auto axes = [](std::vector<std::int64_t> list) { return OnnxAttributes{{"axes", list}}; };
  EXPECT_THAT(outputOf({"ReduceMean", {2, 3, 4}, x, {2, 1, 4}, axes({1}), {}}),
              ElementsAre(4, 5, 6, 7, 16, 17, 18, 19));
  EXPECT_THAT(outputOf({"ReduceMax", {2, 3, 4}, x, {2, 1, 1}, axes({-1, 1}), {}}),
              ElementsAre(11, 23));
  const auto last = [](GraphBuilder& graph) { return std::vector{graph.integers({2})}; };
  EXPECT_THAT(outputOf({"ReduceSum", {2, 3, 4}, x, {2, 3}, {{"keepdims", std::int64_t{0}}}, last}),
              ElementsAre(6, 22, 38, 54, 70, 86));
  EXPECT_THAT(refusalOf({"ReduceMean", {2, 3, 4}, {}, {1, 3, 1}, axes({0, 2}), {}}),
              HasSubstr("side by side"));
}

// Many lines at once, and those that are left over: each the sum in its order, to the bit.
TEST(Reduction, OfNeighboursIsEachLinesOwn) {
  constexpr std::size_t kLines = 37, kSize = 9;
  const std::vector<float> x = randomFloats(kLines * kSize, 11);
  const OnnxAttributes last = {{"axes", std::vector<std::int64_t>{1}}};
  const auto of = [&](const std::string& op) {
    return outputOf({op, {kLines, kSize}, x, {kLines, 1}, last, {}});
  };
  const std::vector<float> means = of("ReduceMean"), largest = of("ReduceMax");
  for (std::size_t line = 0; line < kLines; ++line) {
    float sum = x[line * kSize], most = sum;
    for (std::size_t i = 1; i < kSize; ++i) {
      sum += x[line * kSize + i];
      most = std::max(most, x[line * kSize + i]);
    }
    EXPECT_EQ(means[line], sum * (1.0F / kSize)) << line;
    EXPECT_EQ(largest[line], most) << line;
  }
}

// The specification's example "maxpool_2d_precomputed_strides".
TEST(MaxPool, TheSpecificationsExample) {
  std::vector<float> x = upTo(25);
  for (float& value : x) ++value;
  EXPECT_THAT(outputOf({"MaxPool",
                        {1, 1, 5, 5},
                        x,
                        {1, 1, 2, 2},
                        {{"kernel_shape", std::vector<std::int64_t>{2, 2}},
                         {"strides", std::vector<std::int64_t>{2, 2}}},
                        {}}),
              ElementsAre(7, 9, 17, 19));
}

TEST(Arrangement, PutsElementsWhereTheyBelong) {
  const std::vector<float> x = upTo(24);
  const auto shape = [](GraphBuilder& graph) { return std::vector{graph.integers({0, -1, 2})}; };
  EXPECT_EQ(outputOf({"Reshape", {2, 3, 4}, x, {2, 6, 2}, {}, shape}), x);
  const std::vector<float> turned = outputOf(
      {"Transpose", {2, 3, 4}, x, {4, 2, 3}, {{"perm", std::vector<std::int64_t>{2, 0, 1}}}, {}});
  for (std::size_t i = 0; i < 24; ++i) EXPECT_EQ(turned[i], x[i / 3 % 2 * 12 + i % 3 * 4 + i / 6]);
  EXPECT_THAT(outputOf({"Concat",
                        {2, 2},
                        {1, 2, 3, 4},
                        {2, 3},
                        {{"axis", std::int64_t{1}}},
                        constants({2, 1}, {8, 9})}),
              ElementsAre(1, 2, 8, 3, 4, 9));
  const auto from = [](GraphBuilder& graph) {
    return std::vector{graph.integers({1}), graph.integers({-1}), graph.integers({2})};
  };
  EXPECT_THAT(outputOf({"Slice", {1, 2, 4}, upTo(8), {1, 2, 2}, {}, from}),
              ElementsAre(1, 2, 5, 6));
  const auto indices = [](GraphBuilder& graph) {
    const std::vector<std::int64_t> list = {0, -1, 1, 1};
    return std::vector{graph.integers({2, 2}, list)};
  };
  EXPECT_THAT(
      outputOf({"Gather", {2, 3}, upTo(6), {2, 2, 2}, {{"axis", std::int64_t{1}}}, indices}),
      ElementsAre(0, 2, 1, 1, 3, 5, 4, 4));
}

TEST(Gather, OfWordsThatAreFed) {
  GraphBuilder graph("test");
  const std::string words = graph.input("words", {3}, ElementType::kInt64);
  const std::string table = graph.constant({2, 2}, std::vector<float>{1, 2, 3, 4});
  graph.output(graph.add("Gather", {table, words}), "y", {3, 2});
  const Network network(graph.model());
  NetworkRunner runner(network);
  const std::vector<std::int64_t> fed = {1, 0, 7};
  std::copy(fed.begin(), fed.end(), runner.integerInput("words").begin());
  runner.run();
  const auto y = runner.output("y");
  EXPECT_THAT(std::vector(y.begin(), y.begin() + 4), ElementsAre(3, 4, 1, 2));
  EXPECT_TRUE(std::isnan(y[4]) && std::isnan(y[5])) << "a word that does not exist";
}

// The specification's examples "quantizelinear" and "dequantizelinear", one after the other.
TEST(Quantisation, RoundsToWhatItsIntegersStandFor) {
  GraphBuilder graph("test");
  const std::string x = graph.input("x", {6});
  const std::string scale = graph.constant(2);
  graph.model().constants.push_back({"zero", ElementType::kUint8, {}, "\x80"});
  const std::string levels = graph.add("QuantizeLinear", {x, scale, "zero"});
  graph.output(graph.add("DequantizeLinear", {levels, scale, "zero"}), "y", {6});
  EXPECT_THAT(outputOf(graph.model(), {0, 2, 3, 1000, -254, -1000}),
              ElementsAre(0, 2, 4, 254, -254, -256));
}

TEST(Quantisation, UnpacksConstantsByChannel) {
  GraphBuilder graph("test");
  const std::string x = graph.input("x", {2, 2});
  graph.model().constants.push_back({"packed", ElementType::kInt8, {2, 2}, "\x01\xff\x7f\x80"});
  const std::string scales = graph.constant({2}, std::vector<float>{0.5F, 2});
  graph.model().constants.push_back({"zeros", ElementType::kInt8, {2}, std::string(2, '\0')});
  const std::string w =
      graph.add("DequantizeLinear", {"packed", scales, "zeros"}, {{"axis", std::int64_t{0}}});
  graph.output(graph.add("Add", {x, w}), "y", {2, 2});
  EXPECT_THAT(outputOf(graph.model(), {0, 0, 0, 0}), ElementsAre(0.5F, -0.5F, 254, -256));
}

TEST(Cast, UnpacksHalves) {
  GraphBuilder graph("test");
  const std::string x = graph.input("x", {2});
  graph.model().constants.push_back(
      {"halves", ElementType::kFloat16, {2}, {"\x00\x3c\x00\xc0", 4}});
  const std::string w = graph.add("Cast", {"halves"}, {{"to", std::int64_t{1}}});
  graph.output(graph.add("Mul", {x, w}), "y", {2});
  EXPECT_THAT(outputOf(graph.model(), {3, 5}), ElementsAre(3, -10));
}

// Towards zero, and what no integer can be is no index.
TEST(Cast, OfComputedFloatsMakesIndices) {
  GraphBuilder graph("test");
  const std::string x = graph.input("x", {5});
  const std::string at = graph.add("Cast", {x}, {{"to", std::int64_t{7}}});
  const std::string table = graph.constant({3}, std::vector<float>{10, 20, 30});
  graph.output(graph.add("Gather", {table, at}), "y", {5});
  const std::vector<float> y = outputOf(graph.model(), {1.9F, 0.2F, -0.9F, std::nanf(""), 3e30F});
  EXPECT_THAT(std::vector(y.begin(), y.begin() + 3), ElementsAre(20, 10, 10));
  EXPECT_TRUE(std::isnan(y[3]) && std::isnan(y[4]));
}

// What is no number must not come out as one.
TEST(EveryFunction, KeepsWhatIsNoNumber) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto tellsOf = [&](const std::vector<float>& out) {
    return std::any_of(out.begin(), out.end(), [](float y) { return std::isnan(y); });
  };
  const std::vector<float> x = {1, nan, 2, 3};
  for (const std::string op : {"Relu", "Sigmoid", "Sqrt", "Clip", "Softmax"})
    EXPECT_TRUE(tellsOf(outputOf({op, {1, 4}, x, {1, 4}, {}, {}}))) << op;
  const OnnxAttributes axis = {{"axes", std::vector<std::int64_t>{1}}};
  EXPECT_TRUE(tellsOf(outputOf({"ReduceMax", {1, 4}, x, {1, 1}, axis, {}})));
  const OnnxAttributes kernel = {{"kernel_shape", std::vector<std::int64_t>{2, 2}}};
  EXPECT_TRUE(tellsOf(outputOf({"MaxPool", {1, 1, 2, 2}, x, {1, 1, 1, 1}, kernel, {}})));
}

TEST(Network, NamesWhatItDoesNotKnow) {
  EXPECT_THAT(refusalOf({"Erf", {1}, {}, {1}, {}, {}}),
              testing::AllOf(HasSubstr("node \"Erf_0\" (Erf)"), HasSubstr("not supported")));
  EXPECT_THAT(refusalOf({"Relu", {1}, {}, {1}, {{"alpha", 1.0F}}, {}}), HasSubstr("\"alpha\""));
  EXPECT_THAT(refusalOf({"Relu", {2}, {}, {3}, {}, {}}), HasSubstr("declared as float32[3]"));
}

}  // namespace
}  // namespace dju::inference
