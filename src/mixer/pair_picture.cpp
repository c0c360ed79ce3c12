#include "mixer/pair_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <optional>

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
constexpr std::size_t kLowBands = 1, kFirstHighBand = 10;
// Where the middle of each band lies, octaves above 20 Hz.
constexpr std::array<float, kBands> kBandOctaves = {
    2.77F, 3.95F, 4.59F, 5.03F, 5.37F, 5.64F, 5.90F, 6.16F, 6.41F, 6.67F, 6.92F,
    7.18F, 7.44F, 7.69F, 7.95F, 8.20F, 8.46F, 8.72F, 8.97F, 9.23F, 9.49F};
// When the judge hears a deck (judge/evidence.h): its part of the energy, and what its fader lets
// through; and how fast the energy follows, a step (400 ms).
constexpr double kAudibleShare = 0.01, kOpenGain = 0.01, kEnergyPace = 0.1175;
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
  names.emplace_back("about_change");
  names.emplace_back("about_level_range");
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

  bool open() const { return heard && gain * gain >= kOpenGain; }
  // Of the power that the whole record has.
  float loudness() const { return static_cast<float>(gain * gain * gain * gain); }
  // Of the power: faders follow a square law, equalisers a straight line up to flat, the quick knob
  // is a Butterworth filter of 4th order (engine/dsp/sweep_filter.h).
  float through(std::size_t band) const {
    if (!heard) return 0;
    const double knob = band < kLowBands ? low : band < kFirstHighBand ? mid : high;
    const double level = gain * gain * std::min(1.0, 2 * knob);
    const auto power = static_cast<float>(level * level);
    if (filter == 0) return power;
    const auto corner = static_cast<float>(filter < 0 ? 9.9 + 8.2 * filter : 0.3 + 8.9 * filter);
    const float beyond = filter < 0 ? kBandOctaves[band] - corner : corner - kBandOctaves[band];
    constexpr float kEighthPower = 8 * 0.693147181F;  // of the frequency's ratio
    return power / (1 + inference::expOf(kEighthPower * beyond));
  }
};

// How much the mixed sound changes within a second, as the judge hears continuity
// (judge/spectral_change.h): the last second's mean levels against those of the second before, less
// what all bands have in common.
class Change {
 public:
  static constexpr std::size_t kSteps = 20;  // a second

  // Mixed levels of the next twentieth of a second. Nothing before two seconds were heard.
  std::optional<float> next(const Levels& mixed) {
    Levels& newest = past_[heard_ % past_.size()];
    const Levels& middle = past_[(heard_ + kSteps) % past_.size()];
    for (std::size_t band = 0; band < kBands; ++band) {
      const float level = std::max(mixed[band], kJudgesFloorDb);
      if (heard_ >= past_.size()) earlier_[band] -= newest[band];
      if (heard_ >= kSteps) {
        earlier_[band] += middle[band];
        recent_[band] -= middle[band];
      }
      recent_[band] += level;
      newest[band] = level;
    }
    if (++heard_ < past_.size()) return {};
    float mean = 0, square = 0;
    for (std::size_t band = 0; band < kBands; ++band) {
      const float step = (recent_[band] - earlier_[band]) / kSteps;
      mean += step / kBands;
      square += step * step / kBands;
    }
    return std::sqrt(std::max(0.0F, square - mean * mean));
  }

 private:
  static constexpr float kJudgesFloorDb = -60;
  std::array<Levels, 2 * kSteps> past_{};
  Levels recent_{}, earlier_{};
  std::size_t heard_ = 0;
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
    paintChange();
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

  // Of beats of the outgoing record, counted from the transition's start.
  double incomingBeat(double beat) const {
    return transition_.entryBeat +
           (beat - kBarBeats * genome_.enterBar) / transition_.tempoMultiple;
  }

  // One record over some beats of its own, behind its faders at a bar of the transition.
  struct Heard {
    Levels levels;
    Faders faders;
    std::array<float, kBands> through, powers;

    double energy() const { return std::accumulate(powers.begin(), powers.end(), 0.0); }
  };
  Heard heard(Side side, double beat, double beats, double bar) const {
    const bool out = side == Side::kOut;
    Heard heard{levelsOf(out ? pair_.outgoing : pair_.incoming,
                         out ? pair_.outgoingSound : pair_.incomingSound, beat, beat + beats),
                fadersOf(side, bar),
                {},
                {}};
    for (std::size_t band = 0; band < kBands; ++band) {
      heard.through[band] = heard.faders.through(band);
      if (heard.through[band] > 0)
        heard.powers[band] = powerOf(heard.levels[band]) * heard.through[band];
    }
    return heard;
  }

  static Levels mixed(const Heard& out, const Heard& in) {
    Levels mix;
    for (std::size_t band = 0; band < kBands; ++band) {
      if (in.through[band] == 0 && out.through[band] == 1) {
        mix[band] = out.levels[band];
      } else if (out.through[band] == 0 && in.through[band] == 1) {
        mix[band] = in.levels[band];
      } else {
        mix[band] = dbOf(out.powers[band] + in.powers[band]);
      }
      mix[band] = std::max(kFloorDb, mix[band]);
    }
    return mix;
  }

  void paintRow(std::size_t row) {
    const double beat = beatsARow_ * (static_cast<double>(row) - kRowsBefore);
    const double outBeat = transition_.exitBeat + beat, inBeat = incomingBeat(beat);
    const double inBeats = beatsARow_ / transition_.tempoMultiple;
    const double bar = (beat + beatsARow_ / 2) / kBarBeats;
    const Heard out = heard(Side::kOut, outBeat, beatsARow_, bar);
    const Heard in = heard(Side::kIn, inBeat, inBeats, bar);
    float* into = at(row);
    std::copy(out.levels.begin(), out.levels.end(), into);
    std::copy(in.levels.begin(), in.levels.end(), into + kBands);
    const Levels mix = mixed(out, in);
    std::copy(mix.begin(), mix.end(), into + 2 * kBands);
    const Faders &leaving = out.faders, &coming = in.faders;
    const double outVoice = pair_.outgoing.voicedSeconds(outBeat, outBeat + beatsARow_);
    const double inVoice = pair_.incoming.voicedSeconds(inBeat, inBeat + inBeats);
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

  // Each row's most, as far as the judge listens: from a second before both are heard until a beat
  // and a half after one is left.
  void paintChange() {
    const double stepBeats = pair_.outgoing.bpmAt(transition_.exitBeat) / 60 / Change::kSteps;
    const auto row = [&](std::size_t step) {
      return std::floor(beatOf(step, stepBeats) / beatsARow_) + kRowsBefore;
    };
    std::vector<std::optional<float>> changes;
    std::vector<float> loudness;
    std::optional<std::size_t> entered, left;
    Change change;
    double leaving = 0, coming = 0;  // energies
    for (std::size_t step = 0; row(step) < kPictureRows; ++step) {
      const double beat = beatOf(step, stepBeats);
      const double bar = (beat + stepBeats / 2) / kBarBeats;
      const Heard out = heard(Side::kOut, transition_.exitBeat + beat, stepBeats, bar);
      const Heard in =
          heard(Side::kIn, incomingBeat(beat), stepBeats / transition_.tempoMultiple, bar);
      changes.push_back(change.next(mixed(out, in)));
      const Faders &a = out.faders, &b = in.faders;
      leaving += kEnergyPace * (out.energy() - leaving);
      coming += kEnergyPace * (in.energy() - coming);
      const double least = kAudibleShare * (leaving + coming);
      const bool outHeard = a.open() && leaving >= least, inHeard = b.open() && coming >= least;
      if (!entered && inHeard) entered = step;
      if (outHeard) left = step;
      loudness.push_back(outHeard || inHeard
                             ? dbOf((outHeard ? a.loudness() : 0) + (inHeard ? b.loudness() : 0))
                             : 0);
    }
    if (!entered || !left) return;
    const std::size_t from = *entered - std::min(*entered, Change::kSteps);
    const std::size_t until = std::max(*left, *entered) + static_cast<std::size_t>(1.5 / stepBeats);
    float softest = 0, loudest = 0;
    for (std::size_t step = from; step < std::min(until, changes.size()); ++step) {
      softest = std::min(softest, loudness[step]);
      loudest = std::max(loudest, loudness[step]);
      if (!changes[step]) continue;
      most_ = std::max(most_, *changes[step]);
      if (row(step) < 0) continue;
      float& cell = at(static_cast<std::size_t>(row(step)))[kChangeColumn];
      cell = std::max(cell, *changes[step]);
    }
    range_ = loudest - softest;
  }
  // Three seconds before the incoming record starts is the first.
  double beatOf(std::size_t step, double stepBeats) const {
    return kBarBeats * genome_.enterBar +
           stepBeats * (static_cast<double>(step) - 3.0 * Change::kSteps);
  }

  void paintAbout(float* row, const BlendShape& shape, const SituationFeatures& features) const {
    float* into = std::copy(features.begin(), features.end(), row + kAboutColumn);
    for (std::size_t style = 0; style < kStyles; ++style)
      *into++ = static_cast<std::size_t>(genome_.style) == style ? 1 : 0;
    for (const ShapeField& field : kShapeFields) *into++ = static_cast<float>(shape.*field.member);
    *into++ = static_cast<float>(beatsARow_);
    *into++ = most_;
    *into = range_;
  }

  const PictureSubject& pair_;
  const Transition& transition_;
  const Genome& genome_;
  double beatsARow_ = 1;
  PairPicture picture_;
  float most_ = 0;   // change within a second, dB
  float range_ = 0;  // of what faders let through, dB
};

}  // namespace

const std::vector<std::string>& pictureColumns() {
  static const std::vector<std::string> kNames = columnNames();
  return kNames;
}

const std::string& pictureDefinition() {
  static const std::string kHash = [] {
    std::string text =
        fmt::format("dju-pair-picture-2 {} {}", kSpectrogramDefinition, kPictureRows);
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
