#include "app/sound_opinion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "app/scratch_folder.h"
#include "audio/decode.h"
#include "audio/pcm_file.h"
#include "core/error.h"
#include "judge/performance.h"

namespace dju::app {

std::unique_ptr<serving::SoundModel> soundModelIn(const std::filesystem::path& models,
                                                  const std::string& named) {
  const serving::ModelRegistry registry(models);
  serving::ModelCache cache(registry);
  if (named.empty()) return serving::soundModelInUse(cache);
  const std::size_t at = std::min(named.find('@'), named.size());
  const char* const end = named.data() + named.size();
  int version = 0;
  const auto parsed = std::from_chars(std::min(named.data() + at + 1, end), end, version);
  if (parsed.ec != std::errc() || parsed.ptr != end)
    throw Error(ErrorCode::kInvalid,
                fmt::format("--model {}: NAME@VERSION is expected, such as {}@1",
                            named.substr(0, 80), serving::kTechnicalModel));
  return std::make_unique<serving::SoundModel>(cache.version(named.substr(0, at), version));
}

std::unique_ptr<serving::GenreEar> genreEarIn(const std::filesystem::path& models) {
  const serving::ModelRegistry registry(models);
  serving::ModelCache cache(registry);
  return serving::genreEarInUse(cache);
}

void hearFile(const std::filesystem::path& file, const Ear& ear) {
  const ScratchFolder scratch;
  const auto pcm = scratch.path() / "sound.pcm";
  audio::Decoder().decode(file, pcm).valueOrThrow();
  const audio::PcmFile decoded = audio::PcmFile::open(pcm).valueOrThrow();
  const audio::PcmView sound = decoded.view();
  judge::Evidence now;
  now.player = 0;
  std::array<float, judge::kEvidenceFrames * kChannels> block{};
  for (std::int64_t at = 0; at < sound.frames; at += judge::kEvidenceFrames) {
    const auto samples = static_cast<std::size_t>(
        kChannels * std::min<std::int64_t>(judge::kEvidenceFrames, sound.frames - at));
    for (std::size_t i = 0; i < samples; ++i)
      block[i] = static_cast<float>(sound.samples[static_cast<std::size_t>(at) * kChannels + i]) *
                 sound.scale;
    now.frame = Frame(at);
    ear(now, std::span(block).first(samples));
  }
}

}  // namespace dju::app
