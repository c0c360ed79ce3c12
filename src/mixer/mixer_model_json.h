// A mixer model as JSON (docs/evolution.md), strict as the genome's. Any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "mixer/mixer_model.h"

namespace dju::mixer {

inline constexpr int kMixerModelVersion = 1;
inline constexpr std::size_t kMostModelBytes = 256 << 10;

nlohmann::json toJson(const MixerModel& model);
Result<MixerModel> parseMixerModel(std::string_view text);

}  // namespace dju::mixer
