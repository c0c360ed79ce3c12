// Mixers that were trained: each version of the model "mixer" in the registry is the contestant
// cnn@VERSION, beside those that are written in C++ (mixer/contestants.h). Programs that plan mixes
// call this once, at their start; weights are loaded when the first mix is asked for.
#pragma once

#include <filesystem>
#include <memory>

#include "mixer/reading_mixer.h"

namespace dju::serving {

inline constexpr const char* kMixerModel = "mixer";  // in the registry
inline constexpr const char* kLearnedMixer = "cnn";  // as a contestant

// `models`: the registry's folder; without the model in it nothing is added. `spectrograms`: where
// what was heard is kept; empty: in memory only. Throws Error when the registry cannot be read.
void addLearnedMixers(const std::filesystem::path& models,
                      const std::filesystem::path& spectrograms);

// What cnn@VERSION listens with. Throws Error(kNotFound) when there is no such model or version.
std::shared_ptr<mixer::PairReader> learnedReader(const std::filesystem::path& models,
                                                 const std::filesystem::path& spectrograms,
                                                 int version);

}  // namespace dju::serving
