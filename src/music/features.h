// Numbers a hundred times a second that say what a sound is like, for models, judges and trackers.
// One extractor serves live sound and whole tracks, so both get the same values to the bit.
//
// Callers: offline, extractFeatures(); live, a FeatureExtractor fed with blocks of any size, e.g.
//   FeatureExtractor extractor(standardDefinition(), {Feature::kLogMel, Feature::kOnset});
//   extractor.push(mono, [&](const FeatureFrame& frame) { use(frame[Feature::kLogMel]); });
// The constructor allocates and plans; push() and finish() do neither, but call libm and FFTW, so
// they belong on an analysis thread, not on the engine's. One instance, one thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "audio/pcm_file.h"
#include "music/feature_definition.h"

namespace dju::music {

// The values of one frame, valid until the extractor is called again.
class FeatureFrame {
 public:
  // The frame is centred at sample index * hop.
  std::int64_t index() const { return index_; }
  // definition.sizeOf(feature) values; empty when the feature was not asked for.
  std::span<const float> operator[](Feature feature) const {
    const Place& place = places_[static_cast<std::size_t>(feature)];
    return {values_.data() + place.offset, place.size};
  }

 private:
  friend class FeatureExtractor;
  struct Place {
    std::size_t offset = 0, size = 0;
  };
  std::int64_t index_ = 0;
  std::array<Place, kFeatureCount> places_;
  std::vector<float> values_;
};

struct FeatureOptions {
  double tuningCents = 0;  // how far the music's A lies from 440 Hz; moves chroma and tonnetz
};

class FeatureExtractor {
 public:
  // Throws Error(kInvalid) when the definition cannot be computed.
  FeatureExtractor(const FeatureDefinition& definition, const FeatureSet& features,
                   const FeatureOptions& options = {});
  ~FeatureExtractor();
  FeatureExtractor(FeatureExtractor&&) noexcept;
  FeatureExtractor& operator=(FeatureExtractor&&) noexcept;

  const FeatureDefinition& definition() const;
  // mono: samples in [-1, 1] at definition().sampleRate. Calls sink(const FeatureFrame&) for each
  // frame that they complete: frame i needs samples up to i * hop + window / 2.
  template <typename Sink>
  void push(std::span<const float> mono, Sink&& sink) {
    while (!mono.empty()) {
      mono = mono.subspan(take(mono));
      if (complete()) sink(frame());
    }
  }
  // Emits the frames whose centres lie within the sound and that wait for samples behind its end,
  // which are taken as zeros. Then the extractor is as new.
  template <typename Sink>
  void finish(Sink&& sink) {
    while (takeSilence()) {
      if (complete()) sink(frame());
    }
    reset();
  }
  // Forgets all sound.
  void reset();

 private:
  struct State;
  // Takes samples up to the end of the frame in work, and says how many.
  std::size_t take(std::span<const float> mono);
  // Fills the frame in work with zeros; false when no centre is left within the sound.
  bool takeSilence();
  // Whether a frame is whole; if so, computes it and moves on by a hop.
  bool complete();
  const FeatureFrame& frame() const;

  std::unique_ptr<State> state_;
};

// One feature of all frames, a row a frame.
class FeatureMatrix {
 public:
  FeatureMatrix() = default;
  FeatureMatrix(std::size_t rows, std::size_t columns)
      : columns_(columns), values_(rows * columns) {}
  std::size_t rows() const { return columns_ == 0 ? 0 : values_.size() / columns_; }
  std::size_t columns() const { return columns_; }
  std::span<const float> row(std::size_t i) const {
    return {values_.data() + i * columns_, columns_};
  }
  std::span<float> row(std::size_t i) { return {values_.data() + i * columns_, columns_}; }
  std::span<const float> values() const { return values_; }

 private:
  std::size_t columns_ = 0;
  std::vector<float> values_;
};

// The features of a whole sound.
struct FeatureTrack {
  FeatureDefinition definition;
  std::size_t frames = 0;
  std::array<FeatureMatrix, kFeatureCount> matrices;  // those not asked for have no rows

  const FeatureMatrix& operator[](Feature feature) const {
    return matrices[static_cast<std::size_t>(feature)];
  }
  double secondsOf(std::size_t frame) const {
    return static_cast<double>(frame) / definition.framesPerSecond();
  }
};

// Number of frames whose centres lie within so many samples.
std::int64_t frameCount(const FeatureDefinition& definition, std::int64_t samples);

// Left and right as one, (l + r) / 2, resampled when the definition is not for 48 kHz.
FeatureTrack extractFeatures(const audio::PcmView& pcm, const FeatureDefinition& definition,
                             const FeatureSet& features, const FeatureOptions& options = {});

}  // namespace dju::music
