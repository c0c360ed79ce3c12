#include "engine/dsp/transients.h"

#include <algorithm>

namespace dju::engine {
namespace {

// All lengths in cells of 1.33 ms.
constexpr int kHighAfter = 4, kHighBefore = 12;  // what is compared with what, above ...
constexpr int kLowAfter = 8, kLowBefore = 20;    // ... and below about 2 kHz
constexpr float kHighRise = 5, kLowRise = 10;    // energy ratios that make a transient
constexpr int kAround = 150;                     // 200 ms either side: the surroundings
constexpr float kShareOfAround = 0.7F;           // how loud it must be among them
constexpr int kApart = 18;               // 24 ms: of two that are closer the stronger counts
constexpr float kShareOfAttack = 0.15F;  // of its first 5 ms in the cell that begins it
constexpr float kFloor = 1e6F;           // energy of a cell near -70 dB

}  // namespace

void TransientFinder::forget() noexcept {
  for (Known& known : known_) known.cell = INT64_MIN;
}

TransientFinder::Known& TransientFinder::at(std::int64_t cell) noexcept {
  Known& known = known_[static_cast<std::size_t>(cell & (kKnown - 1))];
  if (known.cell != cell) known = {cell, measure(cell), -1};
  return known;
}

// How suddenly the sound becomes louder at `cell`: 1 and more is a transient, if nothing near is
// stronger.
float TransientFinder::measure(std::int64_t cell) noexcept {
  float highBefore = 0, highAfter = 0, lowBefore = 0, lowAfter = 0;
  for (int i = 1; i <= kHighBefore; ++i) highBefore += outline_.cell(cell - i).high;
  for (int i = 0; i < kHighAfter; ++i) highAfter += outline_.cell(cell + i).high;
  for (int i = 1; i <= kLowBefore; ++i) lowBefore += outline_.cell(cell - i).low;
  for (int i = 0; i < kLowAfter; ++i) lowAfter += outline_.cell(cell + i).low;
  const float high = highAfter / kHighAfter, low = lowAfter / kLowAfter;
  const float highRise = high / (highBefore / kHighBefore + kFloor) / kHighRise;
  const float lowRise = low / (lowBefore / kLowBefore + kFloor) / kLowRise;
  return std::max(highRise, lowRise);
}

bool TransientFinder::begins(std::int64_t cell) noexcept {
  Known& known = at(cell);
  if (known.begins >= 0) return known.begins > 0;
  bool begins = known.strength >= 1;
  for (int i = 1; i <= kApart && begins; ++i) {
    begins = known.strength >= strength(cell + i) && known.strength > strength(cell - i);
  }
  if (begins) {
    float highAround = 0, lowAround = 0, high = 0, low = 0;
    for (int i = -kAround; i < kAround; ++i) {
      highAround += outline_.cell(cell + i).high;
      lowAround += outline_.cell(cell + i).low;
    }
    for (int i = 0; i < kHighAfter; ++i) high += outline_.cell(cell + i).high;
    for (int i = 0; i < kLowAfter; ++i) low += outline_.cell(cell + i).low;
    constexpr float kHighScale = kHighAfter * kShareOfAround / (2 * kAround);
    constexpr float kLowScale = kLowAfter * kShareOfAround / (2 * kAround);
    begins = high > kHighScale * highAround || low > kLowScale * lowAround;
  }
  at(cell).begins = begins ? 1 : 0;
  return begins;
}

// The cell in which the attack begins: the first, from one that is suddenly louder than before on,
// that has a fair part of the energy that comes.
std::int64_t TransientFinder::attack(std::int64_t cell) noexcept {
  float high = 0, low = 0;
  for (int i = 0; i < kHighAfter; ++i) {
    high += outline_.cell(cell + i).high;
    low += outline_.cell(cell + i).low;
  }
  for (int i = 0; i < kHighAfter - 1; ++i) {
    const TrackOutline::Cell& at = outline_.cell(cell + i);
    if (at.high > kShareOfAttack * high || at.low > kShareOfAttack * low) return cell + i;
  }
  return cell;
}

std::int64_t TransientFinder::next(std::int64_t from, std::int64_t until) noexcept {
  constexpr std::int64_t kCell = TrackOutline::kCellFrames;
  for (std::int64_t cell = (std::max<std::int64_t>(from, 0) + kCell - 1) / kCell - kHighAfter;
       cell * kCell < until; ++cell) {
    if (!begins(cell)) continue;
    const std::int64_t place = attack(cell) * kCell;
    if (place >= from) return place < until ? place : -1;
  }
  return -1;
}

std::int64_t TransientFinder::last(std::int64_t from, std::int64_t until) noexcept {
  constexpr std::int64_t kCell = TrackOutline::kCellFrames;
  if (from < 0) return -1;
  for (std::int64_t cell = from / kCell; cell >= 0 && cell * kCell > until; --cell) {
    if (!begins(cell)) continue;
    const std::int64_t place = attack(cell) * kCell;
    if (place <= from) return place > until ? place : -1;
  }
  return -1;
}

}  // namespace dju::engine
