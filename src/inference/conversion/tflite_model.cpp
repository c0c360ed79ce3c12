#include "inference/conversion/tflite_model.h"

#include <algorithm>
#include <map>

#include "core/error.h"
#include "inference/conversion/tflite_graph.h"
#include "inference/network/network.h"

namespace dju::inference {
namespace {

using Index = TfliteGraph::Index;
using Integers = std::vector<std::int64_t>;

constexpr bool kValidPadding = true;  // VALID is 1

class Converter {
 public:
  explicit Converter(const OnnxModel& model)
      : model_(model), network_(model), graph_(model.graph + ", by dju") {
    for (const OnnxTensor& constant : model.constants) constants_[constant.name] = &constant;
  }

  TfliteModel run() {
    for (const OnnxValue& input : model_.inputs) {
      const bool integers = input.type == ElementType::kInt64;
      known_[input.name] = graph_.tensor(
          input.shape, integers ? TfliteType::kInt32 : TfliteType::kFloat32, input.name);
      graph_.model().inputs.push_back(known_[input.name]);
    }
    for (const OnnxNode& node : model_.nodes) convert(node);
    for (const OnnxValue& output : model_.outputs) {
      const Index made = plain(output.name);
      graph_.model().tensors[static_cast<std::size_t>(made)].name = output.name;
      graph_.model().outputs.push_back(made);
    }
    return std::move(graph_.model());
  }

 private:
  void convert(const OnnxNode& node) {
    static const std::map<std::string, void (Converter::*)(const OnnxNode&)> kConverters = {
        {"Add", &Converter::arithmetic},
        {"Sub", &Converter::arithmetic},
        {"Mul", &Converter::arithmetic},
        {"Div", &Converter::arithmetic},
        {"Relu", &Converter::function},
        {"Sigmoid", &Converter::function},
        {"Sqrt", &Converter::function},
        {"Cast", &Converter::cast},
        {"Clip", &Converter::clip},
        {"Softmax", &Converter::softmax},
        {"MatMul", &Converter::matMul},
        {"Conv", &Converter::convolution},
        {"MaxPool", &Converter::maxPool},
        {"LSTM", &Converter::lstm},
        {"ReduceMean", &Converter::reduction},
        {"ReduceMax", &Converter::reduction},
        {"ReduceSum", &Converter::reduction},
        {"Concat", &Converter::concatenation},
        {"Slice", &Converter::slice},
        {"Gather", &Converter::gather},
        {"Reshape", &Converter::reshape},
        {"Transpose", &Converter::transpose}};
    const auto found = kConverters.find(node.op);
    if (found == kConverters.end()) refuse(node);
    (this->*found->second)(node);
  }

  [[noreturn]] static void refuse(const OnnxNode& node) {
    throw Error(ErrorCode::kUnsupported, "node \"" + node.name + "\" (" + node.op +
                                             "): has no counterpart in TensorFlow Lite here; "
                                             "convert the float32 model that was exported");
  }

  Shape shapeOf(const std::string& name) const { return network_.value(name).shape; }
  const Shape shapeOfOutput(const OnnxNode& node) const { return shapeOf(node.outputs[0]); }
  bool isConstant(const std::string& name) const { return constants_.contains(name); }
  std::vector<float> floatsOf(const std::string& name) const {
    return constants_.at(name)->floats();
  }
  Integers integersOf(const std::string& name) const { return constants_.at(name)->integers(); }

  template <typename T>
  static T attribute(const OnnxNode& node, const std::string& name, T otherwise) {
    const auto found = node.attributes.find(name);
    return found == node.attributes.end() ? otherwise : std::get<T>(found->second);
  }
  std::size_t axisOf(const OnnxNode& node, std::int64_t axis) const {
    const auto rank = static_cast<std::int64_t>(shapeOf(node.inputs[0]).size());
    return static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
  }

  // The tensor in ONNX' order of dimensions.
  Index plain(const std::string& name) {
    if (known_.contains(name)) return known_[name];
    if (channelsLast_.contains(name)) return known_[name] = channelsFirst(channelsLast_[name]);
    const OnnxTensor& tensor = *constants_.at(name);
    return known_[name] = tensor.type == ElementType::kFloat32
                              ? graph_.constant(tensor.shape, tensor.floats())
                              : graph_.integers(tensor.shape, tensor.integers());
  }
  // Images as TensorFlow Lite has them, [items, height, width, channels]; lines have height 1.
  Index asImage(const std::string& name) {
    if (channelsLast_.contains(name)) return channelsLast_[name];
    const Index x = plain(name);
    const Shape shape = graph_.shapeOf(x);
    if (shape.size() == 4) return channelsLast_[name] = graph_.transposed(x, {0, 2, 3, 1});
    const Index turned = graph_.transposed(x, {0, 2, 1});
    lines_.push_back(graph_.reshaped(turned, {shape[0], 1, shape[2], shape[1]}));
    return channelsLast_[name] = lines_.back();
  }
  Index channelsFirst(Index image) {
    const Shape shape = graph_.shapeOf(image);
    if (std::find(lines_.begin(), lines_.end(), image) == lines_.end())
      return graph_.transposed(image, {0, 3, 1, 2});
    return graph_.transposed(graph_.reshaped(image, {shape[0], shape[2], shape[3]}), {0, 2, 1});
  }
  // Declares what the node gave, laid out as one of its inputs was.
  void imageOutput(const OnnxNode& node, Index image, bool isLine) {
    channelsLast_[node.outputs[0]] = image;
    if (isLine) lines_.push_back(image);
  }
  bool isLine(Index image) const {
    return std::find(lines_.begin(), lines_.end(), image) != lines_.end();
  }

  void arithmetic(const OnnxNode& node) {
    static const std::map<std::string, std::pair<TfliteOp, TfliteOptions>> kOps = {
        {"Add", {TfliteOp::kAdd, TfliteOptions::kAdd}},
        {"Sub", {TfliteOp::kSub, TfliteOptions::kSub}},
        {"Mul", {TfliteOp::kMul, TfliteOptions::kMul}},
        {"Div", {TfliteOp::kDiv, TfliteOptions::kDiv}}};
    const auto& [op, options] = kOps.at(node.op);
    const Index a = plain(node.inputs[0]), b = plain(node.inputs[1]);
    known_[node.outputs[0]] = graph_.add(op, {a, b}, shapeOfOutput(node), options);
  }

  void function(const OnnxNode& node) {
    const TfliteOp op = node.op == "Relu"      ? TfliteOp::kRelu
                        : node.op == "Sigmoid" ? TfliteOp::kLogistic
                                               : TfliteOp::kSqrt;
    const auto image = channelsLast_.find(node.inputs[0]);
    if (image != channelsLast_.end()) {
      const Index x = image->second;
      return imageOutput(node, graph_.add(op, {x}, graph_.shapeOf(x)), isLine(x));
    }
    known_[node.outputs[0]] = graph_.add(op, {plain(node.inputs[0])}, shapeOfOutput(node));
  }

  // Computed floats that become indices; constants are cast from halves, of another precision.
  void cast(const OnnxNode& node) {
    if (isConstant(node.inputs[0])) refuse(node);
    known_[node.outputs[0]] = graph_.truncated(plain(node.inputs[0]));
  }

  void clip(const OnnxNode& node) {
    Index x = plain(node.inputs[0]);
    const auto bound = [&](std::size_t input, TfliteOp op) {
      if (input >= node.inputs.size() || node.inputs[input].empty()) return;
      x = graph_.add(op, {x, plain(node.inputs[input])}, shapeOfOutput(node),
                     TfliteOptions::kMaximumMinimum);
    };
    bound(1, TfliteOp::kMaximum);
    bound(2, TfliteOp::kMinimum);
    known_[node.outputs[0]] = x;
  }

  // TensorFlow Lite has it along the last dimension only.
  void softmax(const OnnxNode& node) {
    Index x = plain(node.inputs[0]);
    const std::size_t axis = axisOf(node, attribute<std::int64_t>(node, "axis", -1));
    const std::size_t last = graph_.shapeOf(x).size() - 1;
    Integers order;
    for (std::size_t i = 0; i <= last; ++i) order.push_back(static_cast<std::int64_t>(i));
    std::swap(order[axis], order[last]);
    if (axis != last) x = graph_.transposed(x, order);
    x = graph_.add(TfliteOp::kSoftmax, {x}, graph_.shapeOf(x), TfliteOptions::kSoftmax,
                   {{0, 1.0F}});
    known_[node.outputs[0]] = axis == last ? x : graph_.transposed(x, order);
  }

  void matMul(const OnnxNode& node) {
    const std::string &a = node.inputs[0], &b = node.inputs[1];
    if (isConstant(b) && shapeOf(b).size() == 2) {
      const Shape shape = shapeOf(b);
      const Index weights = turned(floatsOf(b), shape[0], shape[1]);
      known_[node.outputs[0]] = graph_.dense(plain(a), weights, -1, shape[1]);
      return;
    }
    const Index left = plain(a), right = plain(b);
    known_[node.outputs[0]] = graph_.add(TfliteOp::kBatchMatmul, {left, right}, shapeOfOutput(node),
                                         TfliteOptions::kBatchMatMul);
  }

  // [rows, columns] as a constant [columns, rows].
  Index turned(const std::vector<float>& from, std::int64_t rows, std::int64_t columns) {
    std::vector<float> to;
    for (std::int64_t c = 0; c < columns; ++c)
      for (std::int64_t r = 0; r < rows; ++r)
        to.push_back(from[static_cast<std::size_t>(r * columns + c)]);
    return graph_.constant({columns, rows}, to);
  }

  void convolution(const OnnxNode& node) {
    const std::string& weights = node.inputs[1];
    if (!isConstant(weights)) return computedConvolution(node);
    const Shape w = shapeOf(weights);
    const std::size_t spatial = w.size() - 2;
    if (attribute<std::int64_t>(node, "group", 1) != 1) refuse(node);
    Index x = asImage(node.inputs[0]);
    const bool line = spatial == 1;
    const Integers pads = attribute(node, "pads", Integers(2 * spatial, 0));
    const Integers strides = attribute(node, "strides", Integers(spatial, 1));
    x = padded(x, line ? Integers{0, pads[0], 0, pads[1]} : pads);
    const std::int64_t height = line ? 1 : w[2], width = w.back();
    const Index kernel = graph_.constant({w[0], height, width, w[1]}, channelsLastOf(weights, w));
    const Index bias =
        node.inputs.size() > 2
            ? plain(node.inputs[2])
            : graph_.constant({w[0]}, std::vector<float>(static_cast<std::size_t>(w[0])));
    const auto stride = [&](std::size_t i) { return static_cast<std::int32_t>(strides[i]); };
    const Shape in = graph_.shapeOf(x);
    const std::int32_t down = line ? 1 : stride(0), across = stride(spatial - 1);
    const Shape out = {in[0], (in[1] - height) / down + 1, (in[2] - width) / across + 1, w[0]};
    const Index made = graph_.add(TfliteOp::kConv2d, {x, kernel, bias}, out, TfliteOptions::kConv2d,
                                  {{0, kValidPadding}, {1, across}, {2, down}, {4, 1}, {5, 1}});
    imageOutput(node, made, line);
  }

  // pads: before and after, of height and width as ONNX has them.
  Index padded(Index x, const Integers& pads) {
    if (std::all_of(pads.begin(), pads.end(), [](auto pad) { return pad == 0; })) return x;
    Shape shape = graph_.shapeOf(x);
    shape[1] += pads[0] + pads[2];
    shape[2] += pads[1] + pads[3];
    const Index table = graph_.integers({4, 2}, {0, 0, pads[0], pads[2], pads[1], pads[3], 0, 0});
    return graph_.add(TfliteOp::kPad, {x, table}, shape, TfliteOptions::kPad);
  }

  std::vector<float> channelsLastOf(const std::string& weights, const Shape& w) const {
    const std::vector<float> from = floatsOf(weights);
    const auto taps = static_cast<std::size_t>(elementsOf(w) / w[0] / w[1]);
    const auto channels = static_cast<std::size_t>(w[1]);
    std::vector<float> to;
    for (std::size_t filter = 0; filter < static_cast<std::size_t>(w[0]); ++filter)
      for (std::size_t tap = 0; tap < taps; ++tap)
        for (std::size_t channel = 0; channel < channels; ++channel)
          to.push_back(from[(filter * channels + channel) * taps + tap]);
    return to;
  }

  // Kernels that are themselves computed, one input channel a group: every window is laid out, and
  // each group is a product of matrices.
  void computedConvolution(const OnnxNode& node) {
    const Shape in = shapeOf(node.inputs[0]), w = shapeOf(node.inputs[1]);
    const Shape out = shapeOfOutput(node);
    const std::int64_t groups = in[1], places = out[2], taps = w[2];
    if (in.size() != 3 || in[0] != 1 || w[1] != 1 || node.attributes.size() != 1) refuse(node);
    Integers windows;
    for (std::int64_t place = 0; place < places; ++place)
      for (std::int64_t tap = 0; tap < taps; ++tap) windows.push_back(place + tap);
    const Index laid = graph_.add(TfliteOp::kGather,
                                  {plain(node.inputs[0]), graph_.integers({places, taps}, windows)},
                                  {1, groups, places, taps}, TfliteOptions::kGather, {{0, 2}});
    const Index kernels = graph_.reshaped(plain(node.inputs[1]), {groups, w[0] / groups, taps});
    constexpr std::uint16_t kTurnRight = 1;
    const Index products = graph_.add(
        TfliteOp::kBatchMatmul, {kernels, graph_.reshaped(laid, {groups, places, taps})},
        {groups, w[0] / groups, places}, TfliteOptions::kBatchMatMul, {{kTurnRight, true}});
    known_[node.outputs[0]] = graph_.reshaped(products, out);
  }

  void maxPool(const OnnxNode& node) {
    const Integers kernel = attribute(node, "kernel_shape", Integers{});
    const Integers strides = attribute(node, "strides", Integers{1, 1});
    const Shape out = shapeOfOutput(node);
    const auto size = [](std::int64_t n) { return static_cast<std::int32_t>(n); };
    const Index made = graph_.add(TfliteOp::kMaxPool2d, {asImage(node.inputs[0])},
                                  {out[0], out[2], out[3], out[1]}, TfliteOptions::kPool2d,
                                  {{0, kValidPadding},
                                   {1, size(strides[1])},
                                   {2, size(strides[0])},
                                   {3, size(kernel[1])},
                                   {4, size(kernel[0])}});
    imageOutput(node, made, false);
  }

  void lstm(const OnnxNode& node) {
    const Shape in = shapeOf(node.inputs[0]);
    const std::string direction = attribute(node, "direction", std::string("forward"));
    const Index x = graph_.reshaped(plain(node.inputs[0]), {in[0], in[2]});
    std::vector<Index> ways;
    for (std::size_t d = 0; d < (direction == "bidirectional" ? 2U : 1U); ++d) {
      const bool backwards = direction == "reverse" || d == 1;
      const Index states = oneWay(node, x, d, backwards);
      ways.push_back(graph_.reshaped(states, {in[0], 1, 1, graph_.shapeOf(states)[1]}));
    }
    known_[node.outputs[0]] = ways.size() == 1 ? ways[0] : graph_.joined(ways, 1);
  }

  // x: [steps, in]. Gives the states [steps, hidden].
  Index oneWay(const OnnxNode& node, Index x, std::size_t direction, bool backwards) {
    const std::int64_t hidden = attribute<std::int64_t>(node, "hidden_size", 0);
    const Shape in = graph_.shapeOf(x);
    const auto part = [&](std::size_t input, std::int64_t count) {
      const std::vector<float> all = floatsOf(node.inputs[input]);
      const auto first = all.begin() + static_cast<std::ptrdiff_t>(direction) * count;
      return std::vector<float>(first, first + count);
    };
    const std::vector<float> biases = part(3, 8 * hidden);
    std::vector<float> bias;
    for (std::size_t i = 0; i < biases.size() / 2; ++i)
      bias.push_back(biases[i] + biases[i + biases.size() / 2]);
    const Index inputs =
        graph_.dense(x, graph_.constant({4 * hidden, in[1]}, part(1, 4 * hidden * in[1])),
                     graph_.constant({4 * hidden}, bias), 4 * hidden);
    const Index weights = graph_.constant({4 * hidden, hidden}, part(2, 4 * hidden * hidden));
    std::vector<Index> states(static_cast<std::size_t>(in[0]));
    Index state = -1, cell = -1;
    for (std::int64_t i = 0; i < in[0]; ++i) {
      const std::int64_t step = backwards ? in[0] - 1 - i : i;
      Index gates = graph_.sliced(inputs, {step, 0}, {1, 4 * hidden});
      if (state >= 0) gates = graph_.sum(gates, graph_.dense(state, weights, -1, 4 * hidden));
      oneStep(gates, hidden, state, cell);
      states[static_cast<std::size_t>(step)] = state;
    }
    return graph_.joined(states, 0);
  }

  // gates: [1, 4 hidden], i o f c.
  void oneStep(Index gates, std::int64_t hidden, Index& state, Index& cell) {
    const Shape shape = {1, hidden};
    const Index open = graph_.sliced(gates, {0, 0}, {1, 3 * hidden});
    const Index opened = graph_.add(TfliteOp::kLogistic, {open}, {1, 3 * hidden});
    const Index fresh =
        graph_.add(TfliteOp::kTanh, {graph_.sliced(gates, {0, 3 * hidden}, shape)}, shape);
    Index next = graph_.product(graph_.sliced(opened, {0, 0}, shape), fresh);
    if (cell >= 0)
      next = graph_.sum(graph_.product(graph_.sliced(opened, {0, 2 * hidden}, shape), cell), next);
    cell = next;
    state = graph_.product(graph_.sliced(opened, {0, hidden}, shape),
                           graph_.add(TfliteOp::kTanh, {cell}, shape));
  }

  void reduction(const OnnxNode& node) {
    const TfliteOp op = node.op == "ReduceMean"  ? TfliteOp::kMean
                        : node.op == "ReduceMax" ? TfliteOp::kReduceMax
                                                 : TfliteOp::kSum;
    const Integers given =
        node.op == "ReduceSum" ? integersOf(node.inputs[1]) : attribute(node, "axes", Integers{});
    Integers axes;
    for (const std::int64_t axis : given)
      axes.push_back(static_cast<std::int64_t>(axisOf(node, axis)));
    const bool keep = attribute<std::int64_t>(node, "keepdims", 1) != 0;
    const Index x = plain(node.inputs[0]);
    known_[node.outputs[0]] = graph_.add(op, {x, graph_.integers(axes)}, shapeOfOutput(node),
                                         TfliteOptions::kReducer, {{0, keep}});
  }

  void concatenation(const OnnxNode& node) {
    std::vector<Index> parts;
    for (const std::string& input : node.inputs) parts.push_back(plain(input));
    const std::size_t axis = axisOf(node, attribute<std::int64_t>(node, "axis", 0));
    known_[node.outputs[0]] = graph_.joined(parts, static_cast<std::int64_t>(axis));
  }

  void slice(const OnnxNode& node) {
    const Shape in = shapeOf(node.inputs[0]);
    const std::size_t axis = axisOf(node, integersOf(node.inputs[3])[0]);
    Integers first(in.size(), 0);
    const std::int64_t begin = integersOf(node.inputs[1])[0];
    first[axis] = begin < 0 ? begin + in[axis] : begin;
    known_[node.outputs[0]] = graph_.sliced(plain(node.inputs[0]), first, shapeOfOutput(node));
  }

  void gather(const OnnxNode& node) {
    const auto axis =
        static_cast<std::int32_t>(axisOf(node, attribute<std::int64_t>(node, "axis", 0)));
    const Index x = plain(node.inputs[0]), indices = plain(node.inputs[1]);
    known_[node.outputs[0]] = graph_.add(TfliteOp::kGather, {x, indices}, shapeOfOutput(node),
                                         TfliteOptions::kGather, {{0, axis}});
  }

  void reshape(const OnnxNode& node) {
    known_[node.outputs[0]] = graph_.reshaped(plain(node.inputs[0]), shapeOfOutput(node));
  }

  void transpose(const OnnxNode& node) {
    known_[node.outputs[0]] =
        graph_.transposed(plain(node.inputs[0]), attribute(node, "perm", Integers{}));
  }

  const OnnxModel& model_;
  Network network_;
  TfliteGraph graph_;
  std::map<std::string, const OnnxTensor*> constants_;
  std::map<std::string, Index> known_, channelsLast_;
  std::vector<Index> lines_;  // images that are lines
};

}  // namespace

TfliteModel asTflite(const OnnxModel& model) {
  return Converter(model).run();
}

}  // namespace dju::inference
