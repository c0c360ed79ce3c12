#include "learning/models/crowd.h"

namespace dju::learning {

CrowdModel::CrowdModel(const DatasetInfo& info, const CrowdShape& shape)
    : ScoreModel(info, {{"crowd_engagement", 1}}), dropout_(shape.dropout) {
  spectrum_ = register_module("spectrum", SpectrumEncoder(info, shape.spectrum));
  lstm_ = register_module(
      "lstm",
      torch::nn::LSTM(torch::nn::LSTMOptions(spectrum_->width(), shape.lstm).batch_first(true)));
  register_module("dropout", dropout_);
  out_ = register_module("out", torch::nn::Linear(shape.lstm, headCount()));
}

torch::Tensor CrowdModel::forward(const Inputs& inputs) {
  const torch::Tensor x = std::get<0>(lstm_(spectrum_(scaled(inputs.features))));
  return out_(dropout_(x.select(1, x.size(1) - 1)));
}

}  // namespace dju::learning
