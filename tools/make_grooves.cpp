// dju_make_grooves DIR SEED...: writes groove-SEED.wav with its .beats and .downbeats, times in
// seconds a line, for dju_train_metre (docs/beat-analysis.md).
#include <fmt/format.h>
#include <sndfile.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

#include "core/time.h"
#include "grooves.h"

namespace {

namespace fs = std::filesystem;
using dju::tools::Groove;

void writeSound(const fs::path& path, const std::vector<std::int16_t>& samples) {
  SF_INFO info{};
  info.samplerate = dju::kSampleRate;
  info.channels = 2;
  info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(sf_open(path.c_str(), SFM_WRITE, &info),
                                                         &sf_close);
  const auto count = static_cast<sf_count_t>(samples.size());
  if (!file || sf_write_short(file.get(), samples.data(), count) != count)
    throw std::runtime_error(path.string() + ": cannot be written");
}

void writeTimes(const fs::path& path, const std::vector<double>& times) {
  std::ofstream file(path);
  for (const double time : times) file << fmt::format("{:.6f}\n", time);
  file.close();
  if (!file) throw std::runtime_error(path.string() + ": cannot be written");
}

void write(const fs::path& directory, int seed) {
  const Groove groove = dju::tools::improviseGroove(seed);
  const std::string name = fmt::format("groove-{}", seed);
  writeSound(directory / (name + ".wav"), groove.samples);
  writeTimes(directory / (name + ".beats"), groove.beats);
  writeTimes(directory / (name + ".downbeats"), groove.downbeats);
  fmt::print("{}: {}, {:.2f} BPM\n", name, groove.style, groove.bpm);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: dju_make_grooves DIR SEED...\n");
    return 2;
  }
  try {
    fs::create_directories(argv[1]);
    for (int i = 2; i < argc; ++i) write(argv[1], std::atoi(argv[i]));
  } catch (const std::exception& failure) {
    fmt::print(stderr, "dju_make_grooves: {}\n", failure.what());
    return 1;
  }
}
