// What a technical model says of a mix from its sound alone: scores each 2.56 s over the 10.24 s
// before, and one figure a head for whoever answers for what is heard.
//
//   ModelCache cache(registry);
//   SoundModel model(cache.current("technical"));
//   model.hear(evidence, master);                    // block by block
//   use(model.windows(), model.opinion(0));
//
// It computes as it hears, a few milliseconds a window: for logs and files. A live judge would have
// to put a queue and a thread before it. Callers: `dju judge`. One instance, one thread; allocates.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "inference/network/network_runner.h"
#include "judge/sound_judge.h"
#include "judge/verdict.h"
#include "music/sound_rows.h"
#include "serving/model_cache.h"

namespace dju::serving {

// A window of sound and what the model says of it.
struct SoundWindow {
  Frame start;
  judge::Heads heads;   // those that the model has
  float bothHeard = 1;  // share of it in which two records are heard, as the model hears it
  // Share of it for which each player answers.
  std::array<float, judge::kSeats> answered{};
};

class SoundModel : public judge::SoundJudge {
 public:
  // Throws Error(kUnsupported) when the model was made for other features or has none of the heads.
  explicit SoundModel(std::shared_ptr<const LoadedModel> model);

  void hear(const judge::Evidence& now, std::span<const float> master) override;
  // Windows count by the share for which `player` answers; beats, tempo and transitions also by how
  // much two records are heard in them. Confidence: what the model explains of the variance of
  // labels that it has never seen (its metric "pearson.HEAD", squared), times 1 - 2^(-s / 10) for s
  // seconds of such sound.
  std::optional<judge::SoundOpinion> opinion(engine::PlayerIndex player) const override;

  std::string name() const;  // "technical 1"
  const std::vector<SoundWindow>& windows() const { return windows_; }

 private:
  void take(std::span<const float> row);
  void judgeWindow();

  std::shared_ptr<const LoadedModel> model_;
  inference::NetworkRunner runner_;
  std::size_t rowsAWindow_;
  music::SoundRows rows_;
  std::vector<float> mono_;
  std::vector<float> past_;            // rows of the window that comes
  std::vector<std::uint8_t> players_;  // who answers, by row
  std::size_t heard_ = 0;              // rows
  std::vector<SoundWindow> windows_;
};

}  // namespace dju::serving
