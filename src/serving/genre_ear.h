// Which genre a recording is of, as the registry's genre model hears it: the mean of what it says
// of a window of 10.24 s each few seconds. What it learned from were records alone or two of one
// genre (docs/models/genre.md); while two genres sound at once, both have a share.
//
// Callers: `dju judge` of recordings. It computes as it hears and allocates: for files. One
// instance, one thread.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "inference/network/network_runner.h"
#include "serving/model_cache.h"
#include "serving/sound_reader.h"
#include "serving/sound_windows.h"

namespace dju::serving {

inline constexpr const char* kGenreModel = "genre";  // in the registry

class GenreEar {
 public:
  // Throws Error(kUnsupported) when the model was made for other features.
  explicit GenreEar(std::shared_ptr<const LoadedModel> model);

  struct Share {
    std::string genre;
    double share = 0;  // 0 to 1, of all genres together 1
  };

  // The next block, interleaved stereo at 48 kHz, and its moment.
  void hear(const judge::Evidence& now, std::span<const float> master);
  // The largest first; empty before ten seconds were heard.
  std::vector<Share> genres() const;
  std::string name() const;  // "genre 1"

 private:
  std::shared_ptr<const LoadedModel> model_;
  inference::NetworkRunner runner_;
  SoundWindows windows_;
  std::vector<double> sums_;
  int completed_ = 0, heard_ = 0;  // windows
};

// Of the model that the registry has in use; null where there is none.
std::unique_ptr<GenreEar> genreEarInUse(ModelCache& cache);

}  // namespace dju::serving
