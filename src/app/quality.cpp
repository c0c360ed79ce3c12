// `dju quality REF TEST`: what a codec, a stretcher or a stream did to a sound, against what went
// in (docs/quality.md).
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/commands.h"
#include "app/scratch_folder.h"
#include "audio/decode.h"
#include "audio/pcm_file.h"
#include "quality/align.h"
#include "quality/peaq/peaq.h"
#include "quality/pesq/pesq.h"

namespace dju::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Options {
  std::string reference, test;
  bool speech = false;
  bool aligned = false;
  bool json = false;
};

quality::Sound readSound(const fs::path& file, const fs::path& pcmPath) {
  // Both lie in memory as floats, and the measures are meant for passages.
  audio::DecodeLimits limits;
  limits.seconds = 600;
  audio::Decoder({}, limits).decode(file, pcmPath).valueOrThrow();
  return quality::soundOf(audio::PcmFile::open(pcmPath).valueOrThrow().view());
}

struct Pair {
  quality::Sound reference, test;
  quality::Alignment alignment;
};

Pair readPair(const Options& options) {
  const ScratchFolder work;
  return {readSound(options.reference, work.path() / "reference.pcm"),
          readSound(options.test, work.path() / "test.pcm"),
          {}};
}

void align(Pair& pair) {
  pair.alignment = quality::findAlignment(pair.reference, pair.test).valueOrThrow();
  auto both = quality::aligned(pair.reference, pair.test, pair.alignment).valueOrThrow();
  pair.reference = std::move(both.reference);
  pair.test = std::move(both.test);
}

double delayMs(const Pair& pair) {
  return 1000.0 * static_cast<double>(pair.alignment.delay) / kSampleRate;
}
double gainDb(const Pair& pair) {
  return 20 * std::log10(std::abs(pair.alignment.gain));
}

json alignmentJson(const Pair& pair) {
  return {{"delayMs", delayMs(pair)},
          {"gainDb", gainDb(pair)},
          {"inverted", pair.alignment.gain < 0},
          {"correlation", pair.alignment.correlation}};
}

json peaqJson(const quality::PeaqGrade& grade) {
  json out = {{"measure", "PEAQ basic"},
              {"odg", grade.odg},
              {"distortionIndex", grade.distortionIndex},
              {"frames", grade.frames},
              {"outputs", json::object()}};
  const auto& names = quality::peaq::modelOutputNames();
  const auto values = grade.outputs.values();
  for (std::size_t i = 0; i < names.size(); ++i) out["outputs"][names[i]] = values[i];
  return out;
}

void gradeMusic(const Options& options) {
  Pair pair = readPair(options);
  if (!options.aligned) align(pair);
  const auto grade = quality::peaqGrade(pair.reference, pair.test).valueOrThrow();
  if (options.json) {
    json out = peaqJson(grade);
    if (!options.aligned) out["alignment"] = alignmentJson(pair);
    std::cout << out.dump() << '\n';
    return;
  }
  if (!options.aligned)
    std::cout << fmt::format("aligned: {:+.2f} ms, {:+.2f} dB{}\n", delayMs(pair), gainDb(pair),
                             pair.alignment.gain < 0 ? ", polarity inverted" : "");
  std::cout << fmt::format("PEAQ basic: ODG {:.2f} (0 imperceptible, -4 very annoying)\n",
                           grade.odg);
  const auto& names = quality::peaq::modelOutputNames();
  const auto values = grade.outputs.values();
  for (std::size_t i = 0; i < names.size(); ++i)
    std::cout << fmt::format("  {:<14}{:>10.4f}\n", names[i], values[i]);
}

void scoreSpeech(const Options& options) {
  const Pair pair = readPair(options);
  json out = {{"measure", "PESQ"}};
  for (const auto& [band, name] : {std::pair(quality::pesq::Band::kNarrow, "narrow"),
                                   std::pair(quality::pesq::Band::kWide, "wide")}) {
    const auto score = quality::pesqScore(pair.reference, pair.test, band).valueOrThrow();
    out[name] = {{"mosLqo", score.mosLqo},
                 {"raw", score.raw},
                 {"disturbance", score.disturbance},
                 {"asymmetricDisturbance", score.asymmetricDisturbance},
                 {"utterances", score.utterances}};
    if (!options.json)
      std::cout << fmt::format("PESQ {:<7} MOS-LQO {:.2f} (raw {:.3f}, {} utterances)\n", name,
                               score.mosLqo, score.raw, score.utterances);
  }
  if (options.json) std::cout << out.dump() << '\n';
}

}  // namespace

void addQuality(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "quality", "What codec, stretch or stream did to a sound (PEAQ) or a voice (PESQ)");
  command->add_option("REF", options->reference, "What went in, at most 10 minutes")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("TEST", options->test, "What came out")->required()->check(CLI::ExistingFile);
  auto* speech = command->add_flag("--speech", options->speech,
                                   "A voice: PESQ in narrow and wide band, at most 2 minutes");
  command
      ->add_flag("--aligned", options->aligned,
                 "Compare frame by frame: search no delay, change no level")
      ->excludes(speech);
  command->add_flag("--json", options->json, "For programs (docs/quality.md)");
  command->callback([options] { options->speech ? scoreSpeech(*options) : gradeMusic(*options); });
}

}  // namespace dju::app
