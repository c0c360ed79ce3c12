// Small audio files for tests, made by libsndfile and our own encoders, and a folder to keep them
// in.
#pragma once

#include <sndfile.h>
#include <stdlib.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numbers>
#include <string>
#include <vector>

namespace dju::testing {

class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "dju-test-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// A click of 50 Hz at each beat and a quiet sine, interleaved stereo.
inline std::vector<float> clickTrack(double seconds, double bpm, int rate,
                                     double firstBeat = 0.25) {
  const auto frames = static_cast<std::size_t>(seconds * rate);
  std::vector<float> out(frames * 2);
  for (std::size_t i = 0; i < frames; ++i) {
    const double time = static_cast<double>(i) / rate;
    double value = 0.05 * std::sin(2 * std::numbers::pi * 440 * time);
    const double since = std::fmod(time - firstBeat + 60 / bpm * 1000, 60 / bpm);
    if (time >= firstBeat) {
      value += 0.7 * std::exp(-since * 30) * std::sin(2 * std::numbers::pi * 60 * since);
      value += 0.2 * std::exp(-since * 200) * std::sin(2 * std::numbers::pi * 3000 * since);
    }
    out[2 * i] = static_cast<float>(value);
    out[2 * i + 1] = static_cast<float>(0.8 * value);
  }
  return out;
}

struct SoundFile {
  int format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  int rate = 48000;
  int channels = 2;
  std::string title;
};

// `stereo` is interleaved; mono files take its left side.
inline bool writeSound(const std::filesystem::path& path, const std::vector<float>& stereo,
                       const SoundFile& options) {
  SF_INFO info{};
  info.samplerate = options.rate;
  info.channels = options.channels;
  info.format = options.format;
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  if (file == nullptr) return false;
  if (!options.title.empty()) sf_set_string(file, SF_STR_TITLE, options.title.c_str());
  const std::size_t frames = stereo.size() / 2;
  std::vector<float> samples;
  for (std::size_t i = 0; i < frames; ++i) {
    for (int c = 0; c < options.channels; ++c) {
      samples.push_back(stereo[2 * i + static_cast<std::size_t>(c % 2 == 1)]);
    }
  }
  const bool written =
      sf_write_float(file, samples.data(), static_cast<sf_count_t>(samples.size())) ==
      static_cast<sf_count_t>(samples.size());
  return sf_close(file) == 0 && written;
}

// The ffmpeg program, where there is one: it makes what libsndfile cannot (AAC, other tags).
inline bool ffmpeg(const std::string& arguments) {
  const std::string command = "ffmpeg -v quiet -nostdin -y " + arguments + " >/dev/null 2>&1";
  return std::system(command.c_str()) == 0;
}

}  // namespace dju::testing
