// A record: a track in memory with everything that is known of it, as decks and everybody who plans
// for decks need it. Any thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "audio/decode.h"
#include "audio/pcm_file.h"
#include "engine/battle_log.h"
#include "engine/track.h"
#include "music/track_info.h"

namespace dju::crate {

struct Record {
  std::string id;  // SHA-256 of a file's packets, or of the samples
  std::string title;
  std::string artist;
  music::TrackInfo info;
  engine::LoadedTrack loaded;  // its samples live as long as `memory`
  std::shared_ptr<const void> memory;
};

// The engine's number of a key by its name (music/key.h); kNoKey for none.
int engineKey(const std::string& name);
// What a deck gets of an analysed track.
engine::LoadedTrack loadedTrack(const music::TrackInfo& info, const audio::PcmView& pcm);
// The entry of a log's track table; its index is left for whoever keeps the table.
engine::LogTrack logTrack(const Record& record);

// Decodes into `cache`, a folder that must exist, and analyses: seconds of a core. Throws Error
// where the file cannot be read.
Record readRecord(const std::filesystem::path& file, const std::filesystem::path& cache,
                  const audio::Decoder& decoder = audio::Decoder());

}  // namespace dju::crate
