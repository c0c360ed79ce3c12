// Does music's genre move what the judge hears of technique? The same hands, that is the same
// offsets, levels, lengths, keys and faults of the jury's pairs (jury/pairs.h), on records of each
// of the eight genres (jury/genre_records.h), judged by their sound alone: how far a genre's totals
// lie from the mean over the genres of the same battle, with a 95 % interval over battles; beside
// it the telemetry's, which knows what was done and so says what the genre itself makes of it (2 %
// of a fast tempo are more BPM). Usage, in the repository's root:
// bench_jury_genres [PAIRS a size [FIRST SEED]].
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <vector>

#include "jury/genre_records.h"
#include "jury/pairs.h"
#include "jury/sound.h"

namespace {

using namespace dju;  // NOLINT(google-build-using-namespace)

constexpr std::size_t kGenres = demo::kGenreCount;

// What is compared between genres: totals by sound and by telemetry, in points of 100, of both
// DJs, then the heads by sound.
constexpr std::size_t kBySound = 0, kByTelemetry = 1, kFirstHead = 2;
using Figures = std::array<double, kFirstHead + judge::kTechnicalHeads>;
constexpr double kUnheard = std::numeric_limits<double>::quiet_NaN();
// A battle's by genre.
using Battle = std::array<Figures, kGenres>;

struct Heard {
  Figures figures{};
  bool right = false;
};

std::optional<Heard> hear(const jury::Pair& pair, jury::GenreRecords& records,
                          serving::ModelCache& models) {
  jury::Playing playing;
  playing.records = &records;
  const auto pairHeard = jury::ruledBySound(pair, jury::Heard::kAsItIs, models, playing);
  if (!pairHeard) return {};
  Heard heard;
  for (std::size_t s = 0; s < judge::kSeats; ++s) {
    const double share = 100.0 / judge::kSeats;
    heard.figures[kBySound] += share * pairHeard->ruling.totals[s];
    heard.figures[kByTelemetry] += share * pairHeard->byTelemetry.sides[s].total;
    for (std::size_t h = 0; h < judge::kTechnicalHeads; ++h) {
      const auto& value = pairHeard->opinions[s].heads[static_cast<judge::Head>(h)];
      heard.figures[kFirstHead + h] += value ? share * static_cast<double>(*value) : kUnheard;
    }
  }
  const auto worse = static_cast<std::size_t>(pair.worse);
  heard.right = pairHeard->ruling.totals[1 - worse] > pairHeard->ruling.totals[worse];
  return heard;
}

struct Deviation {
  double mean = 0, half = 0;  // of the 95 % interval
  std::size_t battles = 0;
};

// How far a genre's figures lie from the mean over all genres, battle by battle, of those in which
// each genre has one.
template <typename Of>
Deviation deviation(const std::vector<Battle>& battles, std::size_t genre, Of of) {
  std::vector<double> apart;
  for (const Battle& battle : battles) {
    double mean = 0;
    for (const Figures& figures : battle) mean += of(figures) / kGenres;
    if (!std::isnan(mean)) apart.push_back(of(battle[genre]) - mean);
  }
  const auto n = static_cast<double>(apart.size());
  Deviation result{0, 0, apart.size()};
  for (const double value : apart) result.mean += value / n;
  double squares = 0;
  for (const double value : apart) squares += (value - result.mean) * (value - result.mean);
  result.half = n > 1 ? 1.96 * std::sqrt(squares / (n - 1) / n) : 0;
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  const int pairs = argc > 1 ? std::max(1, std::atoi(argv[1])) : 12;
  const std::uint64_t firstSeed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  const serving::ModelRegistry registry("data/models");
  serving::ModelCache models(registry);
  const std::size_t all = jury::kSizes.size() * static_cast<std::size_t>(pairs);
  std::vector<Battle> battles(all);
  std::vector<bool> whole(all, true);  // heard in each genre
  std::array<std::size_t, kGenres> right{}, judged{};
  for (std::size_t g = 0; g < kGenres; ++g) {
    jury::GenreRecords records(static_cast<demo::Genre>(g));
    for (std::size_t b = 0; b < all; ++b) {
      const std::size_t size = b % jury::kSizes.size();
      const auto heard =
          hear(jury::pairOf(size, static_cast<int>(b / jury::kSizes.size()), firstSeed), records,
               models);
      whole[b] = whole[b] && heard.has_value();
      if (!heard) continue;
      battles[b][g] = heard->figures;
      right[g] += heard->right ? 1 : 0;
      ++judged[g];
    }
  }
  std::vector<Battle> kept;
  for (std::size_t b = 0; b < all; ++b) {
    if (whole[b]) kept.push_back(battles[b]);
  }
  fmt::print("{} battles heard in all {} genres, of {}; points of 100 from the battle's mean\n",
             kept.size(), kGenres, all);
  if (kept.empty()) return 1;
  for (std::size_t g = 0; g < kGenres; ++g) {
    const auto figure = [&](std::size_t which) {
      return deviation(kept, g, [which](const Figures& figures) { return figures[which]; });
    };
    const Deviation sound = figure(kBySound), telemetry = figure(kByTelemetry);
    const Deviation beyond = deviation(
        kept, g, [](const Figures& figures) { return figures[kBySound] - figures[kByTelemetry]; });
    fmt::print(
        "{:<12} sound {:+5.2f} ± {:.2f}, telemetry {:+5.2f} ± {:.2f}, beyond it {:+5.2f} ± "
        "{:.2f}; right {}/{}; heads",
        demo::genreSpec(static_cast<demo::Genre>(g)).id, sound.mean, sound.half, telemetry.mean,
        telemetry.half, beyond.mean, beyond.half, right[g], judged[g]);
    for (std::size_t h = 0; h < judge::kTechnicalHeads; ++h) {
      const Deviation head = figure(kFirstHead + h);
      fmt::print(" {} {:+.1f} ({})", judge::kHeads[h], head.mean, head.battles);
    }
    fmt::print("\n");
  }
}
