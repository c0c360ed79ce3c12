#include "quality/pesq/pesq.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <utility>

#include "quality/pesq/disturbance.h"
#include "quality/pesq/utterances.h"

namespace dju::quality {
namespace {

constexpr double kSilence = 1e-9;  // mean square: -90 dBFS

std::optional<Error> refusal(const Sound& sound, const char* name) {
  const double seconds = static_cast<double>(sound.frames()) / sound.sampleRate;
  const auto invalid = [](const std::string& text) { return Error(ErrorCode::kInvalid, text); };
  if (seconds < kShortestSpeechSeconds || seconds > kLongestSpeechSeconds)
    return invalid(
        fmt::format("PESQ: the {} lasts {:.2f} s; {:.1f} to {:.0f} s are possible, 8 to "
                    "20 s are meant",
                    name, seconds, kShortestSpeechSeconds, kLongestSpeechSeconds));
  if (meanPower(monoOf(sound)) < kSilence)
    return invalid(fmt::format("PESQ: the {} is silent", name));
  return std::nullopt;
}

pesq::Samples heard(const Sound& sound, pesq::Band band) {
  const auto mono = resampled(monoOf(sound), sound.sampleRate, pesq::kSpeechRate);
  return pesq::received(pesq::levelled(mono), band);
}

}  // namespace

Result<PesqScore> pesqScore(const Sound& reference, const Sound& test, pesq::Band band) {
  for (const auto& [sound, name] : {std::pair(&reference, "reference"), std::pair(&test, "test")}) {
    if (const auto error = refusal(*sound, name)) return *error;
  }
  const pesq::Samples ofReference = heard(reference, band), ofTest = heard(test, band);
  const auto utterances =
      pesq::findUtterances(pesq::voiceBand(ofReference), pesq::voiceBand(ofTest));
  if (utterances.empty()) {
    return Error(ErrorCode::kInvalid,
                 "PESQ: no speech in the reference (nothing of 200 ms and more that stands out "
                 "from its background between 300 and 3400 Hz)");
  }
  const pesq::Disturbance found = pesq::disturbance(ofReference, ofTest, utterances);
  PesqScore score;
  score.raw = 4.5 - 0.1 * found.plain - 0.0309 * found.asymmetric;
  score.mosLqo = mosLqo(score.raw, band);
  score.disturbance = found.plain;
  score.asymmetricDisturbance = found.asymmetric;
  score.utterances = static_cast<int>(utterances.size());
  return score;
}

double mosLqo(double raw, pesq::Band band) {
  const double exponent =
      band == pesq::Band::kNarrow ? -1.4945 * raw + 4.6607 : -1.3669 * raw + 3.8224;
  return 0.999 + 4 / (1 + std::exp(exponent));
}

}  // namespace dju::quality
