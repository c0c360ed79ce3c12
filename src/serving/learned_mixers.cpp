#include "serving/learned_mixers.h"

#include <algorithm>
#include <memory>

#include "serving/model_cache.h"
#include "serving/pair_queue.h"
#include "serving/spectrogram_store.h"

namespace dju::serving {
namespace {

// What all versions share.
struct Parts {
  Parts(const std::filesystem::path& models, const std::filesystem::path& spectrograms)
      : registry(models), cache(registry), sounds({.folder = spectrograms}), queue(cache) {}

  ModelRegistry registry;
  ModelCache cache;
  SpectrogramStore sounds;
  PairQueue queue;
};

class Reader : public mixer::PairReader {
 public:
  Reader(std::shared_ptr<Parts> parts, int version) : parts_(std::move(parts)), version_(version) {}

  std::shared_ptr<const mixer::Spectrogram> spectrogramOf(const crate::Record& record) override {
    return parts_->sounds.of(record);
  }
  std::vector<mixer::PairOpinion> read(std::vector<mixer::PairPicture> pictures) override {
    return parts_->queue.read(kMixerModel, version_, std::move(pictures));
  }

 private:
  std::shared_ptr<Parts> parts_;
  int version_;
};

}  // namespace

void addLearnedMixers(const std::filesystem::path& models,
                      const std::filesystem::path& spectrograms) {
  const auto parts = std::make_shared<Parts>(models, spectrograms);
  const auto names = parts->registry.names();
  if (std::find(names.begin(), names.end(), kMixerModel) == names.end()) return;
  for (const ModelVersion& version : parts->registry.versions(kMixerModel))
    mixer::addContestant(
        mixer::readingContestant(kLearnedMixer, std::to_string(version.version),
                                 std::make_shared<Reader>(parts, version.version)));
}

std::shared_ptr<mixer::PairReader> learnedReader(const std::filesystem::path& models,
                                                 const std::filesystem::path& spectrograms,
                                                 int version) {
  const auto parts = std::make_shared<Parts>(models, spectrograms);
  parts->registry.version(kMixerModel, version);
  return std::make_shared<Reader>(parts, version);
}

}  // namespace dju::serving
