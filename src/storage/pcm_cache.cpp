#include "storage/pcm_cache.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "audio/sha256.h"

namespace dju::storage {

ResidentTrack::ResidentTrack(std::string id, audio::PcmFile file)
    : id_(std::move(id)), file_(std::move(file)) {}
ResidentTrack::~ResidentTrack() = default;

engine::TrackAudio ResidentTrack::audio() const {
  const audio::PcmView view = file_.view();
  return {view.samples, view.frames, view.scale};
}

void ResidentTrack::makeResident() {
  const auto size = static_cast<std::size_t>(file_.bytes());
  madvise(file_.mapping(), size, MADV_WILLNEED);
  // Locked where the system allows it; read once in any case.
  mlock(file_.mapping(), size);
  const auto* bytes = static_cast<const volatile char*>(file_.mapping());
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  for (std::size_t at = 0; at < size; at += page) static_cast<void>(bytes[at]);
}

PcmCache::PcmCache(std::filesystem::path folder, std::int64_t budgetBytes)
    : folder_(std::move(folder)), budgetBytes_(budgetBytes), loader_([this] { loaderLoop(); }) {}

PcmCache::~PcmCache() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  loader_.join();
  for (const Request& request : requests_) {
    request.ready(Error(ErrorCode::kUnavailable,
                        fmt::format("track {}: not loaded, the server is stopping", request.id)));
  }
}

Result<std::filesystem::path> PcmCache::pathOf(std::string_view trackId) const {
  if (!isSha256Hex(trackId)) {
    return Error(ErrorCode::kInvalid,
                 fmt::format("track \"{}\": not a track id", trackId.substr(0, 80)));
  }
  return folder_ / (std::string(trackId) + ".pcm");
}

void PcmCache::acquire(const std::string& trackId, Ready ready) {
  TrackHandle warm;
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(resident_.begin(), resident_.end(),
                                    [&](const auto& track) { return track->id() == trackId; });
    if (found != resident_.end()) {
      resident_.splice(resident_.begin(), resident_, found);
      warm = resident_.front();
    } else {
      requests_.push_back({trackId, std::move(ready)});
    }
  }
  if (!warm) return wake_.notify_one();
  ready(std::move(warm));  // NOLINT(bugprone-use-after-move): moved only where nothing is warm
}

std::future<Result<TrackHandle>> PcmCache::acquire(const std::string& trackId) {
  auto promise = std::make_shared<std::promise<Result<TrackHandle>>>();
  std::future<Result<TrackHandle>> future = promise->get_future();
  acquire(trackId, [promise](Result<TrackHandle> track) { promise->set_value(std::move(track)); });
  return future;
}

std::int64_t PcmCache::residentBytes() const {
  const std::lock_guard lock(mutex_);
  return residentBytes_;
}

void PcmCache::loaderLoop() {
  for (;;) {
    Request request;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !requests_.empty(); });
      if (stopping_) return;
      request = std::move(requests_.front());
      requests_.pop_front();
    }
    request.ready(load(request.id));
  }
}

// The loader thread is the only one that adds to resident_.
Result<TrackHandle> PcmCache::load(const std::string& id) {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& track : resident_) {
      if (track->id() == id) return TrackHandle(track);
    }
  }
  Result<std::filesystem::path> path = pathOf(id);
  if (!path) return path.error();
  Result<audio::PcmFile> file = audio::PcmFile::open(*path);
  if (!file) {
    return Error(file.error().code(), fmt::format("track {}: {}", id, file.error().what()));
  }
  if (!makeRoom(file->bytes())) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("track {}: no room to load it ({} MiB needed, {} of {} MiB are being "
                             "played); wait for a battle to end",
                             id, file->bytes() >> 20, residentBytes() >> 20, budgetBytes_ >> 20));
  }
  auto track = std::make_shared<ResidentTrack>(id, std::move(file).value());
  track->makeResident();
  const std::lock_guard lock(mutex_);
  resident_.push_front(track);
  residentBytes_ += track->bytes();
  return TrackHandle(track);
}

// Lets go of the tracks that nobody holds, the least recently used first.
bool PcmCache::makeRoom(std::int64_t bytes) {
  std::vector<std::shared_ptr<ResidentTrack>> dropped;  // unmapped after the lock is released
  const std::lock_guard lock(mutex_);
  for (auto it = resident_.end();
       residentBytes_ + bytes > budgetBytes_ && it != resident_.begin();) {
    --it;
    if (it->use_count() > 1) continue;
    residentBytes_ -= (*it)->bytes();
    dropped.push_back(std::move(*it));
    it = resident_.erase(it);
  }
  return residentBytes_ + bytes <= budgetBytes_;
}

}  // namespace dju::storage
