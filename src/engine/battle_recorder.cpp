#include "engine/battle_recorder.h"

#include <algorithm>
#include <utility>

namespace dju::engine {

BattleRecorder::BattleRecorder(LogHeader header) : battle_(header.config) {
  log_.header = std::move(header);
}

std::uint32_t BattleRecorder::provide(LogTrack entry, const LoadedTrack& track) {
  entry.index = static_cast<std::uint32_t>(log_.tracks.size());
  if (!battle_.provide(entry.index, track)) {
    throw Error(ErrorCode::kInternal, "battle " + log_.header.battleId + ": its table of " +
                                          std::to_string(log_.header.config.maxTracks) +
                                          " tracks has no room for " + entry.title);
  }
  log_.tracks.push_back(std::move(entry));
  return log_.tracks.back().index;
}

void BattleRecorder::act(Frame at, ControlId control, int target, double value,
                         PlayerIndex player) {
  Command command;
  command.frame = std::max(at, battle_.now());
  command.seq = seq_++;
  command.control = control;
  command.target = static_cast<std::uint8_t>(target);
  command.player = player;
  command.value = value;
  if (battle_.schedule(command) != Accepted::kYes) {
    throw Error(ErrorCode::kInternal,
                "battle " + log_.header.battleId + ": a command was refused: " +
                    std::string(info(control).name) + " = " + std::to_string(value));
  }
  log_.commands.push_back(command);
}

std::span<const float> BattleRecorder::render() {
  Outputs outputs;
  outputs.master = master_.data();
  battle_.render(kBlockFrames, outputs);
  const Battle::Mark mark = battle_.mark();
  if (mark.frame == battle_.now()) log_.marks.push_back({mark.frame, mark.hash});
  return master_;
}

BattleLog BattleRecorder::finish() {
  const Battle::Mark end = battle_.mark();
  log_.end = LogMark{end.frame, end.hash};
  // What was decided ahead of its frame may have been overtaken.
  std::stable_sort(log_.commands.begin(), log_.commands.end(),
                   [](const Command& a, const Command& b) { return a.frame < b.frame; });
  return std::move(log_);
}

}  // namespace dju::engine
