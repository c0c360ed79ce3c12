#include "music/feature_definition.h"

#include <array>
#include <nlohmann/json.hpp>

#include "audio/sha256.h"
#include "core/error.h"

namespace dju::music {
namespace {

constexpr std::array<std::string_view, kFeatureCount> kNames = {
    "log_mel",   "mfcc",     "chroma",   "tonnetz",  "tempogram",      "onset", "centroid",
    "bandwidth", "roll_off", "flatness", "contrast", "zero_crossings", "rms",   "crest"};

nlohmann::json valuesOf(const FeatureDefinition& d) {
  return {{"version", kFeatureVersion},
          {"sampleRate", d.sampleRate},
          {"window", {{"shape", "hann-periodic"}, {"samples", d.window}}},
          {"hop", d.hop},
          {"fullScale", d.fullScale},
          {"mel",
           {{"scale", "slaney"},
            {"bands", d.melBands},
            {"lowHz", d.melLowHz},
            {"highHz", d.melHighHz},
            {"norm", d.melNorm == MelNorm::kPeak ? "peak" : "area"},
            {"floor", d.melFloor}}},
          {"mfccs", d.mfccs},
          {"onsetLag", d.onsetLag},
          {"chroma", {{"lowHz", d.chromaLowHz}, {"highHz", d.chromaHighHz}}},
          {"tempogram", {{"frames", d.tempogramFrames}, {"lags", d.tempogramLags}}},
          {"rollOffShare", d.rollOffShare},
          {"contrast",
           {{"lowHz", d.contrastLowHz}, {"bands", d.contrastBands}, {"share", d.contrastShare}}}};
}

void require(bool holds, const FeatureDefinition& definition, std::string_view what) {
  if (holds) return;
  throw Error(ErrorCode::kInvalid,
              "feature definition \"" + definition.name + "\": " + std::string(what));
}

}  // namespace

std::string_view featureName(Feature feature) {
  return kNames[static_cast<std::size_t>(feature)];
}

std::size_t FeatureDefinition::sizeOf(Feature feature) const {
  switch (feature) {
    case Feature::kLogMel:
      return static_cast<std::size_t>(melBands);
    case Feature::kMfcc:
      return static_cast<std::size_t>(mfccs);
    case Feature::kChroma:
      return 12;
    case Feature::kTonnetz:
      return 6;
    case Feature::kTempogram:
      return static_cast<std::size_t>(tempogramLags);
    case Feature::kContrast:
      return static_cast<std::size_t>(contrastBands);
    default:
      return 1;
  }
}

const FeatureDefinition& standardDefinition() {
  static const FeatureDefinition definition{.name = "dju-48k-480"};
  return definition;
}

const FeatureDefinition& documentDefinition() {
  // 512^2: librosa does not divide its spectra, so that a sine of amplitude 1 has the magnitude
  // window / 4 under a Hann window of 2048.
  static const FeatureDefinition definition{.name = "document-44k-512",
                                            .sampleRate = 44100,
                                            .hop = 512,
                                            .fullScale = 512.0 * 512.0,
                                            .melLowHz = 0,
                                            .melHighHz = 22050,
                                            .melNorm = MelNorm::kArea,
                                            .melFloor = 1e-10,
                                            .onsetLag = 1};
  return definition;
}

void checkDefinition(const FeatureDefinition& d) {
  const double nyquist = d.sampleRate / 2.0;
  require(d.sampleRate > 0, d, "sampleRate must be positive");
  require(d.window >= 64 && d.window <= 65536 && d.window % 2 == 0, d,
          "window must be an even number from 64 to 65536");
  require(d.hop >= 1 && d.hop <= d.window, d, "hop must be 1 to window");
  require(d.fullScale > 0, d, "fullScale must be positive");
  require(d.melBands >= 1 && d.melBands <= d.bins(), d, "melBands must be 1 to window / 2 + 1");
  require(d.melLowHz >= 0 && d.melLowHz < d.melHighHz && d.melHighHz <= nyquist, d,
          "melLowHz and melHighHz must be rising, up to half the sample rate");
  require(d.melFloor > 0, d, "melFloor must be positive");
  require(d.mfccs >= 1 && d.mfccs <= d.melBands, d, "mfccs must be 1 to melBands");
  require(d.onsetLag >= 1 && d.onsetLag <= 16, d, "onsetLag must be 1 to 16");
  require(d.chromaLowHz > 0 && d.chromaLowHz < d.chromaHighHz && d.chromaHighHz <= nyquist, d,
          "chromaLowHz and chromaHighHz must be rising, up to half the sample rate");
  require(d.tempogramFrames >= 4 && d.tempogramFrames % 2 == 0, d,
          "tempogramFrames must be an even number from 4");
  require(d.tempogramLags >= 1 && d.tempogramLags < d.tempogramFrames, d,
          "tempogramLags must be below tempogramFrames");
  require(d.rollOffShare > 0 && d.rollOffShare < 1, d, "rollOffShare must be between 0 and 1");
  require(d.contrastBands >= 1 && d.contrastBands <= 12 && d.contrastLowHz > 0, d,
          "contrastBands must be 1 to 12, contrastLowHz positive");
  require(d.contrastShare > 0 && d.contrastShare <= 0.5, d, "contrastShare must be up to 0.5");
}

std::string toCanonicalJson(const FeatureDefinition& definition) {
  nlohmann::json json = valuesOf(definition);
  json["name"] = definition.name;
  return json.dump();
}

std::string definitionHash(const FeatureDefinition& definition) {
  return sha256Hex(valuesOf(definition).dump());
}

}  // namespace dju::music
