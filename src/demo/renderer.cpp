#include "demo/renderer.h"

#include <array>
#include <map>
#include <memory>
#include <tuple>

#include "demo/effects.h"
#include "demo/filters.h"

namespace dju::demo {
namespace {

constexpr std::size_t kBlock = 1024;
constexpr std::size_t kControl = 32;  // frames between two looks at a bus filter

// A sound that is playing on a bus.
struct Playing {
  const Sample* sample;
  std::int64_t start;
  float left, right;
};

float rmsOf(const Sample& sample, std::size_t window) {
  double best = 0;
  for (std::size_t from = 0; from + window <= sample.size(); from += window / 2) {
    double sum = 0;
    for (std::size_t i = from; i < from + window; ++i) {
      sum += static_cast<double>(sample.left[i]) * static_cast<double>(sample.left[i]) +
             static_cast<double>(sample.right[i]) * static_cast<double>(sample.right[i]);
    }
    best = std::max(best, sum / (2 * static_cast<double>(window)));
  }
  return static_cast<float>(std::sqrt(best));
}

// Every drum of the kit, rendered when the track begins.
class DrumRack {
 public:
  DrumRack(const TrackRecipe& recipe, double riserSeconds) {
    const Kit& kit = recipe.kit;
    const auto family = static_cast<std::uint64_t>(recipe.family);
    const std::uint64_t seed = family * 977 + static_cast<std::uint64_t>(recipe.genre) * 31;
    PercussionSound tom;
    tom.kind = PercussionSound::Kind::kTom;
    tom.pitch = 95;
    tom.decay = 0.28;
    SnareSound ghost = kit.snare;
    ghost.noiseDecay *= 0.6;
    ghost.clap = 0;
    put(Drum::kKick, renderKick(kit.kick, seed), Part::kKick, 0, 0);
    put(Drum::kSnare, renderSnare(kit.snare, seed + 1), Part::kSnare, 0, 0);
    put(Drum::kSnareGhost, renderSnare(ghost, seed + 2), Part::kSnare, -2, 0.1);
    put(Drum::kHat, renderHat(kit.hat, seed + 3), Part::kHat, 0, 0.12);
    put(Drum::kHat2, renderHat(kit.hat, seed + 4), Part::kHat, -0.5, 0.12);
    put(Drum::kOpenHat, renderHat(kit.openHat, seed + 5), Part::kOpenHat, 0, -0.15);
    put(Drum::kRide, renderHat(kit.ride, seed + 6), Part::kRide, 0, 0.3);
    put(Drum::kPercussion, renderPercussion(kit.percussion, seed + 7), Part::kPercussion, 0, -0.4);
    put(Drum::kPercussion2, renderPercussion(kit.percussion2, seed + 8), Part::kPercussion, -2,
        0.45);
    put(Drum::kTom, renderPercussion(tom, seed + 9), Part::kPercussion, 5, -0.2);
    put(Drum::kCrash, renderCrash(2.2, seed + 10), Part::kEffect, -2, 0);
    put(Drum::kImpact, renderImpact(seed + 11), Part::kEffect, 4, 0);
    put(Drum::kRiser, renderSweep(riserSeconds, SweepDirection::kRising, seed + 12), Part::kEffect,
        -5, 0);
    put(Drum::kFall, renderSweep(riserSeconds / 2, SweepDirection::kFalling, seed + 13),
        Part::kEffect, -4, 0);
  }
  struct Slot {
    Sample sample;
    Part part = Part::kKick;
    float left = 1, right = 1;
  };
  const Slot& operator[](Drum drum) const { return slots_[static_cast<std::size_t>(drum)]; }

 private:
  void put(Drum drum, Sample sample, Part part, double gainDb, double pan) {
    Slot& slot = slots_[static_cast<std::size_t>(drum)];
    const double gain = gainOfDb(gainDb);
    slot.sample = std::move(sample);
    slot.part = part;
    slot.left = static_cast<float>(gain * std::sqrt(1 - pan));
    slot.right = static_cast<float>(gain * std::sqrt(1 + pan));
  }
  std::array<Slot, kDrumCount> slots_;
};

// Notes by what makes them differ, rendered when first played, at one loudness for all patches.
class NoteLibrary {
 public:
  explicit NoteLibrary(const TrackRecipe& recipe) : recipe_(recipe) {
    for (const Part part : {Part::kBass, Part::kChord, Part::kPad, Part::kLead}) {
      Note reference;
      reference.midi = part == Part::kBass ? 33 : 64;
      reference.gate = part == Part::kPad ? 96000 : 9600;
      const Sample sample = renderNote(patchOf(part), reference, 1);
      levels_[static_cast<std::size_t>(part)] = 0.25F / std::max(1e-4F, rmsOf(sample, 2400));
    }
  }
  const Sample& get(Part part, const Note& note) {
    const Key key{part, note.midi, note.gate / 256, note.accent, note.glideFrom, note.wobbleHz};
    auto& slot = notes_[key];
    if (!slot) {
      const auto seed = static_cast<std::uint64_t>(note.midi) + 1009;
      slot = std::make_unique<Sample>(renderNote(patchOf(part), note, seed));
    }
    return *slot;
  }
  float level(Part part) const { return levels_[static_cast<std::size_t>(part)]; }

 private:
  using Key = std::tuple<Part, double, std::int64_t, bool, double, double>;
  const Patch& patchOf(Part part) const {
    switch (part) {
      case Part::kBass:
        return recipe_.kit.bass;
      case Part::kPad:
        return recipe_.kit.pad;
      case Part::kLead:
        return recipe_.kit.lead;
      default:
        return recipe_.kit.chord;
    }
  }
  const TrackRecipe& recipe_;
  std::map<Key, std::unique_ptr<Sample>> notes_;
  std::array<float, kPartCount> levels_{};
};

// A pair of blocks, cleared before each use.
struct Block {
  std::array<float, kBlock> left{}, right{};
  void clear() {
    left.fill(0);
    right.fill(0);
  }
};

class Renderer {
 public:
  Renderer(const TrackRecipe& recipe, const Score& score)
      : recipe_(recipe),
        score_(score),
        spec_(genreSpec(recipe.genre)),
        drums_(recipe, score.riserSeconds),
        notes_(recipe),
        delay_(static_cast<std::size_t>(recipe.framesPerBeat() * 0.75), 0.42),
        room_(0.55, 7500),
        hall_(2.2, 6000),
        drumGlue_(-13, 2.5, 12, 110),
        glue_(-11, 2, 18, 180) {
    for (int part = 0; part < kPartCount; ++part) {
      const auto index = static_cast<std::size_t>(part);
      buses_[index].highLeft.set(spec_.mix[index].highPassHz, 0.7);
      buses_[index].highRight.set(spec_.mix[index].highPassHz, 0.7);
      buses_[index].gain = static_cast<float>(gainOfDb(spec_.mix[index].gainDb));
    }
    for (const Hit& hit : score.hits) {
      if (hit.drum == Drum::kKick) kicks_.push_back(hit.frame);
    }
  }

  Sample run() {
    Sample out;
    out.resize(static_cast<std::size_t>(score_.frames));
    for (std::int64_t from = 0; from < score_.frames; from += kBlock) {
      const auto frames =
          static_cast<std::size_t>(std::min<std::int64_t>(kBlock, score_.frames - from));
      block(from);
      for (std::size_t i = 0; i < frames; ++i) {
        out.left[static_cast<std::size_t>(from) + i] = mix_.left[i];
        out.right[static_cast<std::size_t>(from) + i] = mix_.right[i];
      }
    }
    return out;
  }

 private:
  struct Bus {
    std::vector<Playing> playing;
    StateVariable highLeft, highRight, lowLeft, lowRight;
    float gain = 1;
  };

  void block(std::int64_t from) {
    for (Block* each : {&mix_, &drumMix_, &toRoom_, &toHall_, &toDelay_}) each->clear();
    startSounds(from + static_cast<std::int64_t>(kBlock));
    duckCurve(from);
    for (int part = 0; part < kPartCount; ++part) playBus(static_cast<Part>(part), from);
    drumGlue_.process(drumMix_.left, drumMix_.right);
    delay_.process(toDelay_.left, toDelay_.right);
    for (std::size_t i = 0; i < kBlock; ++i) {
      toHall_.left[i] += 0.3F * toDelay_.left[i];
      toHall_.right[i] += 0.3F * toDelay_.right[i];
    }
    room_.process(toRoom_.left, toRoom_.right);
    hall_.process(toHall_.left, toHall_.right);
    for (std::size_t i = 0; i < kBlock; ++i) {
      mix_.left[i] += drumMix_.left[i] + toDelay_.left[i] + toRoom_.left[i] + toHall_.left[i];
      mix_.right[i] += drumMix_.right[i] + toDelay_.right[i] + toRoom_.right[i] + toHall_.right[i];
    }
    monoLows();
    brighten();
    glue_.process(mix_.left, mix_.right);
  }

  void startSounds(std::int64_t until) {
    for (; nextHit_ < score_.hits.size() && score_.hits[nextHit_].frame < until; ++nextHit_) {
      const Hit& hit = score_.hits[nextHit_];
      const DrumRack::Slot& slot = drums_[hit.drum];
      bus(slot.part).playing.push_back(
          {&slot.sample, hit.frame, slot.left * hit.velocity, slot.right * hit.velocity});
    }
    for (; nextNote_ < score_.notes.size() && score_.notes[nextNote_].frame < until; ++nextNote_) {
      const PlayedNote& played = score_.notes[nextNote_];
      const float gain = played.velocity * notes_.level(played.part);
      bus(played.part)
          .playing.push_back({&notes_.get(played.part, played.note), played.frame, gain, gain});
    }
  }

  Bus& bus(Part part) { return buses_[static_cast<std::size_t>(part)]; }

  // 1 far from a kick, 0 right at it: a fall of 3 ms, then a curve back over duckBeats.
  void duckCurve(std::int64_t from) {
    const double length = spec_.duckBeats * recipe_.framesPerBeat();
    for (std::size_t i = 0; i < kBlock; ++i) {
      const std::int64_t frame = from + static_cast<std::int64_t>(i);
      while (nextKick_ < kicks_.size() && kicks_[nextKick_] <= frame) ++nextKick_;
      float open = 1;
      if (nextKick_ > 0) {
        const auto since = static_cast<double>(frame - kicks_[nextKick_ - 1]);
        const double x = std::min(1.0, since / length);
        open = static_cast<float>(std::max(x * x * (3 - 2 * x), 1 - since / 144));
      }
      // A kick that comes before the last one has let go must not jump the curve.
      duckState_ += (open - duckState_) * 0.02F;
      duck_[i] = duckState_;
    }
  }

  void collect(Bus& source, std::int64_t from) {
    scratch_.clear();
    for (const Playing& sound : source.playing) {
      const std::int64_t begin = std::max(from, sound.start);
      const std::int64_t end =
          std::min(from + static_cast<std::int64_t>(kBlock),
                   sound.start + static_cast<std::int64_t>(sound.sample->size()));
      const auto offset = static_cast<std::size_t>(begin - sound.start);
      const auto target = static_cast<std::size_t>(begin - from);
      const auto count = static_cast<std::size_t>(std::max<std::int64_t>(0, end - begin));
      for (std::size_t i = 0; i < count; ++i) {
        scratch_.left[target + i] += sound.sample->left[offset + i] * sound.left;
        scratch_.right[target + i] += sound.sample->right[offset + i] * sound.right;
      }
    }
    std::erase_if(source.playing, [&](const Playing& sound) {
      return sound.start + static_cast<std::int64_t>(sound.sample->size()) <=
             from + static_cast<std::int64_t>(kBlock);
    });
  }

  void playBus(Part part, std::int64_t from) {
    Bus& source = bus(part);
    if (source.playing.empty()) return;
    collect(source, from);
    const PartMix& mix = spec_.mix[static_cast<std::size_t>(part)];
    const bool swept = part == Part::kChord || part == Part::kPad || part == Part::kLead;
    const bool drum = part <= Part::kPercussion && part != Part::kKick;
    Block& target = drum ? drumMix_ : mix_;
    const auto depth = static_cast<float>(mix.duck);
    for (std::size_t i = 0; i < kBlock; ++i) {
      if (swept && i % kControl == 0) sweep(source, from + static_cast<std::int64_t>(i));
      float left = source.highLeft.highPass(scratch_.left[i]);
      float right = source.highRight.highPass(scratch_.right[i]);
      if (swept) {
        left = source.lowLeft.lowPass(left);
        right = source.lowRight.lowPass(right);
      }
      const float gain = source.gain * (1 - depth * (1 - duck_[i]));
      left *= gain;
      right *= gain;
      target.left[i] += left;
      target.right[i] += right;
      send(toRoom_, i, left, right, mix.room);
      send(toHall_, i, left, right, mix.hall);
      send(toDelay_, i, left, right, mix.delay);
    }
  }

  static void send(Block& to, std::size_t i, float left, float right, double amount) {
    if (amount <= 0) return;
    to.left[i] += left * static_cast<float>(amount);
    to.right[i] += right * static_cast<float>(amount);
  }

  void sweep(Bus& source, std::int64_t frame) {
    const auto& points = score_.filter;
    while (nextPoint_ + 1 < points.size() && points[nextPoint_ + 1].frame <= frame) ++nextPoint_;
    std::size_t index = nextPoint_;
    while (index > 0 && points[index].frame > frame) --index;
    double open = static_cast<double>(points[index].open);
    if (index + 1 < points.size() && points[index].frame <= frame) {
      const FilterPoint& a = points[index];
      const FilterPoint& b = points[index + 1];
      const double along = static_cast<double>(frame - a.frame) /
                           static_cast<double>(std::max<std::int64_t>(1, b.frame - a.frame));
      open += along * static_cast<double>(b.open - a.open);
    }
    // 250 Hz closed, 20 kHz open.
    const double cutoff = 250 * exp2Of(6.33 * open);
    source.lowLeft.set(cutoff, 0.8);
    source.lowRight.set(cutoff, 0.8);
  }

  // Below 130 Hz there is one channel: what cuts a record and what a club has.
  void monoLows() {
    for (std::size_t i = 0; i < kBlock; ++i) {
      const float middle = 0.5F * (mix_.left[i] + mix_.right[i]);
      const float side = sideHigh_.highPass(0.5F * (mix_.left[i] - mix_.right[i]));
      mix_.left[i] = middle + side;
      mix_.right[i] = middle - side;
    }
  }

  // A shelf of +3 dB from 2 kHz on, as much as a mastering engineer would add to a dull mix.
  void brighten() {
    constexpr float kShelf = 0.41F;
    for (std::size_t i = 0; i < kBlock; ++i) {
      mix_.left[i] += kShelf * shelfLeft_.highPass(mix_.left[i]);
      mix_.right[i] += kShelf * shelfRight_.highPass(mix_.right[i]);
    }
  }

  const TrackRecipe& recipe_;
  const Score& score_;
  const GenreSpec& spec_;
  DrumRack drums_;
  NoteLibrary notes_;
  std::array<Bus, kPartCount> buses_;
  PingPongDelay delay_;
  Reverb room_, hall_;
  Compressor drumGlue_, glue_;
  OnePole sideHigh_{130}, shelfLeft_{2000}, shelfRight_{2000};
  Block mix_, drumMix_, toRoom_, toHall_, toDelay_, scratch_;
  std::array<float, kBlock> duck_{};
  float duckState_ = 1;
  std::vector<std::int64_t> kicks_;
  std::size_t nextKick_ = 0, nextHit_ = 0, nextNote_ = 0, nextPoint_ = 0;
};

}  // namespace

Sample renderScore(const TrackRecipe& recipe, const Score& score) {
  return std::make_unique<Renderer>(recipe, score)->run();
}

}  // namespace dju::demo
