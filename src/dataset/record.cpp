#include "dataset/record.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "audio/sha256.h"
#include "core/random.h"
#include "dataset/audience.h"
#include "dataset/listener.h"
#include "dataset/shard_format.h"
#include "dataset/validate.h"

namespace dju::dataset {
namespace {

constexpr std::size_t kSettleRows = 100;
constexpr std::int64_t kPairRows = 30;         // to count as a window with two tracks
constexpr std::int64_t kJudgedPairRows = 200;  // to be judged by its beats

float orUnknown(const std::optional<float>& value) {
  return value.value_or(std::numeric_limits<float>::quiet_NaN());
}

// The track that is heard most within the window.
const simulator::CrateTrack* carrierOf(std::span<const judge::Evidence> window,
                                       const simulator::PerformancePlan& plan) {
  std::vector<double> heard(plan.tracks.size());
  for (const judge::Evidence& now : window) {
    if (now.carrier == judge::Evidence::kNoDeck) continue;
    const std::uint32_t track = now.decks[now.carrier].track;
    if (track < heard.size()) heard[track] += 1;
  }
  const auto most = std::max_element(heard.begin(), heard.end());
  return plan.tracks[static_cast<std::size_t>(most - heard.begin())];
}

// What is heard while `play` calls its sink block by block.
template <typename Play>
Recording listenTo(const simulator::PerformancePlan& plan, Augmentation heard,
                   const SoundSink& sink, const Play& play) {
  Recording recording;
  recording.augmentation = heard;
  for (const simulator::CrateTrack* track : plan.tracks)
    recording.tracks.push_back(judge::judgedTrack(crate::logTrack(*track), &track->info));
  EvidenceListener evidence(recording.tracks);
  RowListener ear;
  SoundAugmenter way(heard, plan.seed);
  recording.performance = play([&](std::span<const float> master, const engine::Telemetry& t) {
    evidence.hear(master, t, recording.evidence);
    const std::span<const float> arrived = way.process(master);
    ear.hear(arrived, recording.rows);
    if (sink) sink(arrived);
  });
  recording.log = engine::formatLog(recording.performance.log);
  return recording;
}

}  // namespace

nlohmann::json itemOf(const Recording& recording, const simulator::PerformancePlan& plan,
                      const std::string& logHash, std::size_t begin, std::size_t count) {
  const auto window = std::span(recording.evidence).subspan(begin, count);
  nlohmann::json item;
  item["id"] = plan.name + "@" + std::to_string(begin);
  item["performance"] = plan.name;
  item["log"] = logHash;
  item["start"] = static_cast<std::int64_t>(begin) * judge::kEvidenceFrames;
  if (!plan.dj.name.empty()) item["dj"] = plan.dj.name;
  item["genre"] = carrierOf(window, plan)->genre;
  item["augmentation"] = augmentationName(recording.augmentation);
  auto& tracks = item["tracks"] = nlohmann::json::array();
  auto& families = item["families"] = nlohmann::json::array();
  auto& licenses = item["licenses"] = nlohmann::json::array();
  for (std::size_t i = 0; i < plan.tracks.size(); ++i) {
    const bool heard = std::any_of(window.begin(), window.end(), [&](const judge::Evidence& now) {
      return std::any_of(now.decks.begin(), now.decks.end(),
                         [&](const auto& deck) { return deck.audible && deck.track == i; });
    });
    if (!heard) continue;
    tracks.push_back(plan.tracks[i]->id);
    families.push_back(plan.tracks[i]->family);
    licenses.push_back(plan.tracks[i]->license);
  }
  const Frame from = Frame(static_cast<std::int64_t>(begin) * judge::kEvidenceFrames);
  const Frame to = from + static_cast<FrameCount>(window.size()) * judge::kEvidenceFrames;
  for (const simulator::PlayedTransition& each : recording.performance.transitions) {
    if (each.fadeEnd <= from || each.fadeBegin >= to) continue;
    item["school"] = simulator::schoolName(each.plan.school);
    auto& faults = item["faults"] = nlohmann::json::object();
    for (std::size_t i = 0; i < simulator::kFaults; ++i) {
      const auto fault = static_cast<simulator::Fault>(i);
      if (each.plan.faults.has(fault))
        faults[std::string(simulator::faultName(fault))] =
            std::round(each.plan.faults[fault] * 1000) / 1000;
    }
  }
  return item;
}

Recording record(const simulator::PerformancePlan& plan, Augmentation heard,
                 const SoundSink& sink) {
  return listenTo(plan, heard, sink, [&](const simulator::PerformanceSink& listener) {
    return simulator::perform(plan, listener);
  });
}

Recording recordExcerpt(const simulator::ExcerptPlan& plan, Augmentation heard) {
  return listenTo(plan.about, heard, {}, [&](const simulator::PerformanceSink& listener) {
    return simulator::playExcerpt(plan, listener);
  });
}

std::vector<Window> cutWindows(const Recording& recording, const simulator::PerformancePlan& plan,
                               const CutOptions& options) {
  std::vector<Window> windows;
  const std::string logHash = sha256Hex(recording.log);
  const std::size_t rows = std::min(recording.rowCount(), recording.evidence.size());
  const std::vector<float> engagement =
      engagementOf(recording.evidence, recording.tracks, plan.seed);
  Random chance = Random(plan.seed).fork(0xc07);
  for (std::size_t begin = kSettleRows; begin + kWindowRows <= rows; begin += options.step) {
    const std::span<const judge::Evidence> evidence(&recording.evidence[begin], kWindowRows);
    const auto together =
        std::count_if(evidence.begin(), evidence.end(),
                      [](const judge::Evidence& now) { return now.pair.has_value(); });
    const bool keep = chance.chance(options.keepAlone);
    if (together < kPairRows && !keep) continue;
    Window window;
    const auto* first = &recording.rows[begin * music::kSoundRowColumns];
    window.features.assign(first, first + kWindowRows * music::kSoundRowColumns);
    judge::Heads heads = judge::headsOf(evidence, recording.tracks);
    if (together < kJudgedPairRows) {
      heads[judge::Head::kBpmAccuracy].reset();
      heads[judge::Head::kBeatAlignment].reset();
    }
    for (const std::optional<float>& value : heads.values())
      window.labels.push_back(orUnknown(value));
    const auto mood = engagement.begin() + static_cast<std::ptrdiff_t>(begin);
    window.labels.push_back(std::accumulate(mood, mood + kWindowRows, 0.0F) / kWindowRows);
    window.extras =
        extrasOf(evidence, Frame(static_cast<std::int64_t>(begin) * judge::kEvidenceFrames),
                 recording.performance.transitions);
    window.item = itemOf(recording, plan, logHash, begin, kWindowRows);
    if (!reasonUnlearnable(window, soundFormat())) windows.push_back(std::move(window));
  }
  return windows;
}

}  // namespace dju::dataset
