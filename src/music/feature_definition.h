// How features are computed: everything that changes a value, as data with a canonical form and a
// hash. A model manifest carries the hash, so that a model is never fed numbers that only look like
// those it was trained on. Formulae: docs/features.md. Plain values; any thread.
#pragma once

#include <bitset>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace dju::music {

// Increased when the same definition gives other values.
inline constexpr int kFeatureVersion = 1;

enum class Feature {
  kLogMel,         // dB of each mel band
  kMfcc,           // 0th to 12th coefficient
  kChroma,         // C, C sharp … B; the largest is 1, all 0 in silence
  kTonnetz,        // fifths x y, minor thirds x y, major thirds x y
  kTempogram,      // how alike the onsets are to those 1 … n frames ago, the past seconds; <= 1
  kOnset,          // mean rise over the mel bands in dB
  kCentroid,       // Hz
  kBandwidth,      // Hz
  kRollOff,        // Hz
  kFlatness,       // 0 tone … 1 white noise
  kContrast,       // dB in each octave band
  kZeroCrossings,  // share of neighbouring samples that differ in sign
  kRms,            // full scale = 1
  kCrest,          // peak / RMS, 0 in silence
};
inline constexpr std::size_t kFeatureCount = 14;

// The stable name, e.g. "log_mel".
std::string_view featureName(Feature feature);

// Which features are wanted; only those are computed.
class FeatureSet {
 public:
  constexpr FeatureSet() = default;
  FeatureSet(std::initializer_list<Feature> features) {
    for (const Feature feature : features) bits_.set(static_cast<std::size_t>(feature));
  }
  static FeatureSet all() {
    FeatureSet set;
    set.bits_.set();
    return set;
  }
  bool has(Feature feature) const { return bits_.test(static_cast<std::size_t>(feature)); }
  bool hasAny(const FeatureSet& other) const { return (bits_ & other.bits_).any(); }

 private:
  std::bitset<kFeatureCount> bits_;
};

enum class MelNorm {
  kPeak,  // each triangle peaks at 1: a band adds up energy
  kArea,  // each triangle has area 1 over Hz (Slaney 1998): a band is a density
};

struct FeatureDefinition {
  std::string name;
  int sampleRate = 48000;  // Hz
  int window = 2048;       // samples, even; periodic Hann
  int hop = 480;           // samples; frame i is centred at sample i * hop, zeros beyond the ends
  // A sine of amplitude 1 on a bin's frequency has power `fullScale` in that bin.
  double fullScale = 1;

  int melBands = 84;
  double melLowHz = 30, melHighHz = 16000;
  MelNorm melNorm = MelNorm::kPeak;
  double melFloor = 1e-8;  // power that counts as silence
  int mfccs = 13;          // at most melBands
  int onsetLag = 2;        // frames, 1 to 16

  double chromaLowHz = 60, chromaHighHz = 5000;
  int tempogramFrames = 512;  // the past that it looks at, even
  int tempogramLags = 192;    // 1 … so many frames, below tempogramFrames

  double rollOffShare = 0.85;
  double contrastLowHz = 200;  // the first band ends here, each further one an octave higher
  int contrastBands = 7;
  double contrastShare = 0.02;  // of a band's bins that are its peak or its valley

  double framesPerSecond() const { return static_cast<double>(sampleRate) / hop; }
  int bins() const { return window / 2 + 1; }
  // Values a frame.
  std::size_t sizeOf(Feature feature) const;
};

// What the project computes with: 48 kHz, hop 480.
const FeatureDefinition& standardDefinition();
// The platform document's, for exchange with other tools: 44.1 kHz, hop 512, mel bands as librosa
// computes them by default (Slaney's scale and norm, 0 Hz to 22.05 kHz, dB above 1e-10).
const FeatureDefinition& documentDefinition();

// Throws Error(kInvalid) that names the field, when a definition cannot be computed.
void checkDefinition(const FeatureDefinition& definition);
// Keys sorted, no spaces, shortest numbers that read back the same; includes kFeatureVersion.
std::string toCanonicalJson(const FeatureDefinition& definition);
// SHA-256 of the canonical form without the name: equal hashes, equal values.
std::string definitionHash(const FeatureDefinition& definition);

}  // namespace dju::music
