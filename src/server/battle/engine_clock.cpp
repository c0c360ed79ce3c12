#include "server/battle/engine_clock.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/log.h"
#include "server/real_time.h"
#include "server/steady_clock.h"

namespace dju::server {
namespace {

constexpr std::int64_t kTickNs = 1'000'000'000LL * kBlockFrames / kSampleRate;
// Beyond this many blocks of delay the time line is stretched instead of caught up: a burst would
// only fill the listeners' buffers.
constexpr std::int64_t kMaxCatchUpTicks = 4;

void sleepUntil(std::int64_t ns) {
  const timespec until{ns / 1'000'000'000LL, ns % 1'000'000'000LL};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

// Whether late blocks are the machine's doing or ours: the thread was woken late, it was not let
// run while it worked, or it worked for longer than a tick. Blocks that are late because those
// before them were share their cause.
class LateCauses {
 public:
  explicit LateCauses(metrics::Registry& registry)
      : woken_(counter(registry, "woken")),
        heldUp_(counter(registry, "held_up")),
        work_(counter(registry, "work")) {}

  // Before the thread sleeps until `deadline`.
  void sleep(std::int64_t deadline) noexcept { catchingUp_ = steadyNs() > deadline; }
  void wake() noexcept {
    wokenAt_ = steadyNs();
    worked_ = nsOf(CLOCK_THREAD_CPUTIME_ID);
  }
  void late(std::int64_t deadline) noexcept {
    const bool wokenLate = wokenAt_ > deadline + kTickNs;
    const bool worked = nsOf(CLOCK_THREAD_CPUTIME_ID) - worked_ > kTickNs;
    if (!catchingUp_ || cause_ == nullptr)
      cause_ = worked ? &work_ : wokenLate ? &woken_ : &heldUp_;
    cause_->add();
  }

 private:
  static metrics::Counter& counter(metrics::Registry& registry, const char* cause) {
    return registry.counter("dju_blocks_late_cause_total",
                            "Late blocks by cause: the thread was woken late, held up, or at work",
                            {{"cause", cause}});
  }

  metrics::Counter &woken_, &heldUp_, &work_;
  metrics::Counter* cause_ = nullptr;
  bool catchingUp_ = false;
  std::int64_t wokenAt_ = 0, worked_ = 0;
};

// Steps of 0.25 ms where a command should arrive, wider ones where it should not.
std::vector<double> commandLatencyBounds() {
  std::vector<double> bounds;
  for (int i = 1; i <= 40; ++i) bounds.push_back(i * 0.00025);
  for (const double seconds : {0.0125, 0.015, 0.02, 0.05, 0.1}) bounds.push_back(seconds);
  return bounds;
}

}  // namespace

struct EngineClock::Worker {
  explicit Worker(int capacity) : added(static_cast<std::size_t>(capacity)) {
    driven.reserve(static_cast<std::size_t>(capacity));
  }

  SpscQueue<LiveBattle*> added;
  std::vector<LiveBattle*> driven;  // engine thread only; never grows beyond its reserve
  std::vector<std::shared_ptr<LiveBattle>> owned;  // guarded by EngineClock::mutex_
  std::thread thread;
};

EngineClock::EngineClock(const Options& options, metrics::Registry& registry)
    : options_(options), registry_(registry) {
  for (int i = 0; i < options_.threads; ++i) {
    workers_.push_back(std::make_unique<Worker>(options_.maxBattlesPerThread));
    Worker& worker = *workers_.back();
    worker.thread = std::thread([this, &worker] { run(worker); });
  }
}

EngineClock::~EngineClock() {
  stop_.store(true, std::memory_order_release);
  for (auto& worker : workers_) worker->thread.join();
}

void EngineClock::drive(std::shared_ptr<LiveBattle> battle) {
  const std::scoped_lock lock(mutex_);
  for (auto& worker : workers_)
    std::erase_if(worker->owned, [](const auto& owned) { return owned->released(); });
  auto& worker = **std::min_element(
      workers_.begin(), workers_.end(),
      [](const auto& a, const auto& b) { return a->owned.size() < b->owned.size(); });
  if (worker.owned.size() >= static_cast<std::size_t>(options_.maxBattlesPerThread))
    throw Error(
        ErrorCode::kTooMany,
        fmt::format("battle {}: the server already drives {} battles; end one or raise max_battles",
                    battle->id(), worker.owned.size() * workers_.size()));
  worker.added.push(battle.get());
  worker.owned.push_back(std::move(battle));
}

int EngineClock::battles() const {
  const std::scoped_lock lock(mutex_);
  std::size_t count = 0;
  for (const auto& worker : workers_)
    count +=
        static_cast<std::size_t>(std::count_if(worker->owned.begin(), worker->owned.end(),
                                               [](const auto& owned) { return !owned->ended(); }));
  return static_cast<int>(count);
}

void EngineClock::run(Worker& worker) noexcept {
  askForRealTime("dju-engine", kEnginePriority);
  metrics::Histogram& lateness = registry_.histogram(
      "dju_block_lateness_seconds", "How long after its deadline a block was handed out",
      {0.0001, 0.00025, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.05, 0.1});
  metrics::Histogram& commandLatency = registry_.histogram(
      "dju_command_latency_seconds", "Bytes received to first affected sample queued for encoding",
      commandLatencyBounds());
  metrics::Counter& late =
      registry_.counter("dju_blocks_late_total", "Blocks handed out after the next deadline");
  metrics::Counter& stalls =
      registry_.counter("dju_engine_stalls_total", "Freezes after which time was stretched");
  LateCauses causes(registry_);
  std::int64_t deadline = steadyNs() + kTickNs;
  while (!stop_.load(std::memory_order_acquire)) {
    causes.sleep(deadline);
    sleepUntil(deadline);
    causes.wake();
    LiveBattle* added = nullptr;
    while (worker.driven.size() < worker.driven.capacity() && worker.added.pop(added))
      worker.driven.push_back(added);
    for (LiveBattle* battle : worker.driven) {
      battle->tick();
      const std::int64_t out = steadyNs();
      for (std::int64_t arrived : battle->arrivals())
        commandLatency.observe(static_cast<double>(out - arrived) * 1e-9);
    }
    options_.afterTick();
    std::erase_if(worker.driven, [](LiveBattle* battle) { return battle->releaseIfEnded(); });
    const std::int64_t now = steadyNs();
    lateness.observe(static_cast<double>(now - deadline) * 1e-9);
    if (now > deadline + kTickNs) {
      late.add();
      causes.late(deadline);
    }
    deadline += kTickNs;
    if (now > deadline + kMaxCatchUpTicks * kTickNs) {
      stalls.add();
      deadline = now + kTickNs;
    }
  }
}

}  // namespace dju::server
