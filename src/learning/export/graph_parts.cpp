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

  std::int64_t steps() const { return steps_; }
  // [1, samples, bands] of onsets.
  void hear(const std::string& onsets) {
    const std::string curve =
        graph_.reshaped(graph_.transposed(onsets, {0, 2, 1}), {bands_, steps_ * shape_.block});
    const std::string now = graph_.reshaped(curve, {bands_, steps_, shape_.block});
    products_ = products(curve, now);
    const std::string squares = graph_.add("Mul", {now, now});
    energies_ = graph_.transposed(
        graph_.add("ReduceSum", {squares, graph_.integers({2})}, {{"keepdims", std::int64_t{0}}}),
        {1, 0});
  }
  // [steps, bands * bands, lags].
  std::string running() {
    std::vector<float> weights;
    for (std::int64_t to = 0; to < steps_; ++to)
      for (std::int64_t from = 0; from < steps_; ++from)
        weights.push_back(
            from > to ? 0.0F
                      : static_cast<float>(std::pow(shape_.keep, static_cast<double>(to - from))));
    return summed(graph_.constant({steps_, steps_}, weights), steps_);
  }
  // [1, bands * bands, lags]: of all steps.
  std::string whole() {
    const std::vector<float> ones(static_cast<std::size_t>(steps_), 1);
    return summed(graph_.constant({1, steps_}, ones), 1);
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

  // Products and energies by one weight a step, `rows` times: [rows, bands * bands, lags].
  std::string summed(const std::string& weights, std::int64_t rows) {
    const std::int64_t pairs = bands_ * bands_;
    const std::string sums =
        graph_.reshaped(graph_.add("MatMul", {weights, products_}), {rows, pairs, shape_.past + 1});
    const std::string energy = graph_.add("MatMul", {weights, energies_});
    const std::string both =
        graph_.add("Sqrt", {graph_.add("Mul", {graph_.reshaped(energy, {rows, bands_, 1}),
                                               graph_.reshaped(energy, {rows, 1, bands_})})});
    return graph_.add("Div", {sums, graph_.add("Add", {graph_.reshaped(both, {rows, pairs, 1}),
                                                       graph_.constant(1e-6F)})});
  }

  GraphBuilder& graph_;
  CorrelationShape shape_;
  std::int64_t bands_, steps_;
  std::string products_, energies_;  // [steps, bands * bands * lags], [steps, bands]
};

// The columns "onset…" of [1, frames, columns] as [1, samples, kOnsetBands].
struct OnsetCurve {
  std::string values;
  std::int64_t samples;
};

OnsetCurve onsetCurveOf(GraphBuilder& graph, const DatasetInfo& info, const std::string& features) {
  const DatasetInfo::Range onsets = info.columnsNamed("onset");
  const auto samples = static_cast<std::int64_t>(info.frames * onsets.count) / kOnsetBands;
  return {graph.reshaped(graph.sliced(features, 2, static_cast<std::int64_t>(onsets.first),
                                      static_cast<std::int64_t>(onsets.count)),
                         {1, samples, kOnsetBands}),
          samples};
}

std::string summed(GraphBuilder& graph, const std::string& x, std::int64_t axis, bool keep) {
  return graph.add("ReduceSum", {x, graph.integers({axis})},
                   {{"keepdims", static_cast<std::int64_t>(keep ? 1 : 0)}});
}

// [1, n] to [1, n]: 1 at the largest, 0 elsewhere (beat_picture.cpp).
std::string atLargest(GraphBuilder& graph, const std::string& x) {
  const std::string below =
      graph.add("Sub", {x, graph.add("ReduceMax", {x}, {{"axes", Integers{1}}})});
  const std::string near = graph.add(
      "Clip",
      {graph.add("Add", {graph.add("Mul", {below, graph.constant(static_cast<float>(
                                                      BeatPictureEncoderImpl::kSharpness))}),
                         graph.constant(1.0F)}),
       graph.constant(0.0F), graph.constant(1.0F)});
  return graph.add("Div", {near, summed(graph, near, 1, true)});
}

std::vector<float> countingUp(std::int64_t count, double from, double step) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i)
    values.push_back(static_cast<float>(from + step * static_cast<double>(i)));
  return values;
}

// How a picture of beats is laid out of [samples + 1, bands] (beat_picture.h).
class PictureRows {
 public:
  PictureRows(GraphBuilder& graph, std::string curve, std::int64_t samples, std::string beat)
      : graph_(graph), curve_(std::move(curve)), samples_(samples), beat_(std::move(beat)) {}

  // later: [1, 1], phases. Gives [kRows, phases, bands].
  std::string rows(const std::string& later, std::int64_t phases) {
    using Ear = BeatPictureEncoderImpl;
    const std::string ago = graph_.constant(
        {Ear::kRows, 1}, countingUp(Ear::kRows, Ear::kRows + Ear::kPastRows - 1, -1));
    const std::string across =
        graph_.constant({1, phases}, countingUp(phases, 0, 1.0 / Ear::kPhases));
    const std::string beatsAgo = graph_.add(
        "Sub", {graph_.reshaped(graph_.add("Sub", {ago, across}), {1, Ear::kRows * phases}),
                graph_.add("Div", {later, graph_.constant(static_cast<float>(Ear::kPhases))})});
    const std::string at = graph_.add(
        "Clip", {graph_.add("Sub", {graph_.constant(static_cast<float>(samples_ - 1) + 1.5F),
                                    graph_.add("Mul", {beat_, beatsAgo})}),
                 graph_.constant(0.0F), graph_.constant(static_cast<float>(samples_) + 0.5F)});
    const std::string indices =
        graph_.add("Cast", {graph_.reshaped(at, {Ear::kRows * phases})},
                   {{"to", static_cast<std::int64_t>(inference::ElementType::kInt64)}});
    return graph_.reshaped(graph_.add("Gather", {curve_, indices}, {{"axis", std::int64_t{0}}}),
                           {Ear::kRows, phases, kOnsetBands});
  }

 private:
  GraphBuilder& graph_;
  std::string curve_;
  std::int64_t samples_;
  std::string beat_;  // [1, 1], samples
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

std::string levelled(GraphBuilder& graph, const torch::nn::Module& model, const DatasetInfo& info,
                     const std::string& features) {
  const auto buffers = model.named_buffers(false);
  const DatasetInfo::Range mel = info.columnsNamed("mel");
  const std::string centred = graph.add("Sub", {features, constantOf(graph, buffers["mean"])});
  const std::string louder =
      graph.add("ReduceMean",
                {graph.sliced(centred, 2, static_cast<std::int64_t>(mel.first),
                              static_cast<std::int64_t>(mel.count))},
                {{"axes", Integers{1, 2}}});
  return graph.add("Div",
                   {graph.add("Sub", {centred, louder}), constantOf(graph, buffers["spread"])});
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
  if (ear.shape().dense == 0) {
    x = graph.add("ReduceMean", {x}, {{"axes", Integers{3}}, {"keepdims", std::int64_t{0}}});
    return graph.transposed(x, {0, 2, 1});
  }
  const std::int64_t steps = frames / ear.shape().framesPerStep();
  x = graph.reshaped(graph.transposed(x, {0, 2, 1, 3}), {1, steps, -1});
  return graph.add("Relu", {linear(graph, part<torch::nn::LinearImpl>(ear, "dense"), x)});
}

std::string imageConvolutions(GraphBuilder& graph, const torch::nn::Module& model, std::string x) {
  const auto& convolutions = part<torch::nn::ModuleListImpl>(model, "convolutions");
  const auto& norms = part<torch::nn::ModuleListImpl>(model, "norms");
  for (std::size_t i = 0; i < convolutions.size(); ++i) {
    const std::string at = std::to_string(i);
    x = convolved(graph, part<torch::nn::Conv2dImpl>(convolutions, at),
                  part<torch::nn::BatchNorm2dImpl>(norms, at), x, {{"pads", Integers{1, 1, 1, 1}}});
    if (i + 1 < convolutions.size())
      x = graph.add("MaxPool", {x},
                    {{"kernel_shape", Integers{2, 2}}, {"strides", Integers{2, 2}}});
  }
  return x;
}

std::string lagSteps(GraphBuilder& graph, const LagEncoderImpl& ear, const DatasetInfo& info,
                     const std::string& features) {
  const OnsetCurve onsets = onsetCurveOf(graph, info, features);
  CorrelationGraph correlation(graph, ear.correlation(), onsets.samples, kOnsetBands);
  correlation.hear(onsets.values);
  std::string x =
      normalised(graph, part<torch::nn::BatchNorm1dImpl>(ear, "norm"), correlation.running());
  const auto& convolutions = part<torch::nn::ModuleListImpl>(ear, "convolutions");
  for (std::size_t i = 0; i < convolutions.size(); ++i) {
    const std::string at = std::to_string(i);
    x = convolved(
        graph, part<torch::nn::Conv1dImpl>(convolutions, at),
        part<torch::nn::BatchNorm1dImpl>(part<torch::nn::ModuleListImpl>(ear, "norms"), at), x,
        {{"strides", Integers{2}}, {"pads", Integers{2, 2}}});
  }
  const std::int64_t steps = correlation.steps();
  x = graph.add("Relu", {linear(graph, part<torch::nn::LinearImpl>(ear, "out"),
                                graph.reshaped(x, {steps, -1}))});
  return graph.reshaped(x, {1, steps, ear.width()});
}

std::string beatPicture(GraphBuilder& graph, const BeatPictureEncoderImpl& ear,
                        const DatasetInfo& info, const std::string& features) {
  using Ear = BeatPictureEncoderImpl;
  const OnsetCurve onsets = onsetCurveOf(graph, info, features);
  const std::int64_t samples = onsets.samples;
  CorrelationGraph correlation(graph, ear.correlation(), samples, 1);
  correlation.hear(summed(graph, onsets.values, 2, true));
  const std::string repeats = graph.reshaped(correlation.whole(), {1, ear.correlation().past + 1});
  const std::string scores = graph.add("MatMul", {repeats, constantOf(graph, ear.comb())});
  const std::string found =
      graph.add("MatMul", {atLargest(graph, scores), constantOf(graph, ear.beats())});

  const std::string silence = graph.constant({1, kOnsetBands}, std::vector<float>(kOnsetBands, 0));
  const auto joined = [&](std::vector<std::string> parts) {
    return graph.add("Concat", std::move(parts), {{"axis", std::int64_t{0}}});
  };
  const std::string wide =
      joined({silence, graph.reshaped(onsets.values, {samples, kOnsetBands}), silence});
  const std::string sums = graph.add(
      "Add",
      {graph.add("Add", {graph.sliced(wide, 0, 0, samples), graph.sliced(wide, 0, 1, samples)}),
       graph.sliced(wide, 0, 2, samples)});
  PictureRows picture(graph, joined({silence, sums}), samples, graph.sliced(found, 1, 0, 1));
  const float nothing[] = {0};
  const std::string once =
      summed(graph, picture.rows(graph.constant({1, 1}, nothing), Ear::kPhases), 0, false);
  const std::string profile = graph.add(
      "MatMul", {graph.reshaped(graph.add("MatMul", {once, constantOf(graph, ear.strengths())}),
                                {1, Ear::kPhases}),
                 constantOf(graph, ear.smoother())});
  const std::string strongest =
      graph.add("MatMul", {atLargest(graph, profile),
                           graph.constant({Ear::kPhases, 1}, countingUp(Ear::kPhases, 0, 1))});
  const std::string later =
      graph.add("Sub", {strongest, graph.constant(static_cast<float>(Ear::kLeft))});
  std::string x = graph.add(
      "Sqrt", {graph.reshaped(graph.transposed(picture.rows(later, Ear::kWidth), {2, 0, 1}),
                              {1, kOnsetBands, Ear::kRows, Ear::kWidth})});

  const torch::NoGradGuard guard;
  const Affine affine = affineOf(part<torch::nn::BatchNorm2dImpl>(ear, "norm"));
  x = graph.add("Add", {graph.add("Mul", {x, constantOf(graph, affine.factor.reshape({-1, 1, 1}))}),
                        constantOf(graph, affine.offset.reshape({-1, 1, 1}))});
  const auto& convolutions = part<torch::nn::ModuleListImpl>(ear, "convolutions");
  const auto& norms = part<torch::nn::ModuleListImpl>(ear, "norms");
  for (std::size_t i = 0; i < convolutions.size(); ++i) {
    const std::string at = std::to_string(i);
    const auto& layer = part<torch::nn::Conv2dImpl>(convolutions, at);
    x = convolved(
        graph, layer, part<torch::nn::BatchNorm2dImpl>(norms, at), x,
        {{"strides", Integers{layer.options.stride()->at(0), layer.options.stride()->at(1)}},
         {"pads", Integers{1, 2, 1, 2}}});
  }
  const std::string seen =
      graph.add("Concat", {graph.reshaped(x, {1, -1}), graph.sliced(found, 1, 1, 1)},
                {{"axis", std::int64_t{1}}});
  return graph.add("Relu", {linear(graph, part<torch::nn::LinearImpl>(ear, "out"), seen)});
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
