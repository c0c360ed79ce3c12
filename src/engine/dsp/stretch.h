// Key lock and key shift: reading a track at a pitch that does not follow the record's speed. A
// reader of positions like VarispeedReader, with a memory: where the deck's positions say that the
// record is, the sound of that place is heard, at its own pitch.
//
// The fast voice reads the track itself, at constant speed, from a head that drifts away from the
// record and is put back by crossfades. Nothing has to be waited for, since the whole track lies in
// memory: it looks ahead for the track's transients, meets each exactly when the record does, and
// leaves the record's beat grid unmoved. Between two transients it chooses the place of the
// crossfade, and where no transient forces it also the distance, by the likeness of the waveforms
// (the idea of WSOLA: Verhelst and Roelands, ICASSP 1993).
//
// The fine voice is a phase vocoder (dsp/vocoder.h) at the record's own positions, which cuts no
// tone but smears attacks a little; heads go on as above, silently, to take over from and to it.
//
// Under the hand, backwards, and outside of kSlowest ... kFastest the record is heard as it turns
// (varispeed); so it is with neither lock nor shift. The ways there and back are crossfades.
//
// Render thread; allocates only in the constructor. The same samples at any sizes of read().
#pragma once

#include <array>
#include <cstdint>

#include "core/time.h"
#include "engine/dsp/smoother.h"
#include "engine/dsp/splice_search.h"
#include "engine/dsp/track_outline.h"
#include "engine/dsp/transients.h"
#include "engine/dsp/varispeed.h"
#include "engine/dsp/vocoder.h"

namespace dju::engine {

enum class KeyVoice : std::uint8_t { kFast, kFine };

// What moves the record: its motor (and pushes), or a hand that holds it.
enum class Hold : std::uint8_t { kMotor, kHand };

class StretchReader {
 public:
  static constexpr double kSlowest = 0.4, kFastest = 1.65;  // of the record, for a constant pitch

  explicit StretchReader(const VarispeedBank& bank);

  void lock(bool on) noexcept;
  // Semitones, [-12, 12], on top of what the tempo does (or of the locked key).
  void shift(double semitones, double rampMs) noexcept;

  void setVoice(KeyVoice voice) noexcept;

  // As VarispeedReader::read(): what is heard while the record passes positions[i] at speeds[i].
  void read(const TrackAudio& audio, const double* positions, const double* speeds, int frames,
            Hold hold, float* left, float* right) noexcept;
  // What is read next has nothing to do with what was read last (another place or record, or a
  // pause).
  void restart() noexcept;

  // The ratio of the pitch that is heard to that of the track, for a record at `speed`.
  double pitch(double speed) const noexcept;

  // Whether something else is heard than VarispeedReader would give.
  bool stretching() const noexcept { return head_.free || fadeLeft_ > 0; }

 private:
  // Where the track is read: by the record itself, or by a head of its own.
  struct Head {
    bool free = false;
    double position = 0;  // if free
  };

  bool wanted() const noexcept { return locked_ || ratio_ != 1; }
  double nextHeadSpeed(double speed) noexcept;
  double headSpeed(double speed) const noexcept;
  void decide(const TrackAudio& audio, double position, double speed, Hold hold) noexcept;
  struct Shares {
    float leaving, entering;
    float free;  // of what is heard; without the lift
  };
  Shares sharesNow() const noexcept;
  void free(double position) noexcept;
  bool keepToPlan(const TrackAudio& audio, double position, double speed) noexcept;
  bool planForTransient(double position, double speed) noexcept;
  void planFreely(double position, double speed) noexcept;
  void startFade(Head to, int frames, float mismatch) noexcept;
  void readRun(const TrackAudio& audio, const double* positions, const double* speeds, int frames,
               float* left, float* right) noexcept;
  void mixVocoder(const TrackAudio& audio, const double* positions, const double* speeds,
                  int frames, float* left, float* right) noexcept;
  void readHead(const TrackAudio& audio, Head& head, const double* positions, const double* speeds,
                int frames, float* left, float* right) noexcept;

  VarispeedReader reader_;
  TrackOutline outline_;
  TransientFinder transients_;
  SpliceSearch search_;
  PhaseVocoder vocoder_;

  bool locked_ = false;
  double ratio_ = 1;  // of the shift
  double shiftRampMs_ = 20;
  // What a free head has taken on of them; they start from nothing whenever a head is freed.
  Smoother lockTaken_{0}, ratioTaken_{1};
  KeyVoice voice_ = KeyVoice::kFast;
  Smoother fineTaken_{0};  // the fine voice's share, 0 ... 1

  Head head_, leaving_;
  int fadeLeft_ = 0, fadeLength_ = 1;
  float fadeLift_ = 0;  // gain above one in the middle of a crossfade of unlike sounds
  int untilDecision_ = 0;

  // A splice that was chosen and not yet begun.
  bool planned_ = false;
  Splice plan_;
  int planFade_ = 0;
  double planTransient_ = -1, planSpeed_ = 0;

  std::array<double, kBlockFrames> places_{}, paces_{};
  std::array<float, kBlockFrames> fine_{}, free_{};
  std::array<float, kBlockFrames + 8> otherLeft_{}, otherRight_{};
  std::array<float, kBlockFrames + 8> voiceLeft_{}, voiceRight_{};
};

}  // namespace dju::engine
