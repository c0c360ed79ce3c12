// The engine's loop: commands at their frames, decks, mixer, monitors; blocks of telemetry and
// marks on their absolute grids. However render() is called, the same chunks of work give the same
// numbers, since everything recurs frame by frame or is done on the grid.
#include <algorithm>
#include <cstring>

#include "core/hash.h"
#include "engine/battle_state.h"
#include "engine/dsp/flush_denormals.h"
#include "engine/dsp/simd.h"

namespace dju::engine {
namespace {

double sumOfSquares(const float* x, int n) noexcept {
  double sum = 0;
  for (int i = 0; i < n; ++i) sum += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  return sum;
}

float peakOf(const float* x, int n) noexcept {
  float peak = 0;
  for (int i = 0; i < n; ++i) peak = std::max(peak, x[i] < 0 ? -x[i] : x[i]);
  return peak;
}

// Square root by Newton's method from above; one a block, and never a libm call.
float rootOf(double x) noexcept {
  if (!(x > 1e-30)) return 0;
  double root = x > 1 ? x : 1;
  for (int i = 0; i < 64; ++i) root = 0.5 * (root + x / root);
  return static_cast<float>(root);
}

void interleave(const Deck::Sound& sound, int offset, int frames, float* to) noexcept {
  for (int i = 0; i < frames; ++i) {
    to[2 * i] = sound.left[offset + i];
    to[2 * i + 1] = sound.right[offset + i];
  }
}

constexpr int blockOffset(Frame frame) {
  return static_cast<int>(frame.index() % kBlockFrames);
}
constexpr int markOffset(Frame frame) {
  return static_cast<int>(frame.index() % kMarkFrames);
}

}  // namespace

// After the commands of the block's first frame, before its sound.
void Battle::State::beginBlock() noexcept {
  building.frame = now;
  building.limiterGain = 1;
  building.crossfader = static_cast<float>(mixer.crossfader().value());
  building.masterGain = static_cast<float>(mixer.masterVolume().value());
  for (std::size_t d = 0; d < decks.size(); ++d) {
    DeckTelemetry& to = building.decks[d];
    const int deck = static_cast<int>(d);
    decks[d]->describe(to);
    to.eqLow = static_cast<float>(decks[d]->isolator().gain(kBandLow).value());
    to.eqMid = static_cast<float>(decks[d]->isolator().gain(kBandMid).value());
    to.eqHigh = static_cast<float>(decks[d]->isolator().gain(kBandHigh).value());
    to.faderGain = static_cast<float>(mixer.fader(deck).value());
    to.crossfaderGain = static_cast<float>(mixer.side(deck).value());
    to.lastControl = lastTouch[d].control;
    to.lastPlayer = lastTouch[d].player;
    unsigned flags = to.flags;
    if (stored(ControlId::kKillLow, deck) > 0) flags |= kDeckKillLow;
    if (stored(ControlId::kKillMid, deck) > 0) flags |= kDeckKillMid;
    if (stored(ControlId::kKillHigh, deck) > 0) flags |= kDeckKillHigh;
    to.flags = static_cast<std::uint16_t>(flags);
  }
}

// The whole block lies in the decks' and the mixer's buffers.
void Battle::State::meter() noexcept {
  double energy[kMaxDecks] = {};
  double total = 0;
  for (std::size_t d = 0; d < decks.size(); ++d) {
    const Deck::Sound& sound = decks[d]->sound();
    const Deck::Sound& stem = mixer.stem(static_cast<int>(d));
    building.decks[d].peak =
        std::max(peakOf(sound.left.data(), kBlockFrames), peakOf(sound.right.data(), kBlockFrames));
    energy[d] = sumOfSquares(stem.left.data(), kBlockFrames) +
                sumOfSquares(stem.right.data(), kBlockFrames);
    total += energy[d];
  }
  for (std::size_t d = 0; d < decks.size(); ++d) {
    building.decks[d].audibleShare = total > 1e-12 ? static_cast<float>(energy[d] / total) : 0.0F;
  }
  const int end = markOffset(now) == 0 ? kMarkFrames : markOffset(now);
  const float* master = sinceMark.data() + kChannels * (end - kBlockFrames);
  for (int channel = 0; channel < kChannels; ++channel) {
    float peak = 0;
    double sum = 0;
    for (int i = channel; i < kChannels * kBlockFrames; i += kChannels) {
      peak = std::max(peak, master[i] < 0 ? -master[i] : master[i]);
      sum += static_cast<double>(master[i]) * static_cast<double>(master[i]);
    }
    building.masterPeak[channel] = peak;
    building.masterRms[channel] = rootOf(sum / kBlockFrames);
  }
}

void Battle::State::endBlock() noexcept {
  meter();
  telemetry = building;
}

void Battle::State::mark() noexcept {
  lastMark.hash = xxh64(sinceMark.data(), sinceMark.size() * sizeof(float), lastMark.hash);
  lastMark.frame = now;
}

void Battle::State::recordHistory(bool changed) noexcept {
  if (!changed && blockOffset(now) != 0) return;
  for (const auto& deck : decks) {
    deck->history().begin(now, deck->position(), deck->rate(), deck->playing());
  }
}

void Battle::State::renderChunk(int frames, const Outputs& outputs, FrameCount at) noexcept {
  const int offset = blockOffset(now);
  for (const auto& deck : decks) {
    deck->render(offset, frames);
    deck->history().extend(frames, deck->position());
  }
  float* master = sinceMark.data() + kChannels * markOffset(now);
  const float gain = mixer.render(deckView, offset, frames, master);
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

void Battle::render(FrameCount frames, const Outputs& outputs) noexcept {
  const FlushDenormals flush;
  State& s = *state_;
  for (FrameCount done = 0; done < frames;) {
    bool changed = false;
    for (; !s.queue.empty() && s.queue.first().frame <= s.now; changed = true) {
      s.apply(s.queue.pop());
    }
    if (blockOffset(s.now) == 0) s.beginBlock();
    s.recordHistory(changed);
    FrameCount chunk = std::min<FrameCount>(frames - done, kBlockFrames - blockOffset(s.now));
    if (!s.queue.empty()) chunk = std::min(chunk, s.queue.first().frame - s.now);
    s.renderChunk(static_cast<int>(chunk), outputs, done);
    done += chunk;
    if (blockOffset(s.now) == 0) s.endBlock();
    if (markOffset(s.now) == 0) s.mark();
  }
}

bool Battle::stateAt(int deck, Frame frame, PastState& state) const noexcept {
  if (deck < 0 || deck >= static_cast<int>(state_->decks.size())) return false;
  DeckHistory::Point point;
  if (!state_->decks[deck]->history().at(frame, point)) return false;
  state = {point.position, point.rate, point.playing};
  return true;
}

}  // namespace dju::engine
