#include "corpus/module_list.h"

#include <fstream>
#include <sstream>

#include "core/error.h"

namespace dju::corpus {

std::vector<ModuleEntry> readModuleList(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw Error(ErrorCode::kUnavailable, file.string() + ": cannot be read");
  std::vector<ModuleEntry> entries;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream fields(line);
    ModuleEntry entry;
    std::string path;
    if (!std::getline(fields, entry.package, '\t') || !std::getline(fields, path, '\t') ||
        !(fields >> entry.rowsPerBeat) || entry.rowsPerBeat < 1) {
      throw Error(ErrorCode::kInvalid, file.string() + ":" + std::to_string(number) +
                                           ": expected package, path and rows a beat");
    }
    entry.path = path;
    entries.push_back(entry);
  }
  return entries;
}

}  // namespace dju::corpus
