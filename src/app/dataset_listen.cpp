// `dju dataset listen export` and `import`: what people hear, asked blindly.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <string>

#include "app/commands.h"
#include "app/dataset_commands.h"
#include "app/window_sounds.h"
#include "core/error.h"
#include "core/random.h"
#include "dataset/listening/answers.h"
#include "dataset/listening/sheet.h"
#include "learning/data/dataset.h"
#include "learning/data/whole_file.h"

namespace dju::app {
namespace {

namespace fs = std::filesystem;

struct Export {
  std::string data, from = "var", out, items, split = "test";
  std::vector<std::string> heads = {"beat_alignment", "transition_quality", "key_compatibility"};
  int count = 24;
  std::uint64_t seed = 1;
};

struct Import {
  std::string key, out = "ratings.jsonl";
  std::vector<std::string> answers;
};

std::string textOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::set<std::string> linesOf(const std::string& file) {
  std::set<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) lines.insert(line);
  return lines;
}

std::vector<learning::SplitName> splitsOf(const Export& options) {
  using learning::SplitName;
  if (!options.items.empty()) return {SplitName::kTrain, SplitName::kValidation, SplitName::kTest};
  if (options.split == "train") return {SplitName::kTrain};
  return {options.split == "test" ? SplitName::kTest : SplitName::kValidation};
}

// Whether the formulas say something of what is asked: two records sound, where beats are.
bool concerns(const learning::DatasetInfo& info, const learning::Split& split, std::size_t item,
              const std::vector<std::string>& heads) {
  return std::any_of(heads.begin(), heads.end(), [&](const std::string& head) {
    const auto column = info.labelAt(head);
    return column && !std::isnan(split.labels(item)[*column]);
  });
}

struct Candidate {
  std::string performance;
  WantedWindow window;
};

std::vector<Candidate> candidatesOf(const Export& options) {
  const learning::Dataset dataset(options.data);
  const std::set<std::string> named =
      options.items.empty() ? std::set<std::string>() : linesOf(options.items);
  std::vector<Candidate> candidates;
  for (const learning::SplitName name : splitsOf(options)) {
    const learning::Split split = dataset.open(name);
    for (std::size_t item = 0; item < split.items(); ++item) {
      const std::string id = split.textOf(item, "id");
      if (named.empty() ? !concerns(dataset.info(), split, item, options.heads)
                        : !named.contains(id))
        continue;
      const learning::Json* start = split.about(item).find("start");
      if (start == nullptr || start->number() == nullptr) continue;
      candidates.push_back(
          {split.textOf(item, "performance"), {id, static_cast<std::int64_t>(*start->number())}});
    }
  }
  if (candidates.empty())
    throw Error(ErrorCode::kNotFound,
                options.data + ": no window of what is asked for; name others with --items");
  return candidates;
}

WantedWindows choose(const Export& options) {
  std::vector<Candidate> candidates = candidatesOf(options);
  Random random(options.seed);
  for (std::size_t i = candidates.size(); i > 1; --i)
    std::swap(candidates[i - 1],
              candidates[static_cast<std::size_t>(random.below(static_cast<int>(i)))]);
  candidates.resize(std::min(candidates.size(), static_cast<std::size_t>(options.count)));
  WantedWindows wanted;
  for (const Candidate& one : candidates) wanted[one.performance].push_back(one.window);
  return wanted;
}

void exportSheet(const Export& options) {
  const WantedWindows wanted = choose(options);
  const std::string sheet =
      fmt::format("{}-{}", fs::path(options.out).filename().string(), options.seed);
  dataset::SheetWriter writer(options.out, sheet, options.heads);
  std::size_t written = 0;
  soundsOf(options.data, options.from, wanted,
           [&](const std::string& item, std::span<const float> sound) {
             writer.add(item, sound);
             ++written;
           });
  const std::string key = options.out + "-key.json";
  writer.finish(key);
  fmt::print("      {} sounds: give listeners {}, keep {}\n", written, options.out, key);
}

void importAnswers(const Import& options) {
  const dataset::SheetKey key = dataset::parseSheetKey(textOf(options.key)).valueOrThrow();
  std::vector<dataset::ListenerAnswers> listeners;
  for (const std::string& file : options.answers) {
    auto answers = dataset::parseListenerAnswers(textOf(file));
    if (!answers) throw Error(answers.error().code(), file + ": " + answers.error().what());
    listeners.push_back(std::move(answers).valueOrThrow());
  }
  const dataset::ImportedRatings imported = dataset::ratingsOf(key, listeners);
  for (const std::string& reject : imported.rejects) fmt::print("{}\n", reject);
  learning::writeWholeFile(options.out, dataset::formatRatings(imported.ratings));
  std::set<std::string> raters;
  std::set<std::string> items;
  for (const dataset::ListenerRating& rating : imported.ratings) {
    raters.insert(rating.rater);
    items.insert(rating.item);
  }
  fmt::print("      {} ratings of {} windows by {} people, {} left out: {}\n",
             imported.ratings.size(), items.size(), raters.size(), imported.rejects.size(),
             options.out);
}

void addSheet(CLI::App& group) {
  auto options = std::make_shared<Export>();
  CLI::App* command = group.add_subcommand("export", "Make a sheet: sounds and a page with a form");
  command->add_option("DATA", options->data, "The data set")
      ->required()
      ->check(CLI::ExistingDirectory);
  command->add_option("--out", options->out, "Folder of the sheet")->required();
  command->add_option("--from", options->from,
                      "The data folder with the battles, or the folder with the sets");
  command->add_option("--items", options->items, "Only windows of this list (dju choose)")
      ->check(CLI::ExistingFile);
  command->add_option("--split", options->split, "Windows of this split")
      ->capture_default_str()
      ->check(CLI::IsMember({"train", "validation", "test"}));
  command->add_option("--heads", options->heads, "What is asked")->capture_default_str();
  command->add_option("--count", options->count, "How many windows")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  command->add_option("--seed", options->seed, "Which windows")->capture_default_str();
  command->callback([options] { exportSheet(*options); });
}

void addAnswers(CLI::App& group) {
  auto options = std::make_shared<Import>();
  CLI::App* command = group.add_subcommand("import", "Check answers and make them ratings");
  command->add_option("KEY", options->key, "The sheet's key")->required()->check(CLI::ExistingFile);
  command->add_option("ANSWERS", options->answers, "Files that listeners saved")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--out", options->out, "File of ratings to write")->capture_default_str();
  command->callback([options] { importAnswers(*options); });
}

}  // namespace

void addListen(CLI::App& group) {
  CLI::App* listen = group.add_subcommand("listen", "Ask people what they hear");
  listen->require_subcommand(1);
  addSheet(*listen);
  addAnswers(*listen);
}

}  // namespace dju::app
