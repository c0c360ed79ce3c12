// For the effects' own files: a row of the table from a class
//
//   class Echo {
//    public:
//     explicit Echo(const EffectSetup& setup) noexcept;
//     void process(const EffectInput& input, float* left, float* right) noexcept;
//     int quietFrames() const noexcept;  // where 200 ms would not do
//   };
#pragma once

#include <new>
#include <type_traits>

#include "engine/effects/effect.h"

namespace dju::engine {

template <typename T>
constexpr EffectInfo makeEffect(EffectType type, Blend blend, Onset onset = Onset::kSoft) {
  static_assert(sizeof(T) <= kEffectBytes && std::is_trivially_destructible_v<T>);
  EffectInfo row{};
  row.type = type;
  row.blend = blend;
  row.onset = onset;
  row.create = [](void* storage, const EffectSetup& setup) noexcept -> void* {
    return new (storage) T(setup);
  };
  row.process = [](void* effect, const EffectInput& input, float* left, float* right) noexcept {
    static_cast<T*>(effect)->process(input, left, right);
  };
  row.quietFrames = [](const void* effect) noexcept -> int {
    if constexpr (requires { static_cast<const T*>(effect)->quietFrames(); }) {
      return static_cast<const T*>(effect)->quietFrames();
    } else {
      return kSampleRate / 5;
    }
  };
  return row;
}

}  // namespace dju::engine
