#include "demo/synth.h"

#include <array>

#include "demo/filters.h"
#include "demo/oscillators.h"

namespace dju::demo {
namespace {

constexpr double kRate = 48000;
constexpr std::size_t kControlFrames = 16;  // pitch and cutoff move in steps of a third of a ms
constexpr int kMaxVoices = 9;

struct Voice {
  Oscillator oscillator;
  Oscillator modulator;
  float ratio = 1;
  float left = 1;
  float right = 1;
};

// Attack, decay to the sustain level, release: exponential but for the attack.
class Envelope {
 public:
  Envelope(const Patch& patch, std::int64_t gate)
      : attack_(1 / std::max(1.0, patch.attack * kRate)),
        decay_(1 - expOf(-3.0 / (patch.decay * kRate))),
        release_(expOf(-5.0 / (patch.release * kRate))),
        sustain_(patch.sustain),
        gate_(gate) {}
  float next() {
    if (frame_++ >= gate_) {
      level_ *= release_;
    } else if (rising_) {
      level_ += attack_;
      if (level_ >= 1) {
        level_ = 1;
        rising_ = false;
      }
    } else {
      level_ += (sustain_ - level_) * decay_;
    }
    return static_cast<float>(level_);
  }

 private:
  double attack_, decay_, release_, sustain_;
  std::int64_t gate_, frame_ = 0;
  double level_ = 0;
  bool rising_ = true;
};

std::array<Voice, kMaxVoices> makeVoices(const Patch& patch, std::uint64_t seed) {
  std::array<Voice, kMaxVoices> voices;
  Random random(seed);
  const int count = std::clamp(patch.voices, 1, kMaxVoices);
  for (int i = 0; i < count; ++i) {
    // −1…1 across the voices; one voice sits in the middle.
    const double place = count == 1 ? 0 : 2.0 * i / (count - 1) - 1;
    Voice& voice = voices[static_cast<std::size_t>(i)];
    const double phase = count == 1 ? 0 : random.uniform();
    voice.oscillator = Oscillator(phase);
    voice.modulator = Oscillator(phase);
    voice.ratio = static_cast<float>(exp2Of(place * patch.detuneCents / 2400));
    // Neighbours go to opposite sides, so that both channels hear the whole spread of pitches.
    const double pan = place * patch.width * (i % 2 == 0 ? 1 : -1);
    const double level = 1 / std::sqrt(static_cast<double>(count));
    voice.left = static_cast<float>(level * std::sqrt(0.5 * (1 - pan)) * 1.4142135623730951);
    voice.right = static_cast<float>(level * std::sqrt(0.5 * (1 + pan)) * 1.4142135623730951);
  }
  return voices;
}

class NoteRenderer {
 public:
  NoteRenderer(const Patch& patch, const Note& note, std::uint64_t seed)
      : patch_(patch),
        note_(note),
        count_(static_cast<std::size_t>(std::clamp(patch.voices, 1, kMaxVoices))),
        voices_(makeVoices(patch, seed)),
        envelope_(patch, note.gate),
        stereo_(patch.width > 0) {}

  Sample render() {
    Sample out;
    out.resize(static_cast<std::size_t>(note_.gate) +
               static_cast<std::size_t>(patch_.release * kRate * 1.6) + 64);
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (i % kControlFrames == 0) control(static_cast<double>(i) / kRate);
      frame(out, i);
    }
    const std::size_t fade = std::min<std::size_t>(240, out.size());
    for (std::size_t i = 0; i < fade; ++i) {
      const float gain = static_cast<float>(i) / static_cast<float>(fade);
      out.left[out.size() - 1 - i] *= gain;
      out.right[out.size() - 1 - i] *= gain;
    }
    return out;
  }

 private:
  void control(double t) {
    double midi = note_.midi;
    if (note_.glideFrom >= 0) midi += (note_.glideFrom - note_.midi) * expOf(-t / 0.02);
    midi += patch_.vibratoCents / 100 * std::min(1.0, t * 2) * sinTurns(t * 5.3);
    step_ = static_cast<float>(hzOfNote(midi) / kRate);
    const double accent = note_.accent ? 1.0 : 0.0;
    double octaves = (patch_.envelopeOctaves + accent) * expOf(-t / (patch_.filterDecay / 2));
    if (patch_.wobbleOctaves > 0 && note_.wobbleHz > 0) {
      octaves -= patch_.wobbleOctaves * 0.5 * (1 + cosTurns(t * note_.wobbleHz));
    }
    const double track = (note_.midi - 60) / 24;
    const double cutoff = patch_.cutoff * exp2Of(octaves + track);
    const double q = patch_.resonance * (1 + 0.4 * accent);
    leftFilter_.set(cutoff, q);
    if (stereo_) rightFilter_.set(cutoff, q);
    index_ = static_cast<float>(patch_.fmIndex * expOf(-t / patch_.fmDecay) / 6.2832);
  }

  float wave(Voice& voice) {
    const float dt = std::min(step_ * voice.ratio, 0.45F);
    switch (patch_.wave) {
      case Patch::Wave::kSaw:
        return voice.oscillator.saw(dt);
      case Patch::Wave::kPulse:
        return voice.oscillator.pulse(dt, static_cast<float>(patch_.pulseWidth));
      case Patch::Wave::kSoft:
        return voice.oscillator.soft(dt);
      case Patch::Wave::kFm: {
        const float other =
            voice.modulator.sine(std::min(dt * static_cast<float>(patch_.fmRatio), 0.45F));
        return voice.oscillator.sine(dt, index_ * other);
      }
    }
    return 0;
  }

  void frame(Sample& out, std::size_t i) {
    float left = 0;
    float right = 0;
    for (std::size_t v = 0; v < count_; ++v) {
      const float x = wave(voices_[v]);
      left += x * voices_[v].left;
      right += x * voices_[v].right;
    }
    const float level = envelope_.next() * (note_.accent ? 1.25F : 1.0F);
    const auto drive = static_cast<float>(patch_.drive);
    const float sub = patch_.sub > 0 ? static_cast<float>(patch_.sub) * sub_.sine(step_) : 0.0F;
    left = shape(leftFilter_.lowPass(left), drive);
    right = stereo_ ? shape(rightFilter_.lowPass(right), drive) : left;
    out.left[i] = (left + sub) * level;
    out.right[i] = (right + sub) * level;
  }

  static float shape(float x, float drive) {
    return drive > 1 ? saturate(x * drive) / (0.6F + 0.4F * drive) : x;
  }

  const Patch& patch_;
  const Note& note_;
  std::size_t count_;
  std::array<Voice, kMaxVoices> voices_;
  Oscillator sub_;
  Envelope envelope_;
  StateVariable leftFilter_;
  StateVariable rightFilter_;
  bool stereo_;
  float step_ = 0;
  float index_ = 0;
};

}  // namespace

Sample renderNote(const Patch& patch, const Note& note, std::uint64_t seed) {
  return NoteRenderer(patch, note, seed).render();
}

}  // namespace dju::demo
