// A tournament as somebody asks for it over HTTP: strangers' JSON, so everything is checked and
// named here before anything is looked up. Pure; any thread.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

#include "storage/arena_store.h"

namespace dju::server {

inline constexpr std::size_t kMostSets = 20, kMostClips = 400;
inline constexpr int kMostVotesPerMatch = 1000;
inline constexpr double kShortestClip = 20, kLongestClip = 120;  // seconds
inline constexpr std::int64_t kLongestTournamentMs = 90LL * 24 * 3600 * 1000;

// Without id, creator and people's names; contestants numbered as they stand. Throws Error:
// kInvalid with the place, what stands there and what may; kNotFound for a model or preset that
// there is not. `now`: ms since the Unix epoch.
storage::ArenaTournament tournamentFrom(const nlohmann::json& json, std::int64_t now);

}  // namespace dju::server
