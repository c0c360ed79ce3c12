// Who mixes, as a command line names him: NAME@VERSION, or a file with a model (mixer_model.h).
// Callers: subcommands. Any thread.
#pragma once

#include <fmt/format.h>

#include <fstream>
#include <string>

#include "mixer/contestants.h"
#include "mixer/mixer_model_json.h"

namespace dju::app {

// Throws Error naming what is not there, or the file and what is wrong in it.
inline mixer::Contestant contestantFor(const std::string& model) {
  if (!model.ends_with(".json")) return mixer::findContestant(model).valueOrThrow();
  std::ifstream file(model, std::ios::binary);
  if (!file) throw Error(ErrorCode::kNotFound, fmt::format("{}: cannot be opened", model));
  std::string text(mixer::kMostModelBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  const auto parsed = mixer::parseMixerModel(text);
  if (!parsed)
    throw Error(parsed.error().code(), fmt::format("{}: {}", model, parsed.error().what()));
  return mixer::contestantOf(*parsed);
}

}  // namespace dju::app
