#include "storage/job.h"

#include <algorithm>
#include <cmath>

#include "storage/database.h"

namespace dju::storage {
namespace {

using nlohmann::json;

constexpr std::string_view kStates[] = {"queued", "running", "done", "failed", "cancelled"};
// Before so much is done, what is left cannot be told.
constexpr double kTellingProgress = 0.03;

}  // namespace

std::string_view jobStateName(JobState state) {
  return kStates[static_cast<std::size_t>(state)];
}

JobState jobStateOf(std::string_view name) {
  const auto* found = std::find(std::begin(kStates), std::end(kStates), name);
  return found == std::end(kStates) ? JobState::kFailed
                                    : static_cast<JobState>(found - std::begin(kStates));
}

json toJson(const Job& job, std::int64_t nowMs) {
  json out = {{"id", job.id},       {"kind", job.kind},         {"state", jobStateName(job.state)},
              {"stage", job.stage}, {"progress", job.progress}, {"createdAt", job.createdAt}};
  if (!job.error.empty()) out["error"] = job.error;
  if (!job.result.is_null()) out["result"] = job.result;
  if (job.state == JobState::kQueued && job.ahead) out["queuePosition"] = *job.ahead;
  if (job.state == JobState::kRunning && job.progress >= kTellingProgress) {
    // From when it was that far: another process's job is seen every few seconds only, and its time
    // left runs down meanwhile instead of growing.
    const double taken = static_cast<double>(job.progressAt - job.startedAt) / 1000;
    const double since = static_cast<double>(nowMs - job.progressAt) / 1000;
    const double left = taken * (1 - job.progress) / job.progress - since;
    out["secondsLeft"] = std::round(10 * std::max(0.0, left)) / 10;
  }
  return out;
}

json toJson(const Job& job) {
  return toJson(job, nowMs());
}

}  // namespace dju::storage
