// Batches for the beat tracker: excerpts of clips, made to sound like other rooms, mixers, codecs
// and moments, with soft targets. What a mixer or a listener's system does to levels is done to the
// log-mel frames directly; it costs a hundredth of rendering again. One instance, one thread.
#pragma once

#include <cstdint>
#include <vector>

#include "core/random.h"
#include "learning/data/feature_clips.h"

namespace dju::learning {

struct BeatBatch {
  int pieces = 0, frames = 0;
  std::vector<float> levels;   // pieces x frames x kClipBands, dB
  std::vector<float> targets;  // pieces x frames x 2: beat, downbeat; 0 to 1
  std::vector<float> weights;  // as targets: 0 where the truth is not known
};

// The network says at frame n what was at frame n - kBeatDelay: 40 ms after the middle of an attack
// it knows better than in its midst. The decoder makes up for it by predicting.
inline constexpr int kBeatDelay = 4;

enum class Augmentation { kOff, kOn };

class BeatBatches {
 public:
  BeatBatches(std::vector<FeatureClip> clips, std::uint64_t seed);
  // Random excerpts. Sources weigh the same whatever their number of clips: each draw first picks
  // one of the kinds (modules, demo tracks, improvised …), then a clip.
  BeatBatch draw(int pieces, int frames, Augmentation augmentation);
  // Excerpt number `index` of a walk over all clips, without chance.
  std::size_t walkLength() const { return walk_.size(); }
  BeatBatch walk(std::size_t index, int frames) const;

 private:
  struct Place {
    std::size_t clip, from;
  };
  void copyExcerpt(const Place& place, int frames, int at, float* levels, float* targets,
                   float* weights) const;
  Place drawPlace(int frames);
  void disguise(float* levels, int frames);

  std::vector<FeatureClip> clips_;
  std::vector<std::vector<std::size_t>> kinds_;
  std::vector<Place> walk_;
  Random random_;
};

}  // namespace dju::learning
