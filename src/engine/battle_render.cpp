// The engine's loop: commands at their frames, decks, mixer, monitors; blocks of telemetry and
// marks on their absolute grids (what the meters show: battle_meters.cpp). However render() is
// called, the same chunks of work give the same numbers, since everything recurs frame by frame or
// is done on the grid.
#include <algorithm>
#include <cstring>
#include <utility>

#include "core/hash.h"
#include "engine/battle_state.h"
#include "engine/dsp/flush_denormals.h"
#include "engine/dsp/math.h"

namespace dju::engine {
namespace {

void interleave(const Deck::Sound& sound, int offset, int frames, float* to) noexcept {
  for (int i = 0; i < frames; ++i) {
    to[2 * i] = sound.left[offset + i];
    to[2 * i + 1] = sound.right[offset + i];
  }
}

constexpr std::pair<ControlId, DeckFlags> kSwitches[] = {
    {ControlId::kKillLow, kDeckKillLow},   {ControlId::kKillMid, kDeckKillMid},
    {ControlId::kKillHigh, kDeckKillHigh}, {ControlId::kSync, kDeckSync},
    {ControlId::kQuantize, kDeckQuantize}, {ControlId::kSlip, kDeckSlip},
    {ControlId::kKeylock, kDeckKeylock},   {ControlId::kFaderStart, kDeckFaderStart},
    {ControlId::kAutoGain, kDeckAutoGain},
};

}  // namespace

// How much is heard of a deck. Before sound begins anew that is what its faders say: where samplers
// are by then must not depend on sound, which may have been skipped.
double Battle::State::heard(int deck) noexcept {
  if (now < config.freshSoundAt) return mixer.fader(deck).value() * mixer.side(deck).value();
  return telemetry.decks[deck].audibleShare;
}

// The master's effect and the samplers follow whoever leads the decks, so that all that moves in
// time moves in one; without a leader the deck that is heard most, of equal ones the first.
void Battle::State::tellEffects() noexcept {
  std::size_t loudest = 0;
  for (std::size_t d = 0; d < decks.size(); ++d) {
    decks[d]->tellBeat(beats[d]);
    if (heard(static_cast<int>(d)) > heard(static_cast<int>(loudest))) loudest = d;
  }
  const int leader = sync.leader();
  if (leader == Sync::kClock) {
    const BeatClock clock{sync.clockBeat(now), 60.0 * kSampleRate / sync.clockBpm()};
    return mixer.beginBlock(beats, clock);
  }
  const bool deckLeads = leader >= 0 && leader < static_cast<int>(decks.size()) &&
                         decks[static_cast<std::size_t>(leader)]->grid().valid();
  mixer.beginBlock(beats, beats[deckLeads ? static_cast<std::size_t>(leader) : loudest]);
}

// After the commands of the block's first frame, before its sound.
void Battle::State::beginBlock() noexcept {
  steerFollowers();
  tellEffects();
  building.frame = now;
  building.leader = static_cast<std::uint8_t>(sync.leader() + 1);
  building.clockBpm = static_cast<float>(sync.clockBpm());
  const double bars = sync.clockBeat(now) / 4;
  building.clockBeat = static_cast<float>(4 * (bars - static_cast<double>(floorToInt(bars))));
  building.limiterGain = 1;
  building.crossfader = static_cast<float>(mixer.crossfader().value());
  building.masterGain = static_cast<float>(mixer.masterVolume().value());
  building.masterFxMix = static_cast<float>(mixer.masterEffect().mix());
  building.masterFxOn = mixer.masterEffect().on();
  building.samplers = 0;
  for (int n = 0; n < kSamplers; ++n) {
    building.samplers |= static_cast<std::uint8_t>(mixer.sampler(n).playing() ? 1U << n : 0U);
  }
  for (std::size_t d = 0; d < decks.size(); ++d) {
    DeckTelemetry& to = building.decks[d];
    const int deck = static_cast<int>(d);
    decks[d]->describe(to);
    to.eqLow = static_cast<float>(decks[d]->isolator().gain(kBandLow).value());
    to.eqMid = static_cast<float>(decks[d]->isolator().gain(kBandMid).value());
    to.eqHigh = static_cast<float>(decks[d]->isolator().gain(kBandHigh).value());
    to.faderGain = static_cast<float>(mixer.fader(deck).value());
    to.crossfaderGain = static_cast<float>(mixer.side(deck).value());
    to.filter = static_cast<float>(mixer.effects(deck).quick.knob());
    for (int n = 0; n < kEffectSlots; ++n) {
      const EffectSlot& slot = mixer.effects(deck).slots[n];
      to.fxMix[n] = static_cast<float>(slot.mix());
      to.fxOn |= static_cast<std::uint8_t>(slot.on() ? 1U << n : 0U);
    }
    to.lastControl = lastTouch[d].control;
    to.lastPlayer = lastTouch[d].player;
    for (const auto& [control, flag] : kSwitches) {
      if (stored(control, deck) > 0) to.flags |= flag;
    }
    if (sync.leader() == deck) to.flags |= kDeckLeader;
  }
}

void Battle::State::endBlock() noexcept {
  meter();
  telemetry = building;
}

void Battle::State::mark() noexcept {
  if (now == config.freshSoundAt) return beginSoundAnew();
  lastMark.hash = xxh64(sinceMark.data(), sinceMark.size() * sizeof(float), lastMark.hash);
  lastMark.frame = now;
}

// Nothing of what was heard is left over in what will be.
void Battle::State::beginSoundAnew() noexcept {
  for (const auto& deck : decks) deck->beginSoundAnew();
  mixer.beginSoundAnew();
  for (Monitor& monitor : monitors) monitor.beginSoundAnew();
  for (DeckTelemetry& deck : telemetry.decks) deck.audibleShare = 0;
  deckVu = {};
  masterVu = {};
  masterTruePeak = {};
  lastMark = {now, config.seed};
}

// Out before sound begins anew, in behind it: where all of it was rendered nothing clicks there.
void Battle::State::fadeAboutFreshSound(float* master, int frames) const noexcept {
  constexpr FrameCount kFade = 480;  // 10 ms
  const FrameCount since = now - config.freshSoundAt;
  if (config.freshSoundAt == Frame() || since <= -kFade - frames || since >= kFade) return;
  for (int i = 0; i < frames; ++i) {
    const FrameCount away = since + i < 0 ? -(since + i) : since + i;
    if (away >= kFade) continue;
    const float t = static_cast<float>(away) / static_cast<float>(kFade);
    master[2 * i] *= t * t * (3 - 2 * t);
    master[2 * i + 1] *= t * t * (3 - 2 * t);
  }
}

// As many of `most` frames as nothing but time goes by in: to the block's end or the next command.
int Battle::State::untilNextChange(FrameCount most) const noexcept {
  FrameCount chunk = std::min<FrameCount>(most, kBlockFrames - blockOffset(now));
  if (!queue.empty()) chunk = std::min(chunk, queue.first().frame - now);
  return static_cast<int>(chunk);
}

void Battle::State::renderChunk(int frames, const Outputs& outputs, FrameCount at) noexcept {
  const int offset = blockOffset(now);
  for (const auto& deck : decks) deck->render(offset, frames);
  float* master = sinceMark.data() + kChannels * markOffset(now);
  const float gain = mixer.render(deckView, offset, frames, master);
  fadeAboutFreshSound(master, frames);
  building.limiterGain = std::min(building.limiterGain, gain);
  const std::size_t bytes = kChannels * sizeof(float) * static_cast<std::size_t>(frames);
  const std::int64_t sample = kChannels * at;
  if (outputs.master != nullptr) std::memcpy(outputs.master + sample, master, bytes);
  for (std::size_t m = 0; m < monitors.size(); ++m) {
    monitors[m].render(deckView, mixer.beforeLimiter(), offset, frames, monitorSound.data());
    if (outputs.monitors[m] != nullptr) {
      std::memcpy(outputs.monitors[m] + sample, monitorSound.data(), bytes);
    }
  }
  for (std::size_t d = 0; d < decks.size(); ++d) {
    if (outputs.stems[d] == nullptr) continue;
    interleave(mixer.stem(static_cast<int>(d)), offset, frames, outputs.stems[d] + sample);
  }
  now += frames;
}

// What renderChunk() moves, moved as far.
void Battle::State::skipChunk(int frames) noexcept {
  for (const auto& deck : decks) deck->skip(frames);
  mixer.skip(frames);
  for (Monitor& monitor : monitors) monitor.skip(frames);
  now += frames;
}

void Battle::skip(FrameCount frames) noexcept {
  const FlushDenormals flush;
  State& s = *state_;
  const FrameCount most = std::min(frames, s.config.freshSoundAt - s.now);
  for (FrameCount done = 0; done < most;) {
    s.applyDue();
    if (blockOffset(s.now) == 0) {
      s.steerFollowers();
      s.tellEffects();
    }
    const int chunk = s.untilNextChange(most - done);
    s.skipChunk(chunk);
    done += chunk;
    if (s.now == s.config.freshSoundAt) s.beginSoundAnew();
  }
}

void Battle::render(FrameCount frames, const Outputs& outputs) noexcept {
  const FlushDenormals flush;
  State& s = *state_;
  for (FrameCount done = 0; done < frames;) {
    s.applyDue();
    if (blockOffset(s.now) == 0) s.beginBlock();
    const int chunk = s.untilNextChange(frames - done);
    s.renderChunk(chunk, outputs, done);
    done += chunk;
    if (blockOffset(s.now) == 0) s.endBlock();
    if (markOffset(s.now) == 0) s.mark();
  }
}

}  // namespace dju::engine
