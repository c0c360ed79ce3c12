#include "arena/gate/true_records.h"

#include "music/analyse.h"
#include "simulator/crate.h"

namespace dju::arena {

TrueRecord synthesisedRecord(std::uint64_t seed, int genre, int family, int index, double seconds) {
  const auto recipe =
      simulator::familyRecipe(seed, static_cast<demo::Genre>(genre), family, index, seconds);
  const simulator::CrateTrack track = simulator::synthesizeCrateTrack(recipe);
  TrueRecord entry;
  entry.truth = judge::judgedTrack(crate::logTrack(track), &track.info);
  entry.genre = track.genre;
  entry.family = track.family;
  entry.record = track;
  const engine::TrackAudio& audio = track.loaded.audio;
  const audio::PcmView pcm{audio.samples, audio.frames, audio.scale};
  entry.record.info = music::analyseTrack(pcm, track.info.pcmHash).info;
  entry.record.loaded = crate::loadedTrack(entry.record.info, pcm);
  return entry;
}

std::vector<TrueRecord> synthesised(std::uint64_t seed, int genres, int perGenre, double seconds) {
  std::vector<TrueRecord> records;
  for (int genre = 0; genre < genres; ++genre) {
    for (int i = 0; i < perGenre; ++i)
      records.push_back(synthesisedRecord(seed, genre, kHeldOutFamilies + i, i, seconds));
  }
  return records;
}

}  // namespace dju::arena
