// Live judges beside live engines: BATTLES battles on an engine thread, each with two records that
// sound, their judges on one thread, the model of the sound on another, and one that passes on what
// they find as the room does. Prints how long after its block a score is handed on and after its
// last sound a window is read, what judges and model take of a core and what was lost to them.
// Usage, in the repository's root: bench_live_judge [BATTLES] [SECONDS]
#include <fmt/format.h>
#include <time.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "judge/test_battle.h"
#include "server/battle/engine_clock.h"
#include "server/battle/judge_thread.h"
#include "serving/live_sound.h"

namespace {

using namespace dju;  // NOLINT(google-build-using-namespace)

double processSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Delay {
  std::uint64_t count = 0, dropped = 0;
  double p50 = 0, p99 = 0;
};

Delay delayOf(const metrics::Histogram& latency, const metrics::Counter& dropped) {
  return {latency.count(), dropped.value(), latency.quantile(0.5), latency.quantile(0.99)};
}

void print(const char* what, const Delay& delay) {
  fmt::print("{}: {}, within {:.0f} ms (p50), {:.0f} ms (p99; upper edges of buckets); {} lost\n",
             what, delay.count, 1000 * delay.p50, 1000 * delay.p99, delay.dropped);
}

struct Run {
  double cpuSeconds = 0;  // of the whole process
  Delay scores, windows;
};

enum class Judged { kNo, kByTelemetry, kBySoundToo };

// Each as the one before and something more: the difference is that one's.
Run run(int battles, int seconds, Judged how) {
  const bool judged = how != Judged::kNo;
  metrics::Registry registry;
  const serving::ModelRegistry models("data/models");
  serving::ModelCache cache(models, {}, registry);
  serving::LiveSound sound(cache, registry);
  server::JudgeThread judges(registry, how == Judged::kBySoundToo ? &sound : nullptr);
  const server::EngineClock::Options options{1, 64, [&] { judges.wake(); }};
  server::EngineClock clock(options, registry);
  const judge::test::Played played = judge::test::mixOf({0, 20}).played(judge::test::kPlanSeconds);
  std::vector<std::shared_ptr<server::LiveBattle>> live;
  std::vector<std::shared_ptr<server::BattleJudge>> own;
  for (int i = 0; i < battles; ++i) {
    auto battle = std::make_shared<server::LiveBattle>(
        fmt::format("b-{}", i), engine::BattleConfig{}, nullptr,
        server::ReplayScript{played.log.commands, Frame(std::int64_t{seconds} * kSampleRate)});
    if (judged) own.push_back(judges.follow(battle, "back_to_back"));
    for (std::uint32_t t = 0; t < played.audio.size(); ++t) {
      server::Inbound inbound;
      inbound.kind = server::Inbound::Kind::kTrack;
      inbound.trackIndex = t;
      inbound.track = played.audio[t];
      battle->post(inbound);
      if (judged) own.back()->provide(t, played.tracks[t]);
    }
    live.push_back(battle);
  }
  const double before = processSeconds();
  for (const auto& battle : live) clock.drive(battle);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  // As the pump: once a tick.
  while (std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    for (const auto& judge : own) judge->take();
    for (const auto& battle : live) {
      server::Outbound outbound;
      while (battle->events().pop(outbound)) {
      }
      server::VisualFrame frame;
      while (battle->frames().pop(frame)) {
      }
    }
  }
  Run run;
  run.cpuSeconds = processSeconds() - before;
  const server::JudgeMetrics metrics(registry);
  const serving::LiveSoundMetrics soundMetrics(registry);
  run.scores = delayOf(metrics.latency, metrics.dropped);
  run.windows = delayOf(soundMetrics.latency, soundMetrics.dropped);
  return run;
}

}  // namespace

int main(int argc, char** argv) {
  const int battles = argc > 1 ? std::max(1, std::atoi(argv[1])) : 10;
  const int seconds = argc > 2 ? std::max(15, std::atoi(argv[2])) : 30;
  const Run engines = run(battles, seconds, Judged::kNo),
            telemetry = run(battles, seconds, Judged::kByTelemetry),
            all = run(battles, seconds, Judged::kBySoundToo);
  fmt::print("{} battles, {} s\n", battles, seconds);
  print("scores, block to hand-over", telemetry.scores);
  print("the same with the sound heard, too", all.scores);
  print("windows of sound, last sample to figures", all.windows);
  const auto share = [&](const Run& with, const Run& without) {
    return 100 * (with.cpuSeconds - without.cpuSeconds) / seconds;
  };
  fmt::print("of a core: engines {:.1f} %, judges {:.2f} %, model of the sound {:.2f} %\n",
             100 * engines.cpuSeconds / seconds, share(telemetry, engines), share(all, telemetry));
}
