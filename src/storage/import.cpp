#include "storage/import.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "music/analyse.h"
#include "music/key.h"
#include "storage/interchange/apply.h"
#include "storage/interchange/serato.h"
#include "storage/random_id.h"
#include "storage/track_row.h"

namespace dju::storage {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::uintmax_t kMaxSidecarBytes = 4 << 20;

// A path in the library's work folder that is removed unless it was moved to its place.
class WorkFile {
 public:
  WorkFile(const Library& library, std::string_view extension)
      : path_(library.tempFolder() / (randomId() + std::string(extension))) {}
  ~WorkFile() { unlink(path_.c_str()); }
  WorkFile(const WorkFile&) = delete;
  WorkFile& operator=(const WorkFile&) = delete;
  const fs::path& path() const { return path_; }
  void moveTo(const fs::path& place) const {
    if (rename(path_.c_str(), place.c_str()) != 0) {
      throw Error(ErrorCode::kUnavailable,
                  fmt::format("cannot write \"{}\": {}", place.string(), std::strerror(errno)));
    }
  }

 private:
  fs::path path_;
};

// The import works on its own copy: what was identified is what is decoded and kept, even if the
// original changes meanwhile.
void copyInto(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
  if (error) {
    throw Error(ErrorCode::kUnavailable, fmt::format("cannot copy \"{}\" into the library: {}",
                                                     from.filename().string(), error.message()));
  }
  const int fd = open(to.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

// A decoder names the work file; the person knows another name.
Error renamed(const Error& error, const fs::path& work, const std::string& name) {
  std::string message = error.what();
  const std::string inner = work.filename().string();
  const std::size_t at = message.find(inner);
  if (at != std::string::npos) message.replace(at, inner.size(), name);
  return {error.code(), message};
}

json readSidecar(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error || size > kMaxSidecarBytes) return json::object();
  std::ifstream file(path);
  json value = json::parse(file, nullptr, false);
  return value.is_object() ? value : json::object();
}

std::string stringOf(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>().substr(0, 500)
                                                     : std::string();
}

double numberOf(const json& object, const char* key, double otherwise) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<double>() : otherwise;
}

// NAME.beats.json beside NAME.ogg: the exact grid of music that a program made.
void applyGridSidecar(const fs::path& file, music::TrackInfo& info) {
  fs::path sidecar = file;
  sidecar.replace_extension(".beats.json");
  const json beats = readSidecar(sidecar);
  const double bpm = numberOf(beats, "bpm", 0);
  const double anchor = numberOf(beats, "anchorSeconds", -1);
  if (!(bpm >= 20 && bpm <= 400 && anchor >= 0 && anchor <= info.durationSeconds())) return;
  info.grid = BeatGrid::fromBpm(anchor, bpm);
  info.gridConfidence = 1;
  info.given = true;
  const auto key = music::parseKey(stringOf(beats, "key"));
  if (key) info.key = {music::keyName(*key), 1, info.key.tuningCents, {}};
}

std::string shownName(const fs::path& file, const ImportOptions& options) {
  const std::string name = options.fileName.empty()
                               ? file.filename().string()
                               : fs::path(options.fileName).filename().string();
  return name.empty() ? "file" : name.substr(0, 255);
}

Track describe(const audio::FileInfo& file, const music::TrackInfo& info,
               const ImportOptions& options, const std::string& name) {
  Track track;
  track.id = file.id;
  track.title = file.title.empty() ? fs::path(name).stem().string() : file.title;
  track.artist = file.artist.empty() ? options.author : file.artist;
  track.album = file.album;
  track.genre = file.genre;
  describeSound(info, track);
  track.addedAt = nowMs();
  track.format = file.format;
  track.bitrate = file.bitrate;
  track.uploader = options.uploader;
  track.license = options.license;
  track.source = options.source;
  return track;
}

class Importing {
 public:
  Importing(Library& library, const fs::path& file, const ImportOptions& options,
            const ImportProgress& progress)
      : library_(library),
        file_(file),
        options_(options),
        progress_(progress),
        name_(shownName(file, options)),
        source_(library, ".source"),
        pcm_(library, ".pcm"),
        decoder_(options.worker, options.limits) {}

  Result<Imported> run() {
    report(0, "identify");
    const Result<audio::FileInfo> info = identify();
    if (!info) return info.error();
    if (library_.track(info->id)) return Imported{info->id, true, {}};
    const Result<audio::DecodedPcm> decoded = decoder_.decode(
        source_.path(), pcm_.path(), [this](double part) { report(0.05 + 0.65 * part, "decode"); });
    if (!decoded) return renamed(decoded.error(), source_.path(), name_);
    report(0.7, "analyse");
    const music::Analysis analysis = analyse(*decoded);
    report(0.95, "store");
    const bool added = store(*info, analysis);
    if (added) takeTags(info->id);
    report(1, "store");
    return Imported{info->id, !added, library_.sameRecordings(info->id).valueOrThrow()};
  }

 private:
  void report(double progress, std::string_view stage) const {
    if (progress_) progress_(progress, stage);
  }

  Result<audio::FileInfo> identify() {
    // Asked of the original first, so that a refused file is never copied.
    Result<audio::FileInfo> first = decoder_.identify(file_);
    if (!first) return renamed(first.error(), file_, name_);
    if (library_.track(first->id)) return first;
    copyInto(file_, source_.path());
    Result<audio::FileInfo> copied = decoder_.identify(source_.path());
    if (!copied) return renamed(copied.error(), source_.path(), name_);
    return copied;
  }

  music::Analysis analyse(const audio::DecodedPcm& decoded) const {
    const audio::PcmFile pcm = audio::PcmFile::open(pcm_.path()).valueOrThrow();
    music::Analysis analysis = music::analyseTrack(pcm.view(), decoded.pcmHash);
    applyGridSidecar(file_, analysis.info);
    return analysis;
  }

  bool store(const audio::FileInfo& file, const music::Analysis& analysis) {
    Track track = describe(file, analysis.info, options_, name_);
    library_.blobs().put(analysis.waveform);
    track.analysisHash = library_.blobs().put(music::toCanonicalJson(analysis.info));
    track.baseHash = track.analysisHash;
    if (!file.cover.bytes.empty()) {
      track.coverHash = library_.blobs().put(file.cover.bytes);
      track.coverType = file.cover.mimeType;
    }
    // Files first, the row last: a row always has its files. Two imports of the same sound move the
    // same bytes to the same place.
    source_.moveTo(library_.sourcePath(track));
    pcm_.moveTo(library_.pcmFolder() / (track.id + ".pcm"));
    return library_.add(track, analysis.info.fingerprint);
  }

  // What a DJ has set in Serato travels in the file.
  void takeTags(const std::string& id) {
    const SeratoTags tags = readSeratoTags(library_.sourcePath(library_.track(id).valueOrThrow()));
    if (tags.empty()) return;
    ForeignTrack foreign;
    foreign.grid = tags.grid;
    foreign.cues = tags.cues;
    int shifted = 0;
    applyTrack(library_, foreign, id, options_.uploader, shifted);
  }

  Library& library_;
  const fs::path& file_;
  const ImportOptions& options_;
  const ImportProgress& progress_;
  std::string name_;
  WorkFile source_;
  WorkFile pcm_;
  audio::Decoder decoder_;
};

bool isAudioName(const fs::path& path) {
  static constexpr std::string_view kExtensions[] = {
      ".mp3", ".m4a", ".mp4", ".aac", ".flac", ".wav", ".aif", ".aiff", ".ogg", ".oga", ".opus"};
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(std::begin(kExtensions), std::end(kExtensions), extension) !=
         std::end(kExtensions);
}

Result<std::vector<fs::path>> audioFilesBelow(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    std::error_code ignored;
    if (isAudioName(it->path()) && it->is_regular_file(ignored)) files.push_back(it->path());
  }
  if (error) {
    return Error(ErrorCode::kNotFound, fmt::format("cannot read the folder \"{}\": {}",
                                                   folder.string(), error.message()));
  }
  std::sort(files.begin(), files.end());
  return files;
}

ImportOptions optionsFor(const fs::path& file, const audio::DecodeWorker& worker) {
  ImportOptions options;
  options.worker = worker;
  const json licenses = readSidecar(file.parent_path() / "licenses.json");
  const auto entry = licenses.find(file.filename().string());
  if (entry == licenses.end() || !entry->is_object()) return options;
  options.author = stringOf(*entry, "author");
  options.license = stringOf(*entry, "license");
  options.source = stringOf(*entry, "source");
  return options;
}

}  // namespace

Result<Imported> importFile(Library& library, const fs::path& file, const ImportOptions& options,
                            const ImportProgress& progress) {
  try {
    return Importing(library, file, options, progress).run();
  } catch (const Error& error) {
    return Error(error.code(),
                 fmt::format("cannot import \"{}\": {}", shownName(file, options), error.what()));
  } catch (const std::exception& error) {
    return Error(ErrorCode::kInternal,
                 fmt::format("cannot import \"{}\": {}", shownName(file, options), error.what()));
  }
}

Result<bool> restorePcm(Library& library, const Track& track, const audio::DecodeWorker& worker) {
  const fs::path place = library.pcmFolder() / (track.id + ".pcm");
  const Result<audio::PcmFile> present = audio::PcmFile::open(place);
  if (present && toHex(present->header().hash) == track.pcmHash) return false;
  const WorkFile work(library, ".pcm");
  const Result<audio::DecodedPcm> decoded =
      audio::Decoder(worker).decode(library.sourcePath(track), work.path());
  if (!decoded) return decoded.error();
  if (decoded->pcmHash != track.pcmHash) {
    return Error(
        ErrorCode::kConflict,
        fmt::format("track {}: decodes to other samples than when it was imported ({} "
                    "instead of {}); another version of libavcodec? Delete and import it",
                    track.id, decoded->pcmHash.substr(0, 12), track.pcmHash.substr(0, 12)));
  }
  work.moveTo(place);
  return true;
}

Result<DirectoryImport> importDirectory(
    Library& library, const fs::path& folder, int jobs,
    const std::function<void(const DirectoryProgress&)>& progress,
    const audio::DecodeWorker& worker) {
  const Result<std::vector<fs::path>> files = audioFilesBelow(folder);
  if (!files) return files.error();
  DirectoryImport sum;
  DirectoryProgress shown;
  shown.total = static_cast<int>(files->size());
  std::mutex mutex;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < files->size(); i = next++) {
      const fs::path& file = (*files)[i];
      const Result<Imported> one = importFile(library, file, optionsFor(file, worker));
      const std::lock_guard lock(mutex);
      shown.error = one ? "" : one.error().what();
      shown.imported = one ? *one : Imported();
      if (!one) sum.errors.push_back(shown.error);
      if (one) ++(one->known ? sum.known : sum.imported);
      ++shown.done;
      shown.file = file;
      if (progress) progress(shown);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 1; i < std::clamp(jobs, 1, 64); ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  return sum;
}

}  // namespace dju::storage
