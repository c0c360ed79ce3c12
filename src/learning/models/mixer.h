// What a transition would be worth, from spectrograms of both records around it and of how they
// would sound together (mixer/pair_picture.h): the judge's score, the parts of which it is the
// mean, and how far voices stay apart. A mixer asks it about transitions that nobody has played yet
// (mixer/reading_mixer.h).
//
// Three convolutions over time and frequency read the three spectrograms, one over time what they
// found beside the genome's curves; one layer weighs mean and maximum over time and what is the
// same at all times.
#pragma once

#include <array>

#include "learning/models/score_heads.h"

namespace dju::learning {

// What is judged and what each counts in the loss.
std::vector<ScoreHead> mixerHeads();

struct MixerShape {
  std::array<std::int64_t, 3> channels = {8, 16, 24};
  std::int64_t steps = 32;  // channels of the convolution over time
  std::int64_t hidden = 48;
  double dropout = 0.1;

  // For machines with a GPU; the project's document has no such model.
  static MixerShape document() { return {{32, 64, 128}, 128, 128, 0.3}; }
};

class MixerModel : public ScoreModel {
 public:
  // Rows that are one step once the spectrograms were read.
  static constexpr std::int64_t kRowsAStep = 4;

  // Throws Error when the data set lacks the columns or all labels, or its rows make no steps.
  MixerModel(const DatasetInfo& info, const MixerShape& shape);
  torch::Tensor forward(const Inputs& inputs) override;

 private:
  DatasetInfo::Range images_, curves_, about_;
  torch::nn::ModuleList convolutions_, norms_;
  torch::nn::Conv1d steps_{nullptr};
  torch::nn::Linear hidden_{nullptr}, heads_{nullptr};
  torch::nn::Dropout dropout_;
};

// Where a data set of pair pictures has its parts: three spectrograms side by side, what changes
// with time, what does not. Throws Error naming what is missing.
struct PairColumns {
  DatasetInfo::Range images, curves, about;
  std::int64_t bands = 0;  // of one spectrogram
};
PairColumns pairColumns(const DatasetInfo& info);

}  // namespace dju::learning
