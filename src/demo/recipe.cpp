#include "demo/recipe.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/random.h"

namespace dju::demo {
namespace {

template <typename T>
const T& pick(Random& random, const std::vector<T>& choices) {
  return choices[static_cast<std::size_t>(random.below(static_cast<int>(choices.size())))];
}

KickSound draw(Random& r, const KickSound& a, const KickSound& b) {
  KickSound s;
  s.pitch = r.uniform(a.pitch, b.pitch);
  s.punch = r.uniform(a.punch, b.punch);
  s.punchTime = r.uniform(a.punchTime, b.punchTime);
  s.click = r.uniform(a.click, b.click);
  s.decay = r.uniform(a.decay, b.decay);
  s.drive = r.uniform(a.drive, b.drive);
  s.tone = r.uniform(a.tone, b.tone);
  return s;
}

SnareSound draw(Random& r, const SnareSound& a, const SnareSound& b) {
  SnareSound s;
  s.pitch = r.uniform(a.pitch, b.pitch);
  s.body = r.uniform(a.body, b.body);
  s.bodyDecay = r.uniform(a.bodyDecay, b.bodyDecay);
  s.noise = r.uniform(a.noise, b.noise);
  s.noiseDecay = r.uniform(a.noiseDecay, b.noiseDecay);
  s.noiseLow = r.uniform(a.noiseLow, b.noiseLow);
  s.clap = r.uniform(a.clap, b.clap);
  s.clapTone = r.uniform(a.clapTone, b.clapTone);
  s.drive = r.uniform(a.drive, b.drive);
  return s;
}

HatSound draw(Random& r, const HatSound& a, const HatSound& b) {
  HatSound s;
  s.metal = r.uniform(a.metal, b.metal);
  s.pitch = r.uniform(a.pitch, b.pitch);
  s.low = r.uniform(a.low, b.low);
  s.decay = r.uniform(a.decay, b.decay);
  return s;
}

PercussionSound drawPercussion(Random& r, PercussionSound::Kind kind) {
  using Kind = PercussionSound::Kind;
  switch (kind) {
    case Kind::kConga:
      return {kind, r.uniform(190, 330), r.uniform(0.12, 0.24)};
    case Kind::kRim:
      return {kind, r.uniform(380, 560), r.uniform(0.03, 0.07)};
    case Kind::kCowbell:
      return {kind, r.uniform(480, 620), r.uniform(0.1, 0.25)};
    case Kind::kShaker:
      return {kind, 7000, r.uniform(0.06, 0.12)};
    case Kind::kTom:
      return {kind, r.uniform(80, 160), r.uniform(0.18, 0.32)};
  }
  return {};
}

// The same patch never sounds quite the same in two families.
Patch vary(Random& r, Patch patch) {
  patch.cutoff *= r.uniform(0.75, 1.35);
  patch.resonance *= r.uniform(0.85, 1.2);
  patch.detuneCents *= r.uniform(0.7, 1.3);
  patch.filterDecay *= r.uniform(0.75, 1.35);
  patch.decay *= r.uniform(0.8, 1.25);
  patch.fmIndex *= r.uniform(0.8, 1.25);
  patch.pulseWidth = std::clamp(patch.pulseWidth * r.uniform(0.75, 1.25), 0.1, 0.5);
  return patch;
}

std::uint64_t hashOf(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  Random random(a);
  return random.fork(b + 1).fork(c + 1).next();
}

std::string drawTitle(Random& r) {
  constexpr std::array<const char*, 16> kFirst = {
      "Amber",  "Night",  "Copper", "Distant",  "Velvet", "Silent", "Broken", "Solar",
      "Hollow", "Second", "Liquid", "Northern", "Paper",  "Neon",   "Slow",   "Iron"};
  constexpr std::array<const char*, 16> kSecond = {
      "Harbour", "Signal", "Garden",  "Machine", "Avenue", "Current", "Mirror",  "Season",
      "Tower",   "Motion", "Letters", "Horizon", "Room",   "Tide",    "Circuit", "Weather"};
  const auto first = static_cast<std::size_t>(r.below(16));
  const auto second = static_cast<std::size_t>(r.below(16));
  return std::string(kFirst[first]) + " " + kSecond[second];
}

}  // namespace

std::string TrackRecipe::familyId() const {
  return std::string(genreSpec(genre).id) + "/" + std::to_string(family);
}

std::string TrackRecipe::keyName() const {
  constexpr std::array<const char*, 12> kNames = {"C", "D flat", "D", "E flat", "E", "F", "F#",
                                                  "G", "A flat", "A", "B flat", "B"};
  return std::string(kNames[static_cast<std::size_t>(tonic)]) +
         (mode == Mode::kMinor ? " minor" : " major");
}

std::string TrackRecipe::camelot() const {
  // Round the circle of fifths: C major is 8B, A minor 8A, a fifth up is one more.
  const int major = mode == Mode::kMinor ? (tonic + 3) % 12 : tonic;
  const int number = (major * 7 + 7) % 12 + 1;
  return std::to_string(number) + (mode == Mode::kMinor ? "A" : "B");
}

Kit drawKit(Genre genre, int family) {
  const GenreSpec& spec = genreSpec(genre);
  Random r(hashOf(0x6b6974, static_cast<std::uint64_t>(genre), static_cast<std::uint64_t>(family)));
  Kit kit;
  kit.kick = draw(r, spec.kickFrom, spec.kickTo);
  kit.snare = draw(r, spec.snareFrom, spec.snareTo);
  kit.hat = draw(r, spec.hatFrom, spec.hatTo);
  kit.openHat = kit.hat;
  kit.openHat.decay = r.uniform(0.22, 0.36);
  kit.ride = kit.hat;
  kit.ride.decay = r.uniform(0.35, 0.6);
  kit.ride.low = 5200;
  kit.ride.metal = 0.8;
  kit.percussion = drawPercussion(r, pick(r, spec.percussionKinds));
  kit.percussion2 = drawPercussion(r, pick(r, spec.percussionKinds));
  kit.bass = vary(r, pick(r, spec.bassPatches));
  kit.chord = vary(r, pick(r, spec.chordPatches));
  kit.pad = vary(r, pick(r, spec.padPatches));
  kit.lead = vary(r, pick(r, spec.leadPatches));
  kit.kickPattern = pick(r, spec.kick);
  kit.snarePattern = pick(r, spec.snare);
  kit.hatPattern = pick(r, spec.hat);
  kit.openHatPattern = pick(r, spec.openHat);
  kit.percussionPattern = pick(r, spec.percussion);
  kit.percussionPattern2 = pick(r, spec.percussion);
  kit.bassPattern = pick(r, spec.bass);
  kit.chordPattern = pick(r, spec.chord);
  kit.leadPattern = pick(r, spec.lead);
  return kit;
}

TrackRecipe drawRecipe(const DemoOptions& options, Genre genre, int index) {
  const GenreSpec& spec = genreSpec(genre);
  TrackRecipe recipe;
  recipe.genre = genre;
  recipe.seed =
      hashOf(options.seed, static_cast<std::uint64_t>(genre), static_cast<std::uint64_t>(index));
  Random r(recipe.seed);
  // Neighbouring tracks of a genre come from different families.
  Random first(hashOf(options.seed, static_cast<std::uint64_t>(genre), 0xfa11));
  recipe.family = (first.below(kFamiliesPerGenre) + index) % kFamiliesPerGenre;
  recipe.kit = drawKit(genre, recipe.family);
  recipe.title = drawTitle(r);
  // Most producers type a whole number; some do not.
  recipe.bpm = std::round(r.uniform(spec.bpmLow, spec.bpmHigh));
  if (r.chance(0.15) && spec.bpmHigh > spec.bpmLow) {
    recipe.bpm = std::min(recipe.bpm + 0.5, spec.bpmHigh);
  }
  recipe.tonic = r.below(12);
  recipe.mode = r.chance(spec.minorShare) ? Mode::kMinor : Mode::kMajor;
  recipe.progression = pick(r, spec.progressions);
  recipe.secondProgression = pick(r, spec.progressions);
  recipe.swing = r.uniform(spec.swingLow, spec.swingHigh);
  recipe.swing = options.swing.value_or(recipe.swing);
  recipe.humanizeMs = options.humanizeMs;
  recipe.fills = options.fills;
  recipe.seconds = r.uniform(185, 285);
  recipe.seconds = options.seconds.value_or(recipe.seconds);
  // Files in the wild begin anywhere but on the beat.
  recipe.anchorFrame = 480 + r.below(12000);
  return recipe;
}

}  // namespace dju::demo
