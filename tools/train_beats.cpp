// dju_train_beats OUT_FOLDER MINUTES SEED HELD_OUT[,…] [--start WEIGHTS] CLIPS…: trains the beat
// tracker's network (docs/beat-tracker.md), from chance or from earlier weights. Clips whose group
// begins with one of HELD_OUT are for validation only. Writes weights.bin, curve.csv and
// fixture.bin to OUT_FOLDER.
#include <cstdio>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "learning/beats/beat_training.h"

namespace {

using namespace dju::learning;

bool beginsWithOneOf(const std::string& text, const std::string& list) {
  std::istringstream in(list);
  for (std::string prefix; std::getline(in, prefix, ',');) {
    if (text.rfind(prefix, 0) == 0) return true;
  }
  return false;
}

int run(const std::vector<std::string>& a) {
  if (a.size() < 5) {
    std::fprintf(stderr, "usage: dju_train_beats OUT MINUTES SEED HELD_OUT[,…] CLIPS…\n");
    return 2;
  }
  TrainingOptions options;
  std::size_t first = 4;
  if (a[first] == "--start" && a.size() > first + 2) {
    options.start = a[first + 1];
    options.learningRate = 1e-3;
    first += 2;
  }
  std::vector<FeatureClip> training;
  std::vector<FeatureClip> validation;
  for (std::size_t i = first; i < a.size(); ++i) {
    for (FeatureClip& clip : readClips(a[i])) {
      (beginsWithOneOf(clip.group, a[3]) ? validation : training).push_back(std::move(clip));
    }
  }
  const std::filesystem::path out = a[0];
  std::filesystem::create_directories(out);
  options.minutes = std::stod(a[1]);
  options.seed = std::stoull(a[2]);
  options.weights = out / "weights.bin";
  options.curve = out / "curve.csv";
  options.fixture = out / "fixture.bin";
  std::printf("%zu clips to learn from, %zu to validate, %zu weights\n", training.size(),
              validation.size(), options.shape.weightCount());
  const TrainingResult result = trainBeats(std::move(training), std::move(validation), options);
  std::printf("%d steps, best validation loss %.4f\n", result.steps, result.bestLoss);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "dju_train_beats: %s\n", failure.what());
    return 1;
  }
}
