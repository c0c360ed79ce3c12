// What uploads to the library become: imports of sound, and of other programs' collections.
// Handlers; worker threads.
#pragma once

#include "storage/jobs.h"
#include "storage/library.h"

namespace dju::server {

// Registers the job kinds "import" {file, name, uploader} and "interchange" {file, player}: before
// jobs.start(). The files are removed when they have been read.
void handleLibraryJobs(storage::Library& library, storage::JobQueue& jobs);

}  // namespace dju::server
