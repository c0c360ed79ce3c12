#include "demo/arranger.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/random.h"

namespace dju::demo {
namespace {

constexpr int kPhraseBars = 8;

// The order of things, in phrases of eight bars. Sections marked as growing take up what the length
// asks for beyond the sum.
struct Plan {
  SectionKind kind;
  int phrases;
  int growth;  // phrases that may be added
};

std::vector<Plan> planOf(Feel feel) {
  using K = SectionKind;
  if (feel == Feel::kFourToTheFloor) {
    return {{K::kIntro, 2, 2},     {K::kGroove, 1, 2}, {K::kBuild, 1, 0}, {K::kDrop, 2, 2},
            {K::kBreakdown, 1, 2}, {K::kBuild, 1, 0},  {K::kDrop, 2, 3},  {K::kOutro, 2, 2}};
  }
  return {{K::kIntro, 2, 1},     {K::kGroove, 1, 1}, {K::kBuild, 1, 0}, {K::kDrop, 2, 3},
          {K::kBreakdown, 1, 1}, {K::kBuild, 1, 0},  {K::kDrop, 2, 3},  {K::kOutro, 1, 1}};
}

std::vector<Section> sectionsOf(const TrackRecipe& recipe) {
  std::vector<Plan> plan = planOf(genreSpec(recipe.genre).feel);
  const double phraseSeconds = kPhraseBars * 4 * 60 / recipe.bpm;
  const int wanted = std::max(1, static_cast<int>(std::round(recipe.seconds / phraseSeconds)));
  int phrases = 0;
  for (const Plan& each : plan) phrases += each.phrases;
  // Slow tracks lose the first build and groove before they lose their second drop.
  for (const std::size_t victim : {2U, 1U, 5U, 6U}) {
    if (phrases > wanted) {
      const int cut = std::min(plan[victim].phrases, phrases - wanted);
      plan[victim].phrases -= cut;
      phrases -= cut;
    }
  }
  while (phrases < wanted) {
    bool grew = false;
    for (Plan& each : plan) {
      if (phrases >= wanted || each.growth == 0) continue;
      ++each.phrases;
      --each.growth;
      ++phrases;
      grew = true;
    }
    if (!grew) {
      ++plan[6].phrases;
      ++phrases;
    }
  }
  std::vector<Section> sections;
  int bar = 0;
  for (const Plan& each : plan) {
    if (each.phrases == 0) continue;
    sections.push_back({each.kind, bar, each.phrases * kPhraseBars});
    bar += each.phrases * kPhraseBars;
  }
  return sections;
}

// Which parts play in a phrase, and how loud: 0 is silence.
using Levels = std::array<double, kPartCount>;
double& at(Levels& levels, Part part) {
  return levels[static_cast<std::size_t>(part)];
}

// `along` is the phrase's place in its section, 0 at the first and 1 at the last.
Levels levelsOf(const GenreSpec& spec, SectionKind kind, double along, int phrase) {
  Levels level{};
  const bool broken = spec.feel == Feel::kBroken;
  switch (kind) {
    case SectionKind::kIntro:
      at(level, Part::kKick) = 1;
      at(level, Part::kHat) = phrase > 0 || broken ? 0.9 : 0;
      at(level, Part::kSnare) = phrase > 0 ? 0.9 : 0;
      at(level, Part::kOpenHat) = phrase > 0 ? 0.8 : 0;
      at(level, Part::kPercussion) = along >= 0.5 ? 0.9 : 0;
      at(level, Part::kPad) = broken ? 0.7 : 0;
      at(level, Part::kBass) = along > 0.99 && phrase > 0 ? 0.8 : 0;
      break;
    case SectionKind::kGroove:
      for (const Part part : {Part::kKick, Part::kSnare, Part::kHat, Part::kOpenHat,
                              Part::kPercussion, Part::kBass}) {
        at(level, part) = 0.95;
      }
      at(level, Part::kChord) = phrase > 0 || broken ? 0.85 : 0.6;
      break;
    case SectionKind::kBuild:
      at(level, Part::kKick) = 0.9;
      at(level, Part::kSnare) = 0.8;
      at(level, Part::kHat) = 0.8;
      at(level, Part::kChord) = 0.9;
      at(level, Part::kPad) = 0.7;
      at(level, Part::kLead) = 0.6;
      break;
    case SectionKind::kDrop:
      for (double& each : level) each = 1;
      at(level, Part::kPad) = broken ? 0.7 : 0.5;
      at(level, Part::kRide) = along > 0.5 ? 1 : 0;
      at(level, Part::kLead) = phrase % 2 == 1 || along > 0.7 ? 1 : 0;
      break;
    case SectionKind::kBreakdown:
      at(level, Part::kPad) = 1;
      at(level, Part::kChord) = 0.8;
      at(level, Part::kLead) = phrase > 0 || along > 0.99 ? 0.8 : 0;
      at(level, Part::kPercussion) = 0.5;
      at(level, Part::kHat) = phrase > 0 ? 0.5 : 0;
      break;
    case SectionKind::kOutro:
      at(level, Part::kKick) = 1;
      at(level, Part::kSnare) = along < 0.99 || phrase == 0 ? 0.9 : 0;
      at(level, Part::kHat) = 0.85;
      at(level, Part::kOpenHat) = along < 0.5 ? 0.8 : 0;
      at(level, Part::kPercussion) = 0.8;
      at(level, Part::kBass) = along < 0.5 ? 0.8 : 0;
      break;
  }
  return level;
}

double velocityOf(char symbol) {
  switch (symbol) {
    case 'X':
      return 1.0;
    case 'x':
      return 0.78;
    case 'o':
      return 0.4;
    default:
      return 0;
  }
}

char stepOf(std::string_view pattern, int bar, int step) {
  const auto bars = static_cast<int>(pattern.size()) / 16;
  return pattern[static_cast<std::size_t>((bar % bars) * 16 + step)];
}

class Arranger {
 public:
  explicit Arranger(const TrackRecipe& recipe)
      : recipe_(recipe), spec_(genreSpec(recipe.genre)), random_(Random(recipe.seed).fork(7)) {}

  Score run() {
    score_.sections = sectionsOf(recipe_);
    score_.bars = score_.sections.back().startBar + score_.sections.back().bars;
    score_.riserSeconds = 8 * 4 * 60 / recipe_.bpm;
    for (const Section& section : score_.sections) arrangeSection(section);
    for (int beat = 0; beat < score_.bars * 4; ++beat) {
      score_.beats.push_back(static_cast<double>(recipe_.anchorFrame) +
                             beat * recipe_.framesPerBeat());
    }
    // The last hit sits on the downbeat after the last bar, and rings out.
    hit(frameAt(score_.bars, 0), Drum::kImpact, 0.7);
    score_.frames = frameAt(score_.bars, 0) + 48000 * 3;
    sortByFrame();
    return std::move(score_);
  }

 private:
  std::int64_t frameAt(int bar, double step) const {
    const double beats = bar * 4 + step / 4;
    return recipe_.anchorFrame +
           static_cast<std::int64_t>(std::floor(beats * recipe_.framesPerBeat() + 0.5));
  }
  double framesPerStep() const { return recipe_.framesPerBeat() / 4; }

  // Swing moves every second sixteenth; a hand adds its spread (a sum of three uniforms).
  std::int64_t played(int bar, int step) {
    double frame = static_cast<double>(frameAt(bar, step));
    if (step % 2 == 1) frame += recipe_.swing * framesPerStep();
    const double spread = random_.uniform() + random_.uniform() + random_.uniform() - 1.5;
    frame += spread * recipe_.humanizeMs * 48;
    return std::max<std::int64_t>(0, static_cast<std::int64_t>(std::floor(frame + 0.5)));
  }

  void hit(std::int64_t frame, Drum drum, double velocity) {
    if (velocity > 0) score_.hits.push_back({frame, drum, static_cast<float>(velocity)});
  }

  void arrangeSection(const Section& section) {
    const int phrases = section.bars / kPhraseBars;
    for (int phrase = 0; phrase < phrases; ++phrase) {
      const double along = phrases > 1 ? static_cast<double>(phrase) / (phrases - 1) : 1.0;
      const Levels levels = levelsOf(spec_, section.kind, along, phrase);
      const int first = section.startBar + phrase * kPhraseBars;
      openFilter(section.kind, along, first);
      for (int bar = first; bar < first + kPhraseBars; ++bar) {
        arrangeBar(section, levels, bar, bar - first, phrase + 1 == phrases);
      }
    }
    accents(section);
  }

  void openFilter(SectionKind kind, double along, int bar) {
    float from = 1;
    float to = 1;
    switch (kind) {
      case SectionKind::kIntro:
      case SectionKind::kOutro:
        from = to = 0.55F;
        break;
      case SectionKind::kGroove:
        from = 0.5F;
        to = 0.72F;
        break;
      case SectionKind::kBuild:
        from = 0.45F;
        break;
      case SectionKind::kDrop:
        break;
      case SectionKind::kBreakdown:
        from = 0.5F + 0.15F * static_cast<float>(along);
        to = 0.62F + 0.2F * static_cast<float>(along);
        break;
    }
    score_.filter.push_back({frameAt(bar, 0), from});
    score_.filter.push_back({frameAt(bar + kPhraseBars, 0) - 1, to});
  }

  // Crash where a section begins, riser into a drop, a fall out of it.
  void accents(const Section& section) {
    const std::int64_t start = frameAt(section.startBar, 0);
    switch (section.kind) {
      case SectionKind::kDrop:
        hit(start, Drum::kImpact, 1.0);
        for (int bar = 8; bar < section.bars; bar += 8) {
          hit(frameAt(section.startBar + bar, 0), Drum::kCrash, 0.7);
        }
        break;
      case SectionKind::kBuild:
        hit(frameAt(section.startBar + section.bars - 8, 0), Drum::kRiser, 1.0);
        break;
      case SectionKind::kBreakdown:
        hit(start, Drum::kImpact, 0.7);
        hit(start, Drum::kFall, 0.8);
        break;
      case SectionKind::kGroove:
      case SectionKind::kOutro:
        hit(start, Drum::kCrash, 0.8);
        break;
      case SectionKind::kIntro:
        break;
    }
  }

  void arrangeBar(const Section& section, Levels levels, int bar, int barInPhrase,
                  bool lastPhrase) {
    const bool phraseEnd = barInPhrase == kPhraseBars - 1;
    const bool fill = recipe_.fills && phraseEnd && at(levels, Part::kKick) > 0;
    const int fillFrom = fill ? (lastPhrase ? 8 : 12) : 16;
    const bool build = section.kind == SectionKind::kBuild;
    if (build && barInPhrase >= 6) at(levels, Part::kKick) = 0;
    drums(levels, bar, fillFrom, build);
    if (build) snareRoll(bar, barInPhrase);
    if (fill && !build) playFill(bar, fillFrom);
    // The last beats before a drop are empty, so that it lands.
    const int gapFrom = build && phraseEnd ? 12 : 16;
    pitched(section.kind, levels, bar, gapFrom);
  }

  void lane(std::string_view pattern, Drum drum, double level, int bar, int until) {
    if (level <= 0) return;
    for (int step = 0; step < until; ++step) {
      const double velocity = velocityOf(stepOf(pattern, bar, step)) * level;
      if (velocity > 0) hit(played(bar, step), drum, velocity);
    }
  }

  void drums(Levels& levels, int bar, int until, bool build) {
    const Kit& kit = recipe_.kit;
    for (int step = 0; step < until; ++step) {
      const double velocity = velocityOf(stepOf(kit.kickPattern, bar, step));
      if (velocity <= 0 || at(levels, Part::kKick) <= 0) continue;
      // The kick keeps the grid; only its swung sixteenths move.
      std::int64_t frame = frameAt(bar, step);
      if (step % 2 == 1) frame += static_cast<std::int64_t>(recipe_.swing * framesPerStep());
      hit(frame, Drum::kKick, velocity * at(levels, Part::kKick));
    }
    if (!build) {
      for (int step = 0; step < until; ++step) {
        const double velocity = velocityOf(stepOf(kit.snarePattern, bar, step));
        if (velocity <= 0 || at(levels, Part::kSnare) <= 0) continue;
        hit(played(bar, step), velocity < 0.5 ? Drum::kSnareGhost : Drum::kSnare,
            velocity * at(levels, Part::kSnare));
      }
    }
    hats(levels, bar, until);
    lane(kit.openHatPattern, Drum::kOpenHat, at(levels, Part::kOpenHat), bar, until);
    lane(kit.percussionPattern, Drum::kPercussion, at(levels, Part::kPercussion), bar, until);
    lane(kit.percussionPattern2, Drum::kPercussion2, 0.8 * at(levels, Part::kPercussion), bar + 1,
         until);
    lane(spec_.feel == Feel::kFourToTheFloor ? "x...x...x...x..." : "x.x.x.x.x.x.x.x.", Drum::kRide,
         0.8 * at(levels, Part::kRide), bar, until);
  }

  void hats(Levels& levels, int bar, int until) {
    const double level = at(levels, Part::kHat);
    if (level <= 0) return;
    for (int step = 0; step < until; ++step) {
      double velocity = velocityOf(stepOf(recipe_.kit.hatPattern, bar, step));
      if (velocity <= 0) continue;
      velocity *= level * (step % 4 == 0 ? 0.85 : 1.0) * random_.uniform(0.88, 1.08);
      const Drum drum = random_.chance(0.5) ? Drum::kHat : Drum::kHat2;
      // Hip-hop hats roll now and then.
      if (recipe_.genre == Genre::kHipHop && step % 8 == 6 && random_.chance(0.18)) {
        const std::int64_t start = played(bar, step);
        for (int n = 0; n < 3; ++n) {
          hit(start + static_cast<std::int64_t>(n * framesPerStep() * 2 / 3), drum, velocity * 0.8);
        }
        continue;
      }
      hit(played(bar, step), drum, velocity);
    }
  }

  // Quarters, eighths, sixteenths, thirty-seconds, ever louder.
  void snareRoll(int bar, int barInPhrase) {
    const double every = barInPhrase < 4 ? 4 : barInPhrase < 6 ? 2 : 1;
    const double until = barInPhrase == 7 ? 12 : 16;
    for (double step = 0; step < until; step += barInPhrase == 7 && step >= 8 ? 0.5 : every) {
      const double velocity = 0.3 + 0.5 * (barInPhrase + step / 16) / 8;
      hit(frameAt(bar, step), Drum::kSnare, velocity);
    }
  }

  void playFill(int bar, int from) {
    switch (random_.below(4)) {
      case 0:  // snare sixteenths
        for (int step = from; step < 16; ++step) {
          hit(played(bar, step), step % 2 == 0 ? Drum::kSnare : Drum::kSnareGhost,
              0.45 + 0.4 * (step - from) / (16 - from));
        }
        break;
      case 1:  // toms down
        for (int step = from; step < 16; step += step % 4 == 2 ? 1 : 2) {
          hit(played(bar, step), Drum::kTom, 0.8);
        }
        hit(played(bar, 14), Drum::kSnare, 0.7);
        break;
      case 2:  // syncopated kick and snare
        hit(frameAt(bar, from), Drum::kKick, 0.9);
        for (const int step : {from + 1, from + 3}) hit(played(bar, step), Drum::kSnare, 0.75);
        if (from < 12) {
          hit(frameAt(bar, 12), Drum::kKick, 0.8);
          hit(played(bar, 14), Drum::kSnare, 0.85);
        }
        break;
      default:  // a breath, open hat, clap
        hit(played(bar, from), Drum::kOpenHat, 0.9);
        hit(played(bar, 14), Drum::kSnare, 0.8);
        hit(played(bar, 15), Drum::kSnareGhost, 0.5);
        break;
    }
  }

  void pitched(SectionKind kind, Levels& levels, int bar, int until) {
    const Progression& progression =
        kind == SectionKind::kBreakdown ? recipe_.secondProgression : recipe_.progression;
    const auto place = static_cast<std::size_t>((bar / spec_.barsPerChord) % 4);
    const int root = progression[place];
    bassLine(at(levels, Part::kBass), root, bar, until);
    chords(at(levels, Part::kChord), root, bar, until);
    if (bar % spec_.barsPerChord == 0) pads(at(levels, Part::kPad), root, bar);
    leadLine(at(levels, Part::kLead), root, bar, until);
  }

  void note(std::int64_t frame, Part part, const Note& what, double velocity) {
    score_.notes.push_back({frame, part, what, static_cast<float>(velocity)});
  }

  // Sixteenths that a note lasts: itself and the ties after it, also into the next bar's start.
  static int lengthOf(std::string_view pattern, int bar, int step) {
    int length = 1;
    while (step + length < 16 && stepOf(pattern, bar, step + length) == '-') ++length;
    return length;
  }

  std::int64_t gateOf(int steps, double share) const {
    return static_cast<std::int64_t>(framesPerStep() * (steps - 1 + share));
  }

  // The root of the bar in the octave where a club system has its bass, E1 to D#2.
  int bassRoot(int degree) const {
    int midi = scaleNote(recipe_, degree, 1);
    while (midi < 28) midi += 12;
    while (midi >= 40) midi -= 12;
    return midi;
  }

  void bassLine(double level, int root, int bar, int until) {
    if (level <= 0) return;
    const std::string_view pattern = recipe_.kit.bassPattern;
    const int base = bassRoot(root);
    for (int step = 0; step < until; ++step) {
      const char symbol = stepOf(pattern, bar, step);
      if (symbol < '1' || symbol > '9') continue;
      const int degree = symbol - '0';
      Note what;
      what.midi = base + scaleNote(recipe_, root + degree - 1, 4) - scaleNote(recipe_, root, 4);
      const int length = lengthOf(pattern, bar, step);
      what.gate = gateOf(length, length > 1 ? 0.9 : 0.75);
      what.accent = random_.chance(0.2);
      if (recipe_.kit.bass.resonance > 3 && step > 0 && random_.chance(0.25)) {
        what.glideFrom = base;
      }
      what.wobbleHz = wobbleHz(length);
      note(played(bar, step), Part::kBass, what, level * (step % 4 == 0 ? 1 : 0.9));
    }
  }

  // Cycles a second of the wobble: a musical division for long notes, none for short ones.
  double wobbleHz(int steps) {
    if (recipe_.kit.bass.wobbleOctaves <= 0) return 0;
    constexpr std::array<double, 5> kPerBeat = {0.5, 1, 1.5, 2, 3};
    const double perBeat = steps < 3 ? 2 : kPerBeat[static_cast<std::size_t>(random_.below(5))];
    return perBeat * recipe_.bpm / 60;
  }

  std::vector<int> voicing(int root) const {
    std::vector<int> notes;
    for (int i = 0; i < spec_.chordNotes; ++i) {
      int midi = scaleNote(recipe_, root + 2 * i, 4);
      while (midi < spec_.chordLow) midi += 12;
      while (midi >= spec_.chordLow + 12) midi -= 12;
      notes.push_back(midi);
    }
    std::sort(notes.begin(), notes.end());
    // Two neighbours a semitone apart at the bottom sound muddy: the lower one goes up.
    if (notes.size() > 3 && notes[1] - notes[0] <= 1) notes[0] += 12;
    return notes;
  }

  void chords(double level, int root, int bar, int until) {
    if (level <= 0) return;
    const std::string_view pattern = recipe_.kit.chordPattern;
    for (int step = 0; step < until; ++step) {
      const double velocity = velocityOf(stepOf(pattern, bar, step));
      if (velocity <= 0) continue;
      const int length = std::max(2, lengthOf(pattern, bar, step));
      const std::int64_t frame = played(bar, step);
      int strum = 0;
      for (const int midi : voicing(root)) {
        Note what;
        what.midi = midi;
        what.gate = gateOf(length, 0.7);
        note(frame + strum, Part::kChord, what, level * velocity);
        strum += static_cast<int>(recipe_.humanizeMs * 20);
      }
    }
  }

  void pads(double level, int root, int bar) {
    if (level <= 0) return;
    for (const int midi : voicing(root)) {
      Note what;
      what.midi = midi;
      what.gate = frameAt(spec_.barsPerChord, 0) - frameAt(0, 0) - 2400;
      note(frameAt(bar, 0), Part::kPad, what, level);
    }
  }

  void leadLine(double level, int root, int bar, int until) {
    if (level <= 0) return;
    const std::string_view pattern = recipe_.kit.leadPattern;
    const int base = scaleNote(recipe_, root, 4);
    for (int step = 0; step < until; ++step) {
      const char symbol = stepOf(pattern, bar, step);
      if (symbol < '1' || symbol > '9') continue;
      Note what;
      int midi = scaleNote(recipe_, root + symbol - '1', 4);
      // Every voice of the lead stays within an octave and a half around F#5.
      if (base >= 66) midi -= 12;
      what.midi = midi + leadOctave();
      const int length = lengthOf(pattern, bar, step);
      what.gate = gateOf(length, 0.8);
      what.accent = random_.chance(0.15);
      note(played(bar, step), Part::kLead, what, level * (step % 4 == 0 ? 1.0 : 0.82));
    }
  }
  int leadOctave() const { return recipe_.kit.lead.resonance > 3 ? -12 : 12; }

  void sortByFrame() {
    const auto byFrame = [](const auto& a, const auto& b) { return a.frame < b.frame; };
    std::stable_sort(score_.hits.begin(), score_.hits.end(), byFrame);
    std::stable_sort(score_.notes.begin(), score_.notes.end(), byFrame);
  }

  const TrackRecipe& recipe_;
  const GenreSpec& spec_;
  Random random_;
  Score score_;
};

}  // namespace

std::string_view sectionName(SectionKind kind) {
  switch (kind) {
    case SectionKind::kIntro:
      return "intro";
    case SectionKind::kGroove:
      return "groove";
    case SectionKind::kBuild:
      return "build";
    case SectionKind::kDrop:
      return "drop";
    case SectionKind::kBreakdown:
      return "breakdown";
    case SectionKind::kOutro:
      return "outro";
  }
  return "";
}

int scaleNote(const TrackRecipe& recipe, int degree, int octave) {
  constexpr std::array<int, 7> kMinorScale = {0, 2, 3, 5, 7, 8, 10};
  constexpr std::array<int, 7> kMajorScale = {0, 2, 4, 5, 7, 9, 11};
  const auto& scale = recipe.mode == Mode::kMinor ? kMinorScale : kMajorScale;
  const int index = degree - 1;
  return 12 * (octave + 1 + index / 7) + recipe.tonic + scale[static_cast<std::size_t>(index % 7)];
}

Score arrange(const TrackRecipe& recipe) {
  return Arranger(recipe).run();
}

}  // namespace dju::demo
