// The graph of each model beside its forward() in models/: a change there needs one here, and the
// tests of both compare them.
#include "core/error.h"
#include "learning/export/export_model.h"
#include "learning/export/graph_parts.h"
#include "learning/models/creative.h"
#include "learning/models/crowd.h"
#include "learning/models/genre.h"
#include "learning/models/mixer.h"
#include "learning/models/technical.h"
#include "learning/models/transition.h"

namespace dju::learning {
namespace {

using Integers = std::vector<std::int64_t>;
using torch::nn::LinearImpl;
using torch::nn::LSTMImpl;

struct Source {
  GraphBuilder& graph;
  const DatasetInfo& info;
  std::string features;

  std::int64_t frames() const { return static_cast<std::int64_t>(info.frames); }
};

std::string joined(GraphBuilder& graph, const std::string& a, const std::string& b,
                   std::int64_t axis) {
  return graph.add("Concat", {a, b}, {{"axis", axis}});
}

std::string reduced(GraphBuilder& graph, const std::string& op, const std::string& x,
                    std::int64_t axis) {
  return graph.add(op, {x}, {{"axes", Integers{axis}}, {"keepdims", std::int64_t{0}}});
}

std::string spectrumOf(const Source& in, const torch::nn::Module& model,
                       const std::string& scaledFeatures) {
  return spectrumSteps(in.graph, part<SpectrumEncoderImpl>(model, "spectrum"), in.info,
                       scaledFeatures);
}

std::string spectrumOf(const Source& in, const torch::nn::Module& model) {
  return spectrumOf(in, model, scaled(in.graph, model, in.features));
}

std::int64_t stepsOf(const Source& in, const torch::nn::Module& model) {
  return in.frames() / part<SpectrumEncoderImpl>(model, "spectrum").shape().framesPerStep();
}

std::string lagsOf(const Source& in, const torch::nn::Module& model) {
  return lagSteps(in.graph, part<LagEncoderImpl>(model, "lags"), in.info, in.features);
}

std::string technicalScores(const Source& in, const TechnicalModel& model) {
  GraphBuilder& graph = in.graph;
  const std::int64_t steps = stepsOf(in, model);
  std::string x = spectrumOf(in, model, levelled(graph, model, in.info, in.features));
  std::string heard;
  if (model.named_children().contains("beats"))
    heard = beatPicture(graph, part<BeatPictureEncoderImpl>(model, "beats"), in.info, in.features);
  const std::string soFar = reduced(graph, "ReduceMean", x, 1);
  heard = heard.empty() ? soFar : joined(graph, heard, soFar, 1);
  x = lstm(graph, part<LSTMImpl>(model, "first_lstm"), x, steps);
  x = lstm(graph, part<LSTMImpl>(model, "second_lstm"), x, steps);
  const std::string attended =
      lastStepAttention(graph, part<LastStepAttentionImpl>(model, "attention"), x, steps);
  std::string all = joined(graph, heard, attended, 1);
  if (model.named_children().contains("hidden"))
    all = graph.add("Relu", {linear(graph, part<LinearImpl>(model, "hidden"), all)});
  return graph.add("Sigmoid", {linear(graph, part<LinearImpl>(model, "heads"), all)});
}

// Mean and maximum over the steps.
std::string overTime(GraphBuilder& graph, const std::string& x) {
  return joined(graph, reduced(graph, "ReduceMean", x, 1), reduced(graph, "ReduceMax", x, 1), 1);
}

std::string genreScores(const Source& in, const GenreModel& model) {
  GraphBuilder& graph = in.graph;
  const std::string x = joined(graph, spectrumOf(in, model), lagsOf(in, model), 2);
  const std::string hidden =
      graph.add("Relu", {linear(graph, part<LinearImpl>(model, "hidden"), overTime(graph, x))});
  return graph.add("Softmax", {linear(graph, part<LinearImpl>(model, "out"), hidden)});
}

std::string crowdScores(const Source& in, const CrowdModel& model) {
  GraphBuilder& graph = in.graph;
  const std::int64_t steps = stepsOf(in, model);
  const auto& layer = part<LSTMImpl>(model, "lstm");
  const std::string x = lstm(graph, layer, spectrumOf(in, model), steps);
  const std::string last =
      graph.reshaped(graph.sliced(x, 1, steps - 1, 1), {1, layer.options.hidden_size()});
  return graph.add("Sigmoid", {linear(graph, part<LinearImpl>(model, "out"), last)});
}

std::string transitionScores(const Source& in, const TransitionModel& model) {
  constexpr std::int64_t kPlaces = 2;
  GraphBuilder& graph = in.graph;
  const std::int64_t steps = stepsOf(in, model);
  const std::string x = lstm(graph, part<LSTMImpl>(model, "lstm"), spectrumOf(in, model), steps);
  std::vector<float> middles;
  for (std::int64_t i = 0; i < steps; ++i)
    middles.push_back((static_cast<float>(i) + 0.5F) / static_cast<float>(steps));
  const std::string likely = graph.add(
      "Softmax", {linear(graph, part<LinearImpl>(model, "where"), x)}, {{"axis", std::int64_t{1}}});
  const std::string weighted = graph.add("Mul", {likely, graph.constant({steps, 1}, middles)});
  const std::string centre =
      graph.add("ReduceSum", {weighted, graph.integers({1})}, {{"keepdims", std::int64_t{0}}});
  const std::string places =
      graph.add("Clip", {centre, graph.constant(1e-4F), graph.constant(1 - 1e-4F)});
  const std::string what = linear(graph, part<LinearImpl>(model, "what"), overTime(graph, x));
  const auto types = static_cast<std::int64_t>(model.targets().size()) - kPlaces - 1;
  const std::string quality = graph.add("Sigmoid", {graph.sliced(what, 1, 0, 1)});
  const std::string type = graph.add("Softmax", {graph.sliced(what, 1, 1, types)});
  return joined(graph, joined(graph, places, quality, 1), type, 1);
}

std::string creativeAudio(const Source& in, const CreativeModel& model) {
  GraphBuilder& graph = in.graph;
  const DatasetInfo::Range mel = in.info.columnsNamed("mel");
  const auto bands = static_cast<std::int64_t>(mel.count);
  const std::int64_t each = model.shape().framesAStep;
  const std::int64_t frames = in.frames() / each * each;
  std::string x = graph.sliced(scaled(graph, model, in.features), 2,
                               static_cast<std::int64_t>(mel.first), bands);
  if (frames != in.frames()) x = graph.sliced(x, 1, 0, frames);
  x = graph.transposed(averaged(graph, x, frames, bands, each), {0, 2, 1});
  for (const std::string name : {"first", "second"}) {
    const auto& layer = part<torch::nn::Conv1dImpl>(model, name);
    const std::string sums =
        graph.add("Conv", {x, constantOf(graph, layer.weight), constantOf(graph, layer.bias)});
    x = normalised(graph, part<torch::nn::BatchNorm1dImpl>(model, name + "_norm"),
                   graph.add("Relu", {sums}));
  }
  return graph.add(
      "Relu", {linear(graph, part<LinearImpl>(model, "audio"), reduced(graph, "ReduceMax", x, 2))});
}

std::string creativeScores(const Source& in, const CreativeModel& model) {
  GraphBuilder& graph = in.graph;
  const auto count = static_cast<std::int64_t>(model.wordsAnItem());
  const std::string words = graph.input("words", {1, count}, inference::ElementType::kInt64);
  const auto& layer = part<LSTMImpl>(model, "word_lstm");
  const std::string table =
      constantOf(graph, part<torch::nn::EmbeddingImpl>(model, "embedding").weight);
  const std::string read = lstm(graph, layer, graph.add("Gather", {table, words}), count);
  const std::string last =
      graph.reshaped(graph.sliced(read, 1, count - 1, 1), {1, layer.options.hidden_size()});
  const std::string told =
      graph.add("Relu", {linear(graph, part<LinearImpl>(model, "words"), last)});
  const std::string both = joined(graph, creativeAudio(in, model), told, 1);
  const std::string fused =
      graph.add("Relu", {linear(graph, part<LinearImpl>(model, "fusion"), both)});
  return graph.add("Sigmoid", {linear(graph, part<LinearImpl>(model, "heads"), fused)});
}

std::string mixerScores(const Source& in, const MixerModel& model) {
  GraphBuilder& graph = in.graph;
  const PairColumns columns = pairColumns(in.info);
  const std::int64_t rows = in.frames(), steps = rows / MixerModel::kRowsAStep;
  const auto curves = static_cast<std::int64_t>(columns.curves.count);
  const std::string x = scaled(graph, model, in.features);
  const auto of = [&](const DatasetInfo::Range& range) {
    return graph.sliced(x, 2, static_cast<std::int64_t>(range.first),
                        static_cast<std::int64_t>(range.count));
  };
  const std::string images = graph.transposed(
      graph.reshaped(of(columns.images), {1, rows, 3, columns.bands}), {0, 2, 1, 3});
  const std::string heard = graph.transposed(
      reduced(graph, "ReduceMean", imageConvolutions(graph, model, images), 3), {0, 2, 1});
  const std::string blocks =
      graph.reshaped(of(columns.curves), {1, steps, MixerModel::kRowsAStep, curves});
  const std::string both =
      joined(graph, joined(graph, heard, reduced(graph, "ReduceMean", blocks, 2), 2),
             reduced(graph, "ReduceMax", blocks, 2), 2);
  const auto& layer = part<torch::nn::Conv1dImpl>(model, "steps");
  const std::string found = graph.transposed(
      graph.add("Relu", {graph.add("Conv",
                                   {graph.transposed(both, {0, 2, 1}),
                                    constantOf(graph, layer.weight), constantOf(graph, layer.bias)},
                                   {{"pads", Integers{1, 1}}})}),
      {0, 2, 1});
  const std::string about = graph.reshaped(graph.sliced(of(columns.about), 1, 0, 1),
                                           {1, static_cast<std::int64_t>(columns.about.count)});
  const std::string all = joined(graph, overTime(graph, found), about, 1);
  const std::string hidden =
      graph.add("Relu", {linear(graph, part<LinearImpl>(model, "hidden"), all)});
  return graph.add("Sigmoid", {linear(graph, part<LinearImpl>(model, "heads"), hidden)});
}

std::string scoresOf(const Source& in, const Model& model, const std::string& name) {
  if (const auto* technical = dynamic_cast<const TechnicalModel*>(&model))
    return technicalScores(in, *technical);
  if (const auto* creative = dynamic_cast<const CreativeModel*>(&model))
    return creativeScores(in, *creative);
  if (const auto* genre = dynamic_cast<const GenreModel*>(&model)) return genreScores(in, *genre);
  if (const auto* crowd = dynamic_cast<const CrowdModel*>(&model)) return crowdScores(in, *crowd);
  if (const auto* transition = dynamic_cast<const TransitionModel*>(&model))
    return transitionScores(in, *transition);
  if (const auto* mixer = dynamic_cast<const MixerModel*>(&model)) return mixerScores(in, *mixer);
  throw Error(ErrorCode::kUnsupported,
              "model \"" + name + "\" has no ONNX graph yet (learning/export/model_graphs.cpp)");
}

std::string withCommas(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

}  // namespace

DatasetInfo datasetOf(const ModelCard& card) {
  DatasetInfo info;
  info.definition = card.definition;
  info.frames = card.frames;
  info.columns = card.columns;
  info.labels = card.heads;
  return info;
}

inference::OnnxModel onnxOf(Model& model, const ModelCard& card) {
  model.eval();
  const torch::NoGradGuard guard;
  const DatasetInfo info = datasetOf(card);
  GraphBuilder graph(card.model);
  const auto frames = static_cast<std::int64_t>(info.frames);
  const auto columns = static_cast<std::int64_t>(info.columns.size());
  const Source source{graph, info, graph.input("features", {1, frames, columns})};
  const std::string scores = scoresOf(source, model, card.model);
  graph.output(scores, "scores", {1, static_cast<std::int64_t>(model.targets().size())});
  graph.model().metadata = {{"model", card.model},
                            {"recipe", std::string(nameOf(card.recipe))},
                            {"definition", card.definition},
                            {"columns", withCommas(card.columns)},
                            {"targets", withCommas(model.targets())}};
  return graph.model();
}

}  // namespace dju::learning
