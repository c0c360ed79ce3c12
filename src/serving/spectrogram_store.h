// What records sound like, heard once and kept: in memory within a bound, and, where there is a
// folder, in files named by the sound's own hash, so that copies, edited grids and restarts find
// what was heard before. A file is a NumPy array of halves [rows, bands], a hundredth of the sound.
//
// Metrics: dju_spectrograms_total by outcome (memory, file, heard). Any thread.
#pragma once

#include <cstddef>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "core/metrics.h"
#include "crate/record.h"
#include "mixer/spectrogram.h"

namespace dju::serving {

struct SpectrogramStoreOptions {
  std::filesystem::path folder;                  // made when it is needed; empty: nothing is kept
  std::size_t maxBytes = std::size_t{32} << 20;  // in memory
};

class SpectrogramStore {
 public:
  explicit SpectrogramStore(SpectrogramStoreOptions options,
                            metrics::Registry& metrics = metrics::registry());

  // Nothing where the record has not been heard and its sound is not in memory. A file that cannot
  // be read is heard again. Throws Error when the disk refuses a new one.
  std::shared_ptr<const mixer::Spectrogram> of(const crate::Record& record);

 private:
  using Shared = std::shared_ptr<const mixer::Spectrogram>;
  struct Entry {
    std::string hash;
    Shared sound;
  };
  std::filesystem::path fileOf(const std::string& hash) const;
  Shared remembered(const std::string& hash);
  Shared fromFile(const std::string& hash) const;
  Shared remember(const std::string& hash, Shared sound);

  const SpectrogramStoreOptions options_;
  metrics::Counter &memory_, &file_, &heard_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // used last first; guarded by mutex_
  std::size_t bytes_ = 0;     // guarded by mutex_
};

}  // namespace dju::serving
