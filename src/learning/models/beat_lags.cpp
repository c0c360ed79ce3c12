#include "learning/models/beat_lags.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"
#include "learning/models/shared_norm.h"

namespace dju::learning {
namespace {

constexpr std::int64_t kOnsetBands = 3, kPairs = 9;
constexpr std::int64_t kPast = 320;  // longest lag: 0.8 s, above a beat at 80 BPM
constexpr double kShortestBeat = 150, kLongestBeat = 300;  // samples: 160 and 80 BPM
constexpr std::int64_t kBeats = 28;                        // lengths tried

double beatOf(std::int64_t m) {
  return kShortestBeat * std::pow(kLongestBeat / kShortestBeat,
                                  static_cast<double>(m) / static_cast<double>(kBeats));
}

// Weights [lags] of a triangle around a lag, so wide on each side, that add up to 1.
torch::Tensor triangle(double lag, double width) {
  const torch::Tensor lags = torch::arange(kPast + 1, torch::kFloat64);
  const torch::Tensor weights = (1 - (lags - lag).abs() / std::max(1.0, width)).clamp_min(0);
  return (weights / weights.sum().clamp_min(1e-6)).to(torch::kFloat32);
}

}  // namespace

LagLayersImpl::LagLayersImpl(std::int64_t in, const BeatLagShape& shape)
    : norm_(in),
      hidden_(in + 1, shape.hidden),
      out_(shape.hidden, shape.width),
      dropout_(shape.dropout) {
  register_module("norm", norm_);
  register_module("hidden", hidden_);
  register_module("out", out_);
  register_module("dropout", dropout_);
}

torch::Tensor LagLayersImpl::forward(const torch::Tensor& lags, const torch::Tensor& tempo) {
  const torch::Tensor x = dropout_(torch::cat({normalised(*norm_, lags), tempo}, 1));
  return torch::relu(out_(dropout_(torch::relu(hidden_(x)))));
}

BeatLagEncoderImpl::BeatLagEncoderImpl(const DatasetInfo& info, const BeatLagShape& shape,
                                       std::int64_t framesPerStep)
    : shape_(shape), onsets_(info.columnsNamed("onset")) {
  const auto columns = static_cast<std::int64_t>(onsets_.count);
  if (columns == 0 || columns % kOnsetBands != 0)
    throw Error(ErrorCode::kInvalid,
                "the data set has " + std::to_string(columns) +
                    " columns \"onset…\": this recipe hears low, mid and high in each sample");
  onsetsAFrame_ = columns / kOnsetBands;
  correlation_.block = onsetsAFrame_ * framesPerStep;
  correlation_.past = kPast;
  correlation_.keep = std::exp(-static_cast<double>(correlation_.block) / shape.memory);
  std::vector<torch::Tensor> combs, beats, fines;
  std::vector<float> tempos;
  for (std::int64_t m = 0; m < kBeats; ++m) {
    const double beat = beatOf(m);
    combs.push_back(triangle(beat, 4) + 0.5 * triangle(beat / 2, 4));
    std::vector<torch::Tensor> bins;
    for (std::int64_t bin = 0; bin < kBins; ++bin)
      bins.push_back(triangle(beat * static_cast<double>(bin) / (kBins - 1), beat / (kBins - 1)));
    beats.push_back(torch::stack(bins, 1).flatten());
    // From -1 to 1.
    tempos.push_back(static_cast<float>(2.0 * static_cast<double>(m) / kBeats - 1));
  }
  for (std::int64_t lag = 0; lag < kFineLags; ++lag)
    fines.push_back(triangle(static_cast<double>(lag), 1));
  comb_ = register_buffer("comb", torch::stack(combs, 1));
  bank_ = register_buffer("bank", torch::stack(beats));
  fine_ = register_buffer("fine", torch::stack(fines, 1));
  tempos_ = register_buffer("tempos", torch::tensor(tempos).unsqueeze(1));
  const std::int64_t in = kPairs * (kBins + kFineLags);
  steps_ = register_module("steps", LagLayers(in, shape));
  whole_ = register_module("whole", LagLayers(in, shape));
}

BeatLagEncoderImpl::Lags BeatLagEncoderImpl::lagsOf(const torch::Tensor& features) const {
  const torch::NoGradGuard guard;
  const std::int64_t items = features.size(0);
  const torch::Tensor onsets = features
                                   .narrow(2, static_cast<std::int64_t>(onsets_.first),
                                           static_cast<std::int64_t>(onsets_.count))
                                   .reshape({items, -1, kOnsetBands});
  const OnsetCorrelations heard = onsetCorrelations(onsets, correlation_);
  const torch::Tensor same =
      heard.whole.select(1, 0) + heard.whole.select(1, 4) + heard.whole.select(1, 8);
  const torch::Tensor weights = (kSharpness * same.matmul(comb_)).softmax(1);
  const torch::Tensor inBeats = weights.matmul(bank_).view({items, kPast + 1, kBins});
  const auto lags = [&](const torch::Tensor& correlations) {  // [items, rows, lags]
    return torch::cat({correlations.matmul(inBeats), correlations.matmul(fine_)}, 2)
        .clamp_min(0)
        .sqrt();
  };
  const std::int64_t steps = heard.running.size(1);
  return {lags(heard.running.flatten(1, 2)).view({items, steps, -1}), lags(heard.whole).flatten(1),
          weights.matmul(tempos_)};
}

BeatLagEncoderImpl::Heard BeatLagEncoderImpl::forward(const torch::Tensor& features) {
  const Lags lags = lagsOf(features);
  const std::int64_t items = lags.steps.size(0), count = lags.steps.size(1);
  const torch::Tensor steps =
      steps_(lags.steps.flatten(0, 1), lags.tempo.repeat_interleave(count, 0));
  return {steps.view({items, count, shape_.width}), whole_(lags.whole, lags.tempo)};
}

}  // namespace dju::learning
