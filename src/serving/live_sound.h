// What the technical model says of battles as they go on: every second a window of each, read by a
// thread of its own, all battles' that wait together one after the other, while the weights are at
// hand. Whoever asks never waits. If the thread falls behind, a battle's older window gives way to
// the newer and is counted.
//
//   LiveSound sound(cache);
//   const auto ear = sound.listen();       // of one battle
//   ear->hear(evidence, master);           // judge's thread
//   use(ear->opinion(0));
//
// The model is the one that the registry has in use when a battle begins. Without one, or with one
// for other features, there are no figures and the log says why. The same sound gives the same
// figures as SoundModel, except where windows were lost.
#pragma once

#include <memory>
#include <thread>

#include "core/metrics.h"
#include "judge/sound_judge.h"
#include "serving/model_cache.h"

namespace dju::serving {

class LiveSound {
 public:
  // The cache outlives it. Metrics: dju_sound_judge_latency_seconds, _batch_windows,
  // _queue_windows, _dropped_windows_total.
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
