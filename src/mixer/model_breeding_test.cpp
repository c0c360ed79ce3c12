// Children of mixer models: always models, the same for the same seed, made of their parents.
#include "mixer/model_breeding.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "mixer/mixer_model_json.h"

namespace dju::mixer {
namespace {

MixerModel grown(std::uint64_t seed) {
  Random random(seed);
  MixerModel model = blankModel("test", 1);
  for (int i = 0; i < 8; ++i) model = mutate(model, {1, 1}, random);
  return model;
}

TEST(ModelBreeding, ChildrenAreModelsThatTextKeepsWhole) {
  Random random(3);
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const MixerModel mother = grown(seed), father = grown(seed + 100);
    for (const MixerModel& child :
         {mutate(mother, {1, 1}, random), cross(mother, father, random), merge(mother, father)}) {
      const auto checked = checkModel(child);
      ASSERT_TRUE(checked.ok()) << checked.error().what();
      EXPECT_EQ(*parseMixerModel(toJson(child).dump()), child);
      EXPECT_EQ(contentHash(*parseMixerModel(toJson(child).dump())), contentHash(child));
    }
  }
}

TEST(ModelBreeding, TheSameSeedHasTheSameChild) {
  Random one(5), two(5);
  EXPECT_EQ(mutate(grown(1), {0.5, 0.5}, one), mutate(grown(1), {0.5, 0.5}, two));
  EXPECT_EQ(cross(grown(1), grown(2), one), cross(grown(1), grown(2), two));
}

TEST(ModelBreeding, WithoutMutationOfHeadsTheyStay) {
  Random random(6);
  const MixerModel mother = grown(1);
  const MixerModel child = mutate(mother, {1, 0}, random);
  EXPECT_EQ(child.head, mother.head);
  EXPECT_NE(child.priors, mother.priors);
  EXPECT_EQ(mutate(mother, {0, 0}, random), mother);
}

TEST(ModelBreeding, CrossingTakesEachWeightFromAParent) {
  Random random(7);
  const MixerModel mother = grown(1), father = grown(2), child = cross(mother, father, random);
  std::size_t mothers = 0, fathers = 0;
  for (std::size_t i = 0; i < child.head.weights().size(); ++i) {
    const float weight = child.head.weights()[i];
    EXPECT_TRUE(weight == mother.head.weights()[i] || weight == father.head.weights()[i]);
    mothers += weight != father.head.weights()[i] ? 1 : 0;
    fathers += weight != mother.head.weights()[i] ? 1 : 0;
  }
  EXPECT_GT(mothers, 0U);
  EXPECT_GT(fathers, 0U);
  EXPECT_EQ(cross(mother, mother, random), mother);
}

TEST(ModelBreeding, MergingIsHalfWay) {
  const MixerModel one = grown(1), other = grown(2), child = merge(one, other);
  EXPECT_EQ(merge(one, one), one);
  for (std::size_t i = 0; i < child.head.weights().size(); ++i)
    EXPECT_NEAR(child.head.weights()[i], (one.head.weights()[i] + other.head.weights()[i]) / 2,
                1.0 / 1024);
}

}  // namespace
}  // namespace dju::mixer
