#include "serving/genre_ear.h"

#include <algorithm>

#include "core/error.h"

namespace dju::serving {
namespace {

constexpr int kEachWindow = 4;  // one in so many is heard: a genre does not change by the second

std::size_t rowsOf(const LoadedModel& model) {
  const inference::Shape& shape = model.network.value("features").shape;
  if (model.version.featureDefinition != music::soundRowDefinitionHash() || shape.size() != 3 ||
      shape[2] != static_cast<std::int64_t>(music::kSoundRowColumns))
    throw Error(ErrorCode::kUnsupported,
                "model " + model.version.name + " " + std::to_string(model.version.version) +
                    ": made for other features than this program computes; "
                    "take a model that was trained by this version");
  return static_cast<std::size_t>(shape[1]);
}

}  // namespace

GenreEar::GenreEar(std::shared_ptr<const LoadedModel> model)
    : model_(std::move(model)),
      runner_(model_->network),
      windows_(rowsOf(*model_)),
      sums_(model_->version.targets.size()) {}

void GenreEar::hear(const judge::Evidence& now, std::span<const float> master) {
  windows_.push(now, master, [this](const SoundWindow& window) {
    if (completed_++ % kEachWindow != 0) return;
    runner_.fill("features", window.rows);
    runner_.run();
    const std::span<const float> shares = runner_.output("scores");
    for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += static_cast<double>(shares[i]);
    ++heard_;
  });
}

std::vector<GenreEar::Share> GenreEar::genres() const {
  std::vector<Share> shares;
  if (heard_ == 0) return shares;
  for (std::size_t i = 0; i < sums_.size(); ++i)
    shares.push_back({model_->version.targets[i], sums_[i] / heard_});
  std::stable_sort(shares.begin(), shares.end(),
                   [](const Share& a, const Share& b) { return a.share > b.share; });
  return shares;
}

std::string GenreEar::name() const {
  return model_->version.name + " " + std::to_string(model_->version.version);
}

std::unique_ptr<GenreEar> genreEarInUse(ModelCache& cache) {
  std::shared_ptr<const LoadedModel> model;
  try {
    model = cache.current(kGenreModel);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kNotFound) return nullptr;
    throw;
  }
  return std::make_unique<GenreEar>(std::move(model));
}

}  // namespace dju::serving
