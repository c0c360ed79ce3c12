#include "server/battle/library_tracks.h"

#include <utility>

#include "core/log.h"
#include "crate/record.h"
#include "music/loudness.h"
#include "storage/library.h"
#include "storage/pcm_cache.h"

namespace dju::server {
namespace {

// A record without its analysis, and so without cues, is better than none.
std::shared_ptr<const music::TrackInfo> storedAnalysis(const storage::Library& library,
                                                       const storage::Track& track) {
  auto analysis = library.analysis(track.analysisHash);
  if (analysis) return std::make_shared<const music::TrackInfo>(std::move(analysis).value());
  log::warn("track {}: it is loaded without its hot cues: {}", track.id, analysis.error().what());
  return nullptr;
}

static_assert(music::kHotCuePads == engine::kHotCues);

PlayableTrack playable(const storage::Track& track,
                       std::shared_ptr<const music::TrackInfo> analysis,
                       const storage::TrackHandle& handle) {
  PlayableTrack result;
  result.audio.audio = handle->audio();
  result.audio.grid = track.grid;
  result.audio.gainDb = music::autoGainDb(track.loudnessLufs, track.truePeakDbtp);
  result.audio.key = crate::engineKey(track.key);
  result.log.id = track.id;
  result.log.pcmHash = track.pcmHash;
  result.log.analysisHash = track.analysisHash;
  result.log.frames = result.audio.audio.frames;
  result.log.grid = result.audio.grid;
  result.log.gainDb = result.audio.gainDb;
  result.log.key = result.audio.key;
  result.log.title = track.title;
  result.log.artist = track.artist;
  result.summary = {{"trackId", track.id},
                    {"title", track.title},
                    {"artist", track.artist},
                    {"durationSeconds", track.durationSeconds()},
                    {"frames", track.frames},
                    {"bpm", track.grid.bpm()},
                    {"grid", storage::gridToJson(track)},
                    {"key", track.key.empty() ? nlohmann::json() : nlohmann::json(track.key)},
                    {"analysisHash", track.analysisHash}};
  if (analysis) result.hotCues = music::hotCues(analysis->cues);
  result.analysis = std::move(analysis);
  result.keepAlive = handle;
  return result;
}

}  // namespace

void LibraryTracks::acquire(const std::string& trackId,
                            std::function<void(Result<PlayableTrack>)> done) {
  const auto track = library_.track(trackId);
  if (!track) return done(track.error());
  cache_.acquire(trackId,
                 [post = post_, track = *track, analysis = storedAnalysis(library_, *track),
                  done = std::move(done)](Result<storage::TrackHandle> handle) {
                   post([track, analysis, done, handle = std::move(handle)] {
                     if (!handle) return done(handle.error());
                     done(playable(track, analysis, *handle));
                   });
                 });
}

}  // namespace dju::server
