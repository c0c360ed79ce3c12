// A folder in TMPDIR that goes with everything in it: where sound that is only listened to is
// decoded. Callers: subcommands. Any thread.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

#include "core/error.h"

namespace dju::app {

class ScratchFolder {
 public:
  // Throws Error (kUnavailable) naming the place.
  ScratchFolder() {
    const std::filesystem::path parent = std::filesystem::temp_directory_path();
    std::string name = (parent / "dju-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      throw Error(ErrorCode::kUnavailable,
                  "cannot make a folder in " + parent.string() + "; TMPDIR names another place");
    }
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace dju::app
