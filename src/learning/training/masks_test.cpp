#include "learning/training/masks.h"

#include <gtest/gtest.h>

namespace dju::learning {
namespace {

DatasetInfo info() {
  DatasetInfo info;
  info.frames = 64;
  for (int i = 0; i < 16; ++i) info.columns.push_back("mel" + std::to_string(10 + i));
  for (int i = 0; i < 3; ++i) info.columns.push_back("onset_" + std::to_string(i));
  return info;
}

TEST(Masks, HideWholeBandsAndWholeMomentsAndNoMoreThanAnEighthOfEach) {
  torch::Tensor features = torch::ones({40, 64, 19});
  features.narrow(2, 0, 16).copy_(torch::arange(64).view({1, 64, 1}).expand({40, 64, 16}));
  const torch::Tensor before = features.clone();
  hideParts(features, info(), 1, 3);
  const torch::Tensor hidden = features != before;
  int something = 0;
  for (std::int64_t item = 0; item < 40; ++item) {
    const torch::Tensor onsets = hidden[item].narrow(1, 16, 3);
    const torch::Tensor moments = onsets.select(1, 0);
    EXPECT_LE(moments.sum().item<int>(), 8);
    EXPECT_TRUE(onsets.eq(moments.unsqueeze(1)).all().item<bool>()) << "all onsets of a moment";
    // A moment whose own level is the mean looks the same when it is hidden; none is here.
    const torch::Tensor levels = hidden[item].narrow(1, 0, 16);
    const torch::Tensor bands = levels.all(0);
    EXPECT_LE(bands.sum().item<int>(), 2);
    const torch::Tensor expected = moments.unsqueeze(1).logical_or(bands.unsqueeze(0));
    EXPECT_TRUE(levels.eq(expected).all().item<bool>());
    something += hidden[item].any().item<bool>() ? 1 : 0;
  }
  EXPECT_GT(something, 30);
}

TEST(Masks, FollowFromTheSeed) {
  const torch::Tensor plain = torch::rand({4, 64, 19});
  torch::Tensor first = plain.clone(), again = plain.clone(), other = plain.clone();
  hideParts(first, info(), 2, 5);
  hideParts(again, info(), 2, 5);
  hideParts(other, info(), 2, 6);
  EXPECT_TRUE(first.equal(again));
  EXPECT_FALSE(first.equal(other));
  torch::Tensor none = plain.clone();
  hideParts(none, info(), 0, 5);
  EXPECT_TRUE(none.equal(plain));
}

}  // namespace
}  // namespace dju::learning
