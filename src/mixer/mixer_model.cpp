#include "mixer/mixer_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "audio/sha256.h"
#include "mixer/mixer_model_json.h"
#include "mixer/situation_features.h"

namespace dju::mixer {
namespace {

constexpr std::size_t kMostLineageLetters = 32;
constexpr std::size_t kHashDigits = 12;

// NaN becomes the lower bound.
double bounded(float value, double most) {
  return value > -most ? std::min(static_cast<double>(value), most) : -most;
}

void requireWithin(double value, double most, const std::string& name) {
  if (!(value >= -most && value <= most))
    throw Error(ErrorCode::kInvalid,
                fmt::format("mixer: {} is {}; it must be from {} to {}", name, value, -most, most));
}

bool isLineageName(std::string_view name) {
  return !name.empty() && name.size() <= kMostLineageLetters &&
         std::all_of(name.begin(), name.end(), [](char letter) {
           return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                  letter == '-';
         });
}

void check(const MixerModel& model) {
  if (!isLineageName(model.lineage))
    throw Error(ErrorCode::kInvalid,
                fmt::format("mixer: lineage \"{}\": write 1 to {} of a-z, 0-9 and hyphens",
                            model.lineage.substr(0, 40), kMostLineageLetters));
  for (std::size_t style = 0; style < kStyles; ++style)
    requireWithin(model.priors.styleCost[style], kMostStyleCost,
                  fmt::format("styleCost.{}", kStyleNames[style]));
  requireWithin(model.priors.lengthOctaves, kMostOctaves, "lengthOctaves");
  for (const ShapeField& field : kShapeFields)
    requireWithin(model.priors.shape.*field.member, 1, fmt::format("shape.{}", field.name));
  if (model.head.empty()) return;
  const std::vector<float>& weights = model.head.weights();
  if (weights.size() != MixerHead::weightCount())
    throw Error(ErrorCode::kInvalid, fmt::format("mixer: head has {} weights; it must have {}",
                                                 weights.size(), MixerHead::weightCount()));
  for (std::size_t i = 0; i < weights.size(); ++i)
    requireWithin(weights[i], MixerHead::kMostWeight, fmt::format("head weight {}", i));
}

// A bias and a weight an input; moves on to the next row.
float sum(const float*& row, std::span<const float> inputs) {
  float value = *row++;
  for (const float input : inputs) value += *row++ * input;
  return value;
}

}  // namespace

std::size_t MixerHead::weightCount() {
  return kHidden * (kSituationFeatures + 1) + kOutputs * (kHidden + 1);
}

HeadOpinion MixerHead::opinion(std::span<const float> features) const {
  HeadOpinion opinion;
  if (empty()) return opinion;
  const float* row = weights_.data();
  std::array<float, kHidden> hidden{};
  for (float& unit : hidden) unit = std::max(0.0F, sum(row, features));
  for (double& cost : opinion.styleCost) cost = bounded(sum(row, hidden), kMostStyleCost);
  for (const ShapeField& field : kShapeFields)
    opinion.shape.*field.member = bounded(sum(row, hidden), 1);
  return opinion;
}

Result<void> checkModel(const MixerModel& model) {
  try {
    check(model);
    return {};
  } catch (const Error& error) {
    return error;
  }
}

std::string contentHash(const MixerModel& model) {
  nlohmann::json content = toJson(model);
  content.erase("lineage");
  return sha256Hex(content.dump()).substr(0, kHashDigits);
}

Contestant contestantOf(const MixerModel& model) {
  checkModel(model).valueOrThrow();
  const auto kept = std::make_shared<const MixerModel>(model);
  return {model.lineage, contentHash(model),
          [kept](const TrackView& outgoing, const TrackView& incoming, const Situation& situation,
                 const MixParameters& parameters) {
            return writeByModel(*kept, outgoing, incoming, situation, parameters);
          }};
}

}  // namespace dju::mixer
