#include "dataset/collectors/collect.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <numeric>
#include <set>

#include "audio/sha256.h"
#include "core/error.h"
#include "core/hash.h"
#include "core/random.h"
#include "dataset/shards.h"
#include "dataset/validate.h"
#include "learning/data/npy.h"
#include "learning/data/whole_file.h"

namespace dju::dataset {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr double kTestShare = 0.15, kValidationShare = 0.15;

json scoresOf(const std::vector<float>& formulas) {
  json scores = json::object();
  for (std::size_t i = 0; i < formulas.size(); ++i)
    if (!std::isnan(formulas[i])) scores[std::string(judge::kHeads[i])] = formulas[i];
  return scores;
}

// An id as a folder: ids come out of logs that anybody may have written.
std::string folderNameOf(const std::string& id) {
  const bool plain = !id.empty() && id.size() <= 64 && id.front() != '.' &&
                     std::all_of(id.begin(), id.end(), [](unsigned char c) {
                       return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
                     });
  return plain ? id : sha256Hex(id);
}

// record.json, annotation.jams, side-A.npy …
void writeRecord(const fs::path& folder, std::string_view source, const CollectedRecord& record) {
  fs::create_directories(folder);
  json sides = json::array();
  char letter = 'A';
  for (const CollectedSide& side : record.sides) {
    const std::string file = fmt::format("side-{}.npy", letter++);
    json about{{"dj", side.dj}, {"human_scores", side.humanScores}};
    if (!side.formulas.empty()) about["formulas"] = scoresOf(side.formulas);
    if (!side.rows.empty()) {
      learning::writeNpy(folder / file,
                         {side.rows.size() / music::kSoundRowColumns, music::kSoundRowColumns},
                         side.rows, learning::NpyType::kFloat16);
      about["features"] = file;
    }
    sides.push_back(std::move(about));
  }
  const json about{{"id", record.id},
                   {"source", source},
                   {"definition", music::soundRowDefinitionHash()},
                   {"sides", sides},
                   {"windows", record.windows.size()},
                   {"metadata", record.metadata}};
  learning::writeWholeFile(folder / "record.json", about.dump(1) + "\n");
  learning::writeWholeFile(folder / "annotation.jams", formatJams(record.annotations));
}

// Gives the number of labels that people's ratings became.
bool takeRatings(const WindowRatings& ratings, Window& window) {
  const auto rated = ratings.find(window.item.value("id", ""));
  if (rated == ratings.end()) return false;
  bool taken = false;
  for (std::size_t i = 0; i < judge::kHeadCount; ++i) {
    const auto score = rated->second.find(std::string(judge::kHeads[i]));
    if (score == rated->second.end() || !std::isnan(window.labels[i])) continue;
    window.labels[i] = static_cast<float>(score->second);
    taken = true;
  }
  if (taken) window.item["labels"] = window.item.contains("labels") ? "formulas, people" : "people";
  return taken;
}

std::vector<std::string> namesIn(const CollectedRecord& record) {
  std::set<std::string> names;
  for (const CollectedSide& side : record.sides) names.insert("dj " + side.dj);
  for (const Window& window : record.windows)
    for (const auto& track : window.item.value("tracks", json::array()))
      if (track.is_string()) names.insert("track " + track.get<std::string>());
  return {names.begin(), names.end()};
}

class Gathering {
 public:
  Gathering(fs::path directory, std::string_view source, const CollectOptions& options)
      : directory_(std::move(directory)),
        source_(source),
        options_(options),
        writer_(directory_, soundFormat()) {}

  void take(CollectedRecord record) {
    const fs::path folder = directory_ / "records" / folderNameOf(record.id);
    if (fs::exists(folder)) {
      report_.rejects.push_back(record.id + ": it is there twice");
      return;
    }
    writeRecord(folder, source_, record);
    ++report_.records;
    names_.push_back(namesIn(record));
    Kept& kept = kept_.emplace_back();
    std::vector<float> features;
    for (Window& window : record.windows) {
      if (takeRatings(options_.ratings, window)) ++report_.rated;
      if (auto reason = reasonFor(window)) {
        report_.rejects.push_back(window.item.value("id", "?") + ": " + *reason);
      } else {
        features.insert(features.end(), window.features.begin(), window.features.end());
        window.features = {};
        kept.windows.push_back(std::move(window));
      }
    }
    // On disk until it is known who stands on which side: a night of battles exceeds memory.
    if (kept.windows.empty()) return;
    kept.features = folder / "windows.npy";
    learning::writeNpy(kept.features, {kept.windows.size(), kWindowRows, music::kSoundRowColumns},
                       features, learning::NpyType::kFloat16);
  }
  void leaveOut(const std::string& reason) { report_.rejects.push_back(reason); }

  CollectReport finish() {
    const std::vector<SplitName> sides = dealSides(names_, options_.seed);
    for (std::size_t i = 0; i < kept_.size(); ++i) {
      if (kept_[i].windows.empty()) continue;
      const learning::NpyFile features(kept_[i].features);
      std::size_t row = 0;
      for (Window& window : kept_[i].windows) {
        window.features.resize(features.rowElements());
        features.copyRow(row++, window.features);
        writer_.add(sides[i], std::move(window));
        ++report_.windows;
      }
      fs::remove(kept_[i].features);
    }
    std::string rejects;
    for (const std::string& reject : report_.rejects) rejects += reject + "\n";
    learning::writeWholeFile(directory_ / "rejects.txt", rejects);
    writer_.finish(
        {{"kind", source_},
         {"labels",
          "formulas over what was played; \"people\" in an item: means of what they said"},
         {"license", "see licenses of the items"},
         {"records", report_.records},
         {"rejects", report_.rejects.size()},
         {"rated_windows", report_.rated}});
    return std::move(report_);
  }

 private:
  std::optional<std::string> reasonFor(const Window& window) {
    if (auto reason = reasonToReject(window, soundFormat())) return reason;
    const std::uint64_t hash =
        xxh64(window.features.data(), window.features.size() * sizeof(float));
    const auto [first, isNew] = seen_.emplace(hash, window.item.value("id", "?"));
    if (!isNew) return "duplicate of " + first->second;
    return std::nullopt;
  }

  fs::path directory_;
  std::string source_;
  const CollectOptions& options_;
  ShardWriter writer_;
  CollectReport report_;
  std::vector<std::vector<std::string>> names_;
  struct Kept {
    std::vector<Window> windows;  // without their features
    fs::path features;
  };
  std::vector<Kept> kept_;
  std::map<std::uint64_t, std::string> seen_;
};

// Who belongs together: the first of each group (union by name).
std::vector<std::size_t> groupsOf(const std::vector<std::vector<std::string>>& records) {
  std::vector<std::size_t> parents(records.size());
  std::iota(parents.begin(), parents.end(), std::size_t{0});
  const auto rootOf = [&](std::size_t i) {
    while (parents[i] != i) i = parents[i] = parents[parents[i]];
    return i;
  };
  std::map<std::string, std::size_t> owners;
  for (std::size_t i = 0; i < records.size(); ++i) {
    for (const std::string& name : records[i]) {
      const auto [owner, isNew] = owners.emplace(name, i);
      if (!isNew) parents[rootOf(i)] = rootOf(owner->second);
    }
  }
  std::vector<std::size_t> groups;
  for (std::size_t i = 0; i < records.size(); ++i) groups.push_back(rootOf(i));
  return groups;
}

}  // namespace

std::vector<SplitName> dealSides(const std::vector<std::vector<std::string>>& records,
                                 std::uint64_t seed) {
  const std::vector<std::size_t> groups = groupsOf(records);
  std::map<std::size_t, std::size_t> sizes;
  for (const std::size_t group : groups) ++sizes[group];
  // Large groups first, to where most is wanting; equal ones by chance.
  std::vector<std::pair<std::size_t, std::size_t>> order;  // size, group
  for (const auto& [group, size] : sizes) order.emplace_back(size, group);
  Random random(seed);
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(random.below(static_cast<int>(i)))]);
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  const auto all = static_cast<double>(records.size());
  std::array<double, kSplits.size()> wanting = {(1 - kTestShare - kValidationShare) * all,
                                                kValidationShare * all, kTestShare * all};
  std::map<std::size_t, SplitName> sides;
  for (const auto& [size, group] : order) {
    const auto most = std::max_element(wanting.begin(), wanting.end());
    *most -= static_cast<double>(size);
    sides[group] = static_cast<SplitName>(most - wanting.begin());
  }
  std::vector<SplitName> dealt;
  for (const std::size_t group : groups) dealt.push_back(sides.at(group));
  return dealt;
}

CollectReport collectInto(const fs::path& directory, Collector& collector,
                          const CollectOptions& options) {
  Gathering gathering(directory, collector.source(), options);
  collector.collect([&](CollectedRecord record) { gathering.take(std::move(record)); },
                    [&](const std::string& reason) { gathering.leaveOut(reason); });
  return gathering.finish();
}

}  // namespace dju::dataset
