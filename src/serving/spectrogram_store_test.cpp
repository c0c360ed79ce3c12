// What was heard is kept: in memory, in files, by the sound's own hash.
#include "serving/spectrogram_store.h"

#include <gtest/gtest.h>

#include <fstream>

#include "crate/test_support/plain_record.h"
#include "serving/test_support/small_models.h"

namespace dju::serving {
namespace {

class Store : public ::testing::Test {
 protected:
  Store() : record_(crate::test::plainRecord(120, "A minor", 1, 8)) {
    record_.info.pcmHash = "0123abcd";
  }
  std::filesystem::path folder() const { return scratch_.path() / "spectrograms"; }
  std::filesystem::path file() const {
    return folder() / ("0123abcd." + std::string(mixer::kSpectrogramDefinition) + ".npy");
  }
  std::uint64_t count(const char* outcome) {
    return metrics_.counter("dju_spectrograms_total", "", {{"outcome", outcome}}).value();
  }
  // As the library knows it between mixes.
  crate::Record withoutSound() const {
    crate::Record record = record_;
    record.loaded.audio.samples = nullptr;
    return record;
  }

  testing::ScratchFolder scratch_;
  metrics::Registry metrics_;
  crate::Record record_;
};

TEST_F(Store, HearsOnceAndRemembers) {
  SpectrogramStore store({.folder = folder()}, metrics_);
  EXPECT_EQ(store.of(withoutSound()), nullptr);
  const auto heard = store.of(record_);
  ASSERT_NE(heard, nullptr);
  EXPECT_EQ(store.of(withoutSound()), heard);
  EXPECT_EQ(count("heard"), 1U);
  EXPECT_EQ(count("memory"), 1U);
}

TEST_F(Store, AnotherProcessFindsTheFile) {
  const auto heard = SpectrogramStore({.folder = folder()}, metrics_).of(record_);
  const auto bytes = std::filesystem::file_size(file());
  EXPECT_LT(20 * bytes, 4 * static_cast<std::uintmax_t>(record_.loaded.audio.frames));
  SpectrogramStore other({.folder = folder()}, metrics_);
  const auto read = other.of(withoutSound());
  ASSERT_NE(read, nullptr);
  EXPECT_TRUE(std::ranges::equal(read->levels(), heard->levels()));
  EXPECT_EQ(count("file"), 1U);
}

TEST_F(Store, ADamagedFileIsHeardAgain) {
  const auto heard = SpectrogramStore({.folder = folder()}, metrics_).of(record_);
  std::ofstream(file(), std::ios::binary) << "no array";
  SpectrogramStore other({.folder = folder()}, metrics_);
  EXPECT_EQ(other.of(withoutSound()), nullptr);
  const auto again = other.of(record_);
  ASSERT_NE(again, nullptr);
  EXPECT_TRUE(std::ranges::equal(again->levels(), heard->levels()));
  EXPECT_EQ(count("heard"), 2U);
}

TEST_F(Store, MemoryIsBounded) {
  SpectrogramStore store({.folder = folder(), .maxBytes = 1}, metrics_);
  store.of(record_);
  crate::Record second = record_;
  second.info.pcmHash = "4567";
  store.of(second);
  store.of(withoutSound());
  EXPECT_EQ(count("memory"), 0U);
  EXPECT_EQ(count("file"), 1U);
}

TEST_F(Store, WithoutAFolderNothingIsWritten) {
  SpectrogramStore store({}, metrics_);
  EXPECT_NE(store.of(record_), nullptr);
  EXPECT_FALSE(std::filesystem::exists(folder()));
}

}  // namespace
}  // namespace dju::serving
