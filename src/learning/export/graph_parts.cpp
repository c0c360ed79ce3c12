#include "learning/export/graph_parts.h"

#include <cmath>

namespace dju::learning {
namespace {

using Integers = std::vector<std::int64_t>;

torch::Tensor plain(const torch::Tensor& tensor) {
  return tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
}

// What a batch normalisation multiplies a channel by, and what it then adds.
struct Affine {
  torch::Tensor factor, offset;
};

template <typename Norm>
Affine affineOf(const Norm& norm) {
  const torch::Tensor factor = norm.weight / (norm.running_var + norm.options.eps()).sqrt();
  return {factor, norm.bias - norm.running_mean * factor};
}

// A convolution with the normalisation behind it, and ReLU.
template <typename Convolution, typename Norm>
std::string convolved(GraphBuilder& graph, const Convolution& layer, const Norm& norm,
                      const std::string& x, inference::OnnxAttributes attributes) {
  const torch::NoGradGuard guard;
  const Affine affine = affineOf(norm);
  Integers perFilter(static_cast<std::size_t>(layer.weight.dim()), 1);
  perFilter[0] = -1;
  const torch::Tensor bias = layer.bias.defined() ? layer.bias * affine.factor : torch::Tensor();
  return graph.add(
      "Relu", {graph.add("Conv",
                         {x, constantOf(graph, layer.weight * affine.factor.reshape(perFilter)),
                          constantOf(graph, bias.defined() ? bias + affine.offset : affine.offset)},
                         std::move(attributes))});
}

// [1, samples, bands] to correlations [steps, bands * bands, lags]: onset_correlation.h without the
// Fourier transform, which few runtimes have. Each step's block slides, as the kernel of a
// convolution, over the block and the past before it.
class CorrelationGraph {
 public:
  CorrelationGraph(GraphBuilder& graph, const CorrelationShape& shape, std::int64_t samples,
                   std::int64_t bands)
      : graph_(graph), shape_(shape), bands_(bands), steps_(samples / shape.block) {}

  std::string of(const std::string& onsets) {
    const std::string curve =
        graph_.reshaped(graph_.transposed(onsets, {0, 2, 1}), {bands_, steps_ * shape_.block});
    const std::string now = graph_.reshaped(curve, {bands_, steps_, shape_.block});
    const std::int64_t lags = shape_.past + 1;
    const std::string sums = remembered(products(curve, now), bands_ * bands_ * lags);
    return graph_.add("Div",
                      {graph_.reshaped(sums, {steps_, bands_ * bands_, lags}), loudness(now)});
  }

 private:
  // [steps, bands * bands * lags], lag rising.
  std::string products(const std::string& curve, const std::string& now) {
    const std::int64_t groups = bands_ * steps_;
    const std::string kernels =
        graph_.reshaped(graph_.transposed(now, {1, 0, 2}), {steps_ * bands_, 1, shape_.block});
    const std::vector<std::string> forEachBand(static_cast<std::size_t>(bands_), kernels);
    const std::string all =
        graph_.add("Conv",
                   {graph_.reshaped(windows(curve), {1, groups, shape_.block + shape_.past}),
                    graph_.add("Concat", forEachBand, {{"axis", std::int64_t{0}}})},
                   {{"group", groups}});
    // Shift j of the kernel is the lag past - j.
    Integers backwards;
    for (std::int64_t j = shape_.past; j >= 0; --j) backwards.push_back(j);
    const std::string byLag = graph_.reshaped(
        graph_.add("Gather", {all, graph_.integers(backwards)}, {{"axis", std::int64_t{2}}}),
        {bands_, steps_, bands_, shape_.past + 1});
    return graph_.reshaped(graph_.transposed(byLag, {1, 2, 0, 3}), {steps_, -1});
  }

  // [bands, steps, past + block]: each step's block and what was before it, silence at the start.
  std::string windows(const std::string& curve) {
    const std::int64_t blocks = (shape_.past + shape_.block - 1) / shape_.block;  // of the past
    const std::vector<float> silence(static_cast<std::size_t>(bands_ * blocks * shape_.block));
    const std::string padded = graph_.reshaped(
        graph_.add("Concat", {graph_.constant({bands_, blocks * shape_.block}, silence), curve},
                   {{"axis", std::int64_t{1}}}),
        {bands_, blocks + steps_, shape_.block});
    std::vector<std::string> parts;
    for (std::int64_t ago = blocks; ago >= 0; --ago)
      parts.push_back(graph_.sliced(padded, 1, blocks - ago, steps_));
    const std::string whole = graph_.add("Concat", parts, {{"axis", std::int64_t{2}}});
    const std::int64_t spare = blocks * shape_.block - shape_.past;
    if (spare == 0) return whole;
    return graph_.sliced(whole, 2, spare, shape_.past + shape_.block);
  }

  // x: [steps, width]; each step plus `keep` times the sum before it, as one product.
  std::string remembered(const std::string& x, std::int64_t width) {
    if (memory_.empty()) {
      std::vector<float> weights;
      for (std::int64_t to = 0; to < steps_; ++to)
        for (std::int64_t from = 0; from < steps_; ++from)
          weights.push_back(from > to ? 0.0F
                                      : static_cast<float>(
                                            std::pow(shape_.keep, static_cast<double>(to - from))));
      memory_ = graph_.constant({steps_, steps_}, weights);
    }
    return graph_.add("MatMul", {memory_, graph_.reshaped(x, {steps_, width})});
  }

  // [steps, bands * bands, 1]: the root of both bands' energies.
  std::string loudness(const std::string& now) {
    const std::string energy =
        graph_.add("ReduceSum", {graph_.add("Mul", {now, now}), graph_.integers({2})},
                   {{"keepdims", std::int64_t{0}}});
    const std::string sums = remembered(graph_.transposed(energy, {1, 0}), bands_);
    const std::string both =
        graph_.add("Sqrt", {graph_.add("Mul", {graph_.reshaped(sums, {steps_, bands_, 1}),
                                               graph_.reshaped(sums, {steps_, 1, bands_})})});
    return graph_.add(
        "Add", {graph_.reshaped(both, {steps_, bands_ * bands_, 1}), graph_.constant(1e-6F)});
  }

  GraphBuilder& graph_;
  CorrelationShape shape_;
  std::int64_t bands_, steps_;
  std::string memory_;
};

// ONNX wants the gates i, o, f, c; LibTorch has i, f, c, o, each `hidden` rows.
torch::Tensor inOnnxOrder(const torch::Tensor& gates) {
  const std::vector<torch::Tensor> four = gates.chunk(4, 0);
  return torch::cat({four[0], four[3], four[1], four[2]}, 0);
}

}  // namespace

std::string constantOf(GraphBuilder& graph, const torch::Tensor& tensor) {
  const torch::Tensor values = plain(tensor);
  const std::span<const float> elements(values.data_ptr<float>(),
                                        static_cast<std::size_t>(values.numel()));
  return graph.constant(values.sizes().vec(), elements);
}

std::string linear(GraphBuilder& graph, const torch::nn::LinearImpl& layer, const std::string& x) {
  const std::string product =
      graph.add("MatMul", {x, constantOf(graph, layer.weight.transpose(0, 1))});
  return graph.add("Add", {product, constantOf(graph, layer.bias)});
}

std::string lstm(GraphBuilder& graph, const torch::nn::LSTMImpl& layer, const std::string& x,
                 std::int64_t steps) {
  const torch::NoGradGuard guard;
  const std::int64_t hidden = layer.options.hidden_size();
  const bool bothWays = layer.options.bidirectional();
  std::vector<torch::Tensor> inputs, states, biases;
  const auto parameters = layer.named_parameters();
  for (const std::string way : {"", "_reverse"}) {
    if (!way.empty() && !bothWays) continue;
    inputs.push_back(inOnnxOrder(parameters["weight_ih_l0" + way]));
    states.push_back(inOnnxOrder(parameters["weight_hh_l0" + way]));
    biases.push_back(torch::cat(
        {inOnnxOrder(parameters["bias_ih_l0" + way]), inOnnxOrder(parameters["bias_hh_l0" + way])},
        0));
  }
  const std::string out =
      graph.add("LSTM",
                {graph.reshaped(x, {steps, 1, layer.options.input_size()}),
                 constantOf(graph, torch::stack(inputs)), constantOf(graph, torch::stack(states)),
                 constantOf(graph, torch::stack(biases))},
                {{"hidden_size", hidden},
                 {"direction", std::string(bothWays ? "bidirectional" : "forward")}});
  return graph.reshaped(out, {1, steps, bothWays ? 2 * hidden : hidden});
}

std::string normalised(GraphBuilder& graph, const torch::nn::BatchNorm1dImpl& norm,
                       const std::string& x) {
  const torch::NoGradGuard guard;
  const Affine affine = affineOf(norm);
  const std::string product = graph.add("Mul", {x, constantOf(graph, affine.factor.unsqueeze(1))});
  return graph.add("Add", {product, constantOf(graph, affine.offset.unsqueeze(1))});
}

std::string scaled(GraphBuilder& graph, const torch::nn::Module& model,
                   const std::string& features) {
  const auto buffers = model.named_buffers(false);
  const std::string centred = graph.add("Sub", {features, constantOf(graph, buffers["mean"])});
  return graph.add("Div", {centred, constantOf(graph, buffers["spread"])});
}

std::string averaged(GraphBuilder& graph, const std::string& x, std::int64_t frames,
                     std::int64_t columns, std::int64_t count) {
  return graph.add("ReduceMean", {graph.reshaped(x, {1, frames / count, count, columns})},
                   {{"axes", Integers{2}}, {"keepdims", std::int64_t{0}}});
}

std::string spectrumSteps(GraphBuilder& graph, const SpectrumEncoderImpl& ear,
                          const DatasetInfo& info, const std::string& scaled) {
  const DatasetInfo::Range mel = info.columnsNamed("mel");
  const auto bands = static_cast<std::int64_t>(mel.count);
  const auto frames = static_cast<std::int64_t>(info.frames);
  const std::int64_t each = ear.shape().framesAStep;
  std::string x = graph.sliced(scaled, 2, static_cast<std::int64_t>(mel.first), bands);
  x = graph.reshaped(averaged(graph, x, frames, bands, each), {1, 1, frames / each, bands});
  const std::size_t layers = ear.shape().channels.size();
  for (std::size_t i = 0; i < layers; ++i) {
    const std::string at = std::to_string(i);
    x = convolved(
        graph,
        part<torch::nn::Conv2dImpl>(part<torch::nn::ModuleListImpl>(ear, "convolutions"), at),
        part<torch::nn::BatchNorm2dImpl>(part<torch::nn::ModuleListImpl>(ear, "norms"), at), x,
        {{"pads", Integers{2, 1, 0, 1}}});
    if (i + 1 < layers)
      x = graph.add("MaxPool", {x},
                    {{"kernel_shape", Integers{2, 2}}, {"strides", Integers{2, 2}}});
  }
  x = graph.add("ReduceMean", {x}, {{"axes", Integers{3}}, {"keepdims", std::int64_t{0}}});
  return graph.transposed(x, {0, 2, 1});
}

std::string lagSteps(GraphBuilder& graph, const LagEncoderImpl& ear, const DatasetInfo& info,
                     const std::string& features) {
  constexpr std::int64_t kBands = 3;
  const DatasetInfo::Range onsets = info.columnsNamed("onset");
  const auto samples = static_cast<std::int64_t>(info.frames * onsets.count) / kBands;
  const std::string curve =
      graph.reshaped(graph.sliced(features, 2, static_cast<std::int64_t>(onsets.first),
                                  static_cast<std::int64_t>(onsets.count)),
                     {1, samples, kBands});
  CorrelationGraph correlation(graph, ear.correlation(), samples, kBands);
  std::string x =
      normalised(graph, part<torch::nn::BatchNorm1dImpl>(ear, "norm"), correlation.of(curve));
  const auto& convolutions = part<torch::nn::ModuleListImpl>(ear, "convolutions");
  for (std::size_t i = 0; i < convolutions.size(); ++i) {
    const std::string at = std::to_string(i);
    x = convolved(
        graph, part<torch::nn::Conv1dImpl>(convolutions, at),
        part<torch::nn::BatchNorm1dImpl>(part<torch::nn::ModuleListImpl>(ear, "norms"), at), x,
        {{"strides", Integers{2}}, {"pads", Integers{2, 2}}});
  }
  const std::int64_t steps = samples / ear.correlation().block;
  x = graph.add("Relu", {linear(graph, part<torch::nn::LinearImpl>(ear, "out"),
                                graph.reshaped(x, {steps, -1}))});
  return graph.reshaped(x, {1, steps, ear.width()});
}

std::string lastStepAttention(GraphBuilder& graph, const LastStepAttentionImpl& attention,
                              const std::string& x, std::int64_t steps) {
  const std::int64_t heads = attention.heads(), width = attention.headWidth();
  const auto answers = [&](const std::string& name, const std::string& of) {
    return linear(graph, part<torch::nn::LinearImpl>(attention, name), of);
  };
  const std::string last = graph.sliced(x, 1, steps - 1, 1);
  const std::string query = graph.reshaped(answers("query", last), {1, heads, 1, width});
  const std::string keys =
      graph.transposed(graph.reshaped(answers("key", x), {1, steps, heads, width}), {0, 2, 3, 1});
  const std::string values =
      graph.transposed(graph.reshaped(answers("value", x), {1, steps, heads, width}), {0, 2, 1, 3});
  const auto scale = static_cast<float>(1 / std::sqrt(static_cast<double>(width)));
  const std::string likeness =
      graph.add("Mul", {graph.add("MatMul", {query, keys}), graph.constant(scale)});
  const std::string heard =
      graph.add("MatMul", {graph.add("Softmax", {likeness}, {{"axis", std::int64_t{3}}}), values});
  return graph.add("Concat",
                   {graph.reshaped(heard, {1, heads * width}),
                    graph.reshaped(last, {1, attention.width() - heads * width})},
                   {{"axis", std::int64_t{1}}});
}

}  // namespace dju::learning
