#include "mixes/shelf.h"

#include "storage/import.h"

namespace dju::mixes {
namespace {

std::shared_ptr<const audio::PcmFile> soundOf(storage::Library& library,
                                              const storage::Track& track) {
  storage::restorePcm(library, track).valueOrThrow();
  return std::make_shared<audio::PcmFile>(
      audio::PcmFile::open(library.pcmFolder() / (track.id + ".pcm")).valueOrThrow());
}

}  // namespace

crate::Record Shelf::take(const std::string& id) {
  const storage::Track track = library_.track(id).valueOrThrow();
  const auto sound = soundOf(library_, track);
  crate::Record record;
  record.id = track.id;
  record.title = track.title;
  record.artist = track.artist;
  record.info = library_.analysis(track.analysisHash).valueOrThrow();
  record.loaded = crate::loadedTrack(record.info, sound->view());
  record.memory = sound;
  return record;
}

// The analysis may have changed since: people edit grids.
Shelf::Known Shelf::know(const std::string& id) {
  const storage::Track track = library_.track(id).valueOrThrow();
  {
    const std::lock_guard lock(mutex_);
    for (auto at = known_.begin(); at != known_.end(); ++at) {
      if (at->record->id != id || at->analysisHash != track.analysisHash) continue;
      known_.splice(known_.begin(), known_, at);
      return *at;
    }
  }
  const auto record = std::make_shared<crate::Record>(take(id));
  const mixer::TrackView heard(*record);
  record->loaded.audio.samples = nullptr;
  record->memory.reset();
  Known known{record, track.analysisHash, heard};
  const std::lock_guard lock(mutex_);
  known_.push_front(known);
  if (known_.size() > kMostKnown) known_.pop_back();
  return known;
}

Selection Shelf::look(std::span<const std::string> ids) {
  Selection selection;
  for (const std::string& id : ids) {
    Known known = know(id);
    selection.records.push_back(std::move(known.record));
    selection.analysisHashes.push_back(std::move(known.analysisHash));
    selection.views.push_back(std::move(known.view));
  }
  return selection;
}

Selection Shelf::open(const Selection& selection) {
  Selection opened;
  opened.analysisHashes = selection.analysisHashes;
  for (std::size_t i = 0; i < selection.records.size(); ++i) {
    const auto record = std::make_shared<crate::Record>(*selection.records[i]);
    const storage::Track track = library_.track(record->id).valueOrThrow();
    const auto sound = soundOf(library_, track);
    record->loaded.audio.samples = sound->view().samples;
    record->memory = sound;
    opened.views.push_back(selection.views[i].of(*record));
    opened.records.push_back(record);
  }
  return opened;
}

}  // namespace dju::mixes
