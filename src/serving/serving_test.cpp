// The registry's contract: what every user of models may rely on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "core/error.h"
#include "inference/conversion/smaller_model.h"
#include "inference/network/network_runner.h"
#include "inference/onnx/onnx_file.h"
#include "serving/device_memory.h"
#include "serving/model_cache.h"
#include "serving/registry_json.h"
#include "serving/test_support/small_models.h"

namespace dju::serving {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::ScratchFolder;
using testing::writeToyModel;

class Registry : public ::testing::Test {
 protected:
  ModelVersion add(float weight, const std::map<std::string, double>& metrics = {},
                   int columns = 4) {
    return registry_.add(writeToyModel(scratch_.path() / "toy.onnx", weight, columns), metrics);
  }
  template <typename Call>
  Error errorOf(Call&& call) {
    try {
      call();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "nothing was refused";
    return {ErrorCode::kInternal, ""};
  }

  ScratchFolder scratch_;
  ModelRegistry registry_{scratch_.path() / "models"};
};

TEST_F(Registry, AddsCandidatesAndKeepsWhatTheFileSays) {
  EXPECT_TRUE(registry_.names().empty());
  add(1, {{"pearson", 0.8}});
  const ModelVersion second = add(2);
  EXPECT_EQ(second.version, 2);
  EXPECT_THAT(registry_.names(), ElementsAre("toy"));
  const ModelVersion first = registry_.version("toy", 1);
  EXPECT_EQ(first.status, ModelStatus::kCandidate);
  EXPECT_EQ(first.featureDefinition, "toy-features");
  EXPECT_THAT(first.columns, ElementsAre("c0", "c1", "c2", "c3"));
  EXPECT_EQ(first.inputs.at(0).shape, (inference::Shape{1, 1, 4}));
  EXPECT_EQ(first.metrics.at("pearson"), 0.8);
  EXPECT_EQ(registry_.read(first, first.files.at(0)).size(), first.files[0].bytes);
  EXPECT_EQ(errorOf([&] { registry_.current("toy"); }).code(), ErrorCode::kNotFound);
}

TEST_F(Registry, PromotesAndRollsBack) {
  for (const float weight : {1.0F, 2.0F, 3.0F}) add(weight);
  registry_.promote("toy", 1);
  registry_.promote("toy", 3);
  EXPECT_EQ(registry_.current("toy").version, 3);
  EXPECT_EQ(registry_.version("toy", 1).status, ModelStatus::kRetired);
  EXPECT_EQ(registry_.version("toy", 2).status, ModelStatus::kCandidate);
  EXPECT_EQ(registry_.rollback("toy").version, 1);
  EXPECT_EQ(registry_.current("toy").version, 1);
  EXPECT_EQ(registry_.version("toy", 3).status, ModelStatus::kRetired);
  EXPECT_EQ(errorOf([&] { registry_.rollback("toy"); }).code(), ErrorCode::kConflict);
  EXPECT_EQ(errorOf([&] { registry_.promote("toy", 4); }).code(), ErrorCode::kNotFound);
  EXPECT_EQ(errorOf([&] { registry_.promote("other", 1); }).code(), ErrorCode::kNotFound);
  EXPECT_THAT(registry_.names(), ElementsAre("toy"));
}

TEST_F(Registry, FindsTheBestByAMetric) {
  add(1, {{"pearson", 0.8}, {"error", 0.1}});
  add(2, {{"pearson", 0.9}, {"error", 0.2}});
  add(3);
  EXPECT_EQ(registry_.best("toy", "pearson").version, 2);
  EXPECT_EQ(registry_.best("toy", "error", BestIs::kLowest).version, 1);
  const Error error = errorOf([&] { registry_.best("toy", "f1"); });
  EXPECT_EQ(error.code(), ErrorCode::kNotFound);
  EXPECT_THAT(error.what(), HasSubstr("error pearson"));
}

TEST_F(Registry, RefusesWhatItCannotVouchFor) {
  const auto broken = scratch_.path() / "broken.onnx";
  std::ofstream(broken) << "no protobuf";
  EXPECT_THAT(errorOf([&] { registry_.add(broken, {}); }).what(), HasSubstr("broken.onnx"));
  const ModelVersion version = add(1);
  std::ofstream(registry_.folder() / "toy" / version.files[0].file, std::ios::app) << "x";
  EXPECT_THAT(errorOf([&] { registry_.read(version, version.files[0]); }).what(),
              HasSubstr("was registered"));
  EXPECT_EQ(errorOf([&] { registry_.versions("../toy"); }).code(), ErrorCode::kInvalid);
  std::ofstream(registry_.folder() / "toy" / "registry.json") << "{\"format\": 2}";
  EXPECT_THAT(errorOf([&] { registry_.versions("toy"); }).what(), HasSubstr("format 2"));
}

TEST_F(Registry, TakesFilesOfOtherPrecisions) {
  add(1);
  const auto half = scratch_.path() / "half.onnx";
  std::ofstream(half, std::ios::binary) << inference::onnxBytesOf(
      inference::inHalfPrecision(inference::readOnnx(scratch_.path() / "toy.onnx")));
  registry_.addFile("toy", 1, half);
  EXPECT_EQ(errorOf([&] { registry_.addFile("toy", 1, half); }).code(), ErrorCode::kConflict);
  const auto other = writeToyModel(scratch_.path() / "other.onnx", 1, 4, "other");
  EXPECT_EQ(errorOf([&] { registry_.addFile("toy", 1, other); }).code(), ErrorCode::kConflict);
  const ModelVersion version = registry_.version("toy", 1);
  EXPECT_EQ(version.fileFor(Precision::kFloat32)->file, "1-float32.onnx");
  EXPECT_EQ(version.fileFor(Precision::kInt8)->file, "1-float16.onnx");
  EXPECT_EQ(version.fileFor(Precision::kFloat32, ".tflite"), nullptr);
}

TEST(RegistryJson, NamesWhatContradictsItself) {
  const auto problem = [](const std::string& json) {
    const auto index = parseRegistry("toy", json);
    return index.ok() ? std::string() : std::string(index.error().what());
  };
  EXPECT_THAT(problem("[]"), Not(::testing::IsEmpty()));
  EXPECT_THAT(problem(R"({"format": 1, "versions": [], "history": [1]})"),
              HasSubstr("no version 1"));
  ModelVersion version;
  version.name = "toy";
  version.version = 1;
  version.status = ModelStatus::kCurrent;
  EXPECT_THAT(problem(registryJsonOf({{version}, {}})), HasSubstr("history"));
  version.files.push_back({Precision::kInt8, "../secret", "", 0, 0});
  EXPECT_THAT(problem(registryJsonOf({{version}, {1}})), HasSubstr("../secret"));
  version.files.clear();
  EXPECT_EQ(problem(registryJsonOf({{version}, {1}})), "");
}

// Readers never see a state between two, and no writer's change is lost.
TEST_F(Registry, ManyMayReadAndWriteAtOnce) {
  add(1);
  registry_.promote("toy", 1);
  std::atomic<bool> done = false;
  std::atomic<int> reads = 0;
  std::thread reader([&] {
    const ModelRegistry own(registry_.folder());
    while (!done) {
      const ModelVersion current = own.current("toy");
      EXPECT_EQ(current.status, ModelStatus::kCurrent);
      EXPECT_FALSE(own.read(current, current.files.at(0)).empty());
      ++reads;
    }
  });
  const auto write = [&](int offset) {
    ModelRegistry own(registry_.folder());
    const auto file = writeToyModel(scratch_.path() / (std::to_string(offset) + ".onnx"), 2);
    for (int i = 0; i < 5; ++i) own.promote("toy", own.add(file, {}).version);
  };
  std::thread one(write, 1), two(write, 2);
  one.join();
  two.join();
  while (reads < 5) std::this_thread::yield();
  done = true;
  reader.join();
  EXPECT_EQ(registry_.versions("toy").size(), 11U);
}

TEST_F(Registry, TheCacheSharesModelsWithinItsBound) {
  for (const float weight : {1.0F, 2.0F, 3.0F}) add(weight, {}, 100);
  registry_.promote("toy", 1);
  metrics::Registry metrics;
  ModelCache cache(registry_, {.maxBytes = 900}, metrics);
  const auto first = cache.current("toy");
  EXPECT_EQ(cache.current("toy"), first);
  EXPECT_EQ(cache.bytes(), 400U);
  inference::NetworkRunner runner(first->network);
  runner.run();
  EXPECT_EQ(runner.output("scores")[0], 1);
  registry_.promote("toy", 2);
  EXPECT_EQ(cache.current("toy")->version.version, 2);
  cache.version("toy", 1);  // used after 2, which therefore goes
  cache.version("toy", 3);
  EXPECT_EQ(cache.bytes(), 800U);
  EXPECT_EQ(cache.version("toy", 1), first);
  const std::string text = metrics.exposition();
  EXPECT_THAT(text, HasSubstr("dju_model_cache_hits_total 3"));
  EXPECT_THAT(text, HasSubstr("dju_model_cache_misses_total 3"));
  EXPECT_THAT(text, HasSubstr("dju_model_cache_evictions_total 1"));
  ModelCache small(registry_, {.maxBytes = 100}, metrics);
  EXPECT_EQ(errorOf([&] { small.current("toy"); }).code(), ErrorCode::kTooLarge);
}

TEST(DeviceMemory, ChoosesAsTheDocumentSays) {
  constexpr std::uint64_t kMebibyte = 1 << 20;
  EXPECT_EQ(precisionFor(2049 * kMebibyte), Precision::kFloat32);
  EXPECT_EQ(precisionFor(2048 * kMebibyte), Precision::kFloat16);
  EXPECT_EQ(precisionFor(1025 * kMebibyte), Precision::kFloat16);
  EXPECT_EQ(precisionFor(1024 * kMebibyte), Precision::kInt8);
  EXPECT_GT(deviceMemory(), 64 * kMebibyte);
}

}  // namespace
}  // namespace dju::serving
