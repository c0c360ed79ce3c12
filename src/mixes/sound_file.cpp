#include "mixes/sound_file.h"

#include "core/time.h"

namespace dju::mixes {

SoundFile::SoundFile(const std::filesystem::path& file, const std::string& title, int opusBitrate)
    : file_(file), partial_(file.string() + ".part") {
  const audio::EncodeTags tags{title, "DJ Universe", {}};
  if (file.extension() == ".flac")
    encoder_ = audio::openFlac(partial_, tags, {kSampleRate, 24});
  else
    encoder_ = audio::openOpus(partial_, tags, {opusBitrate});
}

SoundFile::~SoundFile() {
  encoder_.reset();
  std::error_code ignored;
  std::filesystem::remove(partial_, ignored);
}

void SoundFile::finish() {
  encoder_->finish();
  encoder_.reset();
  std::filesystem::rename(partial_, file_);
}

}  // namespace dju::mixes
