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

// A window that waits, with the sound that SoundWindow only looks at. Ears and the thread exchange
// them, so that their memory is used again.
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
                               "Windows of different battles that were read as one batch",
                               {1, 2, 3, kMostWindowsTogether}, {{"model", kTechnicalModel}})),
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
  std::size_t takeWaiting();
  void readBatch(std::size_t count);

  ModelCache& cache_;
  LiveSoundMetrics metrics_;

  // The thread's.
  std::vector<std::shared_ptr<Ear>> ears_;
  std::shared_ptr<SoundReader> newest_;  // of the model that the last battle got
  struct Place {
    Ear* ear = nullptr;
    Waiting taken;
  };
  std::array<Place, kMostWindowsTogether> batch_;
  std::size_t next_ = 0;  // in ears_: whose window comes first in the next batch

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
  SoundReader* reader() const { return reader_.get(); }
  bool waits() const {
    const std::scoped_lock lock(mutex_);
    return waits_;
  }
  // What waits.
  void take(Waiting& taken) {
    const std::scoped_lock lock(mutex_);
    waits_ = false;
    std::swap(taken, waiting_);
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
    while (const std::size_t count = takeWaiting()) readBatch(count);
  }
}

void LiveSound::Room::equip(Ear& ear) {
  try {
    const auto model = cache_.current(kTechnicalModel);
    if (!newest_ || newest_->version().version != model->version.version)
      newest_ = std::make_shared<SoundReader>(model, kMostWindowsTogether);
    ear.equip(newest_);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kNotFound)
      log::warn("live judge: no figures from the sound: {}", error.what());
  }
}

// Into the batch: what waits, of battles that are heard by the same model, in turn; how many.
std::size_t LiveSound::Room::takeWaiting() {
  std::size_t count = 0, waiting = 0;
  const std::size_t first = next_;
  for (std::size_t i = 0; i < ears_.size(); ++i) {
    const std::size_t at = (first + i) % ears_.size();
    Ear& ear = *ears_[at];
    if (!ear.waits()) continue;
    ++waiting;
    const bool joins = count == 0 || ear.reader() == batch_[0].ear->reader();
    if (!joins || count == batch_.size()) continue;
    if (count == 0) next_ = at + 1;
    ear.take(batch_[count].taken);
    batch_[count++].ear = &ear;
  }
  metrics_.queue.set(static_cast<double>(waiting));
  return count;
}

void LiveSound::Room::readBatch(std::size_t count) {
  metrics_.batch.observe(static_cast<double>(count));
  SoundReader& reader = *batch_[0].ear->reader();
  for (std::size_t i = 0; i < count; ++i) {
    Waiting& taken = batch_[i].taken;
    taken.window.rows = taken.rows;
    reader.put(taken.window, i);
  }
  reader.run(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Waiting& taken = batch_[i].taken;
    batch_[i].ear->answer(reader.heard(taken.window, i));
    metrics_.latency.observe(std::chrono::duration<double>(Clock::now() - taken.since).count());
  }
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
