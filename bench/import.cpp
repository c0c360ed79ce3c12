// Import of a folder: files a minute and times real time, with 1 and with --jobs N imports at once.
// Usage: bench_import FOLDER [JOBS]. The library is made in a temporary folder and removed.
#include "storage/import.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

namespace {

namespace fs = std::filesystem;

void measure(const fs::path& music, const fs::path& worker, int jobs) {
  std::string name = (fs::temp_directory_path() / "dju-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return;
  {
    dju::storage::Library library(name);
    const auto begin = std::chrono::steady_clock::now();
    const auto done =
        dju::storage::importDirectory(library, music, jobs, {}, {worker, {}}).valueOrThrow();
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
    dju::storage::TrackQuery all;
    all.limit = 500;
    double sound = 0;
    for (const auto& track : library.search(all).tracks) sound += track.durationSeconds();
    fmt::print(
        "jobs {}: {} imported, {} errors, {:.0f} s of sound in {:.2f} s: {:.0f}x real time\n", jobs,
        done.imported, done.errors.size(), sound, wall.count(), sound / wall.count());
    for (const std::string& error : done.errors) fmt::print("  {}\n", error);
  }
  fs::remove_all(name);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print("usage: bench_import FOLDER [JOBS]\n");
    return 2;
  }
  const fs::path worker = fs::absolute(argv[0]).parent_path() / "dju_decode_worker";
  fmt::print("{} hardware threads; decode, analysis, waveform and storing\n",
             std::thread::hardware_concurrency());
  measure(argv[1], worker, 1);
  const int jobs = argc > 2 ? std::atoi(argv[2]) : 2;
  if (jobs > 1) measure(argv[1], worker, jobs);
}
