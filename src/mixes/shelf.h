// Tracks of the library as a mixer wants them: looked at once and remembered, without their sound,
// so that a page can plan again with each turn of a knob; with their sound when they are played.
// The sound is mapped from its file, beside the memory that battles have their tracks in.
//
// Any thread; calls may wait for the disk, and for a decoder where a track's sound is missing.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "crate/record.h"
#include "mixer/track_view.h"
#include "storage/library.h"

namespace dju::mixes {

// Tracks in the order asked for; the views' records live as long as this does.
struct Selection {
  std::vector<std::shared_ptr<const crate::Record>> records;
  std::vector<std::string> analysisHashes;
  std::vector<mixer::TrackView> views;
};

class Shelf {
 public:
  explicit Shelf(storage::Library& library) : library_(library) {}

  // For planning: the records have no sound. Throws Error (kNotFound) for an unknown id.
  Selection look(std::span<const std::string> ids);
  // The same tracks with their sound.
  Selection open(const Selection& selection);
  // One, with its sound.
  crate::Record take(const std::string& id);

 private:
  struct Known {
    std::shared_ptr<const crate::Record> record;
    std::string analysisHash;
    mixer::TrackView view;
  };
  Known know(const std::string& id);

  static constexpr std::size_t kMostKnown = 500;

  storage::Library& library_;
  std::mutex mutex_;
  std::list<Known> known_;  // guarded by mutex_; most recent first
};

}  // namespace dju::mixes
