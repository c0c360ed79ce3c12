#include "serving/sound_model.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "judge/performance.h"

namespace dju::serving {
namespace {

using judge::Head;

constexpr std::size_t kStepRows = 256;  // from one window to the next
constexpr double kStepSeconds = 2.56;
constexpr double kHalfSeconds = 10;  // of sound: confidence is half of what it can be
constexpr const char* kBothHeard = "both_heard_share";
static_assert(judge::kEvidenceFrames == music::kSoundRowHop);

bool needsTwo(Head head) {
  return head == Head::kBpmAccuracy || head == Head::kBeatAlignment ||
         head == Head::kTransitionQuality || head == Head::kKeyCompatibility;
}

}  // namespace

SoundModel::SoundModel(std::shared_ptr<const LoadedModel> model)
    : model_(std::move(model)), runner_(model_->network) {
  const ModelVersion& version = model_->version;
  const inference::Shape& shape = model_->network.value("features").shape;
  if (version.featureDefinition != music::soundRowDefinitionHash() || shape.size() != 3 ||
      shape[2] != static_cast<std::int64_t>(music::kSoundRowColumns))
    throw Error(ErrorCode::kUnsupported,
                "model " + name() +
                    ": made for other features than this program computes; "
                    "take a model that was trained by this version");
  rowsAWindow_ = static_cast<std::size_t>(shape[1]);
  if (std::none_of(judge::kHeads.begin(), judge::kHeads.end(), [&](std::string_view head) {
        return std::count(version.targets.begin(), version.targets.end(), head) > 0;
      }))
    throw Error(ErrorCode::kUnsupported, "model " + name() + ": has none of the judge's heads");
}

std::string SoundModel::name() const {
  return model_->version.name + " " + std::to_string(model_->version.version);
}

void SoundModel::hear(const judge::Evidence& now, std::span<const float> master) {
  mono_.clear();
  for (std::size_t i = 0; i + 1 < master.size(); i += kChannels)
    mono_.push_back((master[i] + master[i + 1]) / 2);
  players_.resize(static_cast<std::size_t>(now.frame.index() / music::kSoundRowHop) + 1,
                  now.player);
  rows_.push(mono_, [&](std::span<const float> row) { take(row); });
}

void SoundModel::take(std::span<const float> row) {
  past_.insert(past_.end(), row.begin(), row.end());
  ++heard_;
  if (past_.size() < rowsAWindow_ * music::kSoundRowColumns) return;
  judgeWindow();
  past_.erase(past_.begin(),
              past_.begin() + static_cast<std::ptrdiff_t>(kStepRows * music::kSoundRowColumns));
}

void SoundModel::judgeWindow() {
  runner_.fill("features", past_);
  runner_.run();
  const std::span<const float> scores = runner_.output("scores");
  const std::size_t first = heard_ - rowsAWindow_;
  SoundWindow window;
  window.start = Frame(static_cast<std::int64_t>(first) * music::kSoundRowHop);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const std::string& target = model_->version.targets[i];
    if (target == kBothHeard) window.bothHeard = scores[i];
    const auto head = std::find(judge::kHeads.begin(), judge::kHeads.end(), target);
    if (head != judge::kHeads.end())
      window.heads[static_cast<Head>(head - judge::kHeads.begin())] = scores[i];
  }
  for (std::size_t i = first; i < std::min(heard_, players_.size()); ++i) {
    if (players_[i] < judge::kSeats)
      window.answered[players_[i]] += 1.0F / static_cast<float>(rowsAWindow_);
  }
  windows_.push_back(window);
}

std::optional<judge::SoundOpinion> SoundModel::opinion(engine::PlayerIndex player) const {
  if (windows_.empty() || player >= judge::kSeats) return {};
  judge::SoundOpinion opinion;
  opinion.model = name();
  opinion.end = Frame(static_cast<std::int64_t>(heard_) * music::kSoundRowHop);
  bool any = false;
  for (std::size_t h = 0; h < judge::kHeadCount; ++h) {
    const auto head = static_cast<Head>(h);
    double sum = 0, weight = 0;
    for (const SoundWindow& window : windows_) {
      if (!window.heads[head]) continue;
      const double counts = static_cast<double>(window.answered[player]) *
                            (needsTwo(head) ? static_cast<double>(window.bothHeard) : 1.0);
      sum += counts * static_cast<double>(*window.heads[head]);
      weight += counts;
    }
    if (weight <= 0) continue;
    any = true;
    opinion.heads[head] = static_cast<float>(sum / weight);
    const auto& metrics = model_->version.metrics;
    const auto metric = metrics.find("pearson." + std::string(judge::headName(head)));
    const double r = metric != metrics.end() ? std::clamp(metric->second, 0.0, 1.0) : 0;
    opinion.confidence[h] = r * r * (1 - std::exp2(-weight * kStepSeconds / kHalfSeconds));
  }
  if (!any) return {};
  return opinion;
}

}  // namespace dju::serving
