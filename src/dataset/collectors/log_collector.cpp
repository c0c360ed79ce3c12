#include "dataset/collectors/log_collector.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "dataset/listener.h"
#include "dataset/shard_format.h"

namespace dju::dataset {
namespace {

constexpr std::size_t kSettleRows = 100;  // in which levels and detectors settle
constexpr std::size_t kStepRows = kWindowRows / 2;
constexpr std::size_t kMostSides = 2;

// The mix and each DJ's part of it. A deck belongs to who touched it last.
class Stage {
 public:
  explicit Stage(const LogSource& source) : evidence_(source.tracks) {}

  bool hear(FrameCount frames, const engine::Outputs& outputs, const engine::Telemetry& telemetry) {
    const auto samples = static_cast<std::size_t>(frames * kChannels);
    const std::span<const float> master(outputs.master, samples);
    const judge::Evidence& now = evidence_.hear(master, telemetry, evidence);
    mix_.hear(master, rows);
    for (std::size_t side = 0; side < kMostSides; ++side) {
      own_.assign(samples, 0);
      for (std::size_t deck = 0; deck < now.deckCount; ++deck) {
        if (now.decks[deck].lastPlayer != side) continue;
        heard[side] = heard[side] || now.decks[deck].audible;
        for (std::size_t i = 0; i < samples; ++i) own_[i] += outputs.stems[deck][i];
      }
      sides_[side].hear(own_, sideRows[side]);
    }
    return true;
  }

  std::vector<judge::Evidence> evidence;
  std::vector<float> rows;
  std::array<std::vector<float>, kMostSides> sideRows;
  std::array<bool, kMostSides> heard{};

 private:
  EvidenceListener evidence_;
  RowListener mix_;
  std::array<RowListener, kMostSides> sides_;
  std::vector<float> own_;
};

std::vector<float> valuesOf(const judge::Heads& heads) {
  std::vector<float> values;
  for (const std::optional<float>& value : heads.values())
    values.push_back(value.value_or(std::numeric_limits<float>::quiet_NaN()));
  return values;
}

std::string djOf(const engine::BattleLog& log, std::size_t side) {
  if (side < log.header.players.size() && !log.header.players[side].empty())
    return log.header.players[side];
  return fmt::format("{}, player {}", log.header.battleId, side + 1);
}

nlohmann::json itemOf(const LogSource& source, std::size_t begin,
                      std::span<const judge::Evidence> window) {
  const std::string& id = source.log.header.battleId;
  nlohmann::json item{{"id", fmt::format("{}@{}", id, begin)},
                      {"performance", id},
                      {"start", static_cast<std::int64_t>(begin) * judge::kEvidenceFrames},
                      {"labels", "formulas"}};
  std::array<int, kMostSides> answered{};
  for (const judge::Evidence& now : window)
    if (now.player < kMostSides) ++answered[now.player];
  item["dj"] = djOf(source.log, answered[1] > answered[0] ? 1 : 0);
  for (const char* key : {"tracks", "families", "licenses"}) item[key] = nlohmann::json::array();
  for (const engine::LogTrack& track : source.log.tracks) {
    const bool heard = std::any_of(window.begin(), window.end(), [&](const judge::Evidence& now) {
      return std::any_of(now.decks.begin(), now.decks.end(), [&](const auto& deck) {
        return deck.audible && deck.track == track.index;
      });
    });
    if (!heard) continue;
    item["tracks"].push_back(track.id);
    item["families"].push_back(track.id);
    item["licenses"].push_back(source.licenses.at(track.index));
    if (item.value("genre", "").empty()) item["genre"] = source.tracks.at(track.index).genre;
  }
  return item;
}

std::vector<Window> windowsOf(const LogSource& source, const Stage& stage) {
  std::vector<Window> windows;
  const std::size_t rows =
      std::min(stage.rows.size() / music::kSoundRowColumns, stage.evidence.size());
  for (std::size_t begin = kSettleRows; begin + kWindowRows <= rows; begin += kStepRows) {
    const std::span<const judge::Evidence> evidence(&stage.evidence[begin], kWindowRows);
    Window window;
    const auto first =
        stage.rows.begin() + static_cast<std::ptrdiff_t>(begin * music::kSoundRowColumns);
    window.features.assign(
        first, first + static_cast<std::ptrdiff_t>(kWindowRows * music::kSoundRowColumns));
    window.labels = valuesOf(judge::headsOf(evidence, source.tracks));
    window.labels.resize(soundFormat().labels.size(), std::nanf(""));  // nobody watched
    window.extras =
        extrasOf(evidence, Frame(static_cast<std::int64_t>(begin) * judge::kEvidenceFrames), {});
    window.item = itemOf(source, begin, evidence);
    windows.push_back(std::move(window));
  }
  return windows;
}

// Which track carried the mix from when to when, and the judge's evidence of beats.
Jams annotationsOf(const LogSource& source, const std::vector<judge::Evidence>& evidence) {
  const engine::LogHeader& header = source.log.header;
  Jams jams;
  jams.title = header.name;
  for (const std::string& player : header.players)
    jams.artist += (jams.artist.empty() ? "" : " & ") + player;
  jams.duration = static_cast<double>(evidence.size()) / 100;
  JamsAnnotation tracks;
  tracks.nameSpace = "segment_open";
  tracks.metadata = {{"data_source", "battle log"}, {"annotation_tools", "dju dataset collect"}};
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    const judge::Evidence& now = evidence[i];
    if (now.carrier == judge::Evidence::kNoDeck) continue;
    const std::uint32_t index = now.decks[now.carrier].track;
    if (index >= source.log.tracks.size()) continue;
    const engine::LogTrack& track = source.log.tracks[index];
    const std::string name = track.artist + " – " + track.title;
    const double at = static_cast<double>(i) / 100;
    if (tracks.data.empty() || tracks.data.back().value != name)
      tracks.data.push_back({at, 0, name, 1.0});
    tracks.data.back().duration = at + 0.01 - tracks.data.back().time;
  }
  jams.annotations.push_back(std::move(tracks));
  return jams;
}

void addVotes(const LogSource& source, CollectedRecord& record) {
  const double all = source.votesA + source.votesB + source.votesTie;
  record.metadata["votes"] = {{"A", source.votesA}, {"B", source.votesB}, {"tie", source.votesTie}};
  if (all == 0 || record.sides.size() != kMostSides) return;
  record.sides[0].humanScores["votes"] = (source.votesA + 0.5 * source.votesTie) / all;
  record.sides[1].humanScores["votes"] = (source.votesB + 0.5 * source.votesTie) / all;
}

}  // namespace

CollectedRecord recordOf(const LogSource& source) {
  Stage stage(source);
  engine::RenderOptions how;
  how.stems = true;
  const engine::RenderResult result = engine::renderLog(
      source.log, source.sound, how,
      [&](FrameCount frames, const engine::Outputs& outputs, const engine::Telemetry& telemetry) {
        return stage.hear(frames, outputs, telemetry);
      });
  const engine::LogHeader& header = source.log.header;
  CollectedRecord record;
  record.id = header.battleId;
  record.metadata = {{"name", header.name},
                     {"format", header.format},
                     {"created", header.createdAt},
                     {"seconds", result.end.seconds()},
                     {"verified", result.verified}};
  for (std::size_t side = 0; side < kMostSides; ++side) {
    if (!stage.heard[side]) continue;
    record.sides.push_back({djOf(source.log, side),
                            std::move(stage.sideRows[side]),
                            valuesOf(judge::headsOf(stage.evidence, source.tracks,
                                                    static_cast<engine::PlayerIndex>(side))),
                            {}});
  }
  record.windows = windowsOf(source, stage);
  record.annotations = annotationsOf(source, stage.evidence);
  addVotes(source, record);
  return record;
}

void LogCollector::collect(const std::function<void(CollectedRecord)>& take,
                           const std::function<void(const std::string&)>& leaveOut) {
  for (;;) {
    try {
      const std::optional<LogSource> source = next_();
      if (!source) return;
      CollectedRecord record = recordOf(*source);
      const std::size_t wanted = kind_ == LogKind::kBattle ? 2 : 1;
      if (record.sides.size() == wanted) {
        take(std::move(record));
      } else {
        leaveOut(fmt::format("{}: {} people were heard, a {} has {}", record.id,
                             record.sides.size(), this->source(), wanted));
      }
    } catch (const Error& error) {
      leaveOut(error.what());
    }
  }
}

}  // namespace dju::dataset
