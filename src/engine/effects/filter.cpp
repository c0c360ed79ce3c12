// The one-knob filter as an effect: amount is its knob (0.5 open, below it a low-pass, above it a
// high-pass), tone its resonance. It is also what the deck's quick knob does at first.
#include "engine/dsp/sweep_filter.h"
#include "engine/effects/effect_table.h"
#include "engine/effects/make_effect.h"

namespace dju::engine {
namespace {

class Filter {
 public:
  explicit Filter(const EffectSetup&) noexcept {}

  void process(const EffectInput& input, float* left, float* right) noexcept {
    for (int i = 0; i < input.frames; ++i) {
      const FilteredPair y =
          filter_.next(input.left[i], input.right[i], 2 * input.amount[i] - 1, input.tone[i]);
      left[i] = y.left;
      right[i] = y.right;
    }
  }

 private:
  SweepFilter filter_;
};

}  // namespace

constinit const EffectInfo kFilter = makeEffect<Filter>(EffectType::kFilter, Blend::kInsert);

}  // namespace dju::engine
