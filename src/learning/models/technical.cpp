#include "learning/models/technical.h"

namespace dju::learning {
namespace {

torch::nn::LSTM lstm(std::int64_t in, std::int64_t out) {
  return torch::nn::LSTM(torch::nn::LSTMOptions(in, out).batch_first(true));
}

}  // namespace

std::vector<ScoreHead> technicalHeads() {
  return {{"bpm_accuracy", 0.3},     {"beat_alignment", 0.3},     {"transition_quality", 0.25},
          {"pitch_stability", 0.15}, {kBothHeard, 0.1},           {"double_bass_share", 0.1},
          {"level_handling", 0.1},   {"spectral_continuity", 0.1}};
}

TechnicalShape TechnicalShape::shipped() {
  TechnicalShape shape;
  shape.spectrum = {8, {8, 16, 32}, 48};
  shape.beats = BeatPictureShape{};
  shape.firstLstm = shape.secondLstm = 64;
  shape.attentionHeads = 4;
  shape.attentionWidth = 16;
  shape.hidden = 96;
  shape.dropout = 0.1;
  return shape;
}

TechnicalModel::TechnicalModel(const DatasetInfo& info, const TechnicalShape& shape)
    : ScoreModel(info, technicalHeads()), dropout_(shape.dropout) {
  spectrum_ = register_module("spectrum", SpectrumEncoder(info, shape.spectrum));
  const std::int64_t width = spectrum_->width();
  if (shape.beats) beats_ = register_module("beats", BeatPictureEncoder(info, *shape.beats));
  firstLstm_ = register_module("first_lstm", lstm(width, shape.firstLstm));
  secondLstm_ = register_module("second_lstm", lstm(shape.firstLstm, shape.secondLstm));
  register_module("dropout", dropout_);
  attention_ = register_module(
      "attention", LastStepAttention(shape.secondLstm, shape.attentionHeads, shape.attentionWidth));
  std::int64_t read = width + attention_->width() + (beats_ ? beats_->width() : 0);
  if (shape.hidden > 0) {
    hidden_ = register_module("hidden", torch::nn::Linear(read, shape.hidden));
    read = shape.hidden;
  }
  heads_ = register_module("heads", torch::nn::Linear(read, headCount()));
}

torch::Tensor TechnicalModel::forward(const Inputs& inputs) {
  torch::Tensor x = spectrum_(levelled(inputs.features));
  std::vector<torch::Tensor> heard;
  if (beats_) heard.push_back(beats_(inputs.features).to(x.dtype()));
  heard.push_back(x.mean(1));
  x = dropout_(std::get<0>(firstLstm_(x)));
  x = dropout_(std::get<0>(secondLstm_(x)));
  heard.push_back(attention_(x));
  torch::Tensor all = torch::cat(heard, 1);
  if (hidden_) all = dropout_(torch::relu(hidden_(all)));
  return heads_(all);
}

}  // namespace dju::learning
