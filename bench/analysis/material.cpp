#include "analysis/material.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/random.h"
#include "demo/effects.h"

namespace dju::bench {
namespace {

using demo::SectionKind;

// How much each part lifts a dance floor: the kick and the bass most. Only the order of the sums
// matters.
constexpr std::array<double, demo::kPartCount> kLift = {3.0, 1.5, 0.8, 0.8, 0.7, 0.7,
                                                        2.5, 1.5, 0.6, 1.5, 0.0};

demo::Part partOf(demo::Drum drum) {
  using demo::Drum;
  using demo::Part;
  switch (drum) {
    case Drum::kKick:
      return Part::kKick;
    case Drum::kSnare:
    case Drum::kSnareGhost:
    case Drum::kTom:
      return Part::kSnare;
    case Drum::kHat:
    case Drum::kHat2:
      return Part::kHat;
    case Drum::kOpenHat:
      return Part::kOpenHat;
    case Drum::kRide:
      return Part::kRide;
    case Drum::kPercussion:
    case Drum::kPercussion2:
      return Part::kPercussion;
    case Drum::kCrash:
    case Drum::kImpact:
    case Drum::kRiser:
    case Drum::kFall:
      break;
  }
  return Part::kEffect;
}

// Per phrase of eight bars, so that a fill or a rest of one bar is no change of energy: the lift of
// the parts that play in most of its bars.
constexpr int kPhraseBars = 8;

Curve energyOf(const demo::TrackRecipe& recipe, const demo::Score& score) {
  using Plays = std::array<bool, demo::kPartCount>;
  std::vector<Plays> plays(static_cast<std::size_t>(score.bars), Plays{});
  const auto mark = [&](std::int64_t frame, demo::Part part) {
    const double bar =
        static_cast<double>(frame - recipe.anchorFrame) / (4 * recipe.framesPerBeat());
    const auto index = static_cast<std::size_t>(std::max(0.0, std::floor(bar + 0.02)));
    if (index < plays.size()) plays[index][static_cast<std::size_t>(part)] = true;
  };
  for (const demo::Hit& hit : score.hits) mark(hit.frame, partOf(hit.drum));
  for (const demo::PlayedNote& note : score.notes) mark(note.frame, note.part);
  Curve curve;
  for (int bar = 0; bar < score.bars; ++bar) {
    const int from = bar / kPhraseBars * kPhraseBars;
    const int to = std::min(score.bars, from + kPhraseBars);
    double lift = 0;
    for (std::size_t part = 0; part < kLift.size(); ++part) {
      int count = 0;
      for (int i = from; i < to; ++i) count += plays[static_cast<std::size_t>(i)][part] ? 1 : 0;
      if (2 * count >= to - from) lift += kLift[part];
    }
    curve.times.push_back(score.beats[static_cast<std::size_t>(bar) * 4] / 48000);
    curve.values.push_back(lift);
  }
  return curve;
}

// Half and double tempo are heard by custom in these genres; the generator says which it means.
double alternativeTempo(const demo::TrackRecipe& recipe) {
  switch (recipe.genre) {
    case demo::Genre::kDubstep:
    case demo::Genre::kDrumAndBass:
      return recipe.bpm / 2;
    case demo::Genre::kHipHop:
      return recipe.bpm * 2;
    default:
      return 0;
  }
}

double meanSquare(const std::vector<float>& samples, const std::vector<Interval>& when) {
  double sum = 0;
  std::size_t count = 0;
  for (const Interval& each : when) {
    const auto from = static_cast<std::size_t>(std::max(0.0, each.start * 48000));
    const auto to = std::min(samples.size(), static_cast<std::size_t>(each.end * 48000));
    for (std::size_t i = from; i < to; ++i) {
      sum += static_cast<double>(samples[i]) * static_cast<double>(samples[i]);
      ++count;
    }
  }
  return count > 0 ? sum / static_cast<double>(count) : 0;
}

// Dry voice in the middle with a little hall, as on a record.
void mixIn(demo::Sample& music, const VoiceTake& take, double voiceDb) {
  const double musicPower = meanSquare(music.left, take.lines);
  const double voicePower = meanSquare(take.samples, take.lines);
  if (voicePower <= 0) return;
  const double level = std::sqrt(std::max(musicPower, 1e-4) / voicePower);
  const auto gain = static_cast<float>(level * std::pow(10, voiceDb / 20));
  std::vector<float> hallLeft = take.samples, hallRight = take.samples;
  demo::Reverb(1.2).process(hallLeft, hallRight);
  const std::size_t frames = std::min(music.size(), take.samples.size());
  for (std::size_t i = 0; i < frames; ++i) {
    music.left[i] += gain * (take.samples[i] + 0.15F * hallLeft[i]);
    music.right[i] += gain * (take.samples[i] + 0.15F * hallRight[i]);
  }
}

// 16 bits with a scale that leaves the peak unclipped.
void quantise(const demo::Sample& sound, Piece& piece) {
  float peak = 1;
  for (const auto* side : {&sound.left, &sound.right}) {
    for (const float x : *side) peak = std::max(peak, std::fabs(x));
  }
  piece.scale = peak * audio::kUnityScale;
  piece.samples.resize(2 * sound.size());
  for (std::size_t i = 0; i < sound.size(); ++i) {
    piece.samples[2 * i] = static_cast<std::int16_t>(std::lround(sound.left[i] / peak * 32767));
    piece.samples[2 * i + 1] =
        static_cast<std::int16_t>(std::lround(sound.right[i] / peak * 32767));
  }
}

std::string_view suffixOf(Voice voice) {
  switch (voice) {
    case Voice::kSung:
      return "-sung";
    case Voice::kSpoken:
      return "-spoken";
    case Voice::kNone:
      break;
  }
  return "";
}

}  // namespace

Truth truthOf(const demo::TrackRecipe& recipe, const demo::Score& score) {
  Truth truth;
  for (std::size_t i = 0; i < score.beats.size(); ++i) {
    truth.beats.push_back(score.beats[i] / 48000);
    if (i % 4 == 0) truth.downbeats.push_back(score.beats[i] / 48000);
  }
  truth.bpm = recipe.bpm;
  truth.bpmAlternative = alternativeTempo(recipe);
  truth.key =
      Key{recipe.tonic, recipe.mode == demo::Mode::kMinor ? KeyMode::kMinor : KeyMode::kMajor};
  for (const demo::Section& section : score.sections) {
    const double start = truth.beats[static_cast<std::size_t>(section.startBar) * 4];
    truth.sections.push_back({start, start + section.bars * 4 * 60 / recipe.bpm,
                              std::string(demo::sectionName(section.kind))});
  }
  truth.vocals = std::vector<Interval>{};
  truth.genre = demo::genreSpec(recipe.genre).id;
  truth.energy = energyOf(recipe, score);
  return truth;
}

std::optional<Piece> synthesisePiece(const demo::TrackRecipe& recipe, Voice voice, double voiceDb) {
  demo::Track track = demo::synthesize(recipe);
  Piece piece;
  piece.name = std::string(demo::genreSpec(recipe.genre).id) + "-" +
               std::to_string(recipe.seed % 100000) + std::string(suffixOf(voice));
  piece.truth = truthOf(recipe, track.truth);
  if (voice != Voice::kNone) {
    const std::uint64_t seed = Random(recipe.seed).fork(31).next();
    std::optional<VoiceTake> take =
        voice == Voice::kSung ? sing(recipe, track.truth, seed) : speak(track.truth, seed);
    if (!take) return std::nullopt;
    mixIn(track.audio, *take, voiceDb);
    piece.truth.vocals = take->lines;
  }
  quantise(track.audio, piece);
  return piece;
}

Piece excerptOf(const Piece& piece, double from, double seconds) {
  Piece part;
  part.name = piece.name;
  part.scale = piece.scale;
  const auto begin = std::min(piece.samples.size() / 2, static_cast<std::size_t>(from * 48000));
  const auto end =
      std::min(piece.samples.size() / 2, begin + static_cast<std::size_t>(seconds * 48000));
  part.samples.assign(piece.samples.begin() + static_cast<std::ptrdiff_t>(2 * begin),
                      piece.samples.begin() + static_cast<std::ptrdiff_t>(2 * end));
  part.truth = excerptOf(piece.truth, static_cast<double>(begin) / 48000, part.seconds());
  return part;
}

}  // namespace dju::bench
