// What a technical model says of windows of sound, and what these come to for whoever answers for
// them. Used by SoundModel, which computes as it hears, and by LiveSound, which has a thread for
// it.
//
// One instance, one thread each.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "inference/network/network_runner.h"
#include "judge/sound_judge.h"
#include "serving/model_cache.h"
#include "serving/sound_windows.h"

namespace dju::serving {

inline constexpr const char* kTechnicalModel = "technical";  // in the registry

// What the model says of one window.
struct HeardWindow {
  Frame start, end;
  judge::Heads heads;   // those that the model has
  float bothHeard = 1;  // share of it in which two records are heard, as the model hears it
  std::array<float, judge::kSeats> answered{};
};

// Rows of a window that the model takes. Throws Error(kUnsupported) when it was made for other
// features than music/sound_rows.h.
std::size_t soundRowsOf(const LoadedModel& model);

class SoundReader {
 public:
  // together: windows that it can read at once; each takes half a megabyte. Throws
  // Error(kUnsupported) when the model was made for other features or has none of the heads.
  explicit SoundReader(std::shared_ptr<const LoadedModel> model, std::size_t together = 1);

  std::size_t rows() const { return rows_; }  // of a window
  std::size_t together() const { return runner_.items(); }
  const ModelVersion& version() const { return model_->version; }
  std::string name() const;  // "technical 1"
  // A few milliseconds; allocates nothing. `window.rows` has rows() of them.
  HeardWindow read(const SoundWindow& window);
  // Several, up to together(), as one: put each in its place, run so many, ask for each what was
  // heard. The figures are those that read() has of each. Allocates nothing.
  void put(const SoundWindow& window, std::size_t place = 0);
  void run(std::size_t windows = 1) noexcept { runner_.run(windows); }
  HeardWindow heard(const SoundWindow& window, std::size_t place = 0) const;

 private:
  std::shared_ptr<const LoadedModel> model_;
  inference::NetworkRunner runner_;
  std::size_t rows_;
};

class SoundOpinions {
 public:
  explicit SoundOpinions(const SoundReader& reader);

  // `together`: the share of the window in which two records are heard.
  void add(const HeardWindow& window, double together);
  // Windows count by the share for which `player` answers; beats, tempo, keys and transitions also
  // by how much two records are heard in them. Confidence: what the model explains of the variance
  // of labels that it has never seen (its metric "pearson.HEAD", squared), times 1 - 2^(-s / 10)
  // for s seconds of such sound. Empty before there was any.
  std::optional<judge::SoundOpinion> opinion(engine::PlayerIndex player) const;

 private:
  struct Mean {
    double sum = 0, weight = 0, recent = 0;

    void add(double value, double counts);
  };
  std::string model_;
  std::array<double, judge::kHeadCount> explained_{};  // share of the variance, by Head
  std::array<std::array<Mean, judge::kHeadCount>, judge::kSeats> means_;
  Frame end_;
};

}  // namespace dju::serving
