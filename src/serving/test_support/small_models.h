// ONNX files of a model "toy" whose score says which weights it has, and a folder for a registry.
// For tests of whatever serves models.
#pragma once

#include <filesystem>
#include <string>

namespace dju::serving::testing {

// A folder of its own below the system's, removed with the object.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Writes a model that adds `weight` to each of `columns` inputs: features [1, 1, columns] to scores
// [1, 1, columns], with the metadata that the registry asks for.
std::filesystem::path writeToyModel(const std::filesystem::path& file, float weight,
                                    int columns = 4, const std::string& name = "toy");

}  // namespace dju::serving::testing
