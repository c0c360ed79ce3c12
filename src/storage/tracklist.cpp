#include "storage/tracklist.h"

#include <array>

namespace dju::storage {

using engine::ControlId;

nlohmann::json tracklistEntry(const engine::Command& play, const engine::LogTrack& track) {
  return {{"frame", play.frame.index()},
          {"deck", std::string(1, static_cast<char>('A' + play.target))},
          {"trackId", track.id},
          {"title", track.title},
          {"artist", track.artist}};
}

nlohmann::json tracklist(const engine::BattleLog& log) {
  nlohmann::json list = nlohmann::json::array();
  std::array<const engine::LogTrack*, engine::kMaxDecks> waiting{};  // loaded, not yet played
  for (const engine::Command& command : log.commands) {
    if (command.target >= engine::kMaxDecks) continue;
    const engine::LogTrack*& track = waiting[command.target];
    if (command.control == ControlId::kLoad) {
      const auto index = static_cast<std::size_t>(command.value);
      track = index < log.tracks.size() ? &log.tracks[index] : nullptr;
    }
    if (command.control != ControlId::kPlay || command.value <= 0 || track == nullptr) continue;
    list.push_back(tracklistEntry(command, *track));
    track = nullptr;
  }
  return list;
}

}  // namespace dju::storage
