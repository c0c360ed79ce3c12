// Mixes of other engines: what the list says becomes the label, what is wrong with it is named.
#include "dataset/heard_mixes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "audio/test_files.h"
#include "core/error.h"
#include "dataset/shard_format.h"
#include "judge/heads.h"
#include "learning/data/dataset.h"

namespace dju::dataset {
namespace {

using ::testing::HasSubstr;

class HeardMixes : public ::testing::Test {
 protected:
  std::size_t hear(const std::string& text) {
    std::ofstream(folder_ / "mixes.jsonl") << text;
    const audio::Decoder decoder({std::string(DJU_BUILD_DIR) + "/dju_decode_worker", {}});
    return hearMixes(folder_ / "mixes.jsonl", folder_ / ("set" + std::to_string(sets_++)), decoder);
  }
  std::string errorOf(const std::string& text) {
    try {
      hear(text);
    } catch (const Error& error) {
      return error.what();
    }
    return "nothing was wrong";
  }
  static std::string line(const std::string& audio, double offset) {
    return R"({"audio": ")" + audio +
           R"(", "group": "g", "license": "CC0-1.0", "beat_offset_ms": )" + std::to_string(offset) +
           R"(, "tempo_difference_bpm": 2})" + "\n";
  }
  dju::testing::TempFolder folder_;
  int sets_ = 0;
};

TEST_F(HeardMixes, AreLabelledByTheJudgesFormulas) {
  ASSERT_TRUE(
      dju::testing::writeSound(folder_ / "a.wav", dju::testing::clickTrack(11, 120, 48000), {}));
  EXPECT_EQ(hear(line("a.wav", 50) + line("a.wav", 0)), 2U);
  const learning::Dataset dataset(folder_ / "set0");
  const learning::Split test = dataset.open(learning::SplitName::kTest);
  ASSERT_EQ(test.items(), 2U);
  const std::size_t beats = *dataset.info().labelAt("beat_alignment");
  EXPECT_NEAR(test.labels(0)[beats], judge::beatAlignment(50), 1e-6);
  EXPECT_NEAR(test.labels(1)[beats], 1, 1e-6);
  EXPECT_NEAR(test.labels(0)[*dataset.info().labelAt("bpm_accuracy")], 0.5, 1e-6);
  EXPECT_EQ(test.textOf(0, "performance"), "g");
}

TEST_F(HeardMixes, WhatIsWrongIsNamedWithItsLine) {
  ASSERT_TRUE(
      dju::testing::writeSound(folder_ / "short.wav", dju::testing::clickTrack(3, 120, 48000), {}));
  EXPECT_THAT(errorOf("{}\n"), HasSubstr("line 1: no number \"beat_offset_ms\""));
  EXPECT_THAT(errorOf("[1]\n"), HasSubstr("line 1: no JSON object"));
  EXPECT_THAT(errorOf(line("none.wav", 1)), HasSubstr("line 1: "));
  EXPECT_THAT(errorOf(line("short.wav", 1)), HasSubstr("shorter than a window"));
  EXPECT_THAT(errorOf(""), HasSubstr("no line"));
}

}  // namespace
}  // namespace dju::dataset
