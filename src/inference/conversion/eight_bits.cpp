#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include "core/error.h"
#include "inference/conversion/choices.h"
#include "inference/conversion/smaller_model.h"
#include "inference/network/network_runner.h"

namespace dju::inference {
namespace {

struct Range {
  float low = 0, high = 0;  // holds 0, so that silence and padding stay exact
};

// What happens between layers without changing which numbers there are: one grid serves for both
// sides.
bool onlyArranges(const std::string& op) {
  return op == "MaxPool" || op == "Reshape" || op == "Transpose" || op == "Slice";
}

// A graph that can be asked who makes and who uses a tensor.
class Wiring {
 public:
  explicit Wiring(const OnnxModel& model) : choosing_(tensorsThatChoose(model)) {
    for (const OnnxNode& node : model.nodes) {
      for (const std::string& output : node.outputs) makers_[output] = &node;
      for (const std::string& input : node.inputs) users_[input].push_back(&node);
    }
    for (const OnnxTensor& constant : model.constants) constants_[constant.name] = &constant;
  }
  const OnnxNode* maker(const std::string& tensor) const {
    const auto found = makers_.find(tensor);
    return found == makers_.end() ? nullptr : found->second;
  }
  bool chooses(const OnnxNode& node) const { return choosing_.contains(node.outputs[0]); }
  const OnnxTensor* constant(const std::string& name) const {
    const auto found = constants_.find(name);
    return found == constants_.end() ? nullptr : found->second;
  }
  const OnnxNode* onlyUser(const std::string& tensor) const {
    const auto found = users_.find(tensor);
    return found == users_.end() || found->second.size() != 1 ? nullptr : found->second.front();
  }
  // The tensor whose numbers this one has.
  std::string origin(std::string tensor) const {
    for (const OnnxNode* node = maker(tensor); node != nullptr && onlyArranges(node->op);
         node = maker(tensor))
      tensor = node->inputs[0];
    return tensor;
  }

 private:
  std::set<std::string> choosing_;
  std::map<std::string, const OnnxNode*> makers_;
  std::map<std::string, std::vector<const OnnxNode*>> users_;
  std::map<std::string, const OnnxTensor*> constants_;
};

// Of convolutions and wide dense layers that choose nothing, where they are constant.
const OnnxTensor* weightsWorthIt(const Wiring& wiring, const OnnxNode& node) {
  constexpr std::int64_t kWide = 8192;
  if ((node.op != "Conv" && node.op != "MatMul") || node.inputs.size() < 2) return nullptr;
  if (wiring.chooses(node)) return nullptr;
  const OnnxTensor* weights = wiring.constant(node.inputs[1]);
  if (weights == nullptr || wiring.constant(node.inputs[0]) != nullptr) return nullptr;
  if (node.op == "MatMul" && (weights->shape.size() != 2 || elementsOf(weights->shape) < kWide))
    return nullptr;
  return weights;
}

// What the tensors reach on the samples.
std::map<std::string, Range> rangesOn(const OnnxModel& model, const std::set<std::string>& tensors,
                                      const std::vector<SampleInputs>& samples) {
  OnnxModel watched = model;
  const Network plain(model);
  std::set<std::string> fed;
  for (const OnnxValue& input : model.inputs) fed.insert(input.name);
  for (const std::string& tensor : tensors)
    if (!fed.contains(tensor)) watched.outputs.push_back(plain.value(tensor));
  const Network network(watched);
  NetworkRunner runner(network);
  std::map<std::string, Range> ranges;
  for (const SampleInputs& sample : samples) {
    for (const auto& [name, elements] : sample) runner.fill(name, elements);
    runner.run();
    for (const std::string& tensor : tensors) {
      Range& range = ranges[tensor];
      const std::span<const float> values =
          fed.contains(tensor) ? runner.input(tensor) : runner.output(tensor);
      for (const float value : values) {
        if (!std::isfinite(value))
          throw Error(ErrorCode::kInvalid,
                      "calibration: a sample leads to what is no number in \"" + tensor + "\"");
        range.low = std::min(range.low, value);
        range.high = std::max(range.high, value);
      }
    }
  }
  return ranges;
}

class Quantiser {
 public:
  Quantiser(const OnnxModel& model, const std::vector<SampleInputs>& samples)
      : model_(model), wiring_(model), out_(model) {
    std::set<std::string> origins;
    for (const OnnxNode& node : model.nodes) {
      if (weightsWorthIt(wiring_, node) == nullptr) continue;
      origins.insert(wiring_.origin(node.inputs[0]));
      origins.insert(result(node));
    }
    ranges_ = rangesOn(model, origins, samples);
  }

  OnnxModel run() {
    out_.nodes.clear();
    for (const OnnxNode& node : model_.nodes) {
      const OnnxTensor* weights = weightsWorthIt(wiring_, node);
      OnnxNode changed = node;
      for (std::string& input : changed.inputs)
        if (rounded_.contains(input)) input = rounded_[input];
      if (weights != nullptr) {
        changed.inputs[0] = roundedTensor(node.inputs[0]);
        const float step = gridOf(ranges_.at(wiring_.origin(node.inputs[0]))).scale;
        quantiseWeights(changed, *weights, step);
      }
      out_.nodes.push_back(changed);
      // What a quantised layer gives is rounded for all who read it.
      for (const std::string& output : node.outputs)
        if (results_.contains(output)) roundedTensor(output);
    }
    out_.metadata["precision"] = "int8";
    dropUnused();
    return std::move(out_);
  }

 private:
  struct Grid {
    float scale;
    std::uint8_t zero;
  };

  static Grid gridOf(const Range& range) {
    const float width = range.high - range.low;
    const float scale = width > 0 ? width / 255 : 1;
    return {scale, static_cast<std::uint8_t>(std::lround(-range.low / scale))};
  }

  // The tensor behind a quantised layer: that of the ReLU where one follows.
  std::string result(const OnnxNode& node) {
    std::string tensor = node.outputs[0];
    const OnnxNode* user = wiring_.onlyUser(tensor);
    if (user != nullptr && user->op == "Relu") tensor = user->outputs[0];
    const bool leaves = std::any_of(model_.outputs.begin(), model_.outputs.end(),
                                    [&](const auto& output) { return output.name == tensor; });
    if (!leaves) results_.insert(tensor);
    return tensor;
  }

  std::string floatConstant(const std::string& name, const Shape& shape,
                            const std::vector<float>& values) {
    out_.constants.push_back(OnnxTensor::of(name, shape, values));
    return name;
  }

  // A pair of nodes that rounds the tensor to its grid; gives the name of what is rounded.
  std::string roundedTensor(const std::string& tensor) {
    std::string& rounded = rounded_[tensor];
    if (!rounded.empty()) return rounded;
    const Grid grid = gridOf(ranges_.at(wiring_.origin(tensor)));
    const std::string scale = floatConstant(tensor + "_scale", {}, {grid.scale});
    const std::string zero = tensor + "_zero";
    out_.constants.push_back(
        {zero, ElementType::kUint8, {}, std::string(1, static_cast<char>(grid.zero))});
    rounded = tensor + "_rounded";
    out_.nodes.push_back(
        {tensor + "_q", "QuantizeLinear", {tensor, scale, zero}, {tensor + "_levels"}, {}});
    out_.nodes.push_back(
        {tensor + "_dq", "DequantizeLinear", {tensor + "_levels", scale, zero}, {rounded}, {}});
    return rounded;
  }

  // Weights in 8 bits and the bias in 32, which both have a scale an output channel.
  void quantiseWeights(OnnxNode& node, const OnnxTensor& weights, float inputStep) {
    const bool convolution = node.op == "Conv";
    const auto channels =
        static_cast<std::size_t>(convolution ? weights.shape.front() : weights.shape.back());
    const std::vector<float> values = weights.floats();
    const auto channelOf = [&](std::size_t i) {
      return convolution ? i / (values.size() / channels) : i % channels;
    };
    std::vector<float> scales(channels, 0);
    for (std::size_t i = 0; i < values.size(); ++i)
      scales[channelOf(i)] = std::max(scales[channelOf(i)], std::fabs(values[i]) / 127);
    for (float& scale : scales)
      if (scale == 0) scale = 1;
    std::string data;
    for (std::size_t i = 0; i < values.size(); ++i)
      data += static_cast<char>(std::lround(values[i] / scales[channelOf(i)]));
    node.inputs[1] = unpacked(node.name + "_weights", ElementType::kInt8, weights.shape, data,
                              scales, convolution ? 0 : 1);
    if (!convolution || node.inputs.size() < 3) return;
    const std::vector<float> bias = wiring_.constant(node.inputs[2])->floats();
    std::vector<float> steps(channels);
    std::string levels;
    for (std::size_t c = 0; c < channels; ++c) {
      steps[c] = scales[c] * inputStep;
      const double level =
          std::clamp(static_cast<double>(bias[c]) / steps[c], -2147483000.0, 2147483000.0);
      const auto rounded = static_cast<std::int32_t>(std::lround(level));
      levels.append(reinterpret_cast<const char*>(&rounded), sizeof rounded);
    }
    node.inputs[2] = unpacked(node.name + "_bias", ElementType::kInt32,
                              {static_cast<std::int64_t>(channels)}, levels, steps, 0);
  }

  std::string unpacked(const std::string& name, ElementType type, const Shape& shape,
                       const std::string& data, const std::vector<float>& scales,
                       std::int64_t axis) {
    out_.constants.push_back({name, type, shape, data});
    const std::string scale =
        floatConstant(name + "_scale", {static_cast<std::int64_t>(scales.size())}, scales);
    out_.nodes.push_back(
        {name + "_dq", "DequantizeLinear", {name, scale}, {name + "_floats"}, {{"axis", axis}}});
    return name + "_floats";
  }

  void dropUnused() {
    std::set<std::string> used;
    for (const OnnxNode& node : out_.nodes) used.insert(node.inputs.begin(), node.inputs.end());
    std::erase_if(out_.constants, [&](const auto& each) { return !used.contains(each.name); });
  }

  const OnnxModel& model_;
  Wiring wiring_;
  OnnxModel out_;
  std::map<std::string, Range> ranges_;
  std::set<std::string> results_;
  std::map<std::string, std::string> rounded_;
};

}  // namespace

OnnxModel inEightBits(const OnnxModel& model, const std::vector<SampleInputs>& samples) {
  if (samples.empty())
    throw Error(ErrorCode::kInvalid, "int8 needs samples of the inputs to see how far they reach");
  OnnxModel small = inHalfPrecision(Quantiser(model, samples).run());
  small.metadata["precision"] = "int8";
  return small;
}

}  // namespace dju::inference
