#include "music/live_loudness.h"

#include <ebur128.h>

#include <algorithm>
#include <cmath>
#include <new>

#include "core/time.h"

namespace dju::music {
namespace {

constexpr double kFloor = -70;

template <typename Measure>
double loudness(Measure measure, ebur128_state* state) {
  double lufs = kFloor;
  if (measure(state, &lufs) != EBUR128_SUCCESS || !std::isfinite(lufs)) return kFloor;
  return std::max(kFloor, lufs);
}

}  // namespace

struct LiveLoudness::State {
  ebur128_state* meter =
      ebur128_init(kChannels, kSampleRate, EBUR128_MODE_M | EBUR128_MODE_S | EBUR128_MODE_I);

  State() {
    if (meter == nullptr) throw std::bad_alloc();
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { ebur128_destroy(&meter); }
};

LiveLoudness::LiveLoudness() : state_(std::make_unique<State>()) {}
LiveLoudness::~LiveLoudness() = default;
LiveLoudness::LiveLoudness(LiveLoudness&&) noexcept = default;
LiveLoudness& LiveLoudness::operator=(LiveLoudness&&) noexcept = default;

void LiveLoudness::push(std::span<const float> interleaved) {
  ebur128_add_frames_float(state_->meter, interleaved.data(), interleaved.size() / kChannels);
}
double LiveLoudness::momentary() const {
  return loudness(ebur128_loudness_momentary, state_->meter);
}
double LiveLoudness::shortTerm() const {
  return loudness(ebur128_loudness_shortterm, state_->meter);
}
double LiveLoudness::integrated() const {
  return loudness(ebur128_loudness_global, state_->meter);
}

}  // namespace dju::music
