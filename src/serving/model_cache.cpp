#include "serving/model_cache.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/error.h"
#include "inference/onnx/onnx_file.h"

namespace dju::serving {

ModelCache::ModelCache(const ModelRegistry& registry, const ModelCacheOptions& options,
                       metrics::Registry& metrics)
    : registry_(registry),
      options_(options),
      hits_(metrics.counter("dju_model_cache_hits_total", "Models that were loaded already")),
      misses_(metrics.counter("dju_model_cache_misses_total", "Models that had to be loaded")),
      evictions_(
          metrics.counter("dju_model_cache_evictions_total", "Models that made room for another")),
      held_(metrics.gauge("dju_model_cache_bytes", "Weights of loaded models")) {}

std::shared_ptr<const LoadedModel> ModelCache::current(const std::string& name) {
  return load(registry_.current(name));
}

std::shared_ptr<const LoadedModel> ModelCache::currentIfAny(const std::string& name) {
  try {
    return current(name);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kNotFound) return nullptr;
    throw;
  }
}

std::shared_ptr<const LoadedModel> ModelCache::version(const std::string& name, int version) {
  return load(registry_.version(name, version));
}

std::shared_ptr<const LoadedModel> ModelCache::load(const ModelVersion& version) {
  const ModelFile* file = version.fileFor(options_.precision);
  if (file == nullptr)
    throw Error(ErrorCode::kNotFound, fmt::format("version {} of model \"{}\" has no .onnx file",
                                                  version.version, version.name));
  const std::lock_guard guard(mutex_);
  const auto found = std::find_if(models_.begin(), models_.end(), [&](const auto& model) {
    return model->file.sha256 == file->sha256 && model->version.name == version.name &&
           model->version.version == version.version;
  });
  if (found != models_.end()) {
    hits_.add();
    models_.splice(models_.begin(), models_, found);
    return models_.front();
  }
  misses_.add();
  inference::OnnxModel onnx = inference::parseOnnx(registry_.read(version, *file)).valueOrThrow();
  auto model =
      std::make_shared<const LoadedModel>(LoadedModel{version, *file, inference::Network(onnx)});
  if (model->bytes() > options_.maxBytes)
    throw Error(ErrorCode::kTooLarge,
                fmt::format("model \"{}\" has {} bytes of weights, the cache takes {}; choose a "
                            "smaller precision or a larger cache",
                            version.name, model->bytes(), options_.maxBytes));
  makeRoom(model->bytes());
  models_.push_front(model);
  bytes_ += model->bytes();
  held_.add(static_cast<double>(model->bytes()));
  return model;
}

void ModelCache::makeRoom(std::size_t bytes) {
  while (!models_.empty() && bytes_ + bytes > options_.maxBytes) {
    bytes_ -= models_.back()->bytes();
    held_.add(-static_cast<double>(models_.back()->bytes()));
    models_.pop_back();
    evictions_.add();
  }
}

std::size_t ModelCache::bytes() const {
  const std::lock_guard guard(mutex_);
  return bytes_;
}

}  // namespace dju::serving
