#include "core/hash.h"

#include <gtest/gtest.h>

#include <string>

namespace dju {
namespace {

// Reference values from the xxHash specification's sanity checks and its command-line tool.
TEST(Xxh64, MatchesPublishedValues) {
  EXPECT_EQ(hex64(xxh64("", 0)), "ef46db3751d8e999");
  EXPECT_EQ(hex64(xxh64("a", 1)), "d24ec4f1a98c6e5b");
  EXPECT_EQ(hex64(xxh64("abc", 3)), "44bc2cf5ad770999");
  const std::string text = "Nobody inspects the spammish repetition";
  EXPECT_EQ(hex64(xxh64(text.data(), text.size())), "fbcea83c8a378bf1");
}

TEST(Xxh64, SeedChangesTheHash) {
  EXPECT_NE(xxh64("abc", 3, 1), xxh64("abc", 3, 2));
}

}  // namespace
}  // namespace dju
