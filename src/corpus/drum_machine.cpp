#include "corpus/drum_machine.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>

#include "core/random.h"
#include "demo/patches.h"
#include "demo/synth.h"

namespace dju::corpus {
namespace {

// One bar of sixteenths a part: X accent, x normal, o ghost, '.' rest.
struct Style {
  double bpmLow, bpmHigh;
  double swing;  // largest share of a sixteenth by which every second one is late
  std::array<std::string_view, 3> kick, snare, hat;
};

constexpr std::string_view kNone = "................";
constexpr std::array kStyles = {
    // Four to the floor: house, techno, trance.
    Style{112,
          150,
          0.25,
          {"X...X...X...X...", "X...X...X...X..x", "X...X...X..xX..."},
          {"....X.......X...", kNone, "....X..o....X..o"},
          {"..X...X...X...X.", "x.X.x.X.x.X.x.X.", "xoXoxoXoxoXoxoXo"}},
    // Drum & bass, jungle.
    Style{160,
          180,
          0.1,
          {"X.........X.....", "X.x.......X.....", "X......X..X....."},
          {"....X.......X...", "....X..o.o..X...", "....X..o.o..X..o"},
          {"x.x.x.x.x.x.x.x.", "xoxoxoxoxoxoxoxo", "..x...x...x...x."}},
    // Dubstep, half time: counted at 140 all the same.
    Style{134,
          148,
          0.2,
          {"X...............", "X.....x.........", "X..........x..x."},
          {"........X.......", "........X......o", "........X....o.."},
          {"x...x...x...x...", "x.x.x.x.x.x.x.x.", "..x..x..x..x..x."}},
    // Hip-hop, breakbeat.
    Style{76,
          112,
          0.45,
          {"X......xX.......", "X..x......X.....", "X.....X.x.X....."},
          {"....X.......X...", "....X..o....X..o", "....X.......X.o."},
          {"x.x.x.x.x.x.x.x.", "xoxoxoxoxoxoxoxo", "x...x...x...x..."}},
    // Electro, big beat.
    Style{116,
          142,
          0.1,
          {"X..x..X...x.....", "X.....x...X.....", "X..X..X....x..x."},
          {"....X.......X...", "....X.......X...", "....X.......X.xx"},
          {"xoxoxoxoxoxoxoxo", "x.xxx.xxx.xxx.xx", "x.x.x.x.x.x.x.x."}},
    // Rock and pop.
    Style{92,
          165,
          0.1,
          {"X.......X.......", "X.......X.x.....", "X.x.....X.x....."},
          {"....X.......X...", "....X.......X...", "....X.......X..."},
          {"x.x.x.x.x.x.x.x.", "x...x...x...x...", "X.x.X.x.X.x.X.x."}},
    // Reggaeton, moombahton.
    Style{88,
          112,
          0.0,
          {"X...X...X...X...", "X...X...X...X...", "X.......X......."},
          {"...X..X....X..X.", "...x..X....x..X.", "...X..X....X..X."},
          {"x.x.x.x.x.x.x.x.", kNone, "..x...x...x...x."}},
    // Reggae, dub: the beat is where the drums are not.
    Style{66,
          90,
          0.3,
          {"........X.......", "X.......X.......", "X...X...X...X..."},
          {"........x.......", kNone, "........X....o.."},
          {"x.x.x.x.x.x.x.x.", "..x...x...x...x.", "..X.o.X.o.X.o.X."}},
    // Psytrance, chiptunes: the bass fills what the kick leaves.
    Style{124,
          150,
          0.0,
          {"X...X...X...X...", "X...X...X...X...", "X.......X......."},
          {kNone, "....X.......X...", "....x.......x.xx"},
          {"..X...X...X...X.", "xoXoxoXoxoXoxoXo", "..x...x...x...x."}},
    // Two-step garage.
    Style{126,
          140,
          0.4,
          {"X.........X.....", "X......x..X.....", "X.....x...x....."},
          {"....X.......X...", "....X..o....X...", "....X.......X..o"},
          {"x.xox.xox.xox.xo", "..x...x...x...x.", "x.x.x.x.x.x.x.x."}},
};

double velocityOf(char symbol) {
  return symbol == 'X' ? 1.0 : symbol == 'x' ? 0.7 : symbol == 'o' ? 0.3 : 0.0;
}

double gainOf(Random& random, double lowDb, double highDb) {
  return std::pow(10.0, random.uniform(lowDb, highDb) / 20);
}

class Improviser {
 public:
  Improviser(const DrumSamples& drums, std::uint64_t seed, double seconds)
      : drums_(drums),
        random_(seed),
        style_(kStyles[static_cast<std::size_t>(random_.below(kStyles.size()))]) {
    piece_.samples.assign(2 * static_cast<std::size_t>(seconds * kPieceRate), 0.0F);
    // Drum kits of one eighth of the seeds; splitting by seed's remainder splits by groove.
    piece_.name = "improvised-" + std::to_string(seed);
    piece_.group = "improvised-" + std::to_string(seed % 8);
  }

  Piece run() {
    drawSounds();
    layBeats();
    for (std::size_t beat = 0; beat + 1 < piece_.beats.size(); beat += 4) playBar(beat);
    master();
    for (std::size_t i = 0; i < piece_.beats.size(); i += 4) {
      piece_.downbeats.push_back(piece_.beats[i]);
    }
    return std::move(piece_);
  }

 private:
  struct Voice {
    const std::vector<float>* sound = nullptr;
    double gain = 0;
    std::string pattern;
  };

  const std::vector<float>* soundOf(DrumRole role) {
    const auto& sounds = drums_.of(role);
    return sounds.empty()
               ? nullptr
               : &sounds[static_cast<std::size_t>(random_.below(static_cast<int>(sounds.size())))];
  }

  std::string mutated(std::string_view pattern, double chance) {
    std::string out(pattern);
    for (std::size_t i = 1; i < out.size(); ++i) {
      if (!random_.chance(chance)) continue;
      out[i] = out[i] == '.' ? 'o' : random_.chance(0.3) ? '.' : out[i];
    }
    return out;
  }

  void addVoice(DrumRole role, std::string_view pattern, double lowDb, double highDb,
                double chance) {
    voices_.push_back({soundOf(role), gainOf(random_, lowDb, highDb), mutated(pattern, chance)});
    rest_.push_back(false);
  }

  std::string_view pick(const std::array<std::string_view, 3>& patterns) {
    return patterns[static_cast<std::size_t>(random_.below(3))];
  }

  std::string randomPattern(double density) {
    std::string out(16, '.');
    for (char& step : out) {
      if (random_.chance(density)) step = random_.chance(0.4) ? 'X' : 'o';
    }
    return out;
  }

  void drawSounds() {
    addVoice(DrumRole::kKick, pick(style_.kick), -14, 0, 0.04);
    addVoice(random_.chance(0.3) ? DrumRole::kClap : DrumRole::kSnare, pick(style_.snare), -14, -1,
             0.03);
    addVoice(DrumRole::kHat, pick(style_.hat), -20, -3, 0.05);
    if (random_.chance(0.5)) {
      // As loud as the beat in a fifth of dance music: phase must come from the low end.
      addVoice(DrumRole::kOpenHat, "..X...X...X...X.", -16, 2, 0.02);
    }
    if (random_.chance(0.2)) addVoice(DrumRole::kRide, "X.x.X.x.X.x.X.x.", -18, -8, 0.05);
    if (random_.chance(0.5)) {
      addVoice(DrumRole::kPercussion, randomPattern(random_.uniform(0.15, 0.5)), -18, -5, 0);
    }
    if (random_.chance(0.2)) addVoice(DrumRole::kTom, randomPattern(0.15), -14, -5, 0);
    crash_ = soundOf(DrumRole::kCrash);
    crashGain_ = gainOf(random_, -18, -6);
    drawNotes();
  }

  void drawNotes() {
    namespace patches = demo::patches;
    const std::array bass = {patches::kRoundBass, patches::kSawBass,     patches::kAcidBass,
                             patches::kReese,     patches::kOffbeatBass, patches::kFingerBass,
                             patches::k808,       patches::kPulseBass};
    const std::array tonal = {patches::kHouseStab, patches::kOrgan,      patches::kPiano,
                              patches::kPluck,     patches::kSuperSaw,   patches::kSquareLead,
                              patches::kBell,      patches::kTranceLead, patches::kStrings,
                              patches::kWarmPad,   patches::kDarkStab,   patches::kAcidLead};
    constexpr std::array kBassPatterns = {"..X...X...X...X.", "X.x.x.x.X.x.x.x.",
                                          "X..x..x.X..x..x.", "X.......X.......",
                                          "xxxxxxxxxxxxxxxx", ".xXx.xXx.xXx.xXx"};
    bass_ = bass[static_cast<std::size_t>(random_.below(static_cast<int>(bass.size())))];
    tonal_ = tonal[static_cast<std::size_t>(random_.below(static_cast<int>(tonal.size())))];
    bassPattern_ = random_.chance(0.8)
                       ? mutated(kBassPatterns[static_cast<std::size_t>(random_.below(6))], 0.08)
                       : randomPattern(0.4);
    constexpr std::array kTonalPatterns = {"X...............", "X..x..x.........",
                                           "xxxxxxxxxxxxxxxx", "..X...X...X...X.",
                                           "X.x.X.x.X.x.X.x.", "X..X..X..X..X.X."};
    tonalPattern_ = random_.chance(0.7)
                        ? mutated(kTonalPatterns[static_cast<std::size_t>(random_.below(6))], 0.08)
                        : randomPattern(0.35);
    bassGain_ = random_.chance(0.85) ? gainOf(random_, -16, 0) : 0;
    tonalGain_ = random_.chance(0.85) ? gainOf(random_, -22, -2) : 0;
    tonic_ = 28 + random_.below(12);
    for (int& degree : walk_)
      degree = std::array{0, 0, 3, 5, 7, 8, 10}[static_cast<std::size_t>(random_.below(7))];
  }

  // Beats from the tempo's course: mostly held, sometimes by a hand, sometimes with a jump.
  void layBeats() {
    const double bpm = random_.uniform(style_.bpmLow, style_.bpmHigh) *
                       (random_.chance(0.3) ? random_.uniform(0.85, 1.15) : 1.0);
    double period = 60 / bpm;
    const bool drifts = random_.chance(0.2);
    const double jumpAt = random_.chance(0.2) ? random_.uniform(8, piece_.seconds() - 8) : 1e9;
    bool jumped = false;
    swing_ = random_.chance(0.5) ? random_.uniform(0, style_.swing) : 0;
    humanMs_ = random_.chance(0.5) ? random_.uniform(0, 8) : 0;
    double time = random_.uniform(0.01, 1.0);
    while (time < piece_.seconds()) {
      piece_.beats.push_back(time);
      if (drifts) period *= random_.uniform(0.994, 1.006);
      if (!jumped && time > jumpAt && piece_.beats.size() % 4 == 0) {
        period = std::clamp(period * random_.uniform(0.75, 1.33), 60.0 / 185, 60.0 / 72);
        jumped = true;
      }
      time += period;
    }
  }

  double timeOf(std::size_t beat, int step) const {
    const std::size_t at = beat + static_cast<std::size_t>(step) / 4;
    if (at + 1 >= piece_.beats.size()) return 1e9;
    const double share = (step % 4 + (step % 2 == 1 ? swing_ : 0)) / 4.0;
    return piece_.beats[at] + share * (piece_.beats[at + 1] - piece_.beats[at]);
  }

  void mix(const float* sound, std::size_t frames, double seconds, double gain) {
    if (seconds < 0 || seconds > piece_.seconds()) return;
    const auto from = static_cast<std::size_t>(seconds * kPieceRate);
    const std::size_t count = std::min(frames, piece_.frames() - from);
    for (std::size_t i = 0; i < 2 * count; ++i) {
      piece_.samples[2 * from + i] += static_cast<float>(gain) * sound[i];
    }
  }

  void playBar(std::size_t beat) {
    const std::size_t bar = beat / 4;
    if (bar % 4 == 0) drawRests();
    for (std::size_t v = 0; v < voices_.size(); ++v) {
      if (rest_[v] || voices_[v].sound == nullptr) continue;
      const std::string pattern = bar % 4 == 3 && random_.chance(0.2)
                                      ? mutated(voices_[v].pattern, 0.3)
                                      : voices_[v].pattern;
      for (int step = 0; step < 16; ++step) {
        const double velocity = velocityOf(pattern[static_cast<std::size_t>(step)]);
        if (velocity <= 0) continue;
        const double human = v == 0 ? 0 : random_.uniform(-1, 1) * humanMs_ / 1000;
        mix(voices_[v].sound->data(), voices_[v].sound->size() / 2, timeOf(beat, step) + human,
            velocity * voices_[v].gain * random_.uniform(0.85, 1));
      }
    }
    if (bar % 8 == 0 && crash_ != nullptr && random_.chance(0.6)) {
      mix(crash_->data(), crash_->size() / 2, timeOf(beat, 0), crashGain_);
    }
    playNotes(beat, walk_[bar % 4]);
  }

  // Every four bars some voices pause; now and then all drums do.
  void drawRests() {
    const bool breakdown = random_.chance(0.08);
    const bool noKick = random_.chance(0.12);
    for (std::size_t v = 0; v < voices_.size(); ++v) rest_[v] = breakdown || random_.chance(0.15);
    if (!breakdown) rest_[0] = noKick;
    bassRests_ = random_.chance(0.15);
    tonalRests_ = random_.chance(0.15) && !breakdown;
  }

  void playNotes(std::size_t beat, int degree) {
    for (int step = 0; step < 16; ++step) {
      const double low = velocityOf(bassPattern_[static_cast<std::size_t>(step)]);
      if (low > 0 && bassGain_ > 0 && !bassRests_) {
        playNote(bass_, tonic_ + degree, 7000, timeOf(beat, step), low * bassGain_);
      }
      const double high = velocityOf(tonalPattern_[static_cast<std::size_t>(step)]);
      if (high <= 0 || tonalGain_ <= 0 || tonalRests_) continue;
      const int third = degree == 3 || degree == 8 || degree == 10 ? 4 : 3;
      for (const int interval : {0, third, 7}) {
        playNote(tonal_, tonic_ + 24 + degree + interval, 9000, timeOf(beat, step),
                 high * tonalGain_ / 2);
      }
    }
  }

  void playNote(const demo::Patch& patch, int midi, std::int64_t gate, double seconds,
                double gain) {
    auto& note = notes_[{gate, midi}];
    if (note.empty()) {
      const demo::Sample sound = demo::renderNote(
          patch, {.midi = static_cast<double>(midi), .gate = gate}, random_.next());
      for (std::size_t i = 0; i < sound.size(); ++i) {
        note.push_back(sound.left[i]);
        note.push_back(sound.right[i]);
      }
    }
    mix(note.data(), note.size() / 2, seconds, gain);
  }

  void master() {
    const double drive = random_.uniform(0.5, 3);
    const double level = gainOf(random_, -14, -1);
    for (float& sample : piece_.samples) {
      sample = static_cast<float>(level * std::tanh(drive * static_cast<double>(sample)));
    }
  }

  const DrumSamples& drums_;
  Random random_;
  const Style& style_;
  Piece piece_;
  std::vector<Voice> voices_;
  std::vector<bool> rest_;
  const std::vector<float>* crash_ = nullptr;
  double crashGain_ = 0, swing_ = 0, humanMs_ = 0, bassGain_ = 0, tonalGain_ = 0;
  bool bassRests_ = false, tonalRests_ = false;
  demo::Patch bass_, tonal_;
  std::string bassPattern_, tonalPattern_;
  int tonic_ = 36;
  std::array<int, 4> walk_{};
  std::map<std::pair<std::int64_t, int>, std::vector<float>> notes_;
};

}  // namespace

Piece improvise(const DrumSamples& drums, std::uint64_t seed, double seconds) {
  return Improviser(drums, seed, seconds).run();
}

}  // namespace dju::corpus
