// The mixer that ships: found in the registry, it plans the same for ever, whatever the machine.
#include "serving/learned_mixers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "audio/sha256.h"
#include "core/error.h"
#include "crate/test_support/plain_record.h"
#include "mixer/contestants.h"
#include "mixer/genome_json.h"
#include "serving/model_registry.h"
#include "serving/test_support/small_models.h"

namespace dju::serving {
namespace {

const std::filesystem::path kModels = std::filesystem::path(DJU_SOURCE_DIR) / "data/models";

TEST(LearnedMixers, WithoutTheModelThereIsNone) {
  const testing::ScratchFolder empty;
  addLearnedMixers(empty.path(), {});
  EXPECT_FALSE(mixer::findContestant("cnn@999").ok());
  try {
    learnedReader(empty.path(), {}, 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kNotFound);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("mixer"));
  }
}

TEST(LearnedMixers, AnotherVersionIsAnsweredWithThoseThatThereAre) {
  addLearnedMixers(kModels, {});
  const auto found = mixer::findContestant("cnn@999");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(found.error().what(), ::testing::HasSubstr("cnn@2"));
}

TEST(LearnedMixers, PlansAsItAlwaysDid) {
  addLearnedMixers(kModels, {});
  const std::vector<crate::Record> records = {crate::test::plainRecord(124, "A minor", 1, 100),
                                              crate::test::plainRecord(126, "E minor", 2, 100)};
  const std::vector<mixer::TrackView> views(records.begin(), records.end());
  const mixer::Plan plan = mixer::planMix(views, {}, mixer::findContestant("cnn@2").valueOrThrow());
  ASSERT_EQ(plan.transitions.size(), 1U);
  const mixer::Transition& transition = plan.transitions[0];
  EXPECT_EQ(plan.model, "cnn@2");
  EXPECT_EQ(mixer::styleName(transition.genome.style), "bass_swap");
  EXPECT_EQ(transition.genome.bars, 16);
  EXPECT_EQ(transition.exitBeat, 128);
  EXPECT_EQ(transition.entryBeat, 0);
  EXPECT_EQ(sha256Hex(mixer::toJson(transition.genome).dump()).substr(0, 12), "6fc4080aeb6b");
}

TEST(LearnedMixers, WhatShipsIsSmall) {
  const ModelRegistry registry(kModels);
  std::uint64_t all = 0;
  for (const std::string& name : registry.names())
    for (const ModelVersion& version : registry.versions(name))
      for (const ModelFile& file : version.files) all += file.bytes;
  EXPECT_LT(all, std::uint64_t{8} << 20);
  for (const ModelFile& file : registry.version(kMixerModel, 2).files)
    EXPECT_LT(file.bytes, std::uint64_t{1} << 20);
}

}  // namespace
}  // namespace dju::serving
