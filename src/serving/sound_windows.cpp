#include "serving/sound_windows.h"

#include <algorithm>

#include "judge/performance.h"

namespace dju::serving {
namespace {

static_assert(judge::kEvidenceFrames == music::kSoundRowHop);

}  // namespace

SoundWindows::SoundWindows(std::size_t rows) : rowsAWindow_(rows) {}

void SoundWindows::mix(const judge::Evidence& now, std::span<const float> master) {
  if (now.frame != expected_) {
    rows_.emplace();
    past_.clear();
    players_.clear();
    start_ = now.frame;
  }
  expected_ = now.frame + static_cast<FrameCount>(master.size() / kChannels);
  mono_.clear();
  for (std::size_t i = 0; i + 1 < master.size(); i += kChannels)
    mono_.push_back((master[i] + master[i + 1]) / 2);
  players_.resize(static_cast<std::size_t>((now.frame - start_) / music::kSoundRowHop) + 1,
                  now.player);
}

bool SoundWindows::take(std::span<const float> row) {
  past_.insert(past_.end(), row.begin(), row.end());
  return past_.size() == rowsAWindow_ * music::kSoundRowColumns;
}

SoundWindow SoundWindows::window() const {
  SoundWindow window;
  window.start = start_;
  window.end = start_ + static_cast<FrameCount>(rowsAWindow_) * music::kSoundRowHop;
  window.rows = past_;
  for (std::size_t i = 0; i < std::min(rowsAWindow_, players_.size()); ++i) {
    if (players_[i] < judge::kSeats)
      window.answered[players_[i]] += 1.0F / static_cast<float>(rowsAWindow_);
  }
  return window;
}

void SoundWindows::step() {
  past_.erase(past_.begin(), past_.begin() + static_cast<std::ptrdiff_t>(kWindowStepRows *
                                                                         music::kSoundRowColumns));
  players_.erase(players_.begin(), players_.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                          kWindowStepRows, players_.size())));
  start_ += static_cast<FrameCount>(kWindowStepRows) * music::kSoundRowHop;
}

}  // namespace dju::serving
