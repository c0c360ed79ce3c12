#include "learning/models/creative.h"

#include <algorithm>
#include <string_view>

#include "core/error.h"
#include "learning/models/shared_norm.h"

namespace dju::learning {
namespace {

// FNV-1a, so that a word has the same number in every program.
std::uint64_t hashOf(std::string_view word) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

}  // namespace

CreativeModel::CreativeModel(const DatasetInfo& info, const CreativeShape& shape)
    : ScoreModel(info, {{"track_selection", 0.25},
                        {"energy_flow", 0.25},
                        {"genre_mixing", 0.25},
                        {"originality", 0.25}}),
      shape_(shape),
      mel_(info.columnsNamed("mel")),
      dropout_(shape.dropout) {
  if (mel_.count == 0) throw Error(ErrorCode::kInvalid, "the data set has no columns \"mel…\"");
  if (static_cast<std::int64_t>(info.frames) < 5 * shape.framesAStep)
    throw Error(ErrorCode::kInvalid, "windows of " + std::to_string(info.frames) +
                                         " frames: the creative model needs " +
                                         std::to_string(5 * shape.framesAStep));
  const auto bands = static_cast<std::int64_t>(mel_.count);
  const auto convolution = [](std::int64_t in, std::int64_t out) {
    return torch::nn::Conv1d(torch::nn::Conv1dOptions(in, out, 3));
  };
  first_ = register_module("first", convolution(bands, shape.firstChannels));
  second_ = register_module("second", convolution(shape.firstChannels, shape.secondChannels));
  firstNorm_ = register_module("first_norm", torch::nn::BatchNorm1d(shape.firstChannels));
  secondNorm_ = register_module("second_norm", torch::nn::BatchNorm1d(shape.secondChannels));
  audio_ = register_module("audio", torch::nn::Linear(shape.secondChannels, shape.audioWidth));
  embedding_ = register_module(
      "embedding",
      torch::nn::Embedding(
          torch::nn::EmbeddingOptions(shape.vocabulary, shape.wordWidth).padding_idx(0)));
  wordLstm_ = register_module(
      "word_lstm",
      torch::nn::LSTM(torch::nn::LSTMOptions(shape.wordWidth, shape.wordsWidth).batch_first(true)));
  words_ = register_module("words", torch::nn::Linear(shape.wordsWidth, shape.wordsWidth));
  fusion_ = register_module("fusion",
                            torch::nn::Linear(shape.audioWidth + shape.wordsWidth, shape.fusion));
  register_module("dropout", dropout_);
  heads_ = register_module("heads", torch::nn::Linear(shape.fusion, headCount()));
}

torch::Tensor CreativeModel::forward(const Inputs& inputs) {
  const torch::Tensor mel =
      scaled(inputs.features)
          .narrow(2, static_cast<std::int64_t>(mel_.first), static_cast<std::int64_t>(mel_.count));
  const std::int64_t steps = mel.size(1) / shape_.framesAStep;
  torch::Tensor x = mel.narrow(1, 0, steps * shape_.framesAStep)
                        .reshape({mel.size(0), steps, shape_.framesAStep, mel.size(2)})
                        .mean(2)
                        .transpose(1, 2);
  x = normalised(*firstNorm_, torch::relu(first_(x)));
  x = normalised(*secondNorm_, torch::relu(second_(x)));
  const torch::Tensor audio = torch::relu(audio_(std::get<0>(x.max(2))));
  const torch::Tensor words = std::get<0>(wordLstm_(embedding_(inputs.words)));
  const torch::Tensor told = torch::relu(words_(words.select(1, words.size(1) - 1)));
  return heads_(dropout_(torch::relu(fusion_(torch::cat({audio, told.to(audio.dtype())}, 1)))));
}

void CreativeModel::copyWords(const Split& split, std::size_t item,
                              std::span<std::int64_t> out) const {
  std::fill(out.begin(), out.end(), 0);
  const Json* metadata = split.about(item).find("metadata");
  if (metadata == nullptr || metadata->array() == nullptr) return;
  // At the end, so that the LSTM's last step has read them all.
  const Json::Array& words = *metadata->array();
  const std::size_t count = std::min(words.size(), out.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (words[i].string() == nullptr) continue;
    const auto buckets = static_cast<std::uint64_t>(shape_.vocabulary - 1);
    out[out.size() - count + i] =
        static_cast<std::int64_t>(1 + hashOf(*words[i].string()) % buckets);
  }
}

}  // namespace dju::learning
