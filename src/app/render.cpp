// `dju render LOG`: repeats a battle from its log, verifies its marks, writes its sound.
#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <memory>

#include "app/commands.h"
#include "audio/encode.h"
#include "core/hash.h"
#include "server/api/recordings.h"
#include "server/battle/log_file.h"

namespace dju::app {
namespace {

struct Options {
  std::string log;
  std::string dataDir = "var";
  std::string out;
  bool stems = false;
  int sampleRate = 48000;
};

using EncoderPtr = std::unique_ptr<audio::Encoder>;

EncoderPtr open(const std::filesystem::path& file, const engine::BattleLog& log, int sampleRate) {
  const audio::EncodeTags tags{log.header.name, "DJ Universe", {}};
  if (file.extension() == ".opus" || file.extension() == ".ogg")
    return audio::openOpus(file, tags, audio::kArchiveOpus);
  if (file.extension() == ".flac") return audio::openFlac(file, tags, {sampleRate, 24});
  throw Error(ErrorCode::kInvalid, fmt::format("{}: write .flac or .opus", file.string()));
}

// "mix.flac" and deck 0 to "mix-A.flac".
std::filesystem::path stemFile(const std::filesystem::path& file, int deck) {
  return file.parent_path() / fmt::format("{}-{}{}", file.stem().string(),
                                          static_cast<char>('A' + deck), file.extension().string());
}

// A log has marks from where its sound begins anew.
std::string sinceOf(const engine::BattleLog& log) {
  const Frame since = log.header.config.freshSoundAt;
  return since > Frame() ? fmt::format(" from {:.1f} s on", since.seconds()) : "";
}

void report(const engine::BattleLog& log, const engine::RenderResult& result) {
  if (log.tornBytes > 0)
    std::cout << fmt::format("cut off: {} bytes after the last whole mark were ignored\n",
                             log.tornBytes);
  const std::string length = fmt::format("{:.1f} s, {} marks, hash {}", result.end.seconds(),
                                         log.marks.size(), hex64(result.hash));
  if (!result.sameRevision)
    std::cout << fmt::format(
        "re-rendered, not verified: the log has DSP revision {}, this program {} ({})\n",
        log.header.dspRevision, engine::kDspRevision, length);
  else if (result.verified)
    std::cout << fmt::format("verified: the same samples{} ({})\n", sinceOf(log), length);
  else
    throw Error(ErrorCode::kConflict,
                fmt::format("{}: not the same samples from {:.1f} s on ({})", log.header.battleId,
                            result.firstDifference ? result.firstDifference->frame.seconds() : 0.0,
                            length));
}

void render(const Options& options) {
  const auto log = server::readLogFile(options.log).valueOrThrow();
  storage::Library library(options.dataDir);
  storage::PcmCache cache(library.pcmFolder(), std::int64_t{16} << 30);
  const server::LogTracks tracks = server::loadLogTracks(log, library, cache);
  EncoderPtr master = options.out.empty() ? nullptr : open(options.out, log, options.sampleRate);
  std::vector<EncoderPtr> stems;
  for (int deck = 0; options.stems && deck < log.header.config.decks; ++deck)
    stems.push_back(open(stemFile(options.out, deck), log, options.sampleRate));
  engine::RenderOptions how;
  how.stems = options.stems;
  const auto result = engine::renderLog(
      log, tracks.tracks, how,
      [&](FrameCount frames, const engine::Outputs& outputs, const engine::Telemetry&) {
        const auto samples = static_cast<std::size_t>(frames * kChannels);
        if (master) master->push({outputs.master, samples});
        for (std::size_t deck = 0; deck < stems.size(); ++deck)
          stems[deck]->push({outputs.stems[deck], samples});
        return true;
      });
  if (master) master->finish();
  for (const EncoderPtr& stem : stems) stem->finish();
  report(log, result);
}

}  // namespace

void addRender(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("render", "Repeat a battle from its log and verify it");
  command->add_option("LOG", options->log, "A .djlog")->required()->check(CLI::ExistingFile);
  auto* out = command->add_option(
      "-o,--out", options->out, "Write the mix: .flac (24 bits) or .opus; without it, only verify");
  command->add_option("--data-dir", options->dataDir, "The library with the tracks")
      ->capture_default_str();
  command->add_option("--rate", options->sampleRate, "Of a .flac: 48000 or 44100")
      ->capture_default_str()
      ->check(CLI::IsMember({48000, 44100}));
  command->add_flag("--stems", options->stems, "Write each deck too, beside the mix")->needs(out);
  command->callback([options] { render(*options); });
}

}  // namespace dju::app
