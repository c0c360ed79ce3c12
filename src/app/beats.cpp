// `dju beats FILE --streaming`: where the beats of a file fall, as the live tracker hears them.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/scratch_folder.h"
#include "audio/decode.h"
#include "audio/pcm_file.h"
#include "core/error.h"
#include "core/time.h"
#include "music/mono.h"
#include "music/streaming_beats.h"

namespace dju::app {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string file;
  std::string evidence = "combined";
  bool streaming = false;
};

music::EvidenceKind kindOf(const std::string& name) {
  if (name == "flux") return music::EvidenceKind::kFlux;
  if (name == "network") return music::EvidenceKind::kNetwork;
  return music::EvidenceKind::kCombined;
}

void beats(const Options& options) {
  constexpr std::size_t kBlock = 240;  // an engine tick: what a live tracker is given at a time
  const ScratchFolder scratch;
  const fs::path pcmPath = scratch.path() / "sound.pcm";
  audio::Decoder().decode(options.file, pcmPath).valueOrThrow();
  const audio::PcmFile pcm = audio::PcmFile::open(pcmPath).valueOrThrow();
  music::StreamingBeats tracker(kindOf(options.evidence));
  music::MonoReader reader(pcm.view(), kSampleRate);
  for (auto sound = reader.next(); !sound.empty(); sound = reader.next()) {
    while (!sound.empty()) {
      const auto block = sound.first(std::min(kBlock, sound.size()));
      tracker.push(block, [](const music::StreamedBeat& beat) {
        std::cout << fmt::format("{:.4f} {:.4f}\n", beat.seconds, beat.emittedSeconds);
      });
      if (tracker.reviewDue()) tracker.review();
      sound = sound.subspan(block.size());
    }
  }
}

}  // namespace

void addBeats(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("beats", "Print the times of a file's beats");
  command->add_option("FILE", options->file, "Any format that import takes")
      ->required()
      ->check(CLI::ExistingFile);
  command
      ->add_flag("--streaming", options->streaming,
                 "As the live tracker hears it, a beat a line: when it falls and how much sound "
                 "had been heard when it was announced, in seconds")
      ->required();
  command
      ->add_option("--evidence", options->evidence,
                   "What listens: the network, spectral flux or both")
      ->capture_default_str()
      ->check(CLI::IsMember({"combined", "network", "flux"}));
  command->callback([options] { beats(*options); });
}

}  // namespace dju::app
