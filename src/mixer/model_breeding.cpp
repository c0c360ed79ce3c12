#include "mixer/model_breeding.h"

#include <algorithm>
#include <cmath>

#include "mixer/situation_features.h"

namespace dju::mixer {
namespace {

constexpr double kStep = 1.0 / 1024;
constexpr std::size_t kUnitInputs = kSituationFeatures + 1;
constexpr std::size_t kOutputsBegin = MixerHead::kHidden * kUnitInputs;
constexpr std::size_t kOutputInputs = MixerHead::kHidden + 1;

// Adding 0 takes the sign off a zero, whose text would be another.
double stepped(double value, double most) {
  return kStep * std::round(std::clamp(value, -most, most) / kStep) + 0.0;
}
float weightOf(double value) {
  return static_cast<float>(stepped(value, MixerHead::kMostWeight));
}

// About normal, of variance 1: a sum of four.
double bell(Random& random) {
  double sum = 0;
  for (int i = 0; i < 4; ++i) sum += random.uniform(-1, 1);
  return sum * std::sqrt(0.75);
}

void mutatePriors(MixerPriors& priors, double amount, Random& random) {
  for (double& cost : priors.styleCost) {
    if (random.chance(0.6 * amount)) cost = stepped(cost + 0.6 * bell(random), kMostStyleCost);
  }
  for (const ShapeField& field : kShapeFields) {
    double& value = priors.shape.*field.member;
    if (random.chance(0.6 * amount)) value = stepped(value + 0.4 * bell(random), 1);
  }
  if (random.chance(0.3 * amount))
    priors.lengthOctaves = std::clamp(priors.lengthOctaves + (random.chance(0.5) ? 1 : -1),
                                      -kMostOctaves, kMostOctaves);
}

// What units say is changed more often than what they look at.
MixerHead mutateHead(const MixerHead& head, double amount, Random& random) {
  std::vector<float> weights = head.weights();
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const bool output = i >= kOutputsBegin;
    if (random.chance((output ? 0.25 : 0.1) * amount))
      weights[i] = weightOf(weights[i] + (output ? 0.5 : 0.3) * bell(random));
  }
  return MixerHead(std::move(weights));
}

MixerHead crossHeads(const MixerHead& mother, const MixerHead& father, Random& random) {
  if (mother.empty() || father.empty()) return random.chance(0.5) ? mother : father;
  std::vector<float> weights = mother.weights();
  const std::vector<float>& others = father.weights();
  for (std::size_t unit = 0; unit <= MixerHead::kHidden; ++unit) {
    if (random.chance(0.5)) continue;
    // Unit 0 of this count is the bias of the outputs.
    for (std::size_t output = 0; output < MixerHead::kOutputs; ++output) {
      const std::size_t at = kOutputsBegin + output * kOutputInputs + unit;
      weights[at] = others[at];
    }
    if (unit == 0) continue;
    const std::size_t begin = (unit - 1) * kUnitInputs;
    for (std::size_t at = begin; at < begin + kUnitInputs; ++at) weights[at] = others[at];
  }
  return MixerHead(std::move(weights));
}

MixerHead mergeHeads(const MixerHead& one, const MixerHead& other) {
  if (one.empty() || other.empty()) return one.empty() ? other : one;
  std::vector<float> weights(one.weights().size());
  for (std::size_t i = 0; i < weights.size(); ++i)
    weights[i] = weightOf((static_cast<double>(one.weights()[i]) + other.weights()[i]) / 2);
  return MixerHead(std::move(weights));
}

}  // namespace

MixerModel blankModel(const std::string& lineage, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> weights(MixerHead::weightCount(), 0.0F);
  for (std::size_t i = 0; i < kOutputsBegin; ++i) weights[i] = weightOf(0.5 * bell(random));
  MixerModel model;
  model.lineage = lineage;
  model.head = MixerHead(std::move(weights));
  return model;
}

MixerModel mutate(const MixerModel& model, const Mutation& mutation, Random& random) {
  MixerModel child = model;
  mutatePriors(child.priors, mutation.priors, random);
  if (mutation.head > 0) child.head = mutateHead(model.head, mutation.head, random);
  return child;
}

MixerModel cross(const MixerModel& mother, const MixerModel& father, Random& random) {
  MixerModel child = mother;
  for (std::size_t style = 0; style < kStyles; ++style) {
    if (random.chance(0.5)) child.priors.styleCost[style] = father.priors.styleCost[style];
  }
  if (random.chance(0.5)) child.priors.lengthOctaves = father.priors.lengthOctaves;
  for (const ShapeField& field : kShapeFields) {
    if (random.chance(0.5)) child.priors.shape.*field.member = father.priors.shape.*field.member;
  }
  child.head = crossHeads(mother.head, father.head, random);
  return child;
}

MixerModel merge(const MixerModel& one, const MixerModel& other) {
  MixerModel child = one;
  for (std::size_t style = 0; style < kStyles; ++style)
    child.priors.styleCost[style] =
        stepped((one.priors.styleCost[style] + other.priors.styleCost[style]) / 2, kMostStyleCost);
  child.priors.lengthOctaves =
      std::round((one.priors.lengthOctaves + other.priors.lengthOctaves) / 2) + 0.0;
  for (const ShapeField& field : kShapeFields)
    child.priors.shape.*field.member =
        stepped((one.priors.shape.*field.member + other.priors.shape.*field.member) / 2, 1);
  child.head = mergeHeads(one.head, other.head);
  return child;
}

}  // namespace dju::mixer
