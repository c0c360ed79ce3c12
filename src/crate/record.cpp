#include "crate/record.h"

#include "music/analyse.h"
#include "music/key.h"
#include "music/loudness.h"

namespace dju::crate {

int engineKey(const std::string& name) {
  const auto key = music::parseKey(name);
  if (!key) return engine::kNoKey;
  return key->tonic + (key->mode == music::KeyMode::kMinor ? engine::kKeys / 2 : 0);
}

engine::LoadedTrack loadedTrack(const music::TrackInfo& info, const audio::PcmView& pcm) {
  engine::LoadedTrack loaded;
  loaded.audio = {pcm.samples, pcm.frames, pcm.scale};
  loaded.grid = info.grid;
  loaded.gainDb = music::autoGainDb(info.loudness.integratedLufs, info.loudness.truePeakDbtp);
  loaded.key = engineKey(info.key.name);
  return loaded;
}

engine::LogTrack logTrack(const Record& record) {
  engine::LogTrack entry;
  entry.id = record.id;
  entry.pcmHash = record.info.pcmHash;
  entry.analysisHash = music::analysisHash(record.info);
  entry.frames = record.info.frames;
  entry.grid = record.loaded.grid;
  entry.gainDb = record.loaded.gainDb;
  entry.key = record.loaded.key;
  entry.title = record.title;
  entry.artist = record.artist;
  return entry;
}

Record readRecord(const std::filesystem::path& file, const std::filesystem::path& cache,
                  const audio::Decoder& decoder) {
  const audio::FileInfo about = decoder.identify(file).valueOrThrow();
  const std::filesystem::path pcmPath = cache / (about.id + ".pcm");
  const audio::DecodedPcm decoded = decoder.decode(file, pcmPath).valueOrThrow();
  auto pcm = std::make_shared<audio::PcmFile>(audio::PcmFile::open(pcmPath).valueOrThrow());
  Record record;
  record.id = about.id;
  record.title = about.title.empty() ? file.stem().string() : about.title;
  record.artist = about.artist;
  record.info = music::analyseTrack(pcm->view(), decoded.pcmHash).info;
  record.loaded = loadedTrack(record.info, pcm->view());
  record.memory = pcm;
  return record;
}

}  // namespace dju::crate
