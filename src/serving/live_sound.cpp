#include "serving/live_sound.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/log.h"
#include "serving/sound_reader.h"
#include "serving/sound_windows.h"

namespace dju::serving {
namespace {

using Clock = std::chrono::steady_clock;

// A window that waits, with the sound that SoundWindow only looks at.
struct Waiting {
  SoundWindow window;
  std::vector<float> rows;
  Clock::time_point since;
};

}  // namespace

LiveSoundMetrics::LiveSoundMetrics(metrics::Registry& registry)
    : latency(registry.histogram("dju_sound_judge_latency_seconds",
                                 "The last sound of a window heard to what the model says of it",
                                 {0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1},
                                 {{"model", kTechnicalModel}})),
      batch(registry.histogram("dju_sound_judge_batch_windows",
                               "Windows of different battles that were read together",
                               {1, 2, 4, 8, 16, 32, 64}, {{"model", kTechnicalModel}})),
      queue(registry.gauge("dju_sound_judge_queue_windows", "Windows that wait for the model",
                           {{"model", kTechnicalModel}})),
      dropped(registry.counter("dju_sound_judge_dropped_windows_total",
                               "Windows that a newer one overtook before they were read",
                               {{"model", kTechnicalModel}})) {}

// Shared by the ears and the thread.
class LiveSound::Room {
 public:
  Room(ModelCache& cache, metrics::Registry& metrics) : cache_(cache), metrics_(metrics) {}

  void add(std::shared_ptr<Ear> ear);
  // A window waits.
  void wake();
  void countDropped() { metrics_.dropped.add(); }
  void end();
  // The thread's work, until end().
  void run();

 private:
  void equip(Ear& ear);
  std::size_t readWaiting();

  ModelCache& cache_;
  LiveSoundMetrics metrics_;

  // The thread's.
  std::vector<std::shared_ptr<Ear>> ears_;
  std::shared_ptr<SoundReader> newest_;  // of the model that the last battle got

  std::mutex mutex_;
  std::condition_variable news_;
  // Guarded by mutex_.
  std::vector<std::shared_ptr<Ear>> added_;
  bool woken_ = false;
  bool ending_ = false;
};

class LiveSound::Ear : public judge::SoundJudge {
 public:
  explicit Ear(std::shared_ptr<Room> room) : room_(std::move(room)) {}

  void hear(const judge::Evidence& now, std::span<const float> master) override {
    if (!windows_) {
      const std::scoped_lock lock(mutex_);
      if (!reader_) return;
      windows_.emplace(reader_->rows());
    }
    windows_->push(now, master, [this](const SoundWindow& window) { leave(window); });
  }

  std::optional<judge::SoundOpinion> opinion(engine::PlayerIndex player) const override {
    const std::scoped_lock lock(mutex_);
    if (!opinions_) return {};
    return opinions_->opinion(player);
  }

  // The room's thread.
  void equip(std::shared_ptr<SoundReader> reader) {
    const std::scoped_lock lock(mutex_);
    opinions_.emplace(*reader);
    reader_ = std::move(reader);
  }
  bool take(Waiting& taken) {
    const std::scoped_lock lock(mutex_);
    if (!waits_) return false;
    waits_ = false;
    std::swap(taken, waiting_);
    return true;
  }
  HeardWindow read(Waiting& taken) {
    taken.window.rows = taken.rows;
    return reader_->read(taken.window);
  }
  void answer(const HeardWindow& heard) {
    const std::scoped_lock lock(mutex_);
    opinions_->add(heard, static_cast<double>(heard.bothHeard));
  }

 private:
  void leave(const SoundWindow& window) {
    {
      const std::scoped_lock lock(mutex_);
      if (waits_) room_->countDropped();
      waits_ = true;
      waiting_.window = window;
      waiting_.rows.assign(window.rows.begin(), window.rows.end());
      waiting_.since = Clock::now();
    }
    room_->wake();
  }

  const std::shared_ptr<Room> room_;
  std::optional<SoundWindows> windows_;  // the judge's thread's
  mutable std::mutex mutex_;
  // Guarded by mutex_; once there, the reader is the room's thread's.
  std::shared_ptr<SoundReader> reader_;
  std::optional<SoundOpinions> opinions_;
  Waiting waiting_;
  bool waits_ = false;
};

void LiveSound::Room::add(std::shared_ptr<Ear> ear) {
  {
    const std::scoped_lock lock(mutex_);
    added_.push_back(std::move(ear));
  }
  news_.notify_one();
}

void LiveSound::Room::wake() {
  {
    const std::scoped_lock lock(mutex_);
    woken_ = true;
  }
  news_.notify_one();
}

void LiveSound::Room::end() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  news_.notify_one();
}

void LiveSound::Room::run() {
  pthread_setname_np(pthread_self(), "dju-sound");
  while (true) {
    std::vector<std::shared_ptr<Ear>> added;
    {
      std::unique_lock lock(mutex_);
      news_.wait(lock, [this] { return ending_ || woken_ || !added_.empty(); });
      if (ending_) return;
      woken_ = false;
      added.swap(added_);
    }
    for (auto& ear : added) {
      equip(*ear);
      ears_.push_back(std::move(ear));
    }
    // Nobody else holds it: its battle is over.
    std::erase_if(ears_, [](const auto& ear) { return ear.use_count() == 1; });
    while (readWaiting() > 0) {
    }
  }
}

void LiveSound::Room::equip(Ear& ear) {
  try {
    const auto model = cache_.current(kTechnicalModel);
    if (!newest_ || newest_->version().version != model->version.version)
      newest_ = std::make_shared<SoundReader>(model);
    ear.equip(newest_);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kNotFound)
      log::warn("live judge: no figures from the sound: {}", error.what());
  }
}

// What waits, of all battles; how many windows that were.
std::size_t LiveSound::Room::readWaiting() {
  std::vector<std::pair<Ear*, Waiting>> batch;
  for (const auto& ear : ears_) {
    Waiting taken;
    if (ear->take(taken)) batch.emplace_back(ear.get(), std::move(taken));
  }
  if (batch.empty()) return 0;
  metrics_.batch.observe(static_cast<double>(batch.size()));
  std::size_t left = batch.size();
  for (auto& [ear, taken] : batch) {
    metrics_.queue.set(static_cast<double>(left--));
    ear->answer(ear->read(taken));
    metrics_.latency.observe(std::chrono::duration<double>(Clock::now() - taken.since).count());
  }
  metrics_.queue.set(0);
  return batch.size();
}

LiveSound::LiveSound(ModelCache& cache, metrics::Registry& metrics)
    : room_(std::make_shared<Room>(cache, metrics)), thread_([room = room_] { room->run(); }) {}

LiveSound::~LiveSound() {
  room_->end();
  thread_.join();
}

std::shared_ptr<judge::SoundJudge> LiveSound::listen() {
  auto ear = std::make_shared<Ear>(room_);
  room_->add(ear);
  return ear;
}

}  // namespace dju::serving
