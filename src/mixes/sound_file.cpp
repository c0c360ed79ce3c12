#include "mixes/sound_file.h"

#include <fmt/format.h>

#include <chrono>

#include "core/time.h"
#include "storage/random_id.h"

namespace dju::mixes {
namespace {

constexpr std::string_view kPartial = ".part";

}  // namespace

SoundFile::SoundFile(const std::filesystem::path& file, const std::string& title,
                     const audio::OpusOptions& opus)
    : file_(file), partial_(fmt::format("{}.{}{}", file.string(), storage::randomId(), kPartial)) {
  const audio::EncodeTags tags{title, "DJ Universe", {}};
  if (file.extension() == ".flac")
    encoder_ = audio::openFlac(partial_, tags, {kSampleRate, 24});
  else
    encoder_ = audio::openOpus(partial_, tags, opus);
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

void SoundFile::removeLeftOvers(const std::filesystem::path& folder) {
  const auto old = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == kPartial && entry.last_write_time(ignored) < old)
      std::filesystem::remove(entry.path(), ignored);
  }
}

}  // namespace dju::mixes
