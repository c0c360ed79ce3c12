// Mixes as jobs of a server: how many a day, what one costs, how soon plans and previews are there.
// The real queue, store and handlers on a library that is imported first; pairs of its tracks,
// every mix another wish, so nothing comes from the cache. Usage: bench_mixing_jobs FOLDER.
#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <thread>

#include "mixes/mixes.h"
#include "mixes/previews.h"
#include "storage/import.h"

namespace {

using namespace dju;  // NOLINT(google-build-using-namespace)
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double cpuSeconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

// Everything that a server has for mixes.
struct Studio {
  explicit Studio(const fs::path& folder)
      : library(folder),
        battles(library.database()),
        jobs(library.database()),
        shelf(library),
        mixers(folder),
        mixes(library, battles, jobs, shelf, mixers, {1000, 1LL << 40}),
        previews(library, jobs, shelf, mixers, 1LL << 40) {}

  storage::Library library;
  storage::BattleStore battles;
  storage::JobQueue jobs;
  mixes::Shelf shelf;
  mixes::Mixers mixers;
  mixes::Mixes mixes;
  mixes::Previews previews;
  std::vector<std::string> tracks;

  // The n-th wish: a pair of neighbours in the library, and a knob turned a little.
  mixes::MixRequest wish(int n) const {
    const auto count = tracks.size();
    mixes::MixRequest request;
    const auto first = static_cast<std::size_t>(n) % count;
    request.tracks = {tracks[first], tracks[(first + 1) % count]};
    request.parameters.boldness = 0.3 + 0.001 * (n % 700);
    return request;
  }
};

void measurePlans(Studio& studio) {
  std::vector<double> first, again;
  for (int n = 0; n < static_cast<int>(studio.tracks.size()); n += 2) {
    for (auto* times : {&first, &again}) {
      const auto begin = Clock::now();
      studio.mixes.plan(studio.wish(n));
      times->push_back(1000 * secondsSince(begin));
    }
  }
  fmt::print("plan of two tracks: first time {:.0f} ms, again {:.1f} ms (medians)\n", median(first),
             median(again));
  mixes::MixRequest all = studio.wish(0);
  all.tracks = studio.tracks;
  studio.mixes.plan(all);
  const auto begin = Clock::now();
  studio.mixes.plan(all);
  fmt::print("plan of {} tracks again: {:.1f} ms\n", all.tracks.size(), 1000 * secondsSince(begin));
}

void measurePreviews(Studio& studio, int count) {
  std::vector<double> wall;
  const double cpu = cpuSeconds();
  for (int n = 0; n < count; ++n) {
    const auto begin = Clock::now();
    const auto answer = studio.previews.order({studio.wish(n), 0, 30}, "bench");
    studio.jobs.wait(answer.at("job").at("id").get<std::string>()).valueOrThrow();
    wall.push_back(secondsSince(begin));
  }
  fmt::print("preview of 30 s: median {:.2f} s, most {:.2f} s, {:.2f} CPU s\n", median(wall),
             *std::max_element(wall.begin(), wall.end()), (cpuSeconds() - cpu) / count);
}

struct Kept {
  double log = 0, report = 0, sound = 0, waveform = 0;  // bytes
};

Kept keptBy(Studio& studio, const std::string& id) {
  const fs::path folder = studio.library.folder() / "recordings";
  const auto bytes = [&](const char* ending) {
    return static_cast<double>(fs::file_size(folder / (id + ending)));
  };
  return {bytes(".djlog.zst"), bytes(".report.json"), bytes(".opus"), bytes(".waveform")};
}

void measureMixes(Studio& studio, double seconds, int workers, double price) {
  const double cpu = cpuSeconds();
  const auto begin = Clock::now();
  std::deque<std::pair<std::string, std::string>> under;  // mix, job
  int asked = 0, done = 0;
  double sound = 0;
  Kept kept;
  double wall = 0;
  while (!under.empty() || secondsSince(begin) < seconds) {
    while (static_cast<int>(under.size()) < 2 * workers && secondsSince(begin) < seconds) {
      const auto answer = studio.mixes.order({studio.wish(asked++), "", false, false, {}}, "bench");
      under.emplace_back(answer.at("mix").at("id"), answer.at("job").at("id"));
    }
    const auto [mix, job] = under.front();
    under.pop_front();
    const auto ended = studio.jobs.wait(job).valueOrThrow();
    if (ended.state != storage::JobState::kDone)
      throw Error(ErrorCode::kInternal, fmt::format("a mix failed: {}", ended.error));
    const auto about = studio.mixes.describe(mix, mixes::Mixes::Reader::kOwner);
    sound += about.at("durationSeconds").get<double>();
    const Kept one = keptBy(studio, mix);
    kept.log += one.log, kept.report += one.report, kept.sound += one.sound;
    kept.waveform += one.waveform;
    ++done;
    wall = secondsSince(begin);
    studio.mixes.remove(mix);
  }
  const double each = (cpuSeconds() - cpu) / done;
  fmt::print(
      "{} mixes of {:.0f} s by {} workers in {:.0f} s: {:.0f} a day; {:.2f} CPU s each (report and "
      "waveform included), {:.0f} x real time a core; {:.5f} each at {} a core hour\n",
      done, sound / done, workers, wall, 86400 * done / wall, each, sound / done / each,
      each * price / 3600, price);
  const double pcm = sound * 48000 * 4;
  fmt::print(
      "kept of a mix: Opus {:.0f} kB, log {:.0f} kB, report {:.0f} kB, waveform {:.0f} kB; log and "
      "report are {:.2f} % of the Opus, {:.2f} % of 16-bit PCM\n",
      kept.sound / done / 1000, kept.log / done / 1000, kept.report / done / 1000,
      kept.waveform / done / 1000, 100 * (kept.log + kept.report) / kept.sound,
      100 * (kept.log + kept.report) / pcm);
}

// A guest's list, among many guests' mixes, as a page asks for it.
void measureList(Studio& studio, int mixes) {
  storage::MixStore store(studio.library.database());
  const nlohmann::json request = mixes::toJson(studio.wish(0));
  {
    auto all = studio.library.database().session(storage::Database::Mode::kTransaction);
    for (int n = 0; n < mixes; ++n) {
      storage::MixRow row;
      row.id = row.recording = fmt::format("listed-{}", n);
      row.owner = fmt::format("guest-{}", n % 20);
      row.name = "A mix";
      row.request = request;
      row.createdAt = n;
      store.add(row);
      store.save({row.recording, row.id, 300, 0, n, {}});
    }
    all.commit();
  }
  std::vector<double> own, everybody;
  for (int n = 0; n < 20; ++n) {
    for (auto* times : {&own, &everybody}) {
      const auto begin = Clock::now();
      studio.mixes.list(times == &own ? fmt::format("guest-{}", n) : std::string(), 50, 0);
      times->push_back(1000 * secondsSince(begin));
    }
  }
  fmt::print("50 of {} mixes listed: a guest's {:.1f} ms, everybody's {:.1f} ms (medians)\n", mixes,
             median(own), median(everybody));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Mixes as jobs");
  std::string music;
  double seconds = 60, price = 0.05;
  int workers = 2, previews = 10;
  app.add_option("FOLDER", music, "Sound files, two or more")->required();
  app.add_option("--seconds", seconds, "How long mixes are asked for")->capture_default_str();
  app.add_option("--workers", workers, "Threads that mix")->capture_default_str();
  app.add_option("--previews", previews, "How many are timed")->capture_default_str();
  app.add_option("--price", price, "Of a core hour, in whatever money")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  std::string folder = (fs::temp_directory_path() / "dju-bench-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return 1;
  {
    Studio studio(folder);
    const fs::path decoder = fs::absolute(argv[0]).parent_path() / "dju_decode_worker";
    storage::importDirectory(studio.library, music, 2, {}, {decoder, {}}).valueOrThrow();
    storage::TrackQuery all;
    all.limit = static_cast<int>(mixes::kMostTracks);
    all.sort = storage::TrackSort::kBpm;
    for (const auto& track : studio.library.search(all).tracks) studio.tracks.push_back(track.id);
    fmt::print("{} tracks, {} hardware threads; Opus at 160 kbit/s, key lock on\n",
               studio.tracks.size(), std::thread::hardware_concurrency());
    studio.jobs.start(workers);
    measurePlans(studio);
    measureList(studio, 20000);
    if (previews > 0) measurePreviews(studio, previews);
    if (seconds > 0) measureMixes(studio, seconds, workers, price);
    studio.jobs.stop();
  }
  fs::remove_all(folder);
  return 0;
}
