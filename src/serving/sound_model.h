// What a technical model says of a mix from its sound alone: scores each second over the 10.24 s
// before, and one figure a head for whoever answers for what is heard.
//
//   ModelCache cache(registry);
//   SoundModel model(cache.current("technical"));
//   model.hear(evidence, master);                    // block by block
//   use(model.windows(), model.opinion(0));
//
// It computes as it hears, a few milliseconds a window: for logs and files. In the booth LiveSound
// says the same of the same sound. Callers: `dju judge`. One instance, one thread; allocates.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "judge/sound_judge.h"
#include "serving/sound_reader.h"
#include "serving/sound_windows.h"

namespace dju::serving {

class SoundModel : public judge::SoundJudge {
 public:
  // Throws as SoundReader().
  explicit SoundModel(std::shared_ptr<const LoadedModel> model)
      : reader_(std::move(model)), windows_(reader_.rows()), opinions_(reader_) {}

  void hear(const judge::Evidence& now, std::span<const float> master) override {
    windows_.push(now, master, [this](const SoundWindow& window) {
      heard_.push_back(reader_.read(window));
      opinions_.add(heard_.back());
    });
  }
  std::optional<judge::SoundOpinion> opinion(engine::PlayerIndex player) const override {
    return opinions_.opinion(player);
  }

  std::string name() const { return reader_.name(); }
  const std::vector<HeardWindow>& windows() const { return heard_; }

 private:
  SoundReader reader_;
  SoundWindows windows_;
  SoundOpinions opinions_;
  std::vector<HeardWindow> heard_;
};

// Of the technical model that the registry has in use; null where there is none. Throws Error where
// there is one that cannot be read or used.
std::unique_ptr<SoundModel> soundModelInUse(ModelCache& cache);

}  // namespace dju::serving
