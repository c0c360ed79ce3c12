// Speech by espeak-ng, run as a program: free, on every Debian, in many voices. It is a tool of the
// benchmark only and linked into nothing.
#include <sndfile.h>
#include <soxr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "analysis/material.h"
#include "core/random.h"

namespace dju::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kRate = 48000;
constexpr std::array<std::string_view, 8> kSentences = {
    "Ladies and gentlemen, this one goes out to everybody who came from far away tonight.",
    "Put your hands up in the air, and let me hear you scream!",
    "We have been waiting for this moment since the summer began.",
    "Listen to the bass, listen to the drum, nothing else is left in the room.",
    "Una noche como esta no se olvida jamas, que suba el volumen.",
    "Is anybody out there? The lights are low and the floor is ours.",
    "Three, two, one, and here we go again, my friends.",
    "They said that the music would stop at midnight. They were wrong."};
constexpr std::array<std::string_view, 6> kVoices = {"en-us+m3", "en-us+f2", "en-gb+m7",
                                                     "en-gb+f4", "es+m1",    "en-us+f5"};

std::vector<float> readAt48k(const fs::path& path) {
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(sf_open(path.c_str(), SFM_READ, &info),
                                                         &sf_close);
  if (!file || info.channels != 1 || info.frames <= 0) return {};
  std::vector<float> in(static_cast<std::size_t>(info.frames));
  in.resize(static_cast<std::size_t>(sf_readf_float(file.get(), in.data(), info.frames)));
  std::vector<float> out(static_cast<std::size_t>(
      std::ceil(static_cast<double>(in.size()) * kRate / info.samplerate)));
  std::size_t done = 0;
  if (soxr_oneshot(info.samplerate, kRate, 1, in.data(), in.size(), nullptr, out.data(), out.size(),
                   &done, nullptr, nullptr, nullptr) != nullptr) {
    return {};
  }
  out.resize(done);
  return out;
}

// Nothing when espeak-ng does not run. Arguments are our own constants and need no quoting beyond
// double quotes.
std::vector<float> say(std::string_view sentence, std::string_view voice, int wordsPerMinute) {
  const fs::path wav =
      fs::temp_directory_path() / ("dju-speech-" + std::to_string(::getpid()) + ".wav");
  const std::string command = "espeak-ng -v " + std::string(voice) + " -s " +
                              std::to_string(wordsPerMinute) + " -w \"" + wav.string() + "\" \"" +
                              std::string(sentence) + "\" >/dev/null 2>&1";
  std::vector<float> samples;
  if (std::system(command.c_str()) == 0) samples = readAt48k(wav);
  std::error_code ignored;
  fs::remove(wav, ignored);
  return samples;
}

// From the first to the last sample above −46 dB of the peak.
Interval soundingPart(const std::vector<float>& samples) {
  float peak = 0;
  for (const float x : samples) peak = std::max(peak, std::fabs(x));
  const float threshold = 0.005F * peak;
  const auto loud = [&](float x) { return std::fabs(x) > threshold; };
  const auto first = std::find_if(samples.begin(), samples.end(), loud);
  const auto last = std::find_if(samples.rbegin(), samples.rend(), loud);
  if (first == samples.end()) return {};
  return {static_cast<double>(first - samples.begin()) / kRate,
          static_cast<double>(samples.rend() - last) / kRate};
}

bool hasVoice(demo::SectionKind kind) {
  return kind == demo::SectionKind::kGroove || kind == demo::SectionKind::kBreakdown ||
         kind == demo::SectionKind::kDrop;
}

}  // namespace

std::optional<VoiceTake> speak(const demo::Score& score, std::uint64_t seed) {
  Random random(seed);
  const std::string_view voice = kVoices[static_cast<std::size_t>(random.below(6))];
  VoiceTake take;
  take.samples.assign(static_cast<std::size_t>(score.frames), 0);
  for (const demo::Section& section : score.sections) {
    if (!hasVoice(section.kind)) continue;
    for (int bar = section.startBar; bar < section.startBar + section.bars; bar += 8) {
      const auto which = static_cast<std::size_t>(random.below(kSentences.size()));
      const std::vector<float> spoken = say(kSentences[which], voice, 130 + random.below(60));
      if (spoken.empty()) return std::nullopt;
      const auto at = static_cast<std::size_t>(score.beats[static_cast<std::size_t>(bar) * 4]);
      for (std::size_t i = 0; i < spoken.size() && at + i < take.samples.size(); ++i) {
        take.samples[at + i] += spoken[i];
      }
      const Interval part = soundingPart(spoken);
      const double start = static_cast<double>(at) / kRate;
      take.lines.push_back({start + part.start, start + part.end});
    }
  }
  return take;
}

}  // namespace dju::bench
