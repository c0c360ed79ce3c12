#include "mixer/pair_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "audio/sha256.h"
#include "inference/network/functions.h"
#include "mixer/mixer_model.h"

namespace dju::mixer {
namespace {

constexpr std::size_t kBands = kSpectrogramBands;
constexpr int kRowsBefore = 16, kTransitionRows = 64;
constexpr double kBarBeats = 4;
constexpr float kFloorDb = -90, kCeilingDb = 20;
// Bands below and above the crossovers of the channels' equalisers, 250 and 2500 Hz.
constexpr std::size_t kLowBands = 2, kFirstHighBand = 10;
constexpr double kLevelLufs = -14;  // against which a record's levels are measured

constexpr std::array<std::string_view, 9> kCurveNames = {"gain_out",   "gain_in",   "low_out",
                                                         "low_in",     "high_out",  "high_in",
                                                         "filter_out", "voice_out", "voice_in"};
constexpr std::size_t kChangeColumn = 3 * kBands;
constexpr std::size_t kCurveColumn = kChangeColumn + 1;
constexpr std::size_t kAboutColumn = kCurveColumn + kCurveNames.size();

using Levels = std::array<float, kBands>;

std::vector<std::string> columnNames() {
  std::vector<std::string> names;
  for (const char* image : {"out", "in", "mix"})
    for (std::size_t band = 0; band < kBands; ++band)
      names.push_back(fmt::format("mel_{}_{:02}", image, band));
  names.emplace_back("change");
  for (const std::string_view name : kCurveNames) names.push_back(fmt::format("curve_{}", name));
  for (const std::string_view name : kSituationFeatureNames)
    names.push_back(fmt::format("about_{}", name));
  for (const std::string_view name : kStyleNames) names.push_back(fmt::format("about_{}", name));
  for (const ShapeField& field : kShapeFields) names.push_back(fmt::format("about_{}", field.name));
  names.emplace_back("about_beats_a_row");
  return names;
}

// Natural logarithm of a positive number within 1e-6: 2^n times a mantissa from 1/√2 to √2, whose
// logarithm is 2 artanh((m - 1) / (m + 1)).
float logOf(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  int exponent = static_cast<int>(bits >> 23) - 127;
  float mantissa = std::bit_cast<float>((bits & 0x7FFFFFU) | 0x3F800000U);
  if (mantissa > 1.41421356F) {
    mantissa *= 0.5F;
    ++exponent;
  }
  const float s = (mantissa - 1) / (mantissa + 1), s2 = s * s;
  const float series = ((s2 * (1.0F / 7) + 0.2F) * s2 + 1.0F / 3) * s2 + 1;
  return static_cast<float>(exponent) * 0.693147181F + 2 * s * series;
}

constexpr float kNeperDb = 4.34294482F;  // ten over the logarithm of ten

float powerOf(float db) {
  return inference::expOf(db / kNeperDb);
}
float dbOf(float power) {
  return kNeperDb * logOf(std::max(power, 1e-9F));
}

// How loud a deck's knobs let each range of bands through.
struct Faders {
  bool heard = false;
  double gain = 1, low = 0.5, mid = 0.5, high = 0.5, filter = 0;

  // Of the power: faders follow a square law, equalisers a straight line up to flat.
  float through(std::size_t band) const {
    if (!heard) return 0;
    const double knob = band < kLowBands ? low : band < kFirstHighBand ? mid : high;
    const double level = gain * gain * std::min(1.0, 2 * knob);
    return static_cast<float>(level * level);
  }
};

class Painter {
 public:
  Painter(const PictureSubject& pair, const Transition& transition)
      : pair_(pair),
        transition_(transition),
        genome_(transition.genome),
        picture_(kPictureRows * pictureColumns().size()) {
    while (genome_.bars * kBarBeats > kTransitionRows * beatsARow_) beatsARow_ *= 2;
  }

  PairPicture paint(const BlendShape& shape, const SituationFeatures& features) {
    for (std::size_t row = 0; row < kPictureRows; ++row) paintRow(row);
    for (std::size_t row = 3; row < kPictureRows; ++row) at(row)[kChangeColumn] = changeAt(row);
    for (std::size_t row = 0; row < kPictureRows; ++row) paintAbout(at(row), shape, features);
    return std::move(picture_);
  }

 private:
  float* at(std::size_t row) { return picture_.data() + row * pictureColumns().size(); }

  static Levels levelsOf(const TrackView& track, const Spectrogram& sound, double from, double to) {
    Levels levels{};
    sound.mean(track.secondsAt(from), track.secondsAt(to), levels);
    // Behind auto gain and trim all records are about as loud.
    const double gain = track.record().loaded.gainDb;
    const auto offset =
        static_cast<float>(track.level() ? gain - *track.level() + kLevelLufs : gain);
    for (float& level : levels) level = std::clamp(level + offset, kFloorDb, kCeilingDb);
    return levels;
  }

  Faders fadersOf(Side side, double bar) const {
    Faders faders;
    const bool before = bar < (side == Side::kIn ? genome_.enterBar : 0);
    const bool behind = bar >= genome_.bars;
    if (side == Side::kOut ? behind : before) return faders;
    faders.heard = true;
    if (before || behind) return faders;
    faders.gain = genome_.curve(side, Lane::kGain).at(bar);
    faders.low = genome_.curve(side, Lane::kLow).at(bar);
    faders.mid = genome_.curve(side, Lane::kMid).at(bar);
    faders.high = genome_.curve(side, Lane::kHigh).at(bar);
    faders.filter = genome_.curve(side, Lane::kFilter).at(bar);
    return faders;
  }

  void paintRow(std::size_t row) {
    const double beat = beatsARow_ * (static_cast<double>(row) - kRowsBefore);
    const double outBeat = transition_.exitBeat + beat;
    const double perBeat = 1 / transition_.tempoMultiple;
    const double inBeat = transition_.entryBeat + perBeat * (beat - kBarBeats * genome_.enterBar);
    const Levels out = levelsOf(pair_.outgoing, pair_.outgoingSound, outBeat, outBeat + beatsARow_);
    const Levels in =
        levelsOf(pair_.incoming, pair_.incomingSound, inBeat, inBeat + perBeat * beatsARow_);
    const double bar = (beat + beatsARow_ / 2) / kBarBeats;
    const Faders leaving = fadersOf(Side::kOut, bar), coming = fadersOf(Side::kIn, bar);
    float* into = at(row);
    for (std::size_t band = 0; band < kBands; ++band) {
      into[band] = out[band];
      into[kBands + band] = in[band];
      into[2 * kBands + band] = std::max(kFloorDb, dbOf(powerOf(out[band]) * leaving.through(band) +
                                                        powerOf(in[band]) * coming.through(band)));
    }
    const double outVoice = pair_.outgoing.voicedSeconds(outBeat, outBeat + beatsARow_);
    const double inVoice = pair_.incoming.voicedSeconds(inBeat, inBeat + perBeat * beatsARow_);
    const std::array<double, kCurveNames.size()> curves = {leaving.heard ? leaving.gain : 0,
                                                           coming.heard ? coming.gain : 0,
                                                           leaving.low,
                                                           coming.low,
                                                           leaving.high,
                                                           coming.high,
                                                           leaving.filter,
                                                           outVoice / beatsARow_,
                                                           inVoice / beatsARow_};
    for (std::size_t i = 0; i < curves.size(); ++i)
      into[kCurveColumn + i] = static_cast<float>(curves[i]);
  }

  // Of the mixed levels: two rows against the two before, less what all bands have in common.
  float changeAt(std::size_t row) {
    const float* mix[4];
    for (std::size_t i = 0; i < 4; ++i) mix[i] = at(row - 3 + i) + 2 * kBands;
    Levels steps{};
    float mean = 0;
    for (std::size_t band = 0; band < kBands; ++band) {
      steps[band] = 0.5F * (mix[3][band] + mix[2][band] - mix[1][band] - mix[0][band]);
      mean += steps[band] / static_cast<float>(kBands);
    }
    float sum = 0;
    for (const float step : steps) sum += (step - mean) * (step - mean);
    return std::sqrt(sum / static_cast<float>(kBands));
  }

  void paintAbout(float* row, const BlendShape& shape, const SituationFeatures& features) const {
    float* into = std::copy(features.begin(), features.end(), row + kAboutColumn);
    for (std::size_t style = 0; style < kStyles; ++style)
      *into++ = static_cast<std::size_t>(genome_.style) == style ? 1 : 0;
    for (const ShapeField& field : kShapeFields) *into++ = static_cast<float>(shape.*field.member);
    *into = static_cast<float>(beatsARow_);
  }

  const PictureSubject& pair_;
  const Transition& transition_;
  const Genome& genome_;
  double beatsARow_ = 1;
  PairPicture picture_;
};

}  // namespace

const std::vector<std::string>& pictureColumns() {
  static const std::vector<std::string> kNames = columnNames();
  return kNames;
}

const std::string& pictureDefinition() {
  static const std::string kHash = [] {
    std::string text =
        fmt::format("dju-pair-picture-1 {} {}", kSpectrogramDefinition, kPictureRows);
    for (const std::string& name : pictureColumns()) text += " " + name;
    return sha256Hex(text);
  }();
  return kHash;
}

PairPicture pictureOf(const PictureSubject& pair, const Transition& transition,
                      const BlendShape& shape, const SituationFeatures& features) {
  return Painter(pair, transition).paint(shape, features);
}

}  // namespace dju::mixer
