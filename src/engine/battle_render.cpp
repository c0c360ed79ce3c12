// The engine's loop: commands at their frames, decks, mixer, monitors; blocks of telemetry and
// marks on their absolute grids. However render() is called, the same chunks of work give the same
// numbers, since everything recurs frame by frame or is done on the grid.
#include <algorithm>
#include <cstring>
#include <utility>

#include "core/hash.h"
#include "engine/battle_state.h"
#include "engine/dsp/flush_denormals.h"
#include "engine/dsp/math.h"
#include "engine/dsp/simd.h"

namespace dju::engine {
namespace {

static_assert(kBlockFrames % 4 == 0);

// Over a whole block of one channel; always the same order of additions.
double sumOfSquares(const float* x) noexcept {
  Float4 sum{};
  for (int i = 0; i < kBlockFrames; i += 4) sum += load4(x + i) * load4(x + i);
  return static_cast<double>(sum4(sum));
}

float peakOf(const float* x) noexcept {
  Float4 peak{};
  for (int i = 0; i < kBlockFrames; i += 4) peak = max4(peak, abs4(load4(x + i)));
  return std::max(std::max(peak[0], peak[1]), std::max(peak[2], peak[3]));
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

constexpr std::pair<ControlId, DeckFlags> kSwitches[] = {
    {ControlId::kKillLow, kDeckKillLow},   {ControlId::kKillMid, kDeckKillMid},
    {ControlId::kKillHigh, kDeckKillHigh}, {ControlId::kSync, kDeckSync},
    {ControlId::kQuantize, kDeckQuantize}, {ControlId::kSlip, kDeckSlip},
    {ControlId::kKeylock, kDeckKeylock},   {ControlId::kFaderStart, kDeckFaderStart},
};

}  // namespace

// After the commands of the block's first frame, before its sound.
void Battle::State::beginBlock() noexcept {
  steerFollowers();
  building.frame = now;
  building.leader = static_cast<std::uint8_t>(sync.leader() + 1);
  building.clockBpm = static_cast<float>(sync.clockBpm());
  const double bars = sync.clockBeat(now) / 4;
  building.clockBeat = static_cast<float>(4 * (bars - static_cast<double>(floorToInt(bars))));
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
    for (const auto& [control, flag] : kSwitches) {
      if (stored(control, deck) > 0) to.flags |= flag;
    }
    if (sync.leader() == deck) to.flags |= kDeckLeader;
  }
}

// The whole block lies in the decks' and the mixer's buffers.
void Battle::State::meter() noexcept {
  double energy[kMaxDecks] = {};
  double total = 0;
  for (std::size_t d = 0; d < decks.size(); ++d) {
    const Deck::Sound& sound = decks[d]->sound();
    const Deck::Sound& stem = mixer.stem(static_cast<int>(d));
    building.decks[d].peak = std::max(peakOf(sound.left.data()), peakOf(sound.right.data()));
    energy[d] = sumOfSquares(stem.left.data()) + sumOfSquares(stem.right.data());
    total += energy[d];
  }
  for (std::size_t d = 0; d < decks.size(); ++d) {
    building.decks[d].audibleShare = total > 1e-12 ? static_cast<float>(energy[d] / total) : 0.0F;
  }
  const int end = markOffset(now) == 0 ? kMarkFrames : markOffset(now);
  const float* master = sinceMark.data() + kChannels * (end - kBlockFrames);
  Float4 peaks{}, squares{};  // left and right in turn
  for (int i = 0; i < kChannels * kBlockFrames; i += 4) {
    const Float4 pair = load4(master + i);
    peaks = max4(peaks, abs4(pair));
    squares += pair * pair;
  }
  for (int channel = 0; channel < kChannels; ++channel) {
    building.masterPeak[channel] = std::max(peaks[channel], peaks[channel + 2]);
    building.masterRms[channel] =
        rootOf(static_cast<double>(squares[channel] + squares[channel + 2]) / kBlockFrames);
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
  for (const auto& deck : decks) deck->render(offset, frames);
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
