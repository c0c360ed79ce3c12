// Mixers by name: those that are always there, and models as files, with what is wrong with them.
#include "mixes/mixers.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "mixer/mixer_model_json.h"

namespace dju::mixes {
namespace {

namespace fs = std::filesystem;

class MixersTest : public ::testing::Test {
 protected:
  MixersTest() : folder_(fs::path(::testing::TempDir()) / "mixers-test") {
    fs::remove_all(folder_);
  }
  ~MixersTest() override { fs::remove_all(folder_); }

  static mixer::MixerModel model(double octaves) {
    mixer::MixerModel model;
    model.lineage = "club";
    model.priors.lengthOctaves = octaves;
    return model;
  }
  void write(const std::string& name, const std::string& text) {
    fs::create_directories(folder_ / "mixers");
    std::ofstream(folder_ / "mixers" / (name + ".json")) << text;
  }
  std::string refusal(const std::string& name, ErrorCode code) {
    const auto found = Mixers(folder_).find(name);
    if (found) return "found";
    EXPECT_EQ(found.error().code(), code) << found.error().what();
    return found.error().what();
  }

  fs::path folder_;
};

TEST_F(MixersTest, ThoseThatAreAlwaysThereNeedNoFolder) {
  const Mixers mixers(folder_);
  EXPECT_EQ(mixers.find("rules@1")->id(), "rules@1");
  EXPECT_EQ(mixers.names(), (std::vector<std::string>{"rules@1", "linear@1", "sum@1"}));
  EXPECT_FALSE(fs::exists(folder_));
}

TEST_F(MixersTest, AModelIsFoundByItsNameAndOffered) {
  Mixers mixers(folder_);
  const std::string name = mixers.keep(model(1), Mixers::Offer::kToAll);
  EXPECT_EQ(name, "club@" + mixer::contentHash(model(1)));
  EXPECT_EQ(mixers.find(name)->id(), name);
  EXPECT_EQ(mixers.names().back(), name);
  EXPECT_EQ(Mixers(folder_).find(name)->id(), name) << "by another process";
}

TEST_F(MixersTest, WhatEvolutionTriesIsFoundButNotOffered) {
  Mixers mixers(folder_);
  const std::string name = mixers.keep(model(0.5), Mixers::Offer::kByNameOnly);
  EXPECT_TRUE(mixers.find(name).ok());
  EXPECT_EQ(mixers.names().size(), 3U);
}

TEST_F(MixersTest, WhatIsMissingOrWrongIsNamed) {
  const std::string right = "club@" + mixer::contentHash(model(1));
  EXPECT_NE(refusal("rules@9", ErrorCode::kNotFound).find("there are rules@1"), std::string::npos);
  EXPECT_NE(refusal(right, ErrorCode::kNotFound).find("no mixers/" + right + ".json"),
            std::string::npos);
  EXPECT_NE(refusal("../../secret@000000000000", ErrorCode::kNotFound).find("there are rules@1"),
            std::string::npos);
  write("club@000000000000", mixer::toJson(model(1)).dump());
  EXPECT_NE(refusal("club@000000000000", ErrorCode::kUnavailable).find("its file holds " + right),
            std::string::npos);
  write(right, "{\"schema\": \"something\"}");
  EXPECT_NE(refusal(right, ErrorCode::kUnavailable).find("holds no mixer model"),
            std::string::npos);
}

}  // namespace
}  // namespace dju::mixes
