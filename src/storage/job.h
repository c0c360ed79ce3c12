// A job: work that outlives the request for it. Plain values; any thread.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace dju::storage {

enum class JobState { kQueued, kRunning, kDone, kFailed, kCancelled };
std::string_view jobStateName(JobState state);
JobState jobStateOf(std::string_view name);
inline bool hasEnded(JobState state) {
  return state != JobState::kQueued && state != JobState::kRunning;
}

// Times are ms since the Unix epoch.
struct Job {
  std::string id;
  std::string kind;
  JobState state = JobState::kQueued;
  double progress = 0;  // 0 to 1
  std::string stage;
  std::string error;  // of a failed job, or why it waits to be tried again
  nlohmann::json payload;
  nlohmann::json result;  // of a done job
  std::string owner;      // player id; empty = the server's own
  int priority = 0;       // larger first
  int attempts = 0;
  std::int64_t createdAt = 0;
  std::int64_t startedAt = 0;   // of the attempt that runs
  std::int64_t progressAt = 0;  // when it was as far as `progress`
  std::int64_t notBefore = 0;   // when a queued job may run
  std::optional<int> ahead;  // of a queued job: how many will run before it, where that was asked
};

// The Job object of docs/protocol.md (without payload and owner), `nowMs` being the time.
nlohmann::json toJson(const Job& job, std::int64_t nowMs);
nlohmann::json toJson(const Job& job);

}  // namespace dju::storage
