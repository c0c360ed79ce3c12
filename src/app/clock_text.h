// Times as people read them on a terminal. Any thread.
#pragma once

#include <fmt/format.h>

#include <string>

#include "core/time.h"

namespace dju::app {

// "3:07"; whole seconds that have passed.
inline std::string clockText(Frame frame) {
  const auto seconds = frame.index() / kSampleRate;
  return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

}  // namespace dju::app
