// The mixer model's reader against anything; what it accepts is written and read back the same and
// has an opinion within its bounds on any situation.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "mixer/mixer_model_json.h"
#include "mixer/situation_features.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dju::mixer;  // NOLINT(google-build-using-namespace)
  const auto model = parseMixerModel({reinterpret_cast<const char*>(data), size});
  if (!model.ok()) return 0;
  const auto again = parseMixerModel(toJson(*model).dump());
  if (!again.ok() || *again != *model) std::abort();
  SituationFeatures features{};
  features.fill(2);
  const HeadOpinion opinion = model->head.opinion(features);
  for (const double cost : opinion.styleCost) {
    if (!(std::abs(cost) <= kMostStyleCost)) std::abort();
  }
  for (const ShapeField& field : kShapeFields) {
    if (!(std::abs(opinion.shape.*field.member) <= 1)) std::abort();
  }
  return 0;
}
