#include "serving/spectrogram_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/half.h"
#include "core/log.h"
#include "learning/data/npy.h"

namespace dju::serving {
namespace {

metrics::Counter& outcome(metrics::Registry& metrics, const char* name) {
  return metrics.counter("dju_spectrograms_total",
                         "Spectrograms that mixers asked for, by where they came from",
                         {{"outcome", name}});
}

}  // namespace

SpectrogramStore::SpectrogramStore(SpectrogramStoreOptions options, metrics::Registry& metrics)
    : options_(std::move(options)),
      memory_(outcome(metrics, "memory")),
      file_(outcome(metrics, "file")),
      heard_(outcome(metrics, "heard")) {}

std::filesystem::path SpectrogramStore::fileOf(const std::string& hash) const {
  return options_.folder / fmt::format("{}.{}.npy", hash, mixer::kSpectrogramDefinition);
}

std::shared_ptr<const mixer::Spectrogram> SpectrogramStore::of(const crate::Record& record) {
  const std::string& hash = record.info.pcmHash.empty() ? record.id : record.info.pcmHash;
  if (Shared known = remembered(hash)) {
    memory_.add();
    return known;
  }
  if (Shared kept = fromFile(hash)) {
    file_.add();
    return remember(hash, std::move(kept));
  }
  if (record.loaded.audio.samples == nullptr) return nullptr;
  heard_.add();
  auto heard = std::make_shared<const mixer::Spectrogram>(mixer::listenTo(record.loaded.audio));
  if (!options_.folder.empty()) {
    std::filesystem::create_directories(options_.folder);
    std::vector<float> levels;
    for (const std::uint16_t level : heard->levels()) levels.push_back(floatOfHalf(level));
    learning::writeNpy(fileOf(hash), {heard->rows(), mixer::kSpectrogramBands}, levels,
                       learning::NpyType::kFloat16);
  }
  return remember(hash, std::move(heard));
}

SpectrogramStore::Shared SpectrogramStore::remembered(const std::string& hash) {
  const std::lock_guard guard(mutex_);
  const auto at = std::find_if(entries_.begin(), entries_.end(),
                               [&](const Entry& entry) { return entry.hash == hash; });
  if (at == entries_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, at);
  return at->sound;
}

SpectrogramStore::Shared SpectrogramStore::fromFile(const std::string& hash) const {
  const std::filesystem::path file = fileOf(hash);
  if (options_.folder.empty() || !std::filesystem::exists(file)) return nullptr;
  try {
    const learning::NpyFile npy(file);
    const std::vector<std::size_t>& shape = npy.header().shape;
    if (shape.size() != 2 || shape[1] != mixer::kSpectrogramBands)
      throw Error(ErrorCode::kInvalid, fmt::format("{}: is no spectrogram", file.string()));
    std::vector<std::uint16_t> levels;
    std::array<float, mixer::kSpectrogramBands> row{};
    for (std::size_t i = 0; i < shape[0]; ++i) {
      npy.copyRow(i, row);
      for (const float level : row) levels.push_back(halfOfFloat(level));
    }
    return std::make_shared<const mixer::Spectrogram>(std::move(levels));
  } catch (const Error& error) {
    log::warn("{}; it is heard again", error.what());
    return nullptr;
  }
}

SpectrogramStore::Shared SpectrogramStore::remember(const std::string& hash, Shared sound) {
  const std::lock_guard guard(mutex_);
  entries_.push_front({hash, sound});
  bytes_ += sound->bytes();
  while (entries_.size() > 1 && bytes_ > options_.maxBytes) {
    bytes_ -= entries_.back().sound->bytes();
    entries_.pop_back();
  }
  return sound;
}

}  // namespace dju::serving
