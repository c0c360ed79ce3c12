// The model that listens for `dju judge`: the registry's current technical one, and what it says of
// an audio file. One thread.
#pragma once

#include <filesystem>
#include <memory>

#include "serving/sound_model.h"

namespace dju::app {

// Null where the folder has no technical model that is in use. Throws Error where it has one that
// cannot be read.
std::unique_ptr<serving::SoundModel> soundModelIn(const std::filesystem::path& models);

// Decodes a file and has the model hear it as one player's. Throws Error naming the file.
void hearFile(serving::SoundModel& model, const std::filesystem::path& file);

}  // namespace dju::app
