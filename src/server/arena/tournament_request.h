// A tournament as somebody asks for it over HTTP: strangers' JSON, so everything is checked and
// named here before tracks and recordings are looked up. Any thread.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mixer/strict_json.h"
#include "mixes/mixers.h"
#include "storage/arena_store.h"

namespace dju::server {

inline constexpr std::size_t kMostSets = 20, kMostClips = 400;
inline constexpr int kMostVotesPerMatch = 1000;
inline constexpr double kShortestClip = 20, kLongestClip = 120;  // seconds
inline constexpr std::int64_t kLongestTournamentMs = 90LL * 24 * 3600 * 1000;

// `field` as a list of pairs of track ids. Throws Error (kInvalid).
std::vector<std::pair<std::string, std::string>> trackPairsFrom(const mixer::StrictObject& object,
                                                                std::string_view field,
                                                                std::size_t most);

// Without id, creator and people's names; contestants numbered as they stand. Throws Error:
// kInvalid with the place, what stands there and what may; kNotFound for a model or preset that
// there is not. `now`: ms since the Unix epoch.
storage::ArenaTournament tournamentFrom(const nlohmann::json& json, const mixes::Mixers& mixers,
                                        std::int64_t now);

}  // namespace dju::server
