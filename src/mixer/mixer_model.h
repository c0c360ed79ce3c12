// A mixer as data: in what it differs from rules@1. Priors are added to what the rules say of every
// transition; a small network, which looks at the situation (situation_features.h), to what they
// say of this one. A model without either plays exactly as rules@1 does. Models are crossed and
// mutated (model_breeding.h), written as JSON (mixer_model_json.h) and named by their content, so
// that whoever holds the same name plays the same mix.
//
// Whatever is in a model, its transitions can be played: what it says is bounded here and shaped by
// styles.h. Plain values; any thread.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "mixer/contestants.h"
#include "mixer/genome.h"
#include "mixer/styles.h"

namespace dju::mixer {

inline constexpr std::size_t kStyles = kStyleNames.size();

// The members of BlendShape, by name.
struct ShapeField {
  std::string_view name;
  double BlendShape::*member;
};
inline constexpr std::array<ShapeField, 5> kShapeFields = {{{"swap", &BlendShape::swap},
                                                            {"plateau", &BlendShape::plateau},
                                                            {"thinning", &BlendShape::thinning},
                                                            {"garnish", &BlendShape::garnish},
                                                            {"glide", &BlendShape::glide}}};

// A style's cost by the rules lies between 0 and about 4.
inline constexpr double kMostStyleCost = 2;
inline constexpr double kMostOctaves = 2;

struct MixerPriors {
  std::array<double, kStyles> styleCost{};  // added to the rules', -2 … 2
  double lengthOctaves = 0;                 // of the wished length, -2 … 2, in whole steps
  BlendShape shape;

  friend bool operator==(const MixerPriors&, const MixerPriors&) = default;
};

// What a model says of a candidate: a style, a length and a pair of places.
struct HeadOpinion {
  std::array<double, kStyles> styleCost{};  // -2 … 2; that of the candidate's style counts
  BlendShape shape;                         // -1 … 1
};

// One hidden layer. Sums run in the order of the weights, in single precision without fused steps,
// so an opinion is the same bits on every machine.
class MixerHead {
 public:
  static constexpr std::size_t kHidden = 8;
  static constexpr std::size_t kOutputs = kStyles + kShapeFields.size();
  static constexpr double kMostWeight = 8;

  // Without weights: no opinion.
  MixerHead() = default;
  // kHidden rows of a bias and a weight a feature, then kOutputs rows of a bias and kHidden
  // weights, each from -8 to 8.
  explicit MixerHead(std::vector<float> weights) : weights_(std::move(weights)) {}
  static std::size_t weightCount();

  bool empty() const { return weights_.empty(); }
  const std::vector<float>& weights() const { return weights_; }
  HeadOpinion opinion(std::span<const float> features) const;

  friend bool operator==(const MixerHead&, const MixerHead&) = default;

 private:
  std::vector<float> weights_;
};

struct MixerModel {
  std::string lineage = "mixer";  // a-z, 0-9 and hyphens, up to 32 characters
  MixerPriors priors;
  MixerHead head;

  friend bool operator==(const MixerModel&, const MixerModel&) = default;
};

// Why it is no model, naming the place.
Result<void> checkModel(const MixerModel& model);

// Of priors and head: twelve hexadecimal digits of a SHA-256.
std::string contentHash(const MixerModel& model);

// As a contestant, LINEAGE@HASH. Throws what checkModel() says.
Contestant contestantOf(const MixerModel& model);

// By the rules and what the model says on top (rules.cpp).
Transition writeByModel(const MixerModel& model, const TrackView& outgoing,
                        const TrackView& incoming, const Situation& situation,
                        const MixParameters& parameters);

}  // namespace dju::mixer
