// Tracks in memory: the PCM files of the library, mapped once and shared by all battles.
//
// Loading never blocks the engine: acquire() returns at once, a loader thread maps the file and
// touches every page (and locks them where the system's limit allows), then answers. The handle
// keeps the memory; when the last one is gone the track stays warm until its room is needed. Beyond
// the budget acquire answers kUnavailable, it does not push a playing track out. acquire: any
// thread but the engine's. Handles may be copied and released on any thread but the engine's
// (release may unmap).
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "audio/pcm_file.h"
#include "core/error.h"
#include "engine/track.h"

namespace dju::storage {

class ResidentTrack {
 public:
  ResidentTrack(std::string id, audio::PcmFile file);
  ~ResidentTrack();
  ResidentTrack(const ResidentTrack&) = delete;
  ResidentTrack& operator=(const ResidentTrack&) = delete;

  const std::string& id() const { return id_; }
  // Valid as long as this object lives.
  engine::TrackAudio audio() const;
  std::int64_t bytes() const { return file_.bytes(); }

 private:
  friend class PcmCache;
  void makeResident();
  std::string id_;
  audio::PcmFile file_;
};

using TrackHandle = std::shared_ptr<const ResidentTrack>;

class PcmCache {
 public:
  using Ready = std::function<void(Result<TrackHandle>)>;

  PcmCache(std::filesystem::path folder, std::int64_t budgetBytes);
  ~PcmCache();  // answers what is pending with kUnavailable
  PcmCache(const PcmCache&) = delete;
  PcmCache& operator=(const PcmCache&) = delete;

  // `ready` is called once, on the loader thread, or inside the call when the track is resident.
  void acquire(const std::string& trackId, Ready ready);
  std::future<Result<TrackHandle>> acquire(const std::string& trackId);

  // Where the PCM of a track lies, whether or not it exists. Fails for what is no track id.
  Result<std::filesystem::path> pathOf(std::string_view trackId) const;
  std::int64_t residentBytes() const;
  std::int64_t budgetBytes() const { return budgetBytes_; }

 private:
  struct Request {
    std::string id;
    Ready ready;
  };
  void loaderLoop();
  Result<TrackHandle> load(const std::string& id);
  bool makeRoom(std::int64_t bytes);

  std::filesystem::path folder_;
  std::int64_t budgetBytes_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::list<Request> requests_;                         // guarded by mutex_
  std::list<std::shared_ptr<ResidentTrack>> resident_;  // guarded by mutex_; most recent first
  std::int64_t residentBytes_ = 0;                      // guarded by mutex_
  bool stopping_ = false;                               // guarded by mutex_
  std::thread loader_;
};

}  // namespace dju::storage
