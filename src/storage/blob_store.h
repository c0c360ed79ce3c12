// Immutable bytes by their SHA-256: covers, waveforms, analyses. A folder today, an object store
// later. Any thread, also several processes on one folder: a blob appears whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/error.h"

namespace dju::storage {

class BlobStore {
 public:
  explicit BlobStore(std::filesystem::path folder, std::int64_t maxBytes = 64LL << 20);

  // Stores the bytes and returns their hash. Throws Error: too large, disk full, folder read-only.
  std::string put(std::string_view bytes);
  // Fails for a hash that is none, an unknown one, and for bytes that no longer match it.
  Result<std::string> get(std::string_view hash) const;
  bool contains(std::string_view hash) const;
  void remove(std::string_view hash);

 private:
  Result<std::filesystem::path> pathOf(std::string_view hash) const;
  std::filesystem::path folder_;
  std::int64_t maxBytes_;
};

// Writes a file so that after a power cut it is the old one or the new one: temporary file in the
// same folder, fsync, rename, fsync of the folder. Throws Error naming the path and the reason.
void writeFileAtomically(const std::filesystem::path& path, std::string_view bytes);

}  // namespace dju::storage
