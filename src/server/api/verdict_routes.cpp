// Verdicts over HTTP.
#include "server/api/routes.h"
#include "server/api/verdicts.h"

namespace dju::server {

void addVerdictRoutes(Router& router, const Tokens& tokens, Verdicts& verdicts) {
  // Answers with the report, or starts the judging and answers 202 with the job.
  router.get("/api/v1/recordings/{id}/verdict", [&](const Request& request, Responder responder) {
    const std::string& id = request.param("id");
    if (const auto report = verdicts.find(id)) return responder.json(*report);
    identify(request, tokens);  // strangers start no work
    responder.json(storage::toJson(verdicts.request(id)), 202);
  });
}

}  // namespace dju::server
