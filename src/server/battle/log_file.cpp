#include "server/battle/log_file.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "storage/packed_log.h"

namespace dju::server {
namespace {

namespace fs = std::filesystem;
using storage::kMostLogBytes, storage::kPackedEnding;

bool isPacked(const fs::path& file) {
  return file.extension() == kPackedEnding;
}

}  // namespace

bool isLogFile(const fs::path& file) {
  return (isPacked(file) ? file.stem() : file).extension() == ".djlog";
}

Result<std::string> readLogText(const fs::path& file) {
  fs::path found = file;
  std::error_code failure;
  if (!isPacked(file) && !fs::exists(file, failure)) found += kPackedEnding;
  const std::uintmax_t size = fs::file_size(found, failure);
  if (failure)
    return Error(ErrorCode::kNotFound,
                 fmt::format("recording {}: no such log", file.stem().string()));
  if (size > kMostLogBytes)
    return Error(ErrorCode::kTooLarge,
                 fmt::format("{}: {} bytes, more than the {} that a log may have",
                             found.filename().string(), size, kMostLogBytes));
  std::ifstream in(found, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), {});
  if (!isPacked(found)) return bytes;
  return storage::unpackLog(bytes);
}

Result<engine::BattleLog> readLogFile(const fs::path& file) {
  const auto text = readLogText(file);
  if (!text) return text.error();
  return engine::parseLog(*text);
}

}  // namespace dju::server
