#include "serving/genre_ear.h"

#include <algorithm>

namespace dju::serving {
namespace {

constexpr int kEachWindow = 4;  // one in so many is heard: a genre does not change by the second

}  // namespace

GenreEar::GenreEar(std::shared_ptr<const LoadedModel> model)
    : model_(std::move(model)),
      runner_(model_->network),
      windows_(soundRowsOf(*model_)),
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
  auto model = cache.currentIfAny(kGenreModel);
  return model ? std::make_unique<GenreEar>(std::move(model)) : nullptr;
}

}  // namespace dju::serving
