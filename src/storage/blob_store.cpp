#include "storage/blob_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include "audio/sha256.h"

namespace dju::storage {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, int reason) {
  throw Error(ErrorCode::kUnavailable,
              fmt::format("cannot write \"{}\": {}", path.string(), std::strerror(reason)));
}

bool writeAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void syncFolder(const std::filesystem::path& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

}  // namespace

void writeFileAtomically(const std::filesystem::path& path, std::string_view bytes) {
  std::string temporary = path.string() + ".XXXXXX";
  const int fd = mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) fail(path, errno);
  const bool written = writeAll(fd, bytes) && fsync(fd) == 0;
  const int reason = errno;
  close(fd);
  if (!written || rename(temporary.c_str(), path.c_str()) != 0) {
    const int cause = written ? errno : reason;
    unlink(temporary.c_str());
    fail(path, cause);
  }
  syncFolder(path.parent_path());
}

BlobStore::BlobStore(std::filesystem::path folder, std::int64_t maxBytes)
    : folder_(std::move(folder)), maxBytes_(maxBytes) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) fail(folder_, error.value());
}

// Two levels, so that no folder grows beyond what tools like.
Result<std::filesystem::path> BlobStore::pathOf(std::string_view hash) const {
  if (!isSha256Hex(hash)) {
    return Error(ErrorCode::kInvalid,
                 fmt::format("blob \"{}\": not a SHA-256 in hex", hash.substr(0, 80)));
  }
  return folder_ / hash.substr(0, 2) / hash;
}

std::string BlobStore::put(std::string_view bytes) {
  if (static_cast<std::int64_t>(bytes.size()) > maxBytes_) {
    throw Error(ErrorCode::kTooLarge,
                fmt::format("blob of {} bytes; the limit is {}", bytes.size(), maxBytes_));
  }
  std::string hash = sha256Hex(bytes);
  if (contains(hash)) return hash;
  const std::filesystem::path path = pathOf(hash).valueOrThrow();
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  if (error) fail(path.parent_path(), error.value());
  writeFileAtomically(path, bytes);
  return hash;
}

Result<std::string> BlobStore::get(std::string_view hash) const {
  Result<std::filesystem::path> path = pathOf(hash);
  if (!path) return path.error();
  std::ifstream file(*path, std::ios::binary);
  if (!file) return Error(ErrorCode::kNotFound, fmt::format("blob {}: not in the store", hash));
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (sha256Hex(bytes) != hash) {
    return Error(ErrorCode::kInternal,
                 fmt::format("blob {}: its bytes are damaged on disk; restore a backup", hash));
  }
  return bytes;
}

bool BlobStore::contains(std::string_view hash) const {
  const Result<std::filesystem::path> path = pathOf(hash);
  std::error_code error;
  return path.ok() && std::filesystem::exists(*path, error);
}

void BlobStore::remove(std::string_view hash) {
  const Result<std::filesystem::path> path = pathOf(hash);
  std::error_code error;
  if (path) std::filesystem::remove(*path, error);
}

}  // namespace dju::storage
