// For the effects' own files: what stands in a row of the table as EffectInfo::create.
#pragma once

#include <new>
#include <type_traits>

#include "engine/effects/effect.h"

namespace dju::engine {

template <typename T>
Effect* makeEffect(void* storage, const EffectSetup& setup) noexcept {
  static_assert(sizeof(T) <= kEffectBytes && std::is_trivially_destructible_v<T>);
  return new (storage) T(setup);
}

}  // namespace dju::engine
