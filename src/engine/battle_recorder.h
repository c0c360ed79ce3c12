// A battle that writes its own log while it is played: for everything that plays on the engine
// without people, virtual DJs and mixers. Each command that is accepted is a line of the log, each
// mark is taken as it is passed, so the log replays to the same samples.
//
//   BattleRecorder recorder(header);
//   recorder.provide(entry, track);
//   recorder.act(now, ControlId::kPlay, 0, 1);
//   use(recorder.render());
//   save(formatLog(recorder.finish()));
//
// One thread; allocates, so none of the engine's.
#pragma once

#include <array>
#include <span>

#include "engine/battle.h"
#include "engine/battle_log.h"

namespace dju::engine {

class BattleRecorder {
 public:
  explicit BattleRecorder(LogHeader header);

  // As the next entry of the track table; `entry.index` is set to its number, which is returned.
  std::uint32_t provide(LogTrack entry, const LoadedTrack& track);

  // A command before frame `at`, from now() on. Throws Error (kInternal) where the engine refuses
  // it.
  void act(Frame at, ControlId control, int target, double value,
           PlayerIndex player = kServerPlayer);

  // The next kBlockFrames of the master, interleaved; valid until the next call.
  std::span<const float> render();

  const Battle& battle() const { return battle_; }
  Frame now() const { return battle_.now(); }

  // The log, ended at the last mark: render up to a multiple of kMarkFrames before.
  BattleLog finish();

 private:
  Battle battle_;
  BattleLog log_;
  std::uint32_t seq_ = 0;
  std::array<float, kBlockFrames * kChannels> master_{};
};

}  // namespace dju::engine
