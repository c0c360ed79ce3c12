#include "serving/sound_model.h"

#include <algorithm>
#include <cmath>

#include "judge/performance.h"

namespace dju::serving {
namespace {

using judge::Head;
using judge::HeardPassage;

// What the ear explains of the variance of the telemetry's figures, over 36 pairs like the jury's
// of other seeds (docs/judging.md); half of it after one passage.
constexpr double kKeysExplained = 0.66, kTransitionsExplained = 0.49, kBeatsExplained = 0.55;
// What the ear's beats count beside the model's. It hears them to a millisecond or two, but not
// what was put right before the first record had gone.
constexpr double kEarsBeats = 0.8;

double overlap(Frame start, Frame end, const HeardPassage& passage) {
  const Frame from = std::max(start, passage.start), to = std::min(end, passage.end);
  return from < to ? static_cast<double>(to - from) : 0.0;
}

double togetherIn(const HeardWindow& window, const std::vector<HeardPassage>& passages) {
  if (passages.empty()) return static_cast<double>(window.bothHeard);
  double frames = 0;
  for (const HeardPassage& passage : passages) frames += overlap(window.start, window.end, passage);
  return frames / static_cast<double>(window.end - window.start);
}

}  // namespace

void SoundModel::hear(const judge::Evidence& now, std::span<const float> master) {
  if (now.frame != expected_) {
    ear_.emplace();
    earStart_ = now.frame;
    players_.clear();
  }
  expected_ = now.frame + static_cast<FrameCount>(master.size() / kChannels);
  players_.resize(static_cast<std::size_t>((now.frame - earStart_) / judge::kEvidenceFrames) + 1,
                  now.player);
  ear_->hear(master);
  passages_.reset();
  windows_.push(now, master,
                [this](const SoundWindow& window) { heard_.push_back(reader_.read(window)); });
}

const std::vector<HeardPassage>& SoundModel::passages() const {
  if (passages_) return *passages_;
  passages_ = ear_ ? ear_->passages() : std::vector<HeardPassage>();
  for (HeardPassage& passage : *passages_) {
    passage.start = passage.start + (earStart_ - Frame());
    passage.end = passage.end + (earStart_ - Frame());
  }
  return *passages_;
}

engine::PlayerIndex SoundModel::playerAt(Frame frame) const {
  const auto at = static_cast<std::size_t>((frame - earStart_) / judge::kEvidenceFrames);
  return players_[std::min(at, players_.size() - 1)];
}

// What the model says of a head in a passage.
std::optional<double> SoundModel::inPassage(Head head, const HeardPassage& passage) const {
  double sum = 0, weight = 0;
  for (const HeardWindow& window : heard_) {
    if (!window.heads[head]) continue;
    const double counts = overlap(window.start, window.end, passage);
    sum += counts * static_cast<double>(*window.heads[head]);
    weight += counts;
  }
  if (weight <= 0) return {};
  return sum / weight;
}

std::optional<double> SoundModel::beatsIn(const HeardPassage& passage) const {
  const std::optional<double> byModel = inPassage(Head::kBeatAlignment, passage);
  if (!passage.beats) return byModel;
  const double byEar = judge::beatAlignment(passage.beats->milliseconds);
  return byModel ? kEarsBeats * byEar + (1 - kEarsBeats) * *byModel : byEar;
}

std::optional<judge::SoundOpinion> SoundModel::opinionOfModel(engine::PlayerIndex player) const {
  SoundOpinions opinions(reader_);
  for (const HeardWindow& window : heard_)
    opinions.add(window, static_cast<double>(window.bothHeard));
  return opinions.opinion(player);
}

std::optional<judge::SoundOpinion> SoundModel::opinion(engine::PlayerIndex player) const {
  const std::vector<HeardPassage>& heard = passages();
  SoundOpinions opinions(reader_);
  for (const HeardWindow& window : heard_) opinions.add(window, togetherIn(window, heard));
  std::optional<judge::SoundOpinion> opinion = opinions.opinion(player);
  if (!opinion) return {};
  double keys = 0, keyWeight = 0, quality = 0, measured = 0, beats = 0, beatsHeard = 0;
  for (const HeardPassage& passage : heard) {
    if (playerAt(passage.start + (passage.end - passage.start) / 2) != player) continue;
    judge::TransitionParts parts = passage.parts();
    const std::optional<double> together = beatsIn(passage);
    const std::optional<double> tempo = inPassage(Head::kBpmAccuracy, passage);
    if (together && tempo) parts.tempoSmoothness = (*together + *tempo) / 2;
    quality += *parts.quality();
    ++measured;
    if (together && passage.beats) {
      beats += *together;
      ++beatsHeard;
    }
    if (!parts.keyCompatibility) continue;
    keys += passage.keyConfidence * *parts.keyCompatibility;
    keyWeight += passage.keyConfidence;
  }
  const auto say = [&](Head head, double value, double explained, double amount) {
    opinion->heads[head] = static_cast<float>(value);
    opinion->confidence[static_cast<std::size_t>(head)] = explained * (1 - std::exp2(-amount));
  };
  if (beatsHeard > 0) say(Head::kBeatAlignment, beats / beatsHeard, kBeatsExplained, beatsHeard);
  if (keyWeight > 0) say(Head::kKeyCompatibility, keys / keyWeight, kKeysExplained, keyWeight);
  if (measured > 0)
    say(Head::kTransitionQuality, quality / measured, kTransitionsExplained, measured);
  return opinion;
}

std::unique_ptr<SoundModel> soundModelInUse(ModelCache& cache) {
  auto model = cache.currentIfAny(kTechnicalModel);
  return model ? std::make_unique<SoundModel>(std::move(model)) : nullptr;
}

}  // namespace dju::serving
