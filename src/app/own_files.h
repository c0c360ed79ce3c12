// Limits for an operator's own files, which may be longer than what strangers upload. Any thread.
#pragma once

#include "audio/decode.h"

namespace dju::app {

inline constexpr double kOwnFileHours = 12;

inline audio::DecodeLimits ownFileLimits() {
  audio::DecodeLimits limits;
  limits.fileBytes = 16LL << 30;
  limits.seconds = kOwnFileHours * 3600;
  limits.cpuSeconds = 4 * 3600;
  return limits;
}

}  // namespace dju::app
