#include "serving/sound_model.h"

#include <algorithm>
#include <cmath>

#include "judge/performance.h"

namespace dju::serving {
namespace {

using judge::Head;
using judge::HeardPassage;

// What the ear explains of the variance of the telemetry's figures, half of it after one passage:
// of keys and transitions over pairs like the jury's of other seeds; of beats and tempo between
// what it does there (.95 and more) and with virtual DJs (less, and not surely known;
// docs/judging.md).
constexpr double kKeysExplained = 0.66, kTransitionsExplained = 0.49, kBeatsExplained = 0.55,
                 kTempoExplained = 0.7;
// What the ear's beats and tempo count beside the model's, where both hear them. On records whose
// drums are plain the ear alone is better still; where they are not, each corrects the other.
constexpr double kEarsBeats = 0.8, kEarsTempo = 0.5;

std::optional<double> mixed(std::optional<double> byEar, std::optional<double> byModel,
                            double ears) {
  if (!byEar) return byModel;
  return byModel ? ears * *byEar + (1 - ears) * *byModel : byEar;
}

std::optional<float> toFloat(std::optional<double> value) {
  if (!value) return {};
  return static_cast<float>(*value);
}

// A head's mean over passages.
struct Mean {
  double sum = 0, weight = 0;

  void add(const std::optional<float>& value, double counts = 1) {
    if (!value) return;
    sum += counts * static_cast<double>(*value);
    weight += counts;
  }
};

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
std::optional<double> SoundModel::byModel(Head head, const HeardPassage& passage) const {
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

std::vector<HeardTransition> SoundModel::transitions() const {
  std::vector<HeardTransition> transitions;
  for (const HeardPassage& passage : passages()) {
    HeardTransition heard;
    heard.start = passage.start;
    heard.end = passage.end;
    heard.player = playerAt(passage.start + (passage.end - passage.start) / 2);
    heard.beatsByEar = passage.course.has_value();
    const std::optional<double> beats =
        mixed(passage.beatAlignment(), byModel(Head::kBeatAlignment, passage), kEarsBeats);
    const std::optional<double> tempo =
        mixed(passage.bpmAccuracy(), byModel(Head::kBpmAccuracy, passage), kEarsTempo);
    judge::TransitionParts parts = passage.parts();
    if (beats && tempo) parts.tempoSmoothness = (*beats + *tempo) / 2;
    heard.heads[Head::kBeatAlignment] = toFloat(beats);
    heard.heads[Head::kBpmAccuracy] = toFloat(tempo);
    heard.heads[Head::kKeyCompatibility] = toFloat(parts.keyCompatibility);
    heard.heads[Head::kTransitionQuality] = toFloat(parts.quality());
    heard.keyConfidence = passage.keyConfidence;
    transitions.push_back(heard);
  }
  return transitions;
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
  Mean keys, quality, beats, tempo;
  for (const HeardTransition& transition : transitions()) {
    if (transition.player != player) continue;
    quality.add(transition.heads[Head::kTransitionQuality]);
    keys.add(transition.heads[Head::kKeyCompatibility], transition.keyConfidence);
    if (!transition.beatsByEar) continue;
    beats.add(transition.heads[Head::kBeatAlignment]);
    tempo.add(transition.heads[Head::kBpmAccuracy]);
  }
  const auto say = [&](Head head, const Mean& mean, double explained) {
    if (mean.weight <= 0) return;
    opinion->heads[head] = static_cast<float>(mean.sum / mean.weight);
    opinion->confidence[static_cast<std::size_t>(head)] = explained * (1 - std::exp2(-mean.weight));
  };
  say(Head::kBpmAccuracy, tempo, kTempoExplained);
  say(Head::kBeatAlignment, beats, kBeatsExplained);
  say(Head::kKeyCompatibility, keys, kKeysExplained);
  say(Head::kTransitionQuality, quality, kTransitionsExplained);
  return opinion;
}

std::unique_ptr<SoundModel> soundModelInUse(ModelCache& cache) {
  auto model = cache.currentIfAny(kTechnicalModel);
  return model ? std::make_unique<SoundModel>(std::move(model)) : nullptr;
}

}  // namespace dju::serving
