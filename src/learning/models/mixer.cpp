#include "learning/models/mixer.h"

#include "core/error.h"
#include "learning/models/shared_norm.h"

namespace dju::learning {
namespace {

constexpr std::int64_t kImages = 3;

torch::Tensor columnsOf(const torch::Tensor& x, const DatasetInfo::Range& range) {
  return x.narrow(2, static_cast<std::int64_t>(range.first),
                  static_cast<std::int64_t>(range.count));
}

}  // namespace

std::vector<ScoreHead> mixerHeads() {
  // Most on the parts in which ways of playing one pair differ: among them the mixer chooses. The
  // score mostly tells pairs apart.
  return {{"score", 0.3},
          {"spectral_continuity", 1},
          {"tempo_smoothness", 0.3},
          {"phrase_alignment", 0.3},
          {"bass_handling", 0.2},
          {"level_handling", 1},
          {"key_compatibility", 0.1},
          {"voices_apart", 0.1}};
}

PairColumns pairColumns(const DatasetInfo& info) {
  PairColumns columns;
  columns.images = info.columnsNamed("mel_");
  columns.about = info.columnsNamed("about_");
  columns.bands = static_cast<std::int64_t>(columns.images.count) / kImages;
  const std::size_t behind = columns.images.first + columns.images.count;
  columns.curves = {behind, columns.about.first - std::min(behind, columns.about.first)};
  if (columns.bands < 4 ||
      columns.bands * kImages != static_cast<std::int64_t>(columns.images.count) ||
      columns.curves.count == 0 || columns.about.count == 0)
    throw Error(ErrorCode::kInvalid,
                "the data set has no pictures of pairs: columns \"mel_…\" of three spectrograms, "
                "curves, and \"about_…\" behind them");
  if (info.frames % static_cast<std::size_t>(MixerModel::kRowsAStep) != 0)
    throw Error(ErrorCode::kInvalid, "pictures of " + std::to_string(info.frames) +
                                         " rows: this model needs a multiple of " +
                                         std::to_string(MixerModel::kRowsAStep));
  return columns;
}

MixerModel::MixerModel(const DatasetInfo& info, const MixerShape& shape)
    : ScoreModel(info, mixerHeads()), dropout_(shape.dropout) {
  const PairColumns columns = pairColumns(info);
  images_ = columns.images;
  curves_ = columns.curves;
  about_ = columns.about;
  std::int64_t in = kImages;
  for (const std::int64_t out : shape.channels) {
    convolutions_->push_back(
        torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 3).padding(1).bias(false)));
    norms_->push_back(torch::nn::BatchNorm2d(out));
    in = out;
  }
  register_module("convolutions", convolutions_);
  register_module("norms", norms_);
  const auto curves = static_cast<std::int64_t>(curves_.count);
  steps_ = register_module(
      "steps",
      torch::nn::Conv1d(torch::nn::Conv1dOptions(in + 2 * curves, shape.steps, 3).padding(1)));
  hidden_ = register_module(
      "hidden",
      torch::nn::Linear(2 * shape.steps + static_cast<std::int64_t>(about_.count), shape.hidden));
  register_module("dropout", dropout_);
  heads_ = register_module("heads", torch::nn::Linear(shape.hidden, headCount()));
}

torch::Tensor MixerModel::forward(const Inputs& inputs) {
  const torch::Tensor x = scaled(inputs.features);
  const std::int64_t items = x.size(0), rows = x.size(1);
  torch::Tensor y = columnsOf(x, images_).reshape({items, rows, kImages, -1}).transpose(1, 2);
  for (std::size_t i = 0; i < convolutions_->size(); ++i) {
    y = convolutions_[i]->as<torch::nn::Conv2d>()->forward(y);
    y = torch::relu(normalised(*norms_[i]->as<torch::nn::BatchNorm2d>(), y));
    if (i + 1 < convolutions_->size()) y = torch::max_pool2d(y, 2);
  }
  const torch::Tensor curves =
      columnsOf(x, curves_).reshape({items, rows / kRowsAStep, kRowsAStep, -1}).to(y.dtype());
  const torch::Tensor both =
      torch::cat({y.mean(3).transpose(1, 2), curves.mean(2), std::get<0>(curves.max(2))}, 2);
  const torch::Tensor steps = torch::relu(steps_(both.transpose(1, 2)));
  const torch::Tensor about = columnsOf(x, about_).select(1, 0).to(steps.dtype());
  const torch::Tensor all = torch::cat({steps.mean(2), std::get<0>(steps.max(2)), about}, 1);
  return heads_(dropout_(torch::relu(hidden_(all))));
}

}  // namespace dju::learning
