// Jobs over HTTP: how far they are, and the end of those that nobody wants any more.
#include <fmt/format.h>

#include "server/api/job_events.h"
#include "server/api/routes.h"
#include "storage/jobs.h"

namespace dju::server {
namespace {

// The job of the path, if the caller may know of it. Throws Error.
storage::Job jobOf(const Request& request, const Tokens& tokens, storage::JobQueue& jobs) {
  const Identity who = identify(request, tokens);
  const storage::Job job = jobs.get(request.param("id")).valueOrThrow();
  if (!job.owner.empty() && job.owner != who.playerId)
    throw Error(ErrorCode::kForbidden, fmt::format("job {}: it is somebody else's", job.id));
  return job;
}

}  // namespace

void addJobRoutes(Router& router, const Tokens& tokens, storage::JobQueue& jobs,
                  JobEvents& events) {
  router.get("/api/v1/jobs/{id}", [&](const Request& request, Responder responder) {
    responder.json(storage::toJson(jobOf(request, tokens, jobs)));
  });
  router.get("/api/v1/jobs/{id}/events", [&](const Request& request, Responder responder) {
    const storage::Job job = jobOf(request, tokens, jobs);
    events.follow(job.id, identify(request, tokens).playerId, responder);
  });
  router.post("/api/v1/jobs/{id}/cancel", [&](const Request& request, Responder responder) {
    const storage::Job job = jobOf(request, tokens, jobs);
    if (job.owner.empty())
      throw Error(ErrorCode::kForbidden, fmt::format("job {}: it is the server's own", job.id));
    if (storage::hasEnded(job.state))
      throw Error(ErrorCode::kConflict,
                  fmt::format("job {}: it has ended ({})", job.id, jobStateName(job.state)));
    responder.json(storage::toJson(jobs.cancel(job.id).valueOrThrow()));
  });
}

}  // namespace dju::server
