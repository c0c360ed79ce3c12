#include "learning/data/npy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "core/half.h"
#include "learning/data/test_support/toy_dataset.h"

namespace dju::learning {
namespace {

namespace fs = std::filesystem;

class Npy : public testing::Test {
 protected:
  // What opening the file says is wrong with it.
  std::string complaint(const fs::path& file) {
    try {
      const NpyFile npy(file);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  static std::span<const std::byte> bytesOf(const std::string& text) {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
  }
  // A version 1.0 header with this dictionary.
  static std::string file(const std::string& dictionary) {
    std::string text = "\x93NUMPY";
    text += {1, 0, static_cast<char>(dictionary.size()), 0};
    return text + dictionary;
  }

  ScratchDirectory scratch_;
  const fs::path& folder_ = scratch_.path();
};

TEST_F(Npy, RowsComeBackAsTheyWereWritten) {
  const std::vector<float> values = {0, 1, -2.5F, 65504, 1e-7F, 0.1F};
  for (const NpyType type : {NpyType::kFloat16, NpyType::kFloat32}) {
    writeNpy(folder_ / "a.npy", {2, 3, 1}, values, type);
    const NpyFile npy(folder_ / "a.npy");
    ASSERT_EQ(npy.header().shape, (std::vector<std::size_t>{2, 3, 1}));
    EXPECT_EQ(npy.header().dataOffset % 64, 0U);
    std::vector<float> row(3);
    npy.copyRow(1, row);
    EXPECT_EQ(row[0], 65504);
    EXPECT_NEAR(row[1], 1e-7F, 3e-8);
    EXPECT_NEAR(row[2], 0.1F, 5e-5);
  }
}

TEST_F(Npy, EveryHalfSurvivesTheWayThroughFloat) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float value = floatOfHalf(half);
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(floatOfHalf(halfOfFloat(value))));
    } else {
      ASSERT_EQ(halfOfFloat(value), half) << value;
    }
  }
}

TEST_F(Npy, HalvesRoundToNearestTiesToEven) {
  EXPECT_EQ(floatOfHalf(halfOfFloat(1.0F + 0x1p-11F)), 1.0F);             // a tie, down to even
  EXPECT_EQ(floatOfHalf(halfOfFloat(1.0F + 3 * 0x1p-11F)), 1 + 0x1p-9F);  // a tie, up to even
  EXPECT_EQ(floatOfHalf(halfOfFloat(0x1p-25F)), 0.0F);
  EXPECT_TRUE(std::isinf(floatOfHalf(halfOfFloat(65520))));
  EXPECT_EQ(floatOfHalf(halfOfFloat(65519)), 65504);
}

TEST_F(Npy, HeadersThatNumpyWrites) {
  const auto header =
      parseNpyHeader(bytesOf(file("{'descr': '<f2', 'fortran_order': False, 'shape': (7,), }\n")));
  ASSERT_TRUE(header.ok()) << header.error().what();
  EXPECT_EQ(header->shape, std::vector<std::size_t>{7});
  EXPECT_EQ(header->type, NpyType::kFloat16);
}

TEST_F(Npy, HeadersThatCannotBeOursAreRefused) {
  const auto refused = [](const std::string& text) { return !parseNpyHeader(bytesOf(text)).ok(); };
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused("\x93NUMPY\x01"));
  EXPECT_TRUE(refused("not numpy at all"));
  EXPECT_TRUE(refused(file("{'descr': '<f8', 'fortran_order': False, 'shape': (7,), }")));
  EXPECT_TRUE(refused(file("{'descr': '<f4', 'fortran_order': True, 'shape': (7,), }")));
  EXPECT_TRUE(refused(file("{'descr': '<f4', 'fortran_order': False, 'shape': (x,), }")));
  EXPECT_TRUE(
      refused(file("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999,)}")));
  EXPECT_TRUE(
      refused(file("{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}")));
  EXPECT_TRUE(refused(file("{'descr': '<f4', 'fortran_order': False, 'shape': (7")));
}

TEST_F(Npy, AFileCutOffSaysSo) {
  const std::vector<float> values(12, 1);
  writeNpy(folder_ / "a.npy", {4, 3}, values, NpyType::kFloat32);
  fs::resize_file(folder_ / "a.npy", fs::file_size(folder_ / "a.npy") - 1);
  EXPECT_NE(complaint(folder_ / "a.npy").find("47 bytes of data where its shape asks for 48"),
            std::string::npos);
  EXPECT_NE(complaint(folder_ / "none.npy").find("cannot be read"), std::string::npos);
  std::ofstream(folder_ / "empty.npy").flush();
  EXPECT_NE(complaint(folder_ / "empty.npy").find("empty"), std::string::npos);
}

}  // namespace
}  // namespace dju::learning
