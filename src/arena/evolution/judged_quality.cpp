#include "arena/evolution/judged_quality.h"

#include "mixer/play.h"
#include "mixer/quality.h"

namespace dju::arena {
namespace {

constexpr double kSeconds = 60;  // around the transition

}  // namespace

double JudgedQuality::operator()(const mixer::MixerModel& model) {
  const auto [place, isNew] = known_.try_emplace(mixer::contentHash(model), 0.0);
  if (!isNew) return place->second;
  for (std::size_t pair = 0; pair < stage_.size() && go_(); ++pair) {
    const auto& tracks = stage_.tracks(pair);
    const mixer::Plan plan = stage_.plan(model, pair);
    mixer::QualityListener listener(plan, tracks);
    mixer::MixOptions options;
    options.preview = mixer::MixPreview{0, kSeconds};
    const auto mix = mixer::playMix(plan, tracks, options, [&](const mixer::MixBlock& block) {
      listener.hear(block);
      return go_();
    });
    if (!go_()) return 0;
    const mixer::MixQuality heard = listener.finish(mix);
    if (!heard.transitions.empty() && heard.transitions.front().judged)
      place->second += heard.transitions.front().judged->score.value_or(0);
  }
  return place->second;
}

}  // namespace dju::arena
