#include "grooves.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string_view>

#include "core/random.h"
#include "core/time.h"
#include "groove_patterns.h"

namespace dju::tools {
namespace {

using Sound = std::vector<float>;
constexpr int kSteps = 16;                 // sixteenths of a bar
using Steps = std::array<double, kSteps>;  // how loud each is hit
constexpr double kTwoPi = 2 * std::numbers::pi;

struct DrumSound {
  double fromHz, toHz, sweep;  // of the tone, which falls by e in 1/sweep s
  double decay, tone;          // 1/s, amplitude
  double noise, noiseDecay;
  double lowCut;  // share of the noise's low end that is taken away each sample; 1 keeps it
  double attack;  // s
};

enum class Wave { kSaw, kSquare, kSine, kPulse };

struct NoteSound {
  Wave wave;
  double attack, cutoffHz;
};

// Parts that may rest for a section.
enum Part : unsigned { kKick = 1, kSnare = 2, kHats = 4, kBass = 8, kChords = 16, kLead = 32 };

double valueOf(Wave wave, double phase) {
  switch (wave) {
    case Wave::kSaw:
      return 2 * phase - 1;
    case Wave::kSquare:
      return phase < 0.5 ? 1 : -1;
    case Wave::kSine:
      return std::sin(kTwoPi * phase);
    case Wave::kPulse:
      return phase < 0.25 ? 1 : -0.5;
  }
  return 0;
}

Sound playNote(double hz, double seconds, const NoteSound& sound) {
  Sound out(static_cast<std::size_t>(kSampleRate * seconds));
  const double open = 1 - std::exp(-kTwoPi * sound.cutoffHz / kSampleRate);
  double phase = 0, low = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double time = static_cast<double>(i) / kSampleRate;
    phase += hz / kSampleRate;
    phase -= std::floor(phase);
    low += (valueOf(sound.wave, phase) - low) * open;
    const double envelope = std::min(1.0, time / sound.attack) *
                            std::min(1.0, (seconds - time) / 0.01) * std::exp(-time * 2);
    out[i] = static_cast<float>(low * envelope);
  }
  return out;
}

Steps stepsOf(std::string_view bar) {
  Steps out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = bar[i] == 'x' ? 1 : bar[i] == 'o' ? 0.5 : 0;
  return out;
}

double hzOf(double note) {
  return 440 * std::pow(2, (note - 69) / 12);
}

// Draws everything that a groove is, then plays it. What is drawn when is part of the music, so
// each draw is a statement of its own: the order of arguments is the compiler's.
class Improviser {
 public:
  explicit Improviser(int seed) : random_(static_cast<std::uint64_t>(seed) * 77777 + 13) {
    random_.next();
    drawTime();
    drawPatterns();
    drawParts();
    drawDrums();
    drawTones();
  }

  Groove play() {
    const int section = chance(0.5) ? 4 : 8;  // bars
    unsigned rests = 0;
    for (int bar = 0; bar < bars_; ++bar) {
      if (bar % section == 0) rests = beginSection(bar);
      const bool fill = bar % section == section - 1 && chance(0.6);
      for (int step = 0; step < kSteps; ++step) playStep(bar, step, rests, fill && step >= 8);
    }
    return finished();
  }

 private:
  double uniform(double low, double high) { return random_.uniform(low, high); }
  bool chance(double probability) { return random_.chance(probability); }
  template <typename Bars>
  Steps drawBar(const Bars& bars) {
    return stepsOf(bars[static_cast<std::size_t>(random_.below(static_cast<int>(bars.size())))]);
  }

  void drawTime() {
    style_ = random_.below(kGrooveStyles);
    bpm_ = uniform(style().slowest, style().fastest);
    if (chance(0.4)) bpm_ = std::round(bpm_);
    beat_ = 60 / bpm_;
    bars_ = static_cast<int>(uniform(35, 60) / (4 * beat_));
    start_ = chance(0.4) ? uniform(0, 0.5) : -uniform(0, 4 * beat_);
    mix_.resize(
        static_cast<std::size_t>((bars_ * 4 * beat_ + std::min(0.0, start_)) * kSampleRate));
    swing_ = chance(0.25) ? uniform(0, 0.12) : 0;
  }

  void drawPatterns() {
    kick_[0] = drawBar(style().kicks);
    kick_[1] = drawBar(style().kicks);
    snare_ = drawBar(style().snares);
    hat_ = drawBar(kHatBars);
    openHat_ = drawBar(kHatBars);
    bass_ = drawBar(kBassBars);
    chord_ = drawBar(kChordBars);
    lead_ = drawBar(kLeadBars);
    for (double& step : percussion_) step = chance(0.25) ? uniform(0.3, 1) : 0;
  }

  // Which parts there are, and how loud.
  void drawParts() {
    const bool snare = style_ != 0 || chance(0.75);
    const bool openHat = chance(0.4), chord = chance(0.75), lead = chance(0.6);
    const bool percussion = chance(0.35), bass = chance(0.9);
    const auto silencedUnless = [](bool plays, Steps& steps) {
      if (!plays) steps = {};
    };
    silencedUnless(snare, snare_);
    silencedUnless(openHat, openHat_);
    silencedUnless(chord, chord_);
    silencedUnless(lead, lead_);
    silencedUnless(percussion, percussion_);
    silencedUnless(bass, bass_);
    kickLevel_ = chance(0.15) ? uniform(0.1, 0.3) : uniform(0.4, 0.9);
    snareLevel_ = uniform(0.15, 0.7);
    hatLevel_ = uniform(0.05, 0.5);
    openHatLevel_ = uniform(0.05, 0.5);
    bassLevel_ = uniform(0.1, 0.6);
    chordLevel_ = uniform(0.03, 0.25);
    leadLevel_ = uniform(0.03, 0.25);
    percussionLevel_ = uniform(0.05, 0.4);
  }

  void drawDrums() {
    drawKick();
    drawSnare();
    hatSound_ = drawHat(30, 120);
    openHatSound_ = drawHat(8, 25);
    crashSound_ = playDrum({1000, 1000, 1, 50, 0, 1, 3, 0.6, 0.001});
    DrumSound sound{0, 0, 30, 0, 1, 0, 60, 1, 0.001};
    sound.noise = uniform(0, 0.5);
    sound.decay = uniform(20, 50);
    sound.toHz = uniform(200, 800);
    sound.fromHz = uniform(300, 900);
    percussionSound_ = playDrum(sound);
  }

  void drawKick() {
    DrumSound sound{0, 0, 0, 0, 1, 0, 0, 1, 0};
    sound.attack = uniform(0.0005, 0.004);
    sound.noiseDecay = uniform(60, 300);
    sound.noise = uniform(0, 0.4);
    sound.decay = uniform(6, 20);
    sound.sweep = uniform(15, 60);
    sound.toHz = uniform(40, 65);
    sound.fromHz = uniform(90, 400);
    kickSound_ = playDrum(sound);
  }

  void drawSnare() {
    DrumSound sound{0, 0, 20, 0, 0, 0, 0, 0, 0};
    sound.attack = uniform(0.0005, 0.004);
    sound.lowCut = uniform(0.05, 0.5);
    sound.noiseDecay = uniform(10, 35);
    sound.noise = uniform(0.4, 1);
    sound.tone = uniform(0, 0.7);
    sound.decay = uniform(12, 30);
    sound.toHz = uniform(150, 220);
    sound.fromHz = uniform(180, 350);
    snareSound_ = playDrum(sound);
  }

  Sound drawHat(double slowestDecay, double fastestDecay) {
    DrumSound sound{1000, 1000, 1, 50, 0, 1, 0, 0.8, 0};
    sound.attack = uniform(0.0005, 0.003);
    sound.noiseDecay = uniform(slowestDecay, fastestDecay);
    return playDrum(sound);
  }

  Sound playDrum(const DrumSound& sound) {
    const double seconds = std::min(0.5, 7 / std::min(sound.decay, sound.noiseDecay));
    Sound out(static_cast<std::size_t>(kSampleRate * seconds));
    double phase = uniform(0, 1), low = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const double time = static_cast<double>(i) / kSampleRate;
      const double hz = sound.toHz + (sound.fromHz - sound.toHz) * std::exp(-sound.sweep * time);
      phase += hz / kSampleRate;
      const double white = uniform(-1, 1);
      low += (white - low) * sound.lowCut;
      const double noise = sound.lowCut < 1 ? white - low : white;
      out[i] = static_cast<float>(
          std::min(1.0, time / sound.attack) *
          (sound.tone * std::exp(-sound.decay * time) * std::sin(kTwoPi * phase) +
           sound.noise * std::exp(-sound.noiseDecay * time) * noise));
    }
    return out;
  }

  void drawTones() {
    root_ = 36 + random_.below(12);
    for (std::size_t i = 1; i < progression_.size(); ++i) progression_[i] = random_.below(7);
    chordBars_ = chance(0.7) ? 1 : 2;
    bassSound_.wave = static_cast<Wave>(random_.below(4));
    chordSound_.wave = static_cast<Wave>(random_.below(2));
    leadSound_ = {static_cast<Wave>(random_.below(4)), 0.003, 5000};
    bassSound_.attack = uniform(0.002, 0.02);
    chordSound_.attack = uniform(0.002, 0.02);
    bassSound_.cutoffHz = uniform(150, 1500);
    chordSound_.cutoffHz = uniform(500, 4000);
    for (int& degree : melody_) degree = random_.below(7);
  }

  // The parts that rest until the next section; sometimes a crash on its first beat.
  unsigned beginSection(int bar) {
    unsigned rests = 0;
    if (chance(0.35)) rests |= kKick;
    if (chance(0.3)) rests |= kSnare;
    if (chance(0.3)) rests |= kHats;
    if (chance(0.3)) rests |= kBass;
    if (chance(0.4)) rests |= kChords;
    if (chance(0.3)) rests |= kLead;
    if ((rests & kKick) != 0 && (rests & kSnare) != 0) rests &= ~unsigned{kSnare};
    if (chance(0.5)) add(crashSound_, bar * 4, uniform(0.1, 0.4));
    return rests;
  }

  void playStep(int bar, int step, unsigned rests, bool inFill) {
    const auto at = static_cast<std::size_t>(step);
    const double beat = bar * 4 + step / 4.0 + (step % 2 != 0 ? swing_ / 2 : 0);
    const double velocity = uniform(0.85, 1);
    const Steps& kick = kick_[bar % 2 != 0 && style_ != 0 ? 1 : 0];
    if ((rests & kKick) == 0 && kick[at] > 0 && !(inFill && chance(0.5)))
      add(kickSound_, beat, kickLevel_ * velocity * kick[at]);
    if ((rests & kSnare) == 0 && snare_[at] > 0)
      add(snareSound_, beat, snareLevel_ * velocity * snare_[at]);
    if (inFill && chance(0.5))
      add(chance(0.5) ? snareSound_ : percussionSound_, beat, snareLevel_ * velocity);
    if ((rests & kHats) == 0 && hat_[at] > 0) add(hatSound_, beat, hatLevel_ * velocity * hat_[at]);
    if ((rests & kHats) == 0 && openHat_[at] > 0)
      add(openHatSound_, beat, openHatLevel_ * velocity * openHat_[at]);
    if (percussion_[at] > 0)
      add(percussionSound_, beat, percussionLevel_ * velocity * percussion_[at]);
    playTones(bar, step, beat, velocity, rests);
  }

  void playTones(int bar, int step, double beat, double velocity, unsigned rests) {
    const auto at = static_cast<std::size_t>(step);
    const int degree = progression_[static_cast<std::size_t>(bar / chordBars_ % 4)];
    if ((rests & kBass) == 0 && bass_[at] > 0) {
      const double octave = chance(0.1) ? 12 : 0;
      const double seconds = beat_ / 4 * uniform(0.8, 1.6);
      add(playNote(hzOf(root_ + octave + noteOf(degree)), seconds, bassSound_), beat,
          bassLevel_ * velocity);
    }
    if ((rests & kChords) == 0 && chord_[at] > 0) {
      for (const int third : {0, 2, 4}) {
        const double octave = degree + third >= 7 ? 12 : 0;
        const double seconds = beat_ * uniform(0.4, 1.5);
        add(playNote(hzOf(root_ + 24 + noteOf(degree + third) + octave), seconds, chordSound_),
            beat, chordLevel_ * velocity);
      }
    }
    if ((rests & kLead) == 0 && lead_[at] > 0) {
      const int sung = melody_[static_cast<std::size_t>(bar % 2 * kSteps + step)];
      const double seconds = beat_ / 4 * uniform(0.8, 2);
      add(playNote(hzOf(root_ + 36 + noteOf(degree + sung)), seconds, leadSound_), beat,
          leadLevel_ * velocity);
    }
  }

  // Semitones of a degree of natural minor, within an octave.
  static double noteOf(int degree) {
    constexpr std::array<int, 7> kMinor = {0, 2, 3, 5, 7, 8, 10};
    return kMinor[static_cast<std::size_t>(degree % 7)];
  }

  void add(const Sound& sound, double beat, double gain) {
    const std::int64_t from = std::lround((start_ + beat * beat_) * kSampleRate);
    for (std::size_t i = 0; i < sound.size(); ++i) {
      const std::int64_t frame = from + static_cast<std::int64_t>(i);
      if (frame >= 0 && frame < static_cast<std::int64_t>(mix_.size()))
        mix_[static_cast<std::size_t>(frame)] += static_cast<float>(gain * sound[i]);
    }
  }

  // Driven into saturation as masters are, more or less.
  Groove finished() {
    Groove out;
    out.style = style().name;
    out.bpm = bpm_;
    float peak = 1e-6F;
    for (const float value : mix_) peak = std::max(peak, std::fabs(value));
    const double drive = uniform(1, 2.5);
    for (const float value : mix_) {
      const double loud = 30000 * std::tanh(drive * value / peak) / std::tanh(drive);
      out.samples.insert(out.samples.end(), 2, static_cast<std::int16_t>(std::lround(loud)));
    }
    for (int beat = 0; beat < 4 * bars_; ++beat) {
      const double time = start_ + beat * beat_;
      if (time < 0) continue;
      out.beats.push_back(time);
      if (beat % 4 == 0) out.downbeats.push_back(time);
    }
    return out;
  }

  const GrooveStyle& style() const { return kGrooveStyleList[static_cast<std::size_t>(style_)]; }

  Random random_;
  int style_ = 0, bars_ = 0, chordBars_ = 1;
  double bpm_ = 0, beat_ = 0;  // beat_: its length in seconds
  double start_ = 0;           // seconds; below 0 the track begins within a bar
  double swing_ = 0;           // beats by which every second sixteenth is late, times two
  std::array<Steps, 2> kick_{};
  Steps snare_{}, hat_{}, openHat_{}, bass_{}, chord_{}, lead_{}, percussion_{};
  double kickLevel_ = 0, snareLevel_ = 0, hatLevel_ = 0, openHatLevel_ = 0, percussionLevel_ = 0;
  double bassLevel_ = 0, chordLevel_ = 0, leadLevel_ = 0;
  Sound kickSound_, snareSound_, hatSound_, openHatSound_, crashSound_, percussionSound_;
  double root_ = 0;                       // MIDI note
  std::array<int, 4> progression_{};      // degrees
  std::array<int, 2 * kSteps> melody_{};  // degrees above the chord's root
  NoteSound bassSound_{}, chordSound_{}, leadSound_{};
  std::vector<float> mix_;
};

}  // namespace

Groove improviseGroove(int seed) {
  return Improviser(seed).play();
}

}  // namespace dju::tools
