// Tracks that an older analyser has seen, analysed again, so that a better analyser serves the
// whole library and not only new arrivals. What people edited stays (storage/library.h).
//
// Callers: the server, as a job that does one track and queues the next, with less priority than
// uploads; `dju analyze --library`. Any thread; a track takes seconds.
#pragma once

#include "audio/decode.h"
#include "core/error.h"
#include "storage/jobs.h"
#include "storage/library.h"

namespace dju::storage {

// Decodes the sound again where its cache is missing. Fails when that cannot be done.
Result<Track> reanalyse(Library& library, const Track& track,
                        const audio::DecodeWorker& worker = {});

// Registers the job kind "reanalyse"; before JobQueue::start().
void handleReanalysis(Library& library, JobQueue& jobs);
// Queues the first of these jobs if a track is stale; after JobQueue::start().
void beginReanalysis(Library& library, JobQueue& jobs);

}  // namespace dju::storage
