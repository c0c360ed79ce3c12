#include "learning/data/test_support/toy_dataset.h"

#include <stdlib.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "core/random.h"
#include "learning/data/npy.h"

namespace dju::learning {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kOnsetsAFrame = 4, kOnsetBands = 5, kHats = 4;
static_assert(kToyColumns == kToyMelBands + kOnsetsAFrame * kOnsetBands);

struct ToyItem {
  double offsetMs, stepDb;
  std::vector<float> features;
};

// A record's clicks: each onset smeared over two samples of 2.5 ms, so that between them it can be
// found again.
void addClicks(std::vector<float>& onsets, double firstMs, double beatMs, std::size_t band,
               double level) {
  const std::size_t samples = onsets.size() / kOnsetBands;
  for (double at = firstMs / 2.5; at < static_cast<double>(samples - 1); at += beatMs / 2.5) {
    const auto n = static_cast<std::size_t>(at);
    const double part = at - std::floor(at);
    onsets[n * kOnsetBands + band] += static_cast<float>(level * (1 - part));
    onsets[(n + 1) * kOnsetBands + band] += static_cast<float>(level * part);
  }
}

ToyItem drawItem(Random& random, std::size_t frames) {
  ToyItem item{random.uniform(-150, 150), random.uniform(-12, 12), {}};
  std::vector<float> onsets(frames * kOnsetsAFrame * kOnsetBands);
  const double beatMs = random.uniform(400, 500);
  const double first = random.uniform(150, 500);
  for (const double from : {first, first + item.offsetMs}) {
    const double level = random.uniform(0.6, 1.2);
    addClicks(onsets, from, beatMs, 0, level);
    addClicks(onsets, from + beatMs / 2, beatMs, kHats, level / 2);
  }
  for (float& value : onsets) value += static_cast<float>(random.uniform(0, 0.05));
  const double level = random.uniform(-50, -20);
  const double stepAt = random.uniform(0.3, 0.7) * static_cast<double>(frames);
  for (std::size_t n = 0; n < frames; ++n) {
    const double now = level + (static_cast<double>(n) > stepAt ? item.stepDb : 0);
    for (std::size_t band = 0; band < kToyMelBands; ++band)
      item.features.push_back(static_cast<float>(now + random.uniform(-2, 2)));
    for (std::size_t i = 0; i < kOnsetsAFrame * kOnsetBands; ++i)
      item.features.push_back(onsets[n * kOnsetsAFrame * kOnsetBands + i]);
  }
  return item;
}

void writeSplit(const fs::path& folder, std::size_t items, std::size_t frames, Random random) {
  fs::create_directories(folder);
  std::vector<float> features;
  std::vector<float> labels;
  std::vector<float> extras;
  std::ofstream lines(folder / "items-000.jsonl");
  for (std::size_t i = 0; i < items; ++i) {
    const ToyItem item = drawItem(random, frames);
    features.insert(features.end(), item.features.begin(), item.features.end());
    const bool known = i % 10 != 9;
    labels.push_back(known ? static_cast<float>(std::exp(-std::fabs(item.offsetMs) / 50))
                           : std::numeric_limits<float>::quiet_NaN());
    labels.push_back(static_cast<float>(1 - std::fabs(item.stepDb) / 12));
    labels.push_back(static_cast<float>(random.uniform()));
    extras.push_back(static_cast<float>(item.offsetMs));
    extras.push_back(static_cast<float>(std::fabs(item.offsetMs)));
    extras.push_back(static_cast<float>(item.stepDb));
    lines << R"({"id": "toy-)" << i << R"(", "dj": "dj-)" << i % 7 << R"(", "performance": "p-)"
          << i / 4 << R"(", "genre": ")" << (i % 2 == 0 ? "house" : "dubstep") << '"'
          << (i % 8 == 5 ? R"(, "families": ["dubstep/1", "trance/2"])" : "") << "}\n";
  }
  writeNpy(folder / "features-000.npy", {items, frames, kToyColumns}, features, NpyType::kFloat16);
  writeNpy(folder / "labels-000.npy", {items, 3}, labels, NpyType::kFloat32);
  writeNpy(folder / "extra-000.npy", {items, 3}, extras, NpyType::kFloat32);
}

}  // namespace

void writeToyDataset(const fs::path& directory, const ToyOptions& options) {
  fs::create_directories(directory);
  std::ofstream out(directory / "dataset.json");
  out << R"({"format": 1, "definition": "toy", "frame_rate": 100, "frames": )" << options.frames
      << R"(, "columns": [)";
  for (std::size_t i = 0; i < kToyMelBands; ++i) out << "\"mel0" << i << "\", ";
  const char* const bands[] = {"low", "low_mid", "mid", "high_mid", "high"};
  for (std::size_t i = 0; i < kOnsetsAFrame * kOnsetBands; ++i)
    out << (i > 0 ? ", " : "") << "\"onset_" << i / kOnsetBands << '_' << bands[i % kOnsetBands]
        << '"';
  out << R"(], "heads": ["beat_alignment", "transition_quality", "key_compatibility"],)"
      << R"( "extra": ["beat_offset_ms", "beat_offset_size_ms", "level_step_db"]})";
  const Random random(options.seed);
  writeSplit(directory / "train", options.trainItems, options.frames, random.fork(1));
  writeSplit(directory / "validation", options.validationItems, options.frames, random.fork(2));
  writeSplit(directory / "test", options.testItems, options.frames, random.fork(3));
}

ScratchDirectory::ScratchDirectory() {
  std::string pattern = (fs::temp_directory_path() / "dju-learning-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw Error(ErrorCode::kUnavailable, pattern + ": cannot be made");
  path_ = pattern;
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace dju::learning
