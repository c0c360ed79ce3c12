#include "app/programs.h"

#include <fmt/core.h>

#include "core/error.h"

namespace dju::app {

std::filesystem::path programNamed(const std::string& name) {
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe");
  const std::filesystem::path program = name == "dju" ? self : self.parent_path() / name;
  if (!std::filesystem::exists(program))
    throw Error(
        ErrorCode::kUnavailable,
        fmt::format("{}: not there; ./scripts/run --with-learning builds it (docs/training.md)",
                    program.string()));
  return program;
}

}  // namespace dju::app
