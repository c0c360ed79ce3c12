// `dju analyze FILE…`: what the analysis hears in files, as a table or as JSON (docs/analysis.md);
// with --library, the tracks of a data folder that an older analyser has seen.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "app/commands.h"
#include "app/own_files.h"
#include "app/scratch_folder.h"
#include "audio/decode.h"
#include "music/analyse.h"
#include "music/analysis_json.h"
#include "music/key.h"
#include "storage/reanalysis.h"

namespace dju::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Options {
  std::vector<std::string> files;
  bool json = false;
  int jobs = 1;
  std::string waveforms;  // folder to write the blobs to
  bool library = false;
  bool all = false;
  std::string dataDir = "var";
};

struct Analysed {
  std::string id;
  music::Analysis analysis;
};

Result<Analysed> analyseFile(const fs::path& file, const fs::path& pcmPath) {
  const audio::Decoder decoder({}, ownFileLimits());
  const auto info = decoder.identify(file);
  if (!info) return info.error();
  const auto decoded = decoder.decode(file, pcmPath);
  if (!decoded) return decoded.error();
  Analysed result{info->id, {}};
  {
    const auto pcm = audio::PcmFile::open(pcmPath);
    if (!pcm) return pcm.error();
    result.analysis = music::analyseTrack(pcm->view(), decoded->pcmHash);
  }
  fs::remove(pcmPath);
  return result;
}

std::string jsonLine(const std::string& file, const Result<Analysed>& result) {
  json line = json::object();
  if (result) {
    line = music::toAnalysisJson(result->analysis.info);
    line["id"] = result->id;
  } else {
    line["error"] = {{"code", errorName(result.error().code())},
                     {"message", result.error().what()}};
  }
  line["file"] = file;
  return line.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string keyText(const music::MusicalKey& key) {
  const auto parsed = music::parseKey(key.name);
  return parsed ? fmt::format("{} {}", music::camelotName(*parsed), key.name) : "–";
}

std::string tempoText(const music::TrackInfo& info) {
  if (!info.grid.valid()) return "–";
  return fmt::format("{:.2f}{}", info.grid.bpm(), info.grid.constant() ? "" : "…");
}

constexpr char kRow[] = "{:<38} {:>8} {:>8} {:>5} {:>8} {:>6} {:>6} {:>7} {}\n";

std::string tableHead() {
  return fmt::format(fmt::runtime(kRow), "file", "length", "BPM", "sure", "key", "LUFS", "dBTP",
                     "phrases", "genre");
}

std::string tableRow(const std::string& file, const music::TrackInfo& info) {
  const auto seconds = static_cast<int>(info.durationSeconds());
  std::string name = fs::path(file).filename().string();
  if (name.size() > 38) name = name.substr(0, 35) + "...";
  return fmt::format(fmt::runtime(kRow), name, fmt::format("{}:{:02}", seconds / 60, seconds % 60),
                     tempoText(info), fmt::format("{:.0f}%", 100 * info.gridConfidence),
                     keyText(info.key), fmt::format("{:.1f}", info.loudness.integratedLufs),
                     fmt::format("{:.1f}", info.loudness.truePeakDbtp), info.phrases.size(),
                     info.genres.empty() ? "–" : info.genres.front().name);
}

// Prints results in the order of the files as soon as those before them are done.
class Printer {
 public:
  explicit Printer(const Options& options) : options_(options), waiting_(options.files.size()) {
    if (!options.json) std::cout << tableHead() << std::flush;
  }
  void done(std::size_t index, const Result<Analysed>& result) {
    const std::string& file = options_.files[index];
    std::string text;
    if (options_.json) text = jsonLine(file, result) + "\n";
    if (!options_.json && result) text = tableRow(file, result->analysis.info);
    const std::lock_guard lock(mutex_);
    if (!result) {
      ++failed_;
      if (!options_.json) std::cerr << "dju: " << result.error().what() << '\n';
    }
    waiting_[index] = std::move(text);
    for (; next_ < waiting_.size() && waiting_[next_]; ++next_) {
      std::cout << *waiting_[next_] << std::flush;
      waiting_[next_]->clear();
    }
  }
  int failed() const { return failed_; }

 private:
  const Options& options_;
  std::mutex mutex_;
  std::vector<std::optional<std::string>> waiting_;
  std::size_t next_ = 0;
  int failed_ = 0;
};

void writeWaveform(const Options& options, const Analysed& analysed) {
  if (options.waveforms.empty()) return;
  const fs::path path =
      fs::path(options.waveforms) / (analysed.analysis.info.waveformHash + ".djuw");
  std::ofstream out(path, std::ios::binary);
  out << analysed.analysis.waveform;
  out.close();
  if (!out) throw Error(ErrorCode::kUnavailable, fmt::format("cannot write {}", path.string()));
}

Result<Analysed> oneFile(const Options& options, const ScratchFolder& work, std::size_t index) {
  try {
    Result<Analysed> result =
        analyseFile(options.files[index], work.path() / fmt::format("{}.pcm", index));
    if (result) writeWaveform(options, *result);
    return result;
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& error) {
    return Error(ErrorCode::kInternal,
                 fmt::format("cannot analyse \"{}\": {}", options.files[index], error.what()));
  }
}

void analyseFiles(const Options& options) {
  // Decoded sound lies here while it is analysed; a three-hour mix takes 2 GB.
  const ScratchFolder work;
  Printer printer(options);
  std::atomic<std::size_t> next{0};
  const auto worker = [&] {
    for (std::size_t i = next++; i < options.files.size(); i = next++) {
      printer.done(i, oneFile(options, work, i));
    }
  };
  std::vector<std::thread> threads;
  for (int i = 1; i < options.jobs; ++i) threads.emplace_back(worker);
  worker();
  for (std::thread& thread : threads) thread.join();
  if (printer.failed() > 0) {
    throw Error(ErrorCode::kInvalid, fmt::format("{} of {} files could not be analysed",
                                                 printer.failed(), options.files.size()));
  }
}

void analyseLibrary(const Options& options) {
  storage::Library library(options.dataDir);
  if (options.all) library.markAllStale();
  const std::int64_t total = library.countStale();
  std::int64_t done = 0;
  std::int64_t failed = 0;
  while (const auto track = library.nextStale()) {
    const auto result = storage::reanalyse(library, *track);
    std::cout << fmt::format("[{}/{}] {}{}\n", ++done, total, track->title,
                             result ? "" : fmt::format(": {}", result.error().what()))
              << std::flush;
    if (result) continue;
    ++failed;
    library.giveUpOn(track->id);
  }
  std::cout << fmt::format("{} analysed, {} could not be\n", done - failed, failed);
}

}  // namespace

void addAnalyze(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("analyze", "Tempo, beats, key, loudness and structure of audio files");
  auto* files = command->add_option("FILE", options->files, "Audio files, up to 12 hours each");
  command->add_flag("--json", options->json, "A line of JSON a file (docs/analysis.md)");
  command->add_option("--jobs", options->jobs, "Files at a time")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  command
      ->add_option("--waveforms", options->waveforms,
                   "Folder for the waveforms, HASH.djuw (docs/waveform.md)")
      ->check(CLI::ExistingDirectory);
  auto* library =
      command
          ->add_flag("--library", options->library,
                     "Instead of files: the library's tracks that an older analyser has seen")
          ->excludes(files);
  command->add_flag("--all", options->all, "With --library: all its tracks")->needs(library);
  command->add_option("--data-dir", options->dataDir, "The server's data folder")
      ->capture_default_str()
      ->needs(library);
  command->callback([options, files] {
    if (options->library) return analyseLibrary(*options);
    if (options->files.empty()) throw CLI::RequiredError(files->get_name());
    analyseFiles(*options);
  });
}

}  // namespace dju::app
