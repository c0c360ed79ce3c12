// What the meters of a block show. The whole block lies in the decks' and the mixer's buffers.
#include <algorithm>

#include "engine/battle_state.h"
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

// Square root by Newton's method from above; one a block, and never a libm call.
float rootOf(double x) noexcept {
  if (!(x > 1e-30)) return 0;
  double root = x > 1 ? x : 1;
  for (int i = 0; i < 64; ++i) root = 0.5 * (root + x / root);
  return static_cast<float>(root);
}

struct Levels {
  float peak = 0;
  double magnitudes = 0;  // their sum
};

Levels levelsOf(const float* x) noexcept {
  Float4 peak{}, sum{};
  for (int i = 0; i < kBlockFrames; i += 4) {
    const Float4 magnitude = abs4(load4(x + i));
    peak = max4(peak, magnitude);
    sum += magnitude;
  }
  return {std::max(std::max(peak[0], peak[1]), std::max(peak[2], peak[3])),
          static_cast<double>(sum4(sum))};
}

}  // namespace

void Battle::State::meter() noexcept {
  double energy[kMaxDecks] = {};
  double total = 0;
  for (std::size_t d = 0; d < decks.size(); ++d) {
    const Deck::Sound& sound = decks[d]->sound();
    const Deck::Sound& stem = mixer.stem(static_cast<int>(d));
    const Levels left = levelsOf(sound.left.data()), right = levelsOf(sound.right.data());
    building.decks[d].peak = std::max(left.peak, right.peak);
    building.decks[d].vu = deckVu[d].next(left.magnitudes + right.magnitudes, kChannels);
    energy[d] = sumOfSquares(stem.left.data()) + sumOfSquares(stem.right.data());
    total += energy[d];
  }
  for (std::size_t d = 0; d < decks.size(); ++d) {
    building.decks[d].audibleShare = total > 1e-12 ? static_cast<float>(energy[d] / total) : 0.0F;
  }
  const int end = markOffset(now) == 0 ? kMarkFrames : markOffset(now);
  meterMaster(sinceMark.data() + kChannels * (end - kBlockFrames));
}

// A block of the master, interleaved.
void Battle::State::meterMaster(const float* master) noexcept {
  Float4 peaks{}, squares{}, magnitudes{};  // left and right in turn
  for (int i = 0; i < kChannels * kBlockFrames; i += 4) {
    const Float4 pair = load4(master + i);
    peaks = max4(peaks, abs4(pair));
    squares += pair * pair;
    magnitudes += abs4(pair);
  }
  for (int channel = 0; channel < kChannels; ++channel) {
    building.masterPeak[channel] = std::max(peaks[channel], peaks[channel + 2]);
    building.masterRms[channel] =
        rootOf(static_cast<double>(squares[channel] + squares[channel + 2]) / kBlockFrames);
    building.masterVu[channel] = masterVu[channel].next(
        static_cast<double>(magnitudes[channel] + magnitudes[channel + 2]), 1);
  }
  building.masterTruePeak = masterTruePeak.measure(master);
}

}  // namespace dju::engine
