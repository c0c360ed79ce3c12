// What the technical model says of battles as they go on: every second a window of each, read by a
// thread of its own; windows of several battles that wait together are one batch of the network.
// Nobody waits for a batch to fill: it has what came while the last one was read. Whoever asks
// never waits. If the thread falls behind, a battle's older window gives way to the newer and is
// counted.
//
//   LiveSound sound(cache);
//   const auto ear = sound.listen();       // of one battle
//   ear->hear(evidence, master);           // judge's thread
//   use(ear->opinion(0));
//
// The model is the one that the registry has in use when a battle begins. Without one there are no
// figures; with one for other features neither, and the log says why. The same sound gives the same
// figures as SoundModel, except where windows were lost.
#pragma once

#include <memory>
#include <thread>

#include "core/metrics.h"
#include "judge/sound_judge.h"
#include "serving/model_cache.h"

namespace dju::serving {

// Memory for so many is there from when the model is loaded. The last sound of a window waits for
// its whole batch: more would take longer than anybody gains.
inline constexpr std::size_t kMostWindowsTogether = 4;

// What a LiveSound measures about itself; any thread.
struct LiveSoundMetrics {
  explicit LiveSoundMetrics(metrics::Registry& registry);
  metrics::Histogram& latency;  // the last sound of a window heard → the model's figures ready
  metrics::Histogram& batch;    // windows of different battles that were read as one batch
  metrics::Gauge& queue;        // windows that wait
  metrics::Counter& dropped;    // windows that a newer one overtook
};

class LiveSound {
 public:
  // The cache outlives it.
  explicit LiveSound(ModelCache& cache, metrics::Registry& metrics = metrics::registry());
  // Stops; ears may outlive it and hear nothing more.
  ~LiveSound();
  LiveSound(const LiveSound&) = delete;
  LiveSound& operator=(const LiveSound&) = delete;

  // An ear for one battle; hear() and opinion() are for one thread. Any thread; returns at once,
  // the model is loaded meanwhile.
  std::shared_ptr<judge::SoundJudge> listen();

 private:
  class Ear;
  class Room;

  std::shared_ptr<Room> room_;
  std::thread thread_;
};

}  // namespace dju::serving
