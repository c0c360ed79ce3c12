// Loaded models, so that two battles share one copy of the weights, within a bound of memory: what
// was used longest ago goes first. Who still holds an evicted model keeps it until he lets go.
//
//   ModelCache cache(registry);
//   auto model = cache.current("technical");
//   inference::NetworkRunner runner(model->network);
//
// current() asks the registry each time, so a promotion or rollback is taken over at the next call.
// It reads files: not for an engine thread. Any other thread.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "core/metrics.h"
#include "inference/network/network.h"
#include "serving/device_memory.h"
#include "serving/model_registry.h"

namespace dju::serving {

struct LoadedModel {
  ModelVersion version;
  ModelFile file;
  inference::Network network;
  std::size_t bytes() const { return network.weightBytes(); }
};

struct ModelCacheOptions {
  std::size_t maxBytes = std::size_t{64} << 20;        // of weights
  Precision precision = precisionFor(deviceMemory());  // of the files that it prefers
};

class ModelCache {
 public:
  // The registry outlives it. Metrics: dju_model_cache_hits_total, _misses_total, _evictions_total,
  // _bytes.
  explicit ModelCache(const ModelRegistry& registry, const ModelCacheOptions& options = {},
                      metrics::Registry& metrics = metrics::registry());

  // Throws Error as ModelRegistry::current() and read() do, and Error(kTooLarge) when the model
  // alone exceeds the bound.
  std::shared_ptr<const LoadedModel> current(const std::string& name);
  // Null where the registry has none in use.
  std::shared_ptr<const LoadedModel> currentIfAny(const std::string& name);
  std::shared_ptr<const LoadedModel> version(const std::string& name, int version);
  std::size_t bytes() const;

 private:
  std::shared_ptr<const LoadedModel> load(const ModelVersion& version);
  void makeRoom(std::size_t bytes);

  const ModelRegistry& registry_;
  const ModelCacheOptions options_;
  metrics::Counter& hits_;
  metrics::Counter& misses_;
  metrics::Counter& evictions_;
  metrics::Gauge& held_;
  mutable std::mutex mutex_;
  std::list<std::shared_ptr<const LoadedModel>> models_;  // used last first; guarded by mutex_
  std::size_t bytes_ = 0;                                 // guarded by mutex_
};

}  // namespace dju::serving
