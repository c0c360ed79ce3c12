#include "serving/sound_reader.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace dju::serving {
namespace {

using judge::Head;

constexpr double kStepSeconds =
    static_cast<double>(kWindowStepRows) * music::kSoundRowHop / kSampleRate;
constexpr double kHalfSeconds = 10;  // of sound: confidence is half of what it can be
constexpr const char* kBothHeard = "both_heard_share";

bool needsTwo(Head head) {
  return head == Head::kBpmAccuracy || head == Head::kBeatAlignment ||
         head == Head::kTransitionQuality || head == Head::kKeyCompatibility;
}

}  // namespace

std::size_t soundRowsOf(const LoadedModel& model) {
  const ModelVersion& version = model.version;
  const inference::Shape& shape = model.network.value("features").shape;
  if (version.featureDefinition != music::soundRowDefinitionHash() || shape.size() != 3 ||
      shape[2] != static_cast<std::int64_t>(music::kSoundRowColumns))
    throw Error(ErrorCode::kUnsupported,
                "model " + version.name + " " + std::to_string(version.version) +
                    ": made for other features than this program computes; "
                    "take a model that was trained by this version");
  return static_cast<std::size_t>(shape[1]);
}

SoundReader::SoundReader(std::shared_ptr<const LoadedModel> model, std::size_t together)
    : model_(std::move(model)), runner_(model_->network, together), rows_(soundRowsOf(*model_)) {
  const ModelVersion& version = model_->version;
  if (std::none_of(judge::kHeads.begin(), judge::kHeads.end(), [&](std::string_view head) {
        return std::count(version.targets.begin(), version.targets.end(), head) > 0;
      }))
    throw Error(ErrorCode::kUnsupported, "model " + name() + ": has none of the judge's heads");
}

std::string SoundReader::name() const {
  return model_->version.name + " " + std::to_string(model_->version.version);
}

HeardWindow SoundReader::read(const SoundWindow& window) {
  put(window);
  run();
  return heard(window);
}

void SoundReader::put(const SoundWindow& window, std::size_t place) {
  runner_.fill("features", window.rows, place);
}

HeardWindow SoundReader::heard(const SoundWindow& window, std::size_t place) const {
  const std::span<const float> scores = runner_.output("scores", place);
  HeardWindow heard{window.start, window.end, {}, 1, window.answered};
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const std::string& target = model_->version.targets[i];
    if (target == kBothHeard) heard.bothHeard = scores[i];
    const auto head = std::find(judge::kHeads.begin(), judge::kHeads.end(), target);
    if (head != judge::kHeads.end())
      heard.heads[static_cast<Head>(head - judge::kHeads.begin())] = scores[i];
  }
  return heard;
}

SoundOpinions::SoundOpinions(const SoundReader& reader) : model_(reader.name()) {
  const auto& metrics = reader.version().metrics;
  for (std::size_t h = 0; h < judge::kHeadCount; ++h) {
    const auto metric = metrics.find("pearson." + std::string(judge::kHeads[h]));
    const double r = metric != metrics.end() ? std::clamp(metric->second, 0.0, 1.0) : 0;
    explained_[h] = r * r;
  }
}

void SoundOpinions::Mean::add(double value, double counts) {
  if (weight <= 0) recent = value;
  recent += (1 - std::exp(-counts * kStepSeconds / judge::kRecentSeconds)) * (value - recent);
  sum += counts * value;
  weight += counts;
}

void SoundOpinions::add(const HeardWindow& window, double together) {
  end_ = window.end;
  for (std::size_t seat = 0; seat < judge::kSeats; ++seat) {
    for (std::size_t h = 0; h < judge::kHeadCount; ++h) {
      const auto head = static_cast<Head>(h);
      if (!window.heads[head]) continue;
      const double counts =
          static_cast<double>(window.answered[seat]) * (needsTwo(head) ? together : 1.0);
      means_[seat][h].add(static_cast<double>(*window.heads[head]), counts);
    }
  }
}

std::optional<judge::SoundOpinion> SoundOpinions::opinion(engine::PlayerIndex player) const {
  if (player >= judge::kSeats) return {};
  judge::SoundOpinion opinion;
  opinion.model = model_;
  opinion.end = end_;
  bool any = false;
  for (std::size_t h = 0; h < judge::kHeadCount; ++h) {
    const Mean& mean = means_[player][h];
    if (mean.weight <= 0) continue;
    any = true;
    opinion.heads[static_cast<Head>(h)] = static_cast<float>(mean.sum / mean.weight);
    opinion.confidence[h] =
        explained_[h] * (1 - std::exp2(-mean.weight * kStepSeconds / kHalfSeconds));
    opinion.trend[h] = mean.recent - mean.sum / mean.weight;
  }
  if (!any) return {};
  return opinion;
}

}  // namespace dju::serving
