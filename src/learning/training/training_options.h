// How a model is trained: the document's TrainingConfig with its defaults. Plain values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace dju::learning {

enum class OptimizerKind { kAdam, kAdamW, kRmsProp };
enum class Precision { kFloat32, kBfloat16 };
// kShuffled gives every item another one's labels: what is still learned then is no finding.
enum class LabelOrder { kTrue, kShuffled };

struct TrainingOptions {
  int batchSize = 32;
  int epochs = 100;
  double learningRate = 1e-3;
  OptimizerKind optimizer = OptimizerKind::kAdam;
  double clipNorm = 1;      // of the gradient over all weights
  int patience = 15;        // epochs without a better validation loss, then it ends
  int plateauPatience = 5;  // epochs without one, then the rate shrinks
  double plateauFactor = 0.5;
  int checkpointEvery = 5;  // epochs
  // Epochs of the easiest third, of the easier two thirds and of all items; empty = all at once.
  // Patience counts in the last phase only.
  std::vector<int> curriculum;
  int masks = 0;  // of time and of frequency in each item (training/masks.h)
  Precision precision = Precision::kFloat32;
  LabelOrder labels = LabelOrder::kTrue;
  std::string device = "cpu";  // or "cuda"
  int threads = 1;
  std::uint64_t seed = 1;
  double share = 1;           // of the performances to learn from; data/share.h
  double minutes = 0;         // by the clock, then it ends after the epoch; 0 = no limit
  std::filesystem::path out;  // checkpoints, curves, event file

  // Everything that changes what an epoch does, as one line: a run is taken up again only with the
  // same line.
  std::string fingerprint() const;
};

}  // namespace dju::learning
