// Logging: spdlog behind one header, so that every line has the same form. Never from an engine
// thread (it locks); secrets and tokens are never arguments.
#pragma once

#include <spdlog/spdlog.h>

namespace dju::log {
using spdlog::debug;
using spdlog::error;
using spdlog::info;
using spdlog::warn;
}  // namespace dju::log
