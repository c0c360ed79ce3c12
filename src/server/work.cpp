#include "server/work.h"

#include "server/api/library_jobs.h"
#include "serving/learned_mixers.h"
#include "storage/reanalysis.h"

namespace dju::server {
namespace {

std::int64_t bytesOf(std::uint64_t megabytes) {
  return static_cast<std::int64_t>(megabytes) << 20;
}

}  // namespace

Work::Work(const ServerConfig& config)
    : library(config.dataDir),
      battles(library.database()),
      cache(library.pcmFolder(), bytesOf(config.residentMegabytes)),
      jobs(library.database()),
      models(config.models),
      modelCache(models),
      recordings(config.dataDir / "recordings", battles, library, cache, jobs),
      verdicts(recordings, battles, library, cache, jobs, modelCache),
      shelf(library),
      mixers(config.dataDir),
      mixes(library, battles, jobs, shelf, mixers,
            {config.mixesPerGuest, bytesOf(config.mixMegabytes)}),
      previews(library, jobs, shelf, mixers, bytesOf(config.previewMegabytes)),
      webhooks(mixes, jobs,
               config.privateWebhooks ? mixes::PrivateNetworks::kAllowed
                                      : mixes::PrivateNetworks::kRefused) {
  jobs.keepEndedMs = config.jobDays * 24LL * 3600 * 1000;
  serving::addLearnedMixers(config.models, config.dataDir / "spectrograms");
  handleLibraryJobs(library, jobs);
  storage::handleReanalysis(library, jobs);
}

Work::~Work() {
  jobs.stop();
}

}  // namespace dju::server
