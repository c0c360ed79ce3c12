// What is heard in a mix from its sound alone: a technical model's scores each second over
// the 10.24 s before, and what PassageEar measures of the passages from record to record. Together
// they are one figure a head for whoever answers for what is heard: tempo and hands by the model,
// keys and transitions by the ear, beats by both. Where the ear finds passages, the model's beats
// count in them alone, else by how much the model itself hears two records.
//
//   ModelCache cache(registry);
//   SoundModel model(cache.current("technical"));
//   model.hear(evidence, master);                    // block by block
//   use(model.windows(), model.opinion(0));
//
// It computes as it hears, a few milliseconds a window, and looks for passages when it is asked:
// for logs and files. In the booth LiveSound says what the model says. Callers: `dju judge`,
// reports of battles. One instance, one thread; allocates.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "judge/passage_ear.h"
#include "judge/sound_judge.h"
#include "serving/sound_reader.h"
#include "serving/sound_windows.h"

namespace dju::serving {

// What is heard of one passage, and who answers for it.
struct HeardTransition {
  Frame start, end;
  engine::PlayerIndex player = 255;
  // Of tempo, beats, keys and the transition as a whole; empty where neither ear nor model says it.
  judge::Heads heads;
  double keyConfidence = 0;  // 0 to 1
  bool beatsByEar = false;
};

class SoundModel : public judge::SoundJudge {
 public:
  // Throws as SoundReader().
  explicit SoundModel(std::shared_ptr<const LoadedModel> model)
      : reader_(std::move(model)), windows_(reader_.rows()) {}

  void hear(const judge::Evidence& now, std::span<const float> master) override;
  std::optional<judge::SoundOpinion> opinion(engine::PlayerIndex player) const override;

  // What the model alone says, as it does in the booth and in browsers.
  std::optional<judge::SoundOpinion> opinionOfModel(engine::PlayerIndex player) const;

  std::string name() const { return reader_.name(); }
  const std::vector<HeardWindow>& windows() const { return heard_; }
  // In order; of the sound since some of it was missing.
  const std::vector<judge::HeardPassage>& passages() const;
  // What they come to, one each.
  std::vector<HeardTransition> transitions() const;

 private:
  engine::PlayerIndex playerAt(Frame frame) const;
  std::optional<double> byModel(judge::Head head, const judge::HeardPassage& passage) const;

  SoundReader reader_;
  SoundWindows windows_;
  std::vector<HeardWindow> heard_;
  std::optional<judge::PassageEar> ear_;
  // What it found, for both players; nothing: it has heard more since.
  mutable std::optional<std::vector<judge::HeardPassage>> passages_;
  Frame earStart_;
  std::vector<std::uint8_t> players_;  // who answers, each evidence since then
  std::optional<Frame> expected_;      // the next block's
};

// Of the technical model that the registry has in use; null where there is none. Throws Error where
// there is one that cannot be read or used.
std::unique_ptr<SoundModel> soundModelInUse(ModelCache& cache);

}  // namespace dju::serving
