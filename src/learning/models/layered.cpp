#include "learning/models/layered.h"

#include "core/error.h"
#include "learning/models/shared_norm.h"
#include "learning/models/technical.h"

namespace dju::learning {

LayeredModel::LayeredModel(const DatasetInfo& info, const LayeredShape& shape)
    : ScoreModel(info, technicalHeads()),
      shape_(shape),
      mel_(info.columnsNamed("mel")),
      dropout_(shape.dropout) {
  if (mel_.count < 4) throw Error(ErrorCode::kInvalid, "the data set has no columns \"mel…\"");
  if (static_cast<std::int64_t>(info.frames) % shape.framesPerStep() != 0)
    throw Error(ErrorCode::kInvalid, "windows of " + std::to_string(info.frames) +
                                         " frames: this architecture needs a multiple of " +
                                         std::to_string(shape.framesPerStep()));
  if (shape.attentionLayers > 1 && shape.lstmUnits % shape.attentionHeads != 0)
    throw Error(ErrorCode::kInvalid, "shape: lstm_units " + std::to_string(shape.lstmUnits) +
                                         " is no multiple of attention_heads " +
                                         std::to_string(shape.attentionHeads));
  std::int64_t in = 1;
  for (std::int64_t i = 0; i < shape.convLayers; ++i) {
    convolutions_->push_back(
        torch::nn::Conv2d(torch::nn::Conv2dOptions(in, shape.convFilters, shape.kernelSize)
                              .padding({0, shape.kernelSize / 2})
                              .bias(false)));
    norms_->push_back(torch::nn::BatchNorm2d(shape.convFilters));
    in = shape.convFilters;
  }
  register_module("convolutions", convolutions_);
  register_module("norms", norms_);
  lags_ = register_module("lags", LagEncoder(info, LagShape{}, shape.framesPerStep()));
  in += lags_->width();
  for (std::int64_t i = 0; i < shape.lstmLayers; ++i) {
    lstms_->push_back(
        torch::nn::LSTM(torch::nn::LSTMOptions(in, shape.lstmUnits).batch_first(true)));
    in = shape.lstmUnits;
  }
  register_module("lstms", lstms_);
  for (std::int64_t i = 0; i + 1 < shape.attentionLayers; ++i)
    asks_->push_back(torch::nn::MultiheadAttention(
        torch::nn::MultiheadAttentionOptions(in, shape.attentionHeads)));
  register_module("asks", asks_);
  if (shape.attentionLayers > 0) {
    last_ =
        register_module("last", LastStepAttention(in, shape.attentionHeads, shape.attentionWidth));
    in = last_->width();
  }
  for (std::int64_t i = 0; i < shape.denseLayers; ++i) {
    dense_->push_back(torch::nn::Linear(in, shape.denseUnits));
    in = shape.denseUnits;
  }
  register_module("dense", dense_);
  register_module("dropout", dropout_);
  heads_ = register_module("heads", torch::nn::Linear(in, headCount()));
}

torch::Tensor LayeredModel::hear(const Inputs& inputs) {
  const torch::Tensor x =
      scaled(inputs.features)
          .narrow(2, static_cast<std::int64_t>(mel_.first), static_cast<std::int64_t>(mel_.count));
  torch::Tensor y = x.reshape({x.size(0), -1, shape_.framesAStep, x.size(2)}).mean(2).unsqueeze(1);
  for (std::size_t i = 0; i < convolutions_->size(); ++i) {
    y = torch::constant_pad_nd(y, {0, 0, shape_.kernelSize - 1, 0});
    y = convolutions_[i]->as<torch::nn::Conv2d>()->forward(y);
    y = torch::relu(normalised(*norms_[i]->as<torch::nn::BatchNorm2d>(), y));
    if (i % 2 == 1) y = torch::max_pool2d(y, 2);
  }
  y = y.mean(3).transpose(1, 2);
  return torch::cat({y, lags_(inputs.features).to(y.dtype())}, 2);
}

torch::Tensor LayeredModel::attend(const torch::Tensor& x, std::size_t layer) {
  const torch::Tensor steps = x.transpose(0, 1);
  const torch::Tensor later =
      torch::ones({steps.size(0), steps.size(0)},
                  torch::TensorOptions().dtype(torch::kBool).device(x.device()))
          .triu(1);
  const torch::Tensor heard =
      std::get<0>(asks_[layer]->as<torch::nn::MultiheadAttention>()->forward(steps, steps, steps,
                                                                             {}, false, later));
  return (steps + heard).transpose(0, 1);
}

torch::Tensor LayeredModel::forward(const Inputs& inputs) {
  torch::Tensor x = hear(inputs);
  for (std::size_t i = 0; i < lstms_->size(); ++i)
    x = dropout_(std::get<0>(lstms_[i]->as<torch::nn::LSTM>()->forward(x)));
  x = x.to(torch::kFloat32);
  for (std::size_t i = 0; i < asks_->size(); ++i) x = attend(x, i);
  x = last_.is_empty() ? x.select(1, x.size(1) - 1) : last_(x);
  for (std::size_t i = 0; i < dense_->size(); ++i)
    x = dropout_(torch::relu(dense_[i]->as<torch::nn::Linear>()->forward(x)));
  return heads_(x);
}

}  // namespace dju::learning
