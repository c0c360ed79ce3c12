// How well the tones of a track fit each of the 24 keys: a weight for each number of a KeyView seen
// from the tonic, one set for major and one for minor keys. Pure, any thread.
//
// The weights (key_weights.h) are a softmax regression over the 24 keys, written by tools/train_key
// (docs/features.md).
#pragma once

#include <array>
#include <cstddef>

#include "music/key_view.h"

namespace dju::music {

inline constexpr std::size_t kKeys = 24;  // C major … B major, C minor … B minor
// Logarithms of likelihood but for a constant: their softmax is the chance of each key.
using KeyScores = std::array<double, kKeys>;

inline constexpr std::size_t kKeyInputs = 12 * kViewBlocks;
using KeyInputs = std::array<float, kKeyInputs>;

struct KeyWeights {
  std::array<KeyInputs, 2> weights{};  // for major, for minor
  std::array<float, 2> bias{};
};

// As seen from a tonic: block by block, the tonic first.
KeyInputs seenFrom(const KeyView& view, std::size_t tonic);

KeyScores scoreKeys(const KeyView& view, const KeyWeights& model);

}  // namespace dju::music
