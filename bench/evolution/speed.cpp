#include "evolution/speed.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <thread>

#include "arena/evolution/evolution.h"
#include "audio/encode.h"
#include "evolution/audience.h"
#include "mixer/play.h"
#include "mixer/quality.h"

namespace dju::bench {
namespace {

using arena::Lineage;

struct Clock {
  double elapsed = 0, processor = 0;  // seconds
};

Clock now() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return {
      std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(),
      seconds(used.ru_utime) + seconds(used.ru_stime)};
}

std::string since(const Clock& begin) {
  const Clock end = now();
  return fmt::format("{:.1f} s ({:.1f} s of processor)", end.elapsed - begin.elapsed,
                     end.processor - begin.processor);
}

}  // namespace

void printSpeed(arena::Stage& stage, const Listeners& listeners) {
  Lineage lineage = arena::foundLineage({});
  auto votes = vote(lineage, stage, listeners, 0, 400, Random(1));
  const Clock begin = now();
  arena::closeRound(lineage, std::move(votes), stage, [&](const mixer::MixerModel& model) {
    return arena::trait(stage.meanTraits(model), arena::Trait::kTogether);
  });
  const std::string bred = since(begin);
  const Clock rendering = now();
  const auto folder = std::filesystem::temp_directory_path() / "dju-bench-evolution";
  std::filesystem::create_directories(folder);
  std::array<double, 2> sound{};
  const auto render = [&](std::size_t part) {
    for (std::size_t i = part; i < lineage.population.size() * stage.size(); i += 2) {
      const std::size_t pair = i % stage.size();
      const auto& tracks = stage.tracks(pair);
      const mixer::Plan plan =
          stage.plan(lineage.member(lineage.population[i / stage.size()]).model, pair);
      mixer::MixOptions options;
      options.preview = mixer::MixPreview{0, 60};
      mixer::QualityListener listener(plan, tracks);
      const auto encoder =
          audio::openOpus(folder / fmt::format("{}.opus", part), {"", "", {}}, {64000});
      const auto mix = mixer::playMix(plan, tracks, options, [&](const mixer::MixBlock& block) {
        if (block.wanted) encoder->push(block.master);
        listener.hear(block);
        return true;
      });
      encoder->finish();
      listener.finish(mix);
      sound[part] += mix.log.end->frame.seconds();
    }
  };
  std::thread other(render, 1);
  render(0);
  other.join();
  std::filesystem::remove_all(folder);
  fmt::print(
      "\nspeed: {} contestants x {} pairs: rated, bred and filtered ({} children) in {}; {:.0f} s "
      "of clips of 60 s played, reported and encoded to Opus (64 kbit/s) in {}, two threads; all "
      "in {}\n",
      lineage.population.size(), stage.size(), lineage.settings.brood, bred, sound[0] + sound[1],
      since(rendering), since(begin));
}

}  // namespace dju::bench
