#include "music/beat_pointer.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace dju::music {
namespace {

constexpr double kPeriodReach = 0.05;  // of an estimate, around its centre
constexpr int kPhaseReach = 3;         // frames

}  // namespace

BeatPointer::BeatPointer(const BeatPointerOptions& options) : options_(options) {
  const int count = options.longest - options.shortest + 1;
  int offset = 0;
  for (int i = 0; i < count; ++i) {
    const int length = options.shortest + i;
    rings_.push_back({offset, length, 0});
    offset += length;
  }
  belief_.resize(static_cast<std::size_t>(offset));
  floor_.resize(belief_.size());
  leaving_.resize(static_cast<std::size_t>(count));
  arriving_.resize(static_cast<std::size_t>(count));
  // Even chances over the logarithm of tempo.
  double sum = 0;
  for (const Ring& ring : rings_) sum += 1.0 / ring.length;
  for (const Ring& ring : rings_) {
    prior_.push_back(static_cast<float>(1.0 / ring.length / sum));
    const double octaves = std::log2(ring.length / options.usualPeriod);
    likely_.push_back(static_cast<float>(std::exp(-options.tempoPrior * octaves * octaves)));
    for (int p = 0; p < ring.length; ++p) {
      floor_[static_cast<std::size_t>(ring.offset + p)] =
          prior_.back() / static_cast<float>(ring.length);
    }
  }
  for (const Ring& from : rings_) {
    std::vector<double> chances;
    int first = -1;
    double total = 0;
    for (int to = 0; to < count; ++to) {
      const double ratio =
          static_cast<double>(rings_[static_cast<std::size_t>(to)].length) / from.length;
      const double chance = std::exp(-options.tempoStiffness * std::fabs(ratio - 1));
      if (chance < 1e-5) continue;
      if (first < 0) first = to;
      chances.push_back(chance);
      total += chance;
    }
    bands_.push_back({first, static_cast<int>(chances.size()), transitions_.size()});
    for (const double chance : chances) {
      transitions_.push_back(static_cast<float>(chance / total * (1 - options.jump)));
    }
  }
  reset();
}

void BeatPointer::reset() noexcept {
  std::copy(floor_.begin(), floor_.end(), belief_.begin());
  held_ = {};
}

void BeatPointer::lead(double period, double sinceBeat) noexcept {
  constexpr double kDoubt = 0.01;  // share of belief in everything else
  constexpr int kPhaseSpread = 2;  // frames
  period = std::clamp<double>(period, options_.shortest, options_.longest);
  const double since = sinceBeat - std::floor(sinceBeat / period) * period;
  for (std::size_t n = 0; n < belief_.size(); ++n)
    belief_[n] = static_cast<float>(kDoubt) * floor_[n];
  for (Ring& ring : rings_) {
    const double off = std::fabs(ring.length - period);
    if (off >= 2) continue;
    for (int move = -kPhaseSpread; move <= kPhaseSpread; ++move) {
      const auto place = static_cast<int>(std::lround(since)) + move + ring.length;
      at(ring, place % ring.length) +=
          static_cast<float>((2 - off) * (1 + kPhaseSpread - std::abs(move)));
    }
  }
  normalise();
  held_ = around(period, period - since);
}

float& BeatPointer::at(Ring& ring, int position) noexcept {
  int place = ring.head - position;
  if (place < 0) place += ring.length;
  return belief_[static_cast<std::size_t>(ring.offset + place)];
}

void BeatPointer::turn() noexcept {
  float all = 0;
  for (std::size_t i = 0; i < rings_.size(); ++i) {
    Ring& ring = rings_[i];
    ring.head = ring.head + 1 == ring.length ? 0 : ring.head + 1;
    leaving_[i] = at(ring, 0);  // was the last position, and passes the beat now
    all += leaving_[i];
    arriving_[i] = 0;
  }
  for (std::size_t i = 0; i < rings_.size(); ++i) {
    const Band& band = bands_[i];
    for (int k = 0; k < band.count; ++k) {
      arriving_[static_cast<std::size_t>(band.first + k)] +=
          leaving_[i] * transitions_[band.weights + static_cast<std::size_t>(k)];
    }
  }
  const float jumping = all * static_cast<float>(options_.jump);
  for (std::size_t i = 0; i < rings_.size(); ++i) {
    at(rings_[i], 0) = (arriving_[i] + jumping * prior_[i]) * likely_[i];
  }
}

// The network's targets are triangles two frames wide on each side, so a beat shows half in the
// neighbouring frames.
void BeatPointer::weigh(float evidence) noexcept {
  const float full = std::exp(evidence);
  const float half = std::exp(evidence / 2);
  for (Ring& ring : rings_) {
    at(ring, 0) *= full;
    at(ring, 1) *= half;
    at(ring, ring.length - 1) *= half;
  }
}

void BeatPointer::normalise() noexcept {
  constexpr std::size_t kLanes = 8;
  float lanes[kLanes] = {};
  std::size_t i = 0;
  for (; i + kLanes <= belief_.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] += belief_[i + lane];
  }
  float sum = 0;
  for (; i < belief_.size(); ++i) sum += belief_[i];
  for (const float lane : lanes) sum += lane;
  const auto restart = static_cast<float>(options_.restart);
  const float scale = (1 - restart) / std::max(sum, 1e-30F);
  for (std::size_t n = 0; n < belief_.size(); ++n) {
    belief_[n] = belief_[n] * scale + restart * floor_[n];
  }
}

void BeatPointer::step(float evidence) noexcept {
  turn();
  weigh(evidence);
  normalise();
}

// The mean of the states near a period (frames) with the next beat about `toBeat` frames away.
BeatPointer::Estimate BeatPointer::around(double period, double toBeat) const noexcept {
  const auto low = static_cast<int>(std::ceil(period * (1 - kPeriodReach)));
  const auto high = static_cast<int>(std::floor(period * (1 + kPeriodReach)));
  const auto centre = static_cast<int>(std::lround(toBeat));
  double mass = 0, periods = 0, distances = 0;
  for (int length = std::max(low, options_.shortest); length <= std::min(high, options_.longest);
       ++length) {
    const Ring& ring = rings_[static_cast<std::size_t>(length - options_.shortest)];
    for (int away = centre - kPhaseReach; away <= centre + kPhaseReach; ++away) {
      // Position length - away; beyond the beat it counts from the next one.
      int place = (ring.head - (length - away)) % length;
      if (place < 0) place += length;
      const auto share =
          static_cast<double>(belief_[static_cast<std::size_t>(ring.offset + place)]);
      mass += share;
      periods += share * length;
      distances += share * away;
    }
  }
  if (mass <= 0) return {};
  Estimate estimate;
  estimate.period = periods / mass;
  estimate.sinceBeat = estimate.period - distances / mass;
  estimate.confidence = mass;
  return estimate;
}

BeatPointer::Estimate BeatPointer::best() const noexcept {
  float top = -1;
  std::size_t state = 0;
  for (std::size_t i = 0; i < rings_.size(); ++i) {
    const Ring& ring = rings_[i];
    const float* from = belief_.data() + ring.offset;
    for (int n = 0; n < ring.length; ++n) {
      if (from[n] <= top) continue;
      top = from[n];
      state = static_cast<std::size_t>(ring.offset + n);
    }
  }
  const auto ring = std::find_if(rings_.rbegin(), rings_.rend(), [&](const Ring& each) {
    return static_cast<std::size_t>(each.offset) <= state;
  });
  int position = ring->head - (static_cast<int>(state) - ring->offset);
  if (position < 0) position += ring->length;
  return around(ring->length, ring->length - position);
}

BeatPointer::Estimate BeatPointer::estimate() noexcept {
  const Estimate top = best();
  if (held_.period > 0) {
    const double toBeat = held_.period - held_.sinceBeat - 1;
    const Estimate same = around(held_.period, toBeat > -2 ? toBeat : toBeat + held_.period);
    if (same.confidence > options_.stay * top.confidence) {
      held_ = same;
      return held_;
    }
  }
  held_ = top;
  return held_;
}

}  // namespace dju::music
