// From a file to a track of the library: identify, decode, analyse, store.
//
// Callers: `dju import`, uploads (a job of the server). Any thread; blocks. Two imports of the same
// sound at once end in one track. The file is copied into the library, so that it can be decoded
// again.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "audio/decode.h"
#include "core/error.h"
#include "storage/library.h"

namespace dju::storage {

struct ImportOptions {
  std::string fileName;  // as the person named it; empty = the path's. Only shown, never opened.
  std::string uploader;  // player id
  std::string author, license, source;  // of licenses.json; author fills a missing artist tag
  audio::DecodeWorker worker;
  audio::DecodeLimits limits;
};

struct Imported {
  std::string trackId;
  bool known = false;               // the library had it; nothing was changed
  std::vector<SameRecording> same;  // the same song in other encodings, which the library had
};

// stage is "identify", "decode", "analyse" or "store"; progress 0 to 1 of the whole file.
using ImportProgress = std::function<void(double progress, std::string_view stage)>;

Result<Imported> importFile(Library& library, const std::filesystem::path& file,
                            const ImportOptions& options = {}, const ImportProgress& progress = {});

// Decodes a track's source again where its PCM file is missing. Fails when the samples would
// differ.
Result<bool> restorePcm(Library& library, const Track& track,
                        const audio::DecodeWorker& worker = {});

struct DirectoryProgress {
  int done = 0;
  int total = 0;
  std::filesystem::path file;  // the one that ended
  std::string error;           // empty = it went well
  Imported imported;           // of one that went well
};

struct DirectoryImport {
  int imported = 0;
  int known = 0;
  std::vector<std::string> errors;  // each names its file
};

// Every audio file (by extension) below `folder`, `jobs` at a time; goes on after errors. Reads
// licenses.json of each folder, {"file.ogg": {"author", "license", "source"}}, and beside a track
// NAME.beats.json {"bpm", "anchorSeconds", "key"}, whose exact grid then takes the place of the
// estimate. `progress` is called one at a time, from any of the threads.
Result<DirectoryImport> importDirectory(
    Library& library, const std::filesystem::path& folder, int jobs,
    const std::function<void(const DirectoryProgress&)>& progress = {},
    const audio::DecodeWorker& worker = {});

}  // namespace dju::storage
