// What people may ask for, and what they are told when they may not.
#include "mixer/parameters.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

namespace dju::mixer {
namespace {

std::string refusal(std::string_view assignment) {
  const auto result = withChange({}, assignment);
  return result ? "" : result.error().what();
}

TEST(Parameters, ComeBackFromJson) {
  MixParameters parameters;
  parameters.transitionBars = 32;
  parameters.energy = EnergyShape::kDrawn;
  parameters.energyCurve = {0.2, 0.9, 0.4};
  parameters.targetMinutes = 12.5;
  parameters.order = TrackOrder::kFree;
  EXPECT_EQ(*withChanges({}, toJson(parameters)), parameters);
}

TEST(Parameters, AChangeKeepsTheRest) {
  const auto changed = withChange({}, "boldness=0.9");
  ASSERT_TRUE(changed.ok());
  EXPECT_EQ(changed->boldness, 0.9);
  EXPECT_EQ(changed->transitionBars, MixParameters{}.transitionBars);
  EXPECT_EQ(withChange({}, "order=given")->order, TrackOrder::kGiven);
  EXPECT_EQ(withChange({}, "energyCurve=[0,1]")->energy, EnergyShape::kDrawn);
  MixParameters timed;
  timed.targetMinutes = 5;
  EXPECT_FALSE(withChange(timed, "targetMinutes=null")->targetMinutes);
}

TEST(Parameters, RefusalsNameFieldValueAndRange) {
  EXPECT_EQ(refusal("boldness=2"), "parameters.boldness is 2; it must be from 0 to 1");
  EXPECT_EQ(refusal("boldness=-1e400"), "parameters.boldness must be a number");
  EXPECT_EQ(refusal("transitionBars=10"),
            "parameters.transitionBars is 10; it must be a multiple of 4");
  EXPECT_EQ(refusal("targetMinutes=0"), "parameters.targetMinutes is 0; it must be from 1 to 180");
  EXPECT_EQ(refusal("energy=drawn"),
            "parameters.energyCurve has 0 points; a drawn curve has 2 to 64");
  EXPECT_EQ(refusal("energyCurve=[0,7]"), "parameters.energyCurve[1] is 7; it must be from 0 to 1");
  EXPECT_NE(refusal("loudness=1").find("parameters.loudness is not known; there are: "),
            std::string::npos);
  EXPECT_NE(refusal("order=backwards").find("there are: given, fixedEnds, free"),
            std::string::npos);
  EXPECT_EQ(refusal("boldness"), "\"boldness\": write NAME=VALUE, e.g. boldness=0.8");
}

TEST(Parameters, EnergyIsWhatIsDrawn) {
  MixParameters parameters;
  parameters.energy = EnergyShape::kDrawn;
  parameters.energyCurve = {0, 1, 0.5};
  EXPECT_DOUBLE_EQ(wantedEnergy(parameters, 0.25), 0.5);
  EXPECT_DOUBLE_EQ(wantedEnergy(parameters, 0.75), 0.75);
  EXPECT_DOUBLE_EQ(wantedEnergy(parameters, 1), 0.5);
  parameters.energy = EnergyShape::kPeak;
  EXPECT_NEAR(wantedEnergy(parameters, 2.0 / 3), 1, 1e-9);
  EXPECT_NEAR(wantedEnergy(parameters, 1), 0.5, 1e-9);
}

TEST(Presets, AllAreThereInBothLanguages) {
  std::set<std::string> ids;
  for (const Preset& preset : standardPresets()) {
    EXPECT_FALSE(preset.nameEn.empty());
    EXPECT_FALSE(preset.nameEs.empty());
    ids.insert(preset.id);
  }
  EXPECT_EQ(ids, (std::set<std::string>{"warm-up", "peak-time", "drum-and-bass-double-drops",
                                        "radio", "chill", "hip-hop-cuts"}));
  EXPECT_EQ(findPreset("radio")->parameters.vocalCare, 1);
  EXPECT_NE(std::string(findPreset("disco").error().what()).find("there are warm-up, peak-time"),
            std::string::npos);
}

}  // namespace
}  // namespace dju::mixer
