#include "storage/reanalysis.h"

#include "audio/pcm_file.h"
#include "core/log.h"
#include "music/analyse.h"
#include "storage/import.h"

namespace dju::storage {
namespace {

constexpr char kKind[] = "reanalyse";
constexpr int kPriority = -10;

// A track that cannot be decoded any more must not hold up the others, nor be tried for ever.
nlohmann::json reanalyseNext(Library& library, JobContext& context) {
  const std::optional<Track> track = library.nextStale();
  if (!track) return {{"remaining", 0}};
  context.progress(0, "analyse");
  const Result<Track> done = reanalyse(library, *track);
  if (!done) {
    log::warn("track {}: not analysed again: {}", track->id, done.error().what());
    library.giveUpOn(track->id);
  }
  return {{"trackId", track->id}, {"remaining", library.countStale()}};
}

}  // namespace

Result<Track> reanalyse(Library& library, const Track& track, const audio::DecodeWorker& worker) {
  const Result<bool> restored = restorePcm(library, track, worker);
  if (!restored) return restored.error();
  const Result<audio::PcmFile> pcm =
      audio::PcmFile::open(library.pcmFolder() / (track.id + ".pcm"));
  if (!pcm) return pcm.error();
  const music::Analysis analysis = music::analyseTrack(pcm->view(), track.pcmHash);
  library.blobs().put(analysis.waveform);
  return library.replaceAnalysis(track.id, analysis.info);
}

void handleReanalysis(Library& library, JobQueue& jobs) {
  jobs.handle(kKind, [&library, &jobs](JobContext& context) {
    nlohmann::json result = reanalyseNext(library, context);
    beginReanalysis(library, jobs);
    return result;
  });
}

void beginReanalysis(Library& library, JobQueue& jobs) {
  if (!library.nextStale()) return;
  const Result<Job> next = jobs.submit(kKind, nlohmann::json::object(), {}, kPriority);
  if (!next) log::warn("tracks wait for a newer analysis: {}", next.error().what());
}

}  // namespace dju::storage
