// How well transitions by virtual DJs are judged by their sound alone: performances on synthesised
// records of families that nothing was trained on, heard by the technical model in use and the ear,
// against the telemetry of the same transitions. The jury (jury.cpp) asks the same of battles whose
// faults are placed; here they come as DJs' hands make them. Usage, in the repository's root:
// bench_heard_djs [PERFORMANCES [SEED]]. The figures of docs/judging.md are those of seed 1; what
// is tuned is tuned on others.
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "core/error.h"
#include "dataset/simulate_dataset.h"
#include "jury/agreement.h"

namespace {

using namespace dju;  // NOLINT(google-build-using-namespace)

// Beyond those of every recipe in scripts/ and of the jury's records.
constexpr int kFirstFamily = 50000, kFamilies = 3;
constexpr auto kSamples = static_cast<std::size_t>(judge::kEvidenceFrames) * kChannels;

void hear(serving::SoundModel& model, const dataset::Recording& recording,
          std::span<const float> sound) {
  for (std::size_t i = 0; i < recording.evidence.size() && (i + 1) * kSamples <= sound.size(); ++i)
    model.hear(recording.evidence[i], sound.subspan(i * kSamples, kSamples));
}

}  // namespace

int main(int argc, char** argv) {
  dataset::DatasetRecipe recipe;
  recipe.performances = argc > 1 ? std::max(1, std::atoi(argv[1])) : 100;
  recipe.seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  recipe.families = kFamilies;
  recipe.firstFamily = kFirstFamily;
  recipe.tracksPerFamily = 1;
  recipe.augmented = 0;
  const serving::ModelRegistry registry("data/models");
  serving::ModelCache models(registry);
  std::vector<int> all(static_cast<std::size_t>(recipe.performances));
  std::iota(all.begin(), all.end(), 0);
  jury::Agreement agreement;
  dataset::playAgain(
      recipe, all, {}, [&](int, const dataset::Recording& recording, std::span<const float> sound) {
        const auto model = serving::soundModelInUse(models);
        if (!model) throw Error(ErrorCode::kNotFound, "data/models has no technical model in use");
        hear(*model, recording, sound);
        agreement.add(jury::compareTransitions(*model, {recording.tracks, recording.evidence}));
      });
  agreement.print("transitions by virtual DJs");
}
