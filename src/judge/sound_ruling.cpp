#include "judge/sound_ruling.h"

#include <algorithm>
#include <cmath>

namespace dju::judge {

SoundRuling soundRulingOf(const std::array<SoundOpinion, kSeats>& opinions, const Rubric& rubric) {
  SoundRuling ruling;
  double judged = 0, all = 0;
  for (std::size_t h = 0; h < kHeadCount; ++h) {
    const auto head = static_cast<Head>(h);
    const double weight = rubric[head].weight;
    all += weight;
    if (!opinions[0].heads[head] || !opinions[1].heads[head]) continue;
    judged += weight;
    for (std::size_t s = 0; s < kSeats; ++s) {
      ruling.totals[s] += weight * static_cast<double>(*opinions[s].heads[head]);
      ruling.confidences[s] += weight * opinions[s].confidence[h];
    }
  }
  if (judged <= 0) return {};
  for (double& total : ruling.totals) total /= judged;
  for (double& confidence : ruling.confidences) confidence /= all;
  const double better = ruling.totals[0] - ruling.totals[1];
  const double odds = std::exp(-std::abs(better) / rubric.probabilityScale);
  const double lead =
      (1 - odds) / (1 + odds) / 2 * std::min(ruling.confidences[0], ruling.confidences[1]);
  const double loser = 0.5 - lead;
  ruling.probabilityA = better >= 0 ? 1 - loser : loser;
  return ruling;
}

}  // namespace dju::judge
