#include "learning/models/technical.h"

namespace dju::learning {
namespace {

torch::nn::LSTM lstm(std::int64_t in, std::int64_t out) {
  return torch::nn::LSTM(torch::nn::LSTMOptions(in, out).batch_first(true));
}

}  // namespace

std::vector<ScoreHead> technicalHeads() {
  return {{"bpm_accuracy", 0.3},
          {"beat_alignment", 0.3},
          {"transition_quality", 0.25},
          {"pitch_stability", 0.15}};
}

TechnicalShape TechnicalShape::shipped() {
  TechnicalShape shape;
  shape.spectrum = {4, {8, 16, 32}};
  shape.lags = LagShape{};
  shape.firstLstm = shape.secondLstm = 64;
  shape.attentionHeads = 4;
  shape.attentionWidth = 16;
  shape.dropout = 0.1;
  return shape;
}

TechnicalModel::TechnicalModel(const DatasetInfo& info, const TechnicalShape& shape)
    : ScoreModel(info, technicalHeads()), dropout_(shape.dropout) {
  spectrum_ = register_module("spectrum", SpectrumEncoder(info, shape.spectrum));
  std::int64_t width = spectrum_->width();
  if (shape.lags) {
    lags_ = register_module("lags", LagEncoder(info, *shape.lags, shape.spectrum.framesPerStep()));
    width += lags_->width();
  }
  firstLstm_ = register_module("first_lstm", lstm(width, shape.firstLstm));
  secondLstm_ = register_module("second_lstm", lstm(shape.firstLstm, shape.secondLstm));
  register_module("dropout", dropout_);
  attention_ = register_module(
      "attention", LastStepAttention(shape.secondLstm, shape.attentionHeads, shape.attentionWidth));
  heads_ = register_module("heads", torch::nn::Linear(width + attention_->width(), headCount()));
}

torch::Tensor TechnicalModel::forward(const Inputs& inputs) {
  torch::Tensor x = spectrum_(scaled(inputs.features));
  if (lags_) x = torch::cat({x, lags_(inputs.features).to(x.dtype())}, 2);
  const torch::Tensor soFar = x.mean(1);
  x = dropout_(std::get<0>(firstLstm_(x)));
  x = dropout_(std::get<0>(secondLstm_(x)));
  return heads_(torch::cat({soFar, attention_(x)}, 1));
}

}  // namespace dju::learning
