#include "learning/beats/beat_batches.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <string>

namespace dju::learning {
namespace {

constexpr int kBands = static_cast<int>(kClipBands);
constexpr float kFloor = -80;    // dB
constexpr float kHalfWidth = 2;  // frames that a target is wide on each side
constexpr int kWalkFrames = 1500;

// "heroes-sound-tracks" and "house/3" and "improvised-4" by what comes before a slash or the
// number.
std::string kindOf(const std::string& group) {
  if (group.rfind("improvised", 0) == 0) return "improvised";
  if (group.find('/') != std::string::npos) return "demo";
  return "modules";
}

// Triangles around the beats, a straight line between frames so that the peak between two frames
// can be found again.
void addTargets(const std::vector<float>& beats, float from, int frames, float* targets) {
  auto beat = std::lower_bound(beats.begin(), beats.end(), from - kHalfWidth - kBeatDelay);
  for (; beat != beats.end(); ++beat) {
    const float at = *beat - from + kBeatDelay;
    if (at > static_cast<float>(frames) + kHalfWidth) break;
    for (int n = std::max(0, static_cast<int>(std::ceil(at - kHalfWidth)));
         n < frames && static_cast<float>(n) <= at + kHalfWidth; ++n) {
      float& target = targets[2 * n];
      target = std::max(target, 1 - std::fabs(static_cast<float>(n) - at) / kHalfWidth);
    }
  }
}

using Curve = std::array<float, kClipBands>;

// A tone control, a room, a loudspeaker: a smooth curve over the bands.
Curve drawEq(Random& random) {
  Curve curve{};
  for (int wave = 1; wave <= 4; ++wave) {
    const double depth = random.uniform(-7, 7) / std::sqrt(wave);
    const double phase = random.uniform(0, 2 * std::numbers::pi);
    for (int band = 0; band < kBands; ++band) {
      curve[static_cast<std::size_t>(band)] +=
          static_cast<float>(depth * std::cos(phase + std::numbers::pi * wave * band / kBands));
    }
  }
  return curve;
}

void shiftBands(float* row, int shift) {
  if (shift > 0) std::move_backward(row, row + kBands - shift, row + kBands);
  if (shift < 0) std::move(row - shift, row + kBands, row);
}

// A filter that a DJ closes for a while: bands below or above an edge lose `depth` dB.
struct Filter {
  int from, to;  // frames
  int edge;      // band
  bool lows;
  float depth;
};

Filter drawFilter(Random& random, int frames) {
  const int from = random.below(frames);
  return {from, from + 100 + random.below(frames), 4 + random.below(40), random.chance(0.6),
          static_cast<float>(random.uniform(10, 50))};
}

void applyFilter(const Filter& filter, float* levels, int frames) {
  for (int n = filter.from; n < std::min(filter.to, frames); ++n) {
    for (int band = 0; band < kBands; ++band) {
      const int beyond = filter.lows ? filter.edge - band : band - filter.edge;
      if (beyond > 0)
        levels[n * kBands + band] -= std::min(filter.depth, 4.0F * static_cast<float>(beyond));
    }
  }
}

void addNoise(Random& random, float* levels, int frames) {
  const auto level = static_cast<float>(random.uniform(-75, -25));
  const Curve eq = drawEq(random);
  for (int n = 0; n < frames; ++n) {
    for (int band = 0; band < kBands; ++band) {
      float& value = levels[n * kBands + band];
      const float noise =
          level + eq[static_cast<std::size_t>(band)] + static_cast<float>(random.uniform(-3, 3));
      // max plus half of what the smaller adds: within 0.6 dB of the sum of powers.
      const float apart = std::fabs(value - noise);
      value = std::max(value, noise) + std::max(0.0F, 3.0F - apart * 0.4F);
    }
  }
}

}  // namespace

BeatBatches::BeatBatches(std::vector<FeatureClip> clips, std::uint64_t seed)
    : clips_(std::move(clips)), random_(seed) {
  std::map<std::string, std::vector<std::size_t>> kinds;
  for (std::size_t i = 0; i < clips_.size(); ++i) {
    kinds[kindOf(clips_[i].group)].push_back(i);
    for (std::size_t from = 0; from + 600 < clips_[i].frames(); from += kWalkFrames) {
      walk_.push_back({i, from});
    }
  }
  for (auto& [name, members] : kinds) kinds_.push_back(std::move(members));
}

void BeatBatches::copyExcerpt(const Place& place, int frames, int at, float* levels, float* targets,
                              float* weights) const {
  const FeatureClip& clip = clips_[place.clip];
  const auto have = static_cast<int>(
      std::min<std::size_t>(static_cast<std::size_t>(frames - at), clip.frames() - place.from));
  for (int i = 0; i < have * kBands; ++i) {
    levels[at * kBands + i] =
        levelOf(clip.levels[place.from * kClipBands + static_cast<std::size_t>(i)]);
  }
  addTargets(clip.beats, static_cast<float>(place.from), have, targets + 2 * at);
  addTargets(clip.downbeats, static_cast<float>(place.from), have, targets + 2 * at + 1);
  for (int n = at; n < at + have; ++n) {
    weights[2 * n] = 1;
    weights[2 * n + 1] = clip.downbeats.empty() ? 0.0F : 1.0F;
  }
}

BeatBatches::Place BeatBatches::drawPlace(int frames) {
  const auto& kind =
      kinds_[static_cast<std::size_t>(random_.below(static_cast<int>(kinds_.size())))];
  const std::size_t clip =
      kind[static_cast<std::size_t>(random_.below(static_cast<int>(kind.size())))];
  const auto length = static_cast<int>(clips_[clip].frames());
  return {clip, static_cast<std::size_t>(random_.below(std::max(1, length - frames)))};
}

void BeatBatches::disguise(float* levels, int frames) {
  const Curve eq = drawEq(random_);
  const auto gain = static_cast<float>(random_.uniform(-28, 8));
  const auto slope = static_cast<float>(random_.uniform(0.75, 1.1));
  const int shift = random_.chance(0.5) ? random_.below(7) - 3 : 0;
  for (int n = 0; n < frames; ++n) {
    float* row = levels + n * kBands;
    shiftBands(row, shift);
    for (int band = 0; band < kBands; ++band) {
      row[band] = (row[band] + 30) * slope - 30 + gain + eq[static_cast<std::size_t>(band)];
    }
  }
  if (random_.chance(0.35)) applyFilter(drawFilter(random_, frames), levels, frames);
  if (random_.chance(0.3)) addNoise(random_, levels, frames);
  for (int i = 0; i < frames * kBands; ++i) levels[i] = std::max(levels[i], kFloor);
}

BeatBatch BeatBatches::draw(int pieces, int frames, Augmentation augmentation) {
  BeatBatch batch{pieces, frames, {}, {}, {}};
  const auto cells = static_cast<std::size_t>(pieces * frames);
  batch.levels.assign(cells * kClipBands, kFloor);
  batch.targets.assign(cells * 2, 0);
  batch.weights.assign(cells * 2, 0);
  for (int i = 0; i < pieces; ++i) {
    float* levels = batch.levels.data() + i * frames * kBands;
    float* targets = batch.targets.data() + i * frames * 2;
    float* weights = batch.weights.data() + i * frames * 2;
    copyExcerpt(drawPlace(frames), frames, 0, levels, targets, weights);
    if (augmentation == Augmentation::kOff) continue;
    if (random_.chance(0.2)) {
      // A cut to another piece: the tracker has to let go and find the beat again.
      const int at = frames / 4 + random_.below(frames / 2);
      std::fill(targets + 2 * at, targets + 2 * frames, 0.0F);
      copyExcerpt(drawPlace(frames), frames, at, levels, targets, weights);
    }
    disguise(levels, frames);
  }
  return batch;
}

BeatBatch BeatBatches::walk(std::size_t index, int frames) const {
  BeatBatch batch{1, frames, {}, {}, {}};
  const auto cells = static_cast<std::size_t>(frames);
  batch.levels.assign(cells * kClipBands, kFloor);
  batch.targets.assign(cells * 2, 0);
  batch.weights.assign(cells * 2, 0);
  copyExcerpt(walk_[index], frames, 0, batch.levels.data(), batch.targets.data(),
              batch.weights.data());
  return batch;
}

}  // namespace dju::learning
