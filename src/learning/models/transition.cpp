#include "learning/models/transition.h"

#include <algorithm>
#include <limits>

#include "core/error.h"
#include "learning/models/class_loss.h"
#include "learning/models/score_heads.h"

namespace dju::learning {
namespace {

constexpr std::int64_t kPlaces = 2;  // start and end
constexpr std::int64_t kScores = 3;  // those and quality

// Mean over known targets of (prediction - target)^2.
torch::Tensor maskedSquares(const torch::Tensor& prediction, const torch::Tensor& targets) {
  const torch::Tensor known = targets.isnan().logical_not();
  const torch::Tensor apart =
      torch::where(known, prediction.to(torch::kFloat32) - targets, torch::zeros_like(targets));
  return apart.square().sum() / known.sum().clamp_min(1);
}

}  // namespace

const std::vector<std::string>& TransitionModel::targets() const {
  static const std::vector<std::string> kTargets = {"transition_start",
                                                    "transition_end",
                                                    "transition_quality",
                                                    "none",
                                                    "blend",
                                                    "bass_swap",
                                                    "cut",
                                                    "echo_out",
                                                    "filter",
                                                    "double_drop",
                                                    "scratch",
                                                    "train_wreck"};
  return kTargets;
}

TransitionModel::TransitionModel(const DatasetInfo& info, const TransitionShape& shape)
    : Model(info), dropout_(shape.dropout) {
  for (std::size_t i = 0; i < kScores; ++i) labels_.push_back(info.labelAt(targets()[i]));
  if (!labels_[0] || !labels_[1])
    throw Error(ErrorCode::kInvalid,
                "the data set has no labels \"transition_start\" and \"transition_end\"");
  spectrum_ = register_module("spectrum", SpectrumEncoder(info, shape.spectrum));
  lstm_ =
      register_module("lstm", torch::nn::LSTM(torch::nn::LSTMOptions(spectrum_->width(), shape.lstm)
                                                  .batch_first(true)
                                                  .bidirectional(true)));
  register_module("dropout", dropout_);
  // Each step says how much it looks like a start and like an end; the place is their centre.
  where_ = register_module("where", torch::nn::Linear(2 * shape.lstm, kPlaces));
  what_ = register_module(
      "what",
      torch::nn::Linear(4 * shape.lstm, static_cast<std::int64_t>(targets().size()) - kPlaces));
}

torch::Tensor TransitionModel::forward(const Inputs& inputs) {
  const torch::Tensor x = dropout_(std::get<0>(lstm_(spectrum_(scaled(inputs.features)))));
  const std::int64_t steps = x.size(1);
  const torch::Tensor middles =
      ((torch::arange(steps, x.options().dtype(torch::kFloat32)) + 0.5) / steps).unsqueeze(1);
  const torch::Tensor places =
      (where_(x).to(torch::kFloat32).softmax(1) * middles).sum(1).clamp(1e-4, 1 - 1e-4);
  const torch::Tensor what = what_(torch::cat({x.mean(1), std::get<0>(x.max(1))}, 1));
  return torch::cat({places.logit(), what.to(torch::kFloat32)}, 1);
}

void TransitionModel::copyTargets(const Split& split, std::size_t item,
                                  std::span<float> out) const {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t i = 0; i < kScores; ++i)
    out[i] = labels_[i] ? split.labels(item)[*labels_[i]] : kNaN;
  const auto types = out.subspan(kScores);
  const auto& names = targets();
  const auto own =
      std::find(names.begin() + kScores, names.end(), split.textOf(item, "transition"));
  std::fill(types.begin(), types.end(), own == names.end() ? kNaN : 0.0F);
  if (own != names.end()) out[static_cast<std::size_t>(own - names.begin())] = 1;
}

torch::Tensor TransitionModel::loss(const torch::Tensor& logits,
                                    const torch::Tensor& targets) const {
  const std::int64_t types = targets.size(1) - kScores;
  const auto place = [&](std::int64_t i) {
    return maskedSquares(logits.narrow(1, i, 1).sigmoid(), targets.narrow(1, i, 1));
  };
  return (place(0) + place(1) +
          maskedScoreLoss(logits.narrow(1, kPlaces, 1), targets.narrow(1, kPlaces, 1), {{"", 1}}) +
          maskedClassLoss(logits.narrow(1, kScores, types), targets.narrow(1, kScores, types))) /
         4;
}

torch::Tensor TransitionModel::scores(const torch::Tensor& logits) const {
  return torch::cat({logits.narrow(1, 0, kScores).sigmoid(),
                     logits.narrow(1, kScores, logits.size(1) - kScores).softmax(1)},
                    1);
}

}  // namespace dju::learning
