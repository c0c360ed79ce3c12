#include "learning/models/encoders.h"

#include <cmath>
#include <string>

#include "core/error.h"
#include "learning/models/shared_norm.h"

namespace dju::learning {
namespace {

torch::Tensor columnsOf(const torch::Tensor& x, const DatasetInfo::Range& range) {
  return x.narrow(2, static_cast<std::int64_t>(range.first),
                  static_cast<std::int64_t>(range.count));
}

}  // namespace

std::int64_t onsetsAFrameIn(const DatasetInfo& info) {
  const auto columns = static_cast<std::int64_t>(info.columnsNamed("onset").count);
  if (columns == 0 || columns % kOnsetBands != 0)
    throw Error(ErrorCode::kInvalid, "the data set has " + std::to_string(columns) +
                                         " columns \"onset…\": this recipe hears " +
                                         std::to_string(kOnsetBands) + " bands in each sample");
  return columns / kOnsetBands;
}

SpectrumEncoderImpl::SpectrumEncoderImpl(const DatasetInfo& info, const SpectrumShape& shape)
    : shape_(shape), mel_(info.columnsNamed("mel")) {
  if (mel_.count < 4) throw Error(ErrorCode::kInvalid, "the data set has no columns \"mel…\"");
  if (static_cast<std::int64_t>(info.frames) % shape.framesPerStep() != 0)
    throw Error(ErrorCode::kInvalid, "windows of " + std::to_string(info.frames) +
                                         " frames: this model needs a multiple of " +
                                         std::to_string(shape.framesPerStep()));
  std::int64_t in = 1;
  for (const std::int64_t out : shape.channels) {
    // Padded in frequency on both sides, in time by forward(): before the first frame only.
    convolutions_->push_back(
        torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 3).padding({0, 1}).bias(false)));
    norms_->push_back(torch::nn::BatchNorm2d(out));
    in = out;
  }
  register_module("convolutions", convolutions_);
  register_module("norms", norms_);
  if (shape.dense == 0) return;
  const auto bands = static_cast<std::int64_t>(mel_.count) / 4;
  dense_ = register_module("dense", torch::nn::Linear(in * bands, shape.dense));
}

torch::Tensor SpectrumEncoderImpl::forward(const torch::Tensor& scaled) {
  const torch::Tensor x = columnsOf(scaled, mel_);
  torch::Tensor y = x.reshape({x.size(0), -1, shape_.framesAStep, x.size(2)}).mean(2).unsqueeze(1);
  for (std::size_t i = 0; i < convolutions_->size(); ++i) {
    y = torch::constant_pad_nd(y, {0, 0, 2, 0});
    y = convolutions_[i]->as<torch::nn::Conv2d>()->forward(y);
    y = torch::relu(normalised(*norms_[i]->as<torch::nn::BatchNorm2d>(), y));
    if (i + 1 < convolutions_->size()) y = torch::max_pool2d(y, 2);
  }
  if (!dense_) return y.mean(3).transpose(1, 2);
  return torch::relu(dense_(y.transpose(1, 2).flatten(2)));
}

LagEncoderImpl::LagEncoderImpl(const DatasetInfo& info, const LagShape& shape,
                               std::int64_t framesPerStep)
    : shape_(shape), onsets_(info.columnsNamed("onset")) {
  onsetsAFrame_ = onsetsAFrameIn(info);
  correlation_.block = onsetsAFrame_ * framesPerStep;
  correlation_.past = shape.past;
  correlation_.keep = std::exp(-static_cast<double>(correlation_.block) / shape.memory);
  std::int64_t in = kOnsetBands * kOnsetBands;
  norm_ = register_module("norm", torch::nn::BatchNorm1d(in));
  std::int64_t lags = shape.past + 1;
  for (int i = 0; i < 3; ++i) {
    convolutions_->push_back(
        torch::nn::Conv1d(torch::nn::Conv1dOptions(in, shape.channels, 5).stride(2).padding(2)));
    norms_->push_back(torch::nn::BatchNorm1d(shape.channels));
    in = shape.channels;
    lags = (lags + 1) / 2;
  }
  register_module("norms", norms_);
  register_module("convolutions", convolutions_);
  out_ = register_module("out", torch::nn::Linear(in * lags, shape.width));
}

torch::Tensor LagEncoderImpl::forward(const torch::Tensor& features) {
  const std::int64_t items = features.size(0);
  const torch::Tensor onsets =
      columnsOf(features, onsets_).reshape({items, features.size(1) * onsetsAFrame_, kOnsetBands});
  torch::Tensor y = normalised(*norm_, onsetCorrelation(onsets, correlation_).flatten(0, 1));
  for (std::size_t i = 0; i < convolutions_->size(); ++i)
    y = torch::relu(normalised(*norms_[i]->as<torch::nn::BatchNorm1d>(),
                               convolutions_[i]->as<torch::nn::Conv1d>()->forward(y)));
  return torch::relu(out_(y.flatten(1))).view({items, -1, shape_.width});
}

LastStepAttentionImpl::LastStepAttentionImpl(std::int64_t in, std::int64_t heads,
                                             std::int64_t headWidth)
    : in_(in), heads_(heads), headWidth_(headWidth) {
  query_ = register_module("query", torch::nn::Linear(in, heads * headWidth));
  key_ = register_module("key", torch::nn::Linear(in, heads * headWidth));
  value_ = register_module("value", torch::nn::Linear(in, heads * headWidth));
}

torch::Tensor LastStepAttentionImpl::forward(const torch::Tensor& x) {
  const torch::Tensor last = x.select(1, x.size(1) - 1);
  const auto byHead = [&](const torch::Tensor& y) {
    return y.reshape({x.size(0), -1, heads_, headWidth_}).transpose(1, 2);
  };
  const torch::Tensor likeness =
      torch::matmul(byHead(query_(last)), byHead(key_(x)).transpose(2, 3)) /
      std::sqrt(static_cast<double>(headWidth_));
  const torch::Tensor heard = torch::matmul(likeness.softmax(3), byHead(value_(x)));
  return torch::cat({heard.transpose(1, 2).flatten(1), last}, 1);
}

}  // namespace dju::learning
