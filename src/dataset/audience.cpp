#include "dataset/audience.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/hash.h"
#include "core/random.h"
#include "judge/heads.h"

namespace dju::dataset {
namespace {

constexpr std::size_t kStep = 10;  // evidence between two looks: 100 ms
constexpr double kStepSeconds = 0.1;
constexpr double kSilentDb = -40;
constexpr double kSurpriseSeconds = 6;  // after which a surprise is one no more, to 1/e
constexpr double kDropSeconds = 2;      // within which energy must rise to surprise
constexpr std::uint32_t kNothing = 0xffffffff;
constexpr double kHalfTaste = 0.3;  // of the energy scale

// What there is to like at a moment, for anybody.
struct Offer {
  double energy = 0;
  double surprise = 0;  // 0 to 1
  double flow = 0;      // 0 to 1
  std::string genre;
};

class Offers {
 public:
  explicit Offers(std::span<const judge::JudgedTrack> tracks) : tracks_(tracks) {}

  Offer next(const judge::Evidence& now) {
    Offer offer;
    const bool silent = now.masterDb < kSilentDb || now.carrier == judge::Evidence::kNoDeck;
    offer.energy = silent ? 0 : static_cast<double>(now.energy.value_or(0.5F));
    past_.push_back(offer.energy);
    const auto back =
        std::min<std::size_t>(past_.size() - 1, std::lround(kDropSeconds / kStepSeconds));
    const double rise = offer.energy - past_[past_.size() - 1 - back];
    surprise_ *= std::exp(-kStepSeconds / kSurpriseSeconds);
    surprise_ = std::max(surprise_, std::clamp(2 * rise, 0.0, 1.0));
    if (!silent) {
      const std::uint32_t track = now.decks[now.carrier].track;
      if (track != carried_ && carried_ != kNothing) surprise_ = std::max(surprise_, 0.6);
      carried_ = track;
      if (track < tracks_.size()) offer.genre = tracks_[track].genre;
    }
    offer.surprise = surprise_;
    offer.flow = silent ? 0 : 1;
    if (!silent && now.pair && now.pair->beatOffsetMs)
      offer.flow = judge::beatAlignment(*now.pair->beatOffsetMs);
    return offer;
  }

 private:
  std::span<const judge::JudgedTrack> tracks_;
  std::vector<double> past_;
  std::uint32_t carried_ = kNothing;  // track
  double surprise_ = 0;
};

class Listener {
 public:
  explicit Listener(Random random)
      : likedEnergy_(random.uniform(0.35, 0.95)),
        surprise_(random.uniform(0.1, 0.4)),
        flow_(random.uniform(0.1, 0.6)),
        genre_(random.uniform(0, 0.4)),
        follows_(1 - std::exp(-kStepSeconds / random.uniform(2, 8))),
        tastes_(random.fork(1)) {}

  double hear(const Offer& offer) {
    const double liking = tastes_.fork(xxh64(offer.genre.data(), offer.genre.size())).uniform();
    const double energy = judge::tolerance(offer.energy - likedEnergy_, kHalfTaste);
    const double appeal =
        (energy + surprise_ * offer.surprise + flow_ * offer.flow + genre_ * liking) /
        (1 + surprise_ + flow_ + genre_);
    mood_ += follows_ * (appeal - mood_);
    return mood_;
  }

 private:
  double likedEnergy_, surprise_, flow_, genre_;  // weights beside that of energy, 1
  double follows_;
  Random tastes_;  // a fork a genre
  double mood_ = 0.5;
};

}  // namespace

std::vector<float> engagementOf(std::span<const judge::Evidence> evidence,
                                std::span<const judge::JudgedTrack> tracks, std::uint64_t seed) {
  std::vector<Listener> people;
  for (std::uint64_t i = 0; i < kAudience; ++i)
    people.emplace_back(Random(seed).fork(0x63726f7764).fork(i + 1));
  Offers offers(tracks);
  std::vector<float> engagement(evidence.size());
  for (std::size_t i = 0; i < evidence.size(); i += kStep) {
    const Offer offer = offers.next(evidence[i]);
    double sum = 0;
    for (Listener& listener : people) sum += listener.hear(offer);
    std::fill(
        engagement.begin() + static_cast<std::ptrdiff_t>(i),
        engagement.begin() + static_cast<std::ptrdiff_t>(std::min(i + kStep, evidence.size())),
        static_cast<float>(sum / kAudience));
  }
  return engagement;
}

}  // namespace dju::dataset
