#include "learning/recipes/model_settings.h"

#include <gtest/gtest.h>

#include <functional>

#include "core/error.h"

namespace dju::learning {
namespace {

std::string complaint(const std::function<void()>& run) {
  try {
    run();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(ModelSettings, ReadBackAsTheyWereWritten) {
  const ModelSettings settings = modelSettingsIn("lstm_units=64  conv_filters=8,16,32");
  EXPECT_EQ(settings, (ModelSettings{{"conv_filters", {8, 16, 32}}, {"lstm_units", {64}}}));
  EXPECT_EQ(modelSettingsIn(textOf(settings)), settings);
  EXPECT_EQ(modelSettingsIn(Json::parse(jsonOf(settings)).valueOrThrow()), settings);
  EXPECT_TRUE(modelSettingsIn("").empty());
}

TEST(ModelSettings, WhatIsNoSettingIsRefused) {
  for (const char* word : {"lstm", "=3", "a=", "a=x", "a=1,", "a=1;2", "a=nan", "a=1 a=2"})
    EXPECT_THROW(modelSettingsIn(word), Error) << word;
}

TEST(ModelSettings, RangesAndUnknownNamesAreNamed) {
  const ModelSettings settings = modelSettingsIn("units=2000 filters=1,2 odd=1");
  SettingsReader reader(settings);
  std::int64_t units = 1;
  EXPECT_EQ(complaint([&] { reader.whole("units", 1, 1024, units); }),
            "shape: units: 1 whole number from 1 to 1024");
  std::vector<std::int64_t> filters(3);
  EXPECT_EQ(complaint([&] { reader.list("filters", 1, 1024, filters); }),
            "shape: filters: 3 whole numbers from 1 to 1024");
  EXPECT_EQ(complaint([&] { reader.expectNothingLeft("toy"); }),
            "shape: \"odd\": the toy model has no such setting; it has filters units");
}

}  // namespace
}  // namespace dju::learning
