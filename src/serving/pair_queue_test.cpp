// Pictures of many jobs through one network: everybody gets his own answers, errors too.
#include "serving/pair_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "core/error.h"
#include "inference/onnx/graph_builder.h"
#include "inference/onnx/onnx_file.h"
#include "serving/test_support/small_models.h"

namespace dju::serving {
namespace {

using ::testing::HasSubstr;

// A model whose every answer is the first number of the picture times `factor`.
std::filesystem::path writePairModel(const std::filesystem::path& file, float factor,
                                     const std::string& definition) {
  inference::GraphBuilder graph("mixer");
  const auto rows = static_cast<std::int64_t>(mixer::kPictureRows);
  const auto columns = static_cast<std::int64_t>(mixer::pictureColumns().size());
  const auto targets = static_cast<std::int64_t>(mixer::kPairTargets.size());
  const std::string in = graph.input("features", {1, rows, columns});
  const std::string first =
      graph.reshaped(graph.sliced(graph.sliced(in, 1, 0, 1), 2, 0, 1), {1, 1});
  const std::vector<float> factors(static_cast<std::size_t>(targets), factor);
  graph.output(graph.add("MatMul", {first, graph.constant({1, targets}, factors)}), "scores",
               {1, targets});
  const auto commas = [](const auto& names) {
    std::string text;
    for (const auto& name : names) {
      if (!text.empty()) text += ',';
      text += name;
    }
    return text;
  };
  graph.model().metadata = {{"model", "mixer"},
                            {"definition", definition},
                            {"columns", commas(mixer::pictureColumns())},
                            {"targets", commas(mixer::kPairTargets)}};
  std::ofstream(file, std::ios::binary) << inference::onnxBytesOf(graph.model());
  return file;
}

std::vector<mixer::PairPicture> picturesFrom(float value, std::size_t count) {
  std::vector<mixer::PairPicture> pictures(
      count, mixer::PairPicture(mixer::kPictureRows * mixer::pictureColumns().size()));
  for (mixer::PairPicture& picture : pictures) picture[0] = value++;
  return pictures;
}

class Queue : public ::testing::Test {
 protected:
  void add(float factor, const std::string& definition = mixer::pictureDefinition()) {
    registry_.add(writePairModel(scratch_.path() / "mixer.onnx", factor, definition), {});
  }
  Error errorOf(int version) {
    try {
      queue_.read("mixer", version, picturesFrom(1, 1));
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "nothing was refused";
    return {ErrorCode::kInternal, ""};
  }

  testing::ScratchFolder scratch_;
  metrics::Registry metrics_;
  ModelRegistry registry_{scratch_.path() / "models"};
  ModelCache cache_{registry_, {}, metrics_};
  PairQueue queue_{cache_, metrics_};
};

TEST_F(Queue, AnswersInTheOrderOfThePictures) {
  add(2);
  const auto opinions = queue_.read("mixer", 1, picturesFrom(1, 3));
  ASSERT_EQ(opinions.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(opinions[i][4], 2 * static_cast<float>(i + 1));
  EXPECT_TRUE(queue_.read("mixer", 1, {}).empty());
}

TEST_F(Queue, ManyJobsAtOnceGetTheirOwn) {
  add(1);
  add(10);
  std::vector<std::thread> jobs;
  for (int job = 0; job < 8; ++job) {
    jobs.emplace_back([this, job] {
      const int version = 1 + job % 2;
      const float factor = version == 1 ? 1.0F : 10.0F;
      for (int round = 0; round < 20; ++round) {
        const auto first = static_cast<float>(100 * job + round);
        const auto opinions = queue_.read("mixer", version, picturesFrom(first, 40));
        ASSERT_EQ(opinions.size(), 40U);
        EXPECT_EQ(opinions[0][0], factor * first);
        EXPECT_EQ(opinions[39][0], factor * (first + 39));
      }
    });
  }
  for (std::thread& job : jobs) job.join();
  EXPECT_EQ(metrics_.gauge("dju_mixer_queue_pictures", "").value(), 0);
  const auto& batches = metrics_.histogram("dju_mixer_batch_pictures", "", {});
  EXPECT_EQ(batches.sum(), 8 * 20 * 40);
  EXPECT_LE(batches.count(), 160U);
}

TEST_F(Queue, WhatIsWrongIsSaidAndTheNextIsServed) {
  EXPECT_EQ(errorOf(1).code(), ErrorCode::kNotFound);
  add(1);
  EXPECT_EQ(errorOf(7).code(), ErrorCode::kNotFound);
  EXPECT_THAT(errorOf(7).what(), HasSubstr("7"));
  add(1, "of other pictures");
  EXPECT_EQ(errorOf(2).code(), ErrorCode::kUnsupported);
  EXPECT_EQ(queue_.read("mixer", 1, picturesFrom(5, 1))[0][0], 5);
}

TEST_F(Queue, WeightsThatAreGoneOrChangedAreRefusedByName) {
  add(1);
  const auto file = scratch_.path() / "models" / "mixer" / "1-float32.onnx";
  ASSERT_TRUE(std::filesystem::exists(file));
  std::ofstream(file, std::ios::binary | std::ios::app) << "!";
  EXPECT_THAT(errorOf(1).what(), HasSubstr("1-float32.onnx"));
  std::filesystem::remove(file);
  EXPECT_THAT(errorOf(1).what(), HasSubstr("1-float32.onnx"));
}

}  // namespace
}  // namespace dju::serving
