#include "analysis/systems.h"

#include <sndfile.h>
#include <soxr.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>

#include "core/error.h"

namespace dju::bench {
namespace {

namespace fs = std::filesystem;

double userSeconds(CpuClock::Of whose) {
  rusage usage{};
  ::getrusage(whose == CpuClock::Of::kChildren ? RUSAGE_CHILDREN : RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec);
}

std::vector<float> monoAt44k(const Piece& piece) {
  std::vector<float> mono(piece.samples.size() / 2);
  for (std::size_t i = 0; i < mono.size(); ++i) {
    const int sum = piece.samples[2 * i] + piece.samples[2 * i + 1];
    mono[i] = 0.5F * piece.scale * static_cast<float>(sum);
  }
  std::vector<float> out(mono.size() * 147 / 160 + 1);
  std::size_t done = 0;
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
  const soxr_error_t failure =
      soxr_oneshot(48000, 44100, 1, mono.data(), mono.size(), nullptr, out.data(), out.size(),
                   &done, nullptr, &quality, nullptr);
  if (failure != nullptr) throw Error(ErrorCode::kInternal, std::string("soxr: ") + failure);
  out.resize(done);
  return out;
}

void writeFloats(const fs::path& path, const std::vector<float>& samples) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(samples.data()),
            static_cast<std::streamsize>(samples.size() * sizeof(float)));
  out.close();
  if (!out) throw Error(ErrorCode::kUnavailable, path.string() + ": cannot be written");
}

void writeWave(const fs::path& path, const Piece& piece) {
  SF_INFO info{};
  info.samplerate = 48000;
  info.channels = 2;
  info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(sf_open(path.c_str(), SFM_WRITE, &info),
                                                         &sf_close);
  const auto frames = static_cast<sf_count_t>(piece.samples.size() / 2);
  if (!file || sf_writef_short(file.get(), piece.samples.data(), frames) != frames) {
    throw Error(ErrorCode::kUnavailable, path.string() + ": cannot be written");
  }
}

}  // namespace

Hearing prepare(const Piece& piece, const fs::path& scratch) {
  Hearing hearing;
  hearing.piece = &piece;
  hearing.mono44 = monoAt44k(piece);
  hearing.mono44File = scratch / "excerpt.f32";
  hearing.waveFile = scratch / "excerpt.wav";
  writeFloats(hearing.mono44File, hearing.mono44);
  writeWave(hearing.waveFile, piece);
  return hearing;
}

std::vector<System> allSystems(const fs::path& binaries) {
  return {oursOffline(),
          oursStreaming(binaries / "dju"),
          queenMaryGrid(),
          queenMaryBeats(),
          essentiaBeats("degara"),
          essentiaBeats("multifeature"),
          aubioTempo(),
          soundTouch(),
          queenMaryKey(),
          essentiaKey()};
}

CpuClock::CpuClock(Of whose) : whose_(whose), began_(userSeconds(whose)) {}

double CpuClock::seconds() const {
  return userSeconds(whose_) - began_;
}

double tempoOfBeats(const std::vector<double>& beats) {
  if (beats.size() < 3) return 0;
  std::vector<double> steps;
  for (std::size_t i = 1; i < beats.size(); ++i) steps.push_back(beats[i] - beats[i - 1]);
  std::vector<double> sorted = steps;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  double sum = 0;
  int count = 0;
  for (const double step : steps) {
    if (std::fabs(step / *middle - 1) > 0.1) continue;
    sum += step;
    ++count;
  }
  return sum > 0 ? 60 * count / sum : 0;
}

std::optional<std::string> outputOf(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string text;
  std::array<char, 65536> buffer{};
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    text.append(buffer.data(), n);
  }
  if (::pclose(pipe) != 0) return std::nullopt;
  return text;
}

}  // namespace dju::bench
