// Live judges beside live engines: BATTLES battles on an engine thread, each with two records that
// sound, their judges on one thread, and a third that passes on what they find as the room does.
// Prints how long after its block a score is handed on, what the judges' thread takes of a core and
// what was lost to them. Usage: bench_live_judge [BATTLES] [SECONDS]
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

namespace {

using namespace dju;  // NOLINT(google-build-using-namespace)

double processSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Run {
  double cpuSeconds = 0;  // of the whole process
  std::uint64_t scores = 0, dropped = 0;
  double p50 = 0, p99 = 0;
};

// With or without judges: the difference is theirs.
Run run(int battles, int seconds, bool judged) {
  metrics::Registry registry;
  server::JudgeThread judges(registry);
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
  server::JudgeMetrics metrics(registry);
  run.scores = metrics.latency.count();
  run.p50 = metrics.latency.quantile(0.5);
  run.p99 = metrics.latency.quantile(0.99);
  run.dropped = metrics.dropped.value();
  return run;
}

}  // namespace

int main(int argc, char** argv) {
  const int battles = argc > 1 ? std::max(1, std::atoi(argv[1])) : 10;
  const int seconds = argc > 2 ? std::max(5, std::atoi(argv[2])) : 30;
  const Run without = run(battles, seconds, false), with = run(battles, seconds, true);
  fmt::print(
      "{} battles, {} s: {} scores, block to hand-over within {:.0f} ms (p50), {:.0f} ms "
      "(p99; upper edges of buckets); {} blocks lost\n",
      battles, seconds, with.scores, 1000 * with.p50, 1000 * with.p99, with.dropped);
  const double share = 100 * (with.cpuSeconds - without.cpuSeconds) / seconds;
  fmt::print("judges: {:.2f} % of a core, {:.3f} % a battle (engines alone {:.1f} %)\n", share,
             share / battles, 100 * without.cpuSeconds / seconds);
}
