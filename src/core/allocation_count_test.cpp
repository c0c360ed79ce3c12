// The counter by which other tests prove that code allocates nothing: one that stood still would
// prove everything.
#include "core/test_support/allocation_count.h"

#include <gtest/gtest.h>

#include <memory>

namespace dju {
namespace {

TEST(AllocationCount, CountsWhatIsTakenAndGivenBack) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer has an allocator of its own";
#endif
  const long before = testing::allocationCount();
  std::make_unique<int[]>(1000).reset();
  EXPECT_EQ(testing::allocationCount() - before, 2);
}

}  // namespace
}  // namespace dju
