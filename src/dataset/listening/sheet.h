// Blind listening sheets: sounds under names that tell nothing, and one page with a form, English
// and Spanish, that works from any folder without a server. What a sound is stands in a key that is
// kept apart. Some sounds are there twice, so that whoever answers by chance is seen.
//
// Callers: app/dataset_listen.cpp. One thread.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace dju::dataset {

class SheetWriter {
 public:
  // `sheet`: what tells it from others; names and order follow from it. `heads`: what is asked
  // (judge/heads.h). Throws Error when the folder is there already or a head is none.
  SheetWriter(std::filesystem::path folder, std::string sheet, std::vector<std::string> heads);

  // One window: interleaved stereo at 48 kHz.
  void add(const std::string& item, std::span<const float> stereo);
  // Writes the page, and the key to `key`. A tenth of the sounds, one at least, are repeated.
  void finish(const std::filesystem::path& key);

 private:
  struct Sound {
    std::string item, name;
  };
  std::string nameOf(const std::string& item, int copy) const;

  std::filesystem::path folder_;
  std::string sheet_;
  std::vector<std::string> heads_;
  std::vector<Sound> sounds_;
};

// The page: sounds in the order in which they are heard.
std::string sheetPage(const std::string& sheet, const std::vector<std::string>& sounds,
                      const std::vector<std::string>& heads);

}  // namespace dju::dataset
