#include "music/key_model.h"

namespace dju::music {

KeyInputs seenFrom(const KeyView& view, std::size_t tonic) {
  KeyInputs out;
  for (std::size_t block = 0; block < kViewBlocks; ++block) {
    for (std::size_t degree = 0; degree < 12; ++degree)
      out[12 * block + degree] = static_cast<float>(view[block][(tonic + degree) % 12]);
  }
  return out;
}

KeyScores scoreKeys(const KeyView& view, const KeyWeights& model) {
  KeyScores scores{};
  for (std::size_t tonic = 0; tonic < 12; ++tonic) {
    const KeyInputs inputs = seenFrom(view, tonic);
    for (std::size_t mode = 0; mode < 2; ++mode) {
      float sum = model.bias[mode];
      for (std::size_t i = 0; i < kKeyInputs; ++i) sum += model.weights[mode][i] * inputs[i];
      scores[12 * mode + tonic] = static_cast<double>(sum);
    }
  }
  return scores;
}

}  // namespace dju::music
