// The sound of windows of a data set: simulated performances and battles are played again from what
// made them, sets are decoded. Callers: `dju dataset listen`. One thread; takes as long as playing.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace dju::app {

// Windows wanted of each performance: item and first frame.
struct WantedWindow {
  std::string item;
  std::int64_t start = 0;
};
using WantedWindows = std::map<std::string, std::vector<WantedWindow>>;

// `from`: the data folder with the recordings, or the folder of the sets; of no use for a simulated
// data set. `take` gets interleaved stereo at 48 kHz. Throws Error when a performance is not to be
// had, or sounds otherwise than when its windows were made.
void soundsOf(const std::filesystem::path& data, const std::filesystem::path& from,
              const WantedWindows& wanted,
              const std::function<void(const std::string& item, std::span<const float>)>& take);

}  // namespace dju::app
