#include "engine/dsp/smoother.h"

#include <gtest/gtest.h>

#include <array>

namespace dju::engine {
namespace {

// At rest, on its way, and where it arrives within a call.
TEST(Smoother, FillsWhatItWouldGiveOneByOne) {
  Smoother filled(0.2), stepped(0.2);
  for (const double target : {0.2, 0.9, -0.4}) {
    filled.glide(target, 4);
    stepped.glide(target, 4);
    for (const int frames : {1, 7, 240, 0, 240, 240, 240}) {
      std::array<float, 240> values{};
      filled.fill(values.data(), frames);
      for (int i = 0; i < frames; ++i)
        ASSERT_EQ(values[i], static_cast<float>(stepped.next())) << target << ' ' << i;
    }
    EXPECT_FALSE(filled.moving());
    EXPECT_EQ(filled.value(), target);
  }
}

}  // namespace
}  // namespace dju::engine
