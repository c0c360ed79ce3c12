// The models that listen for `dju judge`, the registry's current ones, and an audio file for them
// to hear. One thread.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "serving/genre_ear.h"
#include "serving/sound_model.h"

namespace dju::app {

// `named`: "technical@3", as reports name it, or empty for the technical model that is in use,
// which may be none: null. Throws Error where there is no such version or it cannot be read.
std::unique_ptr<serving::SoundModel> soundModelIn(const std::filesystem::path& models,
                                                  const std::string& named);
// Likewise the model that names genres.
std::unique_ptr<serving::GenreEar> genreEarIn(const std::filesystem::path& models);

// Decodes a file and hands it on as one player's, 10 ms at a time. Throws Error naming the file.
using Ear = std::function<void(const judge::Evidence& now, std::span<const float> master)>;
void hearFile(const std::filesystem::path& file, const Ear& ear);

}  // namespace dju::app
