#include "serving/sound_model.h"

#include "core/error.h"

namespace dju::serving {

std::unique_ptr<SoundModel> soundModelInUse(ModelCache& cache) {
  std::shared_ptr<const LoadedModel> model;
  try {
    model = cache.current(kTechnicalModel);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kNotFound) return nullptr;
    throw;
  }
  return std::make_unique<SoundModel>(std::move(model));
}

}  // namespace dju::serving
