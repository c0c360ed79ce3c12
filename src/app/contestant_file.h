// Who mixes, as a command line names him: NAME@VERSION, among them models in the data folder
// (mixes/mixers.h), or a file with a model (mixer_model.h).
// Callers: subcommands. Any thread.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "mixer/mixer_model_json.h"
#include "mixes/mixers.h"
#include "serving/learned_mixers.h"

namespace dju::app {

// Throws Error naming the file and what is wrong in it.
inline mixer::MixerModel mixerModelFrom(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) throw Error(ErrorCode::kNotFound, fmt::format("{}: cannot be opened", name));
  std::string text(mixer::kMostModelBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  const auto parsed = mixer::parseMixerModel(text);
  if (!parsed)
    throw Error(parsed.error().code(), fmt::format("{}: {}", name, parsed.error().what()));
  return *parsed;
}

// `models`: where trained ones lie. Throws Error naming what is not there, or the file and what is
// wrong in it.
inline mixer::Contestant contestantFor(const std::string& model,
                                       const std::filesystem::path& dataDir,
                                       const std::filesystem::path& models) {
  serving::addLearnedMixers(models, {});
  if (!model.ends_with(".json")) return mixes::Mixers(dataDir).find(model).valueOrThrow();
  return mixer::contestantOf(mixerModelFrom(model));
}

}  // namespace dju::app
