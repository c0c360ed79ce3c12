// Where moves of the mixer wait for a beat: of a DJ whose mix_quantize is on, switches and cuts of
// the controls that the registry marks `on_beat`. Whatever the network does to them, they act upon
// the beat, to the frame. Gradual moves pass.
//
// Engine thread; allocates only in the constructor, never waits.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "server/battle/ingress.h"

namespace dju::server {

class BeatWait {
 public:
  // `waiting`: how many may wait at most; what comes then acts at once.
  explicit BeatWait(int waiting = 64) : waiting_(static_cast<std::size_t>(waiting)) {}

  // Whether the command waits here now. `replaced`: an earlier move of the same control that
  // waited, whose place it takes.
  bool take(const Pending& pending, const engine::Battle& battle,
            std::optional<Pending>& replaced) noexcept;

  // Those whose beat falls into the block to come, or who wait in vain, each with its frame; as
  // many as `due` has room for. Their number.
  int release(const engine::Battle& battle, std::span<Pending> due) noexcept;

 private:
  Pending* sameControl(const engine::Command& command) noexcept;
  bool waits(const engine::Command& command, const engine::Battle& battle) noexcept;

  std::vector<Pending> waiting_;  // the first size_ of them, as they came
  std::size_t size_ = 0;
};

}  // namespace dju::server
