// What a recording itself tells of how records were passed in it, by measuring its sound: where one
// record gives way to another, whether beats, bars and phrases go on there, the keys before and
// after, how steady the level was. Nothing is known of decks and faders, and no judge's model is
// asked.
//
//   PassageEar ear;
//   ear.hear(master);                     // block by block
//   for (const HeardPassage& passage : ear.passages()) use(passage.parts());
//
// A passage is where eight seconds of sound differ from the eight seconds after them in more than
// their level, once in the mean spectrum over a few bars. Where records change so much in
// themselves that this holds all along, a passage is where what was heard before does not come back
// (record_change.h). docs/judging.md has formulas, limits and how often it is right.
//
// Callers: serving/sound_model.h. hear() costs a spectrum each 10 ms and the tones of each 4 s,
// passages() compares windows all along what was heard and estimates two keys a passage; both
// allocate: an analysis thread, not the engine's. One instance, one thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/time.h"
#include "judge/bar_jump.h"
#include "judge/beat_jump.h"
#include "judge/heads.h"
#include "judge/record_change.h"
#include "judge/spectral_change.h"
#include "music/features.h"
#include "music/pitch_peaks.h"

namespace dju::judge {

struct HeardPassage {
  Frame start, end;                // where both records are heard, to a second or two
  std::optional<KeyDistance> key;  // of what lies before and after; where both are in a key
  double keyConfidence = 0;        // 0 to 1, of the less sure of the two keys
  // Over two seconds each, without its low end; less what either record's own moves by within as
  // long a time.
  double loudnessRangeLu = 0;
  double spectralChangeDb = 0;                    // the largest, as SpectralChange
  std::optional<BeatJump::Found> beats;           // how the beat goes on
  std::optional<BeatJump::Course> course;         // and how it went meanwhile
  std::optional<BarJump::Chances> bars, phrases;  // and, where it does, bars and phrases

  // By the formulas of heads.h; of bars and phrases what these give on the average over their
  // chances. Beats are for whoever also knows of the tempos; basses are not measured here.
  TransitionParts parts() const;
  // Of the course: the formulas on the average over the passage, most of which counts in its
  // middle, where both records are heard alike. Empty where beats are.
  std::optional<double> beatAlignment() const;
  std::optional<double> bpmAccuracy() const;
};

class PassageEar {
 public:
  PassageEar();

  // The next block of the master, interleaved stereo at 48 kHz, any number of frames.
  void hear(std::span<const float> master);
  // Of what was heard so far, in order. One needs nine seconds before it and after it.
  std::vector<HeardPassage> passages() const;

 private:
  // A tenth of a second.
  struct Moment {
    std::array<float, 84> power{};  // mean, by mel band; a full-scale sine is 1
    float spectralChange = 0;
  };
  using Powers = std::array<double, 84>;
  // Where both records are heard: moments [start, end).
  struct Place {
    std::size_t start, end;
  };

  void hear(const music::FeatureFrame& frame);
  void endTones();
  Powers powers(std::size_t from, std::size_t to) const;  // means over moments
  double difference(std::size_t at) const;
  std::optional<std::vector<Place>> placesOfSteadyRecords() const;
  std::vector<Place> placesOfChangingRecords() const;
  HeardPassage measure(std::size_t start, std::size_t end, std::size_t from, std::size_t to) const;
  void measureBeats(HeardPassage& passage, std::size_t from, std::size_t to) const;
  void measureKeys(HeardPassage& passage, std::size_t from, std::size_t to) const;
  double loudnessRange(std::size_t first, std::size_t last) const;
  double usualRange(std::size_t from, std::size_t to, std::size_t length) const;

  music::FeatureExtractor mel_;
  SpectralChange change_;
  BeatJump beats_;
  BarJump bars_;
  std::vector<float> mono_;
  Moment now_;
  int frames_ = 0;  // of now_
  std::vector<Moment> moments_;
  RecordChange recordChange_;
  std::vector<std::int16_t> stretch_;     // of which tones are still to be found
  std::int64_t stretchStart_ = 0;         // frames
  std::vector<music::PitchFrame> tones_;  // of all stretches before
};

}  // namespace dju::judge
