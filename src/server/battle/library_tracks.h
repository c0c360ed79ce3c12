// TrackProvider on the library and the PCM cache. Network thread; the loader's answers are posted
// back to it.
#pragma once

#include "server/battle/track_provider.h"

namespace dju::storage {
class Library;
class PcmCache;
}  // namespace dju::storage

namespace dju::server {

class LibraryTracks : public TrackProvider {
 public:
  using Post = std::function<void(std::function<void()>)>;
  // `post` runs something on the network thread, from any thread.
  LibraryTracks(storage::Library& library, storage::PcmCache& cache, Post post)
      : library_(library), cache_(cache), post_(std::move(post)) {}

  void acquire(const std::string& trackId,
               std::function<void(Result<PlayableTrack>)> done) override;

 private:
  storage::Library& library_;
  storage::PcmCache& cache_;
  Post post_;
};

}  // namespace dju::server
