// A data set of strangers: dataset.json, a shard's three arrays and its item lines, each led by its
// length in two bytes. Whatever they hold, opening and reading all of it succeeds or throws Error.
#include "learning/data/dataset.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"

namespace {

namespace fs = std::filesystem;

constexpr std::array kFiles = {"dataset.json", "train/features-000.npy", "train/labels-000.npy",
                               "train/extra-000.npy", "train/items-000.jsonl"};

// One for the process, gone when it ends.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("dju-fuzz-dataset-" + std::to_string(::getpid()));
  Folder() { fs::create_directories(path / "train"); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path); }
};

// What the next two bytes count, or what is left.
std::span<const std::uint8_t> takePart(std::span<const std::uint8_t>& bytes) {
  if (bytes.size() < 2) return {};
  const std::size_t wanted = bytes[0] + 256U * bytes[1];
  bytes = bytes.subspan(2);
  const auto part = bytes.first(std::min(wanted, bytes.size()));
  bytes = bytes.subspan(part.size());
  return part;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Folder folder;
  std::span<const std::uint8_t> bytes(data, size);
  for (const char* name : kFiles) {
    const auto part = takePart(bytes);
    std::ofstream(folder.path / name, std::ios::binary)
        .write(reinterpret_cast<const char*>(part.data()),
               static_cast<std::streamsize>(part.size()));
  }
  try {
    const dju::learning::Dataset dataset(folder.path);
    const auto split = dataset.open(dju::learning::SplitName::kTrain);
    std::vector<float> window(dataset.info().frames * dataset.info().columns.size());
    for (std::size_t item = 0; item < split.items(); ++item) {
      split.textOf(item, "track");
      split.copyFeatures(item, window);
    }
  } catch (const dju::Error&) {
  }
  return 0;
}
