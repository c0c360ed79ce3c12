// beat_modules.tsv: which modules of which Debian packages, and how many of their rows make a beat.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace dju::corpus {

struct ModuleEntry {
  std::string package;
  std::filesystem::path path;  // below the folder that the package was unpacked to
  int rowsPerBeat = 4;

  std::string name() const { return package + "-" + path.stem().string(); }
};

// Throws Error naming file and line when a line is not package, path, rows.
std::vector<ModuleEntry> readModuleList(const std::filesystem::path& file);

}  // namespace dju::corpus
