#include "learning/models/beat_picture.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/error.h"
#include "learning/models/encoders.h"
#include "learning/models/shared_norm.h"

namespace dju::learning {
namespace {

constexpr std::int64_t kPast = 320;  // longest lag: 0.8 s, above a beat at 80 BPM
constexpr double kShortestBeat = 150, kLongestBeat = 300;  // samples: 160 and 80 BPM
constexpr std::int64_t kBeats = 112;                       // lengths tried
constexpr double kCombWidth = 4;                           // samples to each side of a lag
constexpr std::int64_t kSmoothed = 3;                      // phases to each side

// What training does to a picture.
constexpr std::int64_t kMostMoved = 6;  // phases
constexpr double kWeakest = 0.6, kStrongest = 1.4;
constexpr double kSilentBand = 0.1, kLostBeat = 0.1;  // shares

double beatOf(std::int64_t m) {
  return kShortestBeat * std::pow(kLongestBeat / kShortestBeat,
                                  static_cast<double>(m) / static_cast<double>(kBeats));
}

// Weights [lags] of a triangle around a lag that add up to 1.
torch::Tensor triangle(double lag) {
  const torch::Tensor lags = torch::arange(kPast + 1, torch::kFloat64);
  const torch::Tensor weights = (1 - (lags - lag).abs() / kCombWidth).clamp_min(0);
  return (weights / weights.sum()).to(torch::kFloat32);
}

// [kPhases, kPhases]: each phase to itself and its neighbours, round the beat.
torch::Tensor circularMean() {
  constexpr std::int64_t kPhases = BeatPictureEncoderImpl::kPhases;
  torch::Tensor weights = torch::zeros({kPhases, kPhases});
  for (std::int64_t phase = 0; phase < kPhases; ++phase)
    for (std::int64_t away = -kSmoothed; away <= kSmoothed; ++away)
      weights[phase][(phase + away + kPhases) % kPhases] = 1.0 / (2 * kSmoothed + 1);
  return weights;
}

// values: [items, n]. Gives [items, n] with 1 at the largest and 0 elsewhere; of values nearer to
// each other than kSharpness tells apart, shares.
torch::Tensor atLargest(const torch::Tensor& values) {
  const torch::Tensor near =
      ((values - values.amax(1, true)) * BeatPictureEncoderImpl::kSharpness + 1).clamp(0, 1);
  return near / near.sum(1, true);
}

}  // namespace

BeatPictureEncoderImpl::BeatPictureEncoderImpl(const DatasetInfo& info,
                                               const BeatPictureShape& shape)
    : shape_(shape), onsets_(info.columnsNamed("onset")), dropout_(shape.dropout) {
  const std::int64_t onsetsAFrame = onsetsAFrameIn(info);
  samples_ = static_cast<std::int64_t>(info.frames) * onsetsAFrame;
  correlation_.past = kPast;
  if (samples_ % correlation_.block != 0)
    throw Error(ErrorCode::kInvalid, "windows of " + std::to_string(info.frames) +
                                         " frames: this model needs a multiple of " +
                                         std::to_string(correlation_.block / onsetsAFrame));
  std::vector<torch::Tensor> combs, beats;
  for (std::int64_t m = 0; m < kBeats; ++m) {
    const double beat = beatOf(m);
    combs.push_back(triangle(beat) + 0.5 * triangle(beat / 2));
    beats.push_back(torch::tensor(
        {static_cast<float>(beat), static_cast<float>(2.0 * static_cast<double>(m) / kBeats - 1)}));
  }
  comb_ = register_buffer("comb", torch::stack(combs, 1));
  beats_ = register_buffer("beats", torch::stack(beats));
  smoother_ = register_buffer("smoother", circularMean());
  // Kicks say more of where a beat begins than hats.
  strengths_ = register_buffer("strengths", torch::tensor({1.5, 1.0, 1.0, 1.0, 0.7}).unsqueeze(1));

  std::int64_t in = kOnsetBands, rows = kRows, phases = kWidth;
  norm_ = register_module("norm", torch::nn::BatchNorm2d(in));
  for (std::size_t i = 0; i < shape.channels.size(); ++i) {
    // Phases are halved each time, beats from the third convolution on.
    const std::int64_t down = i < 2 ? 1 : 2;
    convolutions_->push_back(
        torch::nn::Conv2d(torch::nn::Conv2dOptions(in, shape.channels[i], {3, 5})
                              .stride({down, 2})
                              .padding({1, 2})
                              .bias(false)));
    norms_->push_back(torch::nn::BatchNorm2d(shape.channels[i]));
    in = shape.channels[i];
    rows /= down;
    phases /= 2;
  }
  register_module("convolutions", convolutions_);
  register_module("norms", norms_);
  register_module("dropout", dropout_);
  out_ = register_module("out", torch::nn::Linear(in * rows * phases + 1, shape.width));
}

BeatPictureEncoderImpl::Picture BeatPictureEncoderImpl::pictureOf(
    const torch::Tensor& features, const torch::Tensor& moved) const {
  const torch::NoGradGuard guard;
  const std::int64_t items = features.size(0);
  const torch::Tensor onsets = features
                                   .narrow(2, static_cast<std::int64_t>(onsets_.first),
                                           static_cast<std::int64_t>(onsets_.count))
                                   .to(torch::kFloat32)
                                   .reshape({items, samples_, kOnsetBands});
  const torch::Tensor repeats =
      onsetCorrelations(onsets.sum(2, true), correlation_).whole.select(1, 0);
  const torch::Tensor found = atLargest(repeats.matmul(comb_)).matmul(beats_);
  const torch::Tensor beat = found.narrow(1, 0, 1);
  // Three samples each, so that no phase falls between two; silence stands for what lies before.
  const torch::Tensor wide = torch::constant_pad_nd(onsets, {0, 0, 1, 1});
  const torch::Tensor sums =
      wide.narrow(1, 0, samples_) + wide.narrow(1, 1, samples_) + wide.narrow(1, 2, samples_);
  const torch::Tensor curve = torch::constant_pad_nd(sums, {0, 0, 1, 0});
  const auto last = static_cast<double>(samples_ - 1);
  // [items, kRows, phases, bands]: rows that begin so many phases later.
  const auto rows = [&](const torch::Tensor& later, std::int64_t phases) {
    const torch::Tensor ago =
        (kRows + kPastRows - 1) - torch::arange(kRows, onsets.options()).unsqueeze(1);
    const torch::Tensor across = torch::arange(phases, onsets.options()) / kPhases;
    const torch::Tensor beatsAgo = (ago - across).flatten() - later / kPhases;  // [items, …]
    // Half a sample more, since what follows rounds down; one for the silence in front.
    const torch::Tensor at = (last + 1.5 - beat * beatsAgo).clamp(0, last + 1.5);
    return curve.gather(1, at.to(torch::kInt64).unsqueeze(2).expand({-1, -1, kOnsetBands}))
        .view({items, kRows, phases, kOnsetBands});
  };
  const torch::Tensor nothing = torch::zeros_like(beat);
  const torch::Tensor profile =
      rows(nothing, kPhases).sum(1).matmul(strengths_).squeeze(2).matmul(smoother_);
  const torch::Tensor phases = torch::arange(kPhases, onsets.options()).unsqueeze(1);
  torch::Tensor later = atLargest(profile).matmul(phases) - kLeft;
  if (moved.defined()) later = later + moved;
  return {rows(later, kWidth).permute({0, 3, 1, 2}).sqrt(), found.narrow(1, 1, 1)};
}

torch::Tensor BeatPictureEncoderImpl::varied(torch::Tensor picture) const {
  const torch::NoGradGuard guard;
  const std::int64_t items = picture.size(0);
  const auto chance = [&](torch::IntArrayRef shape, double share) {
    return torch::rand(shape, picture.options()) < share;
  };
  picture = torch::where(chance({items, 1, 1, 1}, 0.5), picture.flip(2), picture);
  const torch::Tensor gains =
      kWeakest +
      (kStrongest - kWeakest) * torch::rand({items, kOnsetBands, 1, 1}, picture.options());
  return picture * gains * chance({items, kOnsetBands, 1, 1}, 1 - kSilentBand) *
         chance({items, 1, kRows, 1}, 1 - kLostBeat);
}

torch::Tensor BeatPictureEncoderImpl::forward(const torch::Tensor& features) {
  const bool varies = is_training() && shape_.varied;
  torch::Tensor moved;
  if (varies)
    moved = torch::randint(-kMostMoved, kMostMoved + 1, {features.size(0), 1},
                           features.options().dtype(torch::kFloat32));
  const Picture picture = pictureOf(features, moved);
  torch::Tensor x = varies ? varied(picture.onsets) : picture.onsets;
  x = normalised(*norm_, x);
  for (std::size_t i = 0; i < convolutions_->size(); ++i)
    x = torch::relu(normalised(*norms_[i]->as<torch::nn::BatchNorm2d>(),
                               convolutions_[i]->as<torch::nn::Conv2d>()->forward(x)));
  x = torch::cat({x.flatten(1), picture.tempo.to(x.dtype())}, 1);
  return torch::relu(out_(dropout_(x)));
}

}  // namespace dju::learning
