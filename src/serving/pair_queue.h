// Pictures of transitions that wait for a network, of all jobs that plan at the same time: one
// thread takes what has come together, loads the model once and reads it through. Whoever asks
// waits for his own.
//
// Metrics: dju_mixer_batch_pictures, how many were taken at once; dju_mixer_queue_pictures, how
// many wait; the models' loads, hits and evictions are the cache's (model_cache.h). Any thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/metrics.h"
#include "inference/network/network_runner.h"
#include "mixer/reading_mixer.h"
#include "serving/model_cache.h"

namespace dju::serving {

inline constexpr std::size_t kMostBatchPictures = 256;
inline constexpr std::size_t kMostWaitingPictures = 4096;

class PairQueue {
 public:
  // The cache outlives the queue.
  explicit PairQueue(ModelCache& cache, metrics::Registry& metrics = metrics::registry());
  // What still waits is answered first.
  ~PairQueue();
  PairQueue(const PairQueue&) = delete;
  PairQueue& operator=(const PairQueue&) = delete;

  // Of each picture, by a version of the model of that name. Waits for its turn, and for room
  // behind kMostWaitingPictures. Throws Error as ModelCache::version(), and kUnsupported for a
  // model that reads other pictures than this program makes.
  std::vector<mixer::PairOpinion> read(const std::string& model, int version,
                                       std::vector<mixer::PairPicture> pictures);

 private:
  struct Job {
    std::string model;
    int version = 0;
    std::vector<mixer::PairPicture> pictures;
    std::promise<std::vector<mixer::PairOpinion>> opinions;
  };
  // A model, ready to run.
  struct Ready {
    std::shared_ptr<const LoadedModel> model;
    inference::NetworkRunner runner;
    std::vector<std::size_t> outputs;  // of each of kPairTargets
    explicit Ready(std::shared_ptr<const LoadedModel> loaded);
  };

  void work();
  std::vector<Job> takeBatch(std::unique_lock<std::mutex>& lock);
  void answer(Job& job);

  ModelCache& cache_;
  metrics::Histogram& batches_;
  metrics::Gauge& waitingGauge_;
  std::unique_ptr<Ready> ready_;  // of the worker alone
  std::mutex mutex_;
  std::condition_variable came_, left_;
  std::deque<Job> jobs_;     // guarded by mutex_
  std::size_t waiting_ = 0;  // pictures of them; guarded by mutex_
  bool ending_ = false;      // guarded by mutex_
  std::thread worker_;
};

}  // namespace dju::serving
