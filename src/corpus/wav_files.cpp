#include "corpus/wav_files.h"

#include <sndfile.h>
#include <soxr.h>

#include <algorithm>
#include <fstream>
#include <iomanip>
#include <memory>

#include "core/error.h"

namespace dju::corpus {
namespace {

namespace fs = std::filesystem;
using Sound = std::unique_ptr<SNDFILE, int (*)(SNDFILE*)>;

Sound openSound(const fs::path& file, int mode, SF_INFO& info) {
  Sound sound(sf_open(file.c_str(), mode, &info), &sf_close);
  if (!sound) {
    throw Error(ErrorCode::kUnavailable, file.string() + ": " + sf_strerror(nullptr));
  }
  return sound;
}

std::vector<float> toStereo(const std::vector<float>& in, int channels) {
  std::vector<float> out(in.size() / static_cast<std::size_t>(channels) * 2);
  for (std::size_t i = 0; i < out.size() / 2; ++i) {
    const float* frame = in.data() + i * static_cast<std::size_t>(channels);
    out[2 * i] = frame[0];
    out[2 * i + 1] = channels > 1 ? frame[1] : frame[0];
  }
  return out;
}

std::vector<float> resample(const std::vector<float>& in, double rate) {
  std::vector<float> out(
      static_cast<std::size_t>(static_cast<double>(in.size() / 2) * kPieceRate / rate + 16) * 2);
  std::size_t used = 0;
  std::size_t made = 0;
  soxr_oneshot(rate, kPieceRate, 2, in.data(), in.size() / 2, &used, out.data(), out.size() / 2,
               &made, nullptr, nullptr, nullptr);
  out.resize(2 * made);
  return out;
}

void writeTimes(const fs::path& file, const std::vector<double>& times) {
  std::ofstream out(file);
  out << std::fixed << std::setprecision(6);
  for (const double time : times) out << time << '\n';
  if (!out) throw Error(ErrorCode::kUnavailable, file.string() + ": cannot be written");
}

}  // namespace

std::vector<float> readStereo(const fs::path& file) {
  SF_INFO info{};
  const Sound sound = openSound(file, SFM_READ, info);
  std::vector<float> samples(static_cast<std::size_t>(info.frames) *
                             static_cast<std::size_t>(info.channels));
  const sf_count_t frames = sf_readf_float(sound.get(), samples.data(), info.frames);
  samples.resize(static_cast<std::size_t>(frames) * static_cast<std::size_t>(info.channels));
  std::vector<float> stereo = toStereo(samples, info.channels);
  return info.samplerate == kPieceRate ? stereo : resample(stereo, info.samplerate);
}

void writePiece(const fs::path& directory, const std::string& name, const Piece& piece) {
  fs::create_directories(directory);
  SF_INFO info{};
  info.samplerate = kPieceRate;
  info.channels = 2;
  info.format = SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
  const Sound sound = openSound(directory / (name + ".flac"), SFM_WRITE, info);
  float peak = 1;
  for (const float sample : piece.samples) peak = std::max(peak, std::abs(sample));
  std::vector<float> scaled = piece.samples;
  for (float& sample : scaled) sample /= peak;
  sf_writef_float(sound.get(), scaled.data(), static_cast<sf_count_t>(piece.frames()));
  writeTimes(directory / (name + ".beats"), piece.beats);
  if (!piece.downbeats.empty()) writeTimes(directory / (name + ".downbeats"), piece.downbeats);
}

std::vector<double> readTimes(const fs::path& file) {
  std::vector<double> times;
  std::ifstream in(file);
  for (double time = 0; in >> time;) times.push_back(time);
  return times;
}

}  // namespace dju::corpus
