#include "server/battle/log_file.h"

#include <fmt/format.h>

#include <string>

namespace dju::server {
namespace {

constexpr std::uintmax_t kMaxLogBytes = 512ULL * 1024 * 1024;

}  // namespace

Result<engine::BattleLog> readLogFile(const std::filesystem::path& file) {
  std::error_code failure;
  const std::uintmax_t size = std::filesystem::file_size(file, failure);
  if (failure)
    return Error(ErrorCode::kNotFound,
                 fmt::format("recording {}: no such log", file.stem().string()));
  if (size > kMaxLogBytes)
    return Error(ErrorCode::kTooLarge,
                 fmt::format("{}: {} bytes, more than the {} that a log may have",
                             file.filename().string(), size, kMaxLogBytes));
  std::ifstream in(file, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  return engine::parseLog(bytes);
}

}  // namespace dju::server
