// A mixer as data: nothing in it is rules@1, everything in it can be played, and its name is its
// content.
#include "mixer/mixer_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/random.h"
#include "crate/test_support/plain_record.h"
#include "mixer/mixer_model_json.h"
#include "mixer/situation_features.h"

namespace dju::mixer {
namespace {

using crate::Record;
using crate::test::silentRecord;

std::vector<Record> someRecords() {
  std::vector<Record> records = {silentRecord(124, "A minor", 1, 200),
                                 silentRecord(128, "E minor", 2, 220),
                                 silentRecord(126, "F# major", 3, 180),
                                 silentRecord(87, "C", 4, 160), silentRecord(174, "C", 5, 240)};
  records[1].info.phrases[4].label = records[2].info.phrases[3].label = "drop";
  records[1].info.genres = {{"techno", 1}};
  records[0].info.vocals = {{30, 90}};
  return records;
}

MixerModel anyModel(std::uint64_t seed) {
  Random random(seed);
  MixerModel model;
  for (double& cost : model.priors.styleCost) cost = random.uniform(-2, 2);
  model.priors.lengthOctaves = random.below(5) - 2;
  for (const ShapeField& field : kShapeFields)
    model.priors.shape.*field.member = random.uniform(-1, 1);
  std::vector<float> weights(MixerHead::weightCount());
  for (float& weight : weights) weight = static_cast<float>(random.uniform(-2, 2));
  model.head = MixerHead(weights);
  return model;
}

std::string refusal(const nlohmann::json& json) {
  const auto parsed = parseMixerModel(json.dump());
  return parsed.ok() ? "" : parsed.error().what();
}

void expectSame(const Plan& a, const Plan& b) {
  ASSERT_EQ(a.transitions.size(), b.transitions.size());
  for (std::size_t i = 0; i < a.transitions.size(); ++i) {
    EXPECT_EQ(a.transitions[i].genome, b.transitions[i].genome);
    EXPECT_EQ(a.transitions[i].exitBeat, b.transitions[i].exitBeat);
    EXPECT_EQ(a.transitions[i].entryBeat, b.transitions[i].entryBeat);
  }
}

TEST(MixerModel, WithNothingInItPlaysAsTheRulesDo) {
  const auto records = someRecords();
  const std::vector<TrackView> views(records.begin(), records.end());
  MixerModel silent;
  silent.head = MixerHead(std::vector<float>(MixerHead::weightCount(), 0.0F));
  for (const Preset& preset : standardPresets()) {
    const Plan rules = planMix(views, preset.parameters, "rules@1");
    expectSame(rules, planMix(views, preset.parameters, contestantOf({})));
    expectSame(rules, planMix(views, preset.parameters, contestantOf(silent)));
  }
}

TEST(MixerModel, WhateverIsInItsTransitionsCanBePlayed) {
  const auto records = someRecords();
  const std::vector<TrackView> views(records.begin(), records.end());
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Plan plan = planMix(views, {}, contestantOf(anyModel(seed)));
    for (const Transition& transition : plan.transitions) {
      const auto checked = checkGenome(transition.genome);
      EXPECT_TRUE(checked.ok()) << seed << ": " << checked.error().what();
    }
  }
}

TEST(MixerModel, PriorsMoveStyleLengthAndShape) {
  const std::vector<Record> records = {silentRecord(126, "A minor", 1, 200),
                                       silentRecord(126, "A minor", 2, 200)};
  const std::vector<TrackView> views(records.begin(), records.end());
  const auto genomeOf = [&](const MixerModel& model) {
    return planMix(views, {}, contestantOf(model)).transitions.front().genome;
  };
  MixerModel model;
  EXPECT_EQ(genomeOf(model).style, Style::kBassSwap);
  model.priors.styleCost[static_cast<std::size_t>(Style::kLongBlend)] = -2;
  model.priors.lengthOctaves = 1;
  EXPECT_EQ(genomeOf(model).style, Style::kLongBlend);
  EXPECT_EQ(genomeOf(model).bars, 32);
  const auto bassGone = [&] {
    const Genome genome = genomeOf(model);
    const auto& low = genome.curve(Side::kOut, Lane::kLow).values;
    return std::find(low.begin(), low.end(), 0.0) - low.begin();
  };
  EXPECT_EQ(bassGone(), 16);
  model.priors.shape.swap = -1;
  EXPECT_EQ(bassGone(), 8);
  model.priors.shape.garnish = 1;
  EXPECT_EQ(genomeOf(model).effects.size(), 3U);
}

TEST(MixerModel, TheNetworkSeesTheSituation) {
  // One unit that hears a clash of keys and calls for a cut.
  std::vector<float> weights(MixerHead::weightCount(), 0.0F);
  weights[1 + 2] = 1;  // keyClash
  const std::size_t outputs = MixerHead::kHidden * (kSituationFeatures + 1);
  const auto cut = static_cast<std::size_t>(Style::kCut);
  weights[outputs + cut * (MixerHead::kHidden + 1) + 1] = -2;
  MixerModel model;
  model.head = MixerHead(weights);
  const auto styleOf = [&](const char* key) {
    const std::vector<Record> records = {silentRecord(126, "A minor", 1, 200),
                                         silentRecord(126, key, 2, 200)};
    const std::vector<TrackView> views(records.begin(), records.end());
    return planMix(views, {}, contestantOf(model)).transitions.front().genome.style;
  };
  EXPECT_EQ(styleOf("A minor"), Style::kBassSwap);
  EXPECT_EQ(styleOf("D# minor"), Style::kCut);
}

TEST(MixerModel, ItsNameIsItsContent) {
  MixerModel model = anyModel(3), other = model;
  other.lineage = "elsewhere";
  EXPECT_EQ(contentHash(model), contentHash(other));
  EXPECT_EQ(contestantOf(other).id(), "elsewhere@" + contentHash(model));
  other.priors.shape.swap = 0.125;
  EXPECT_NE(contentHash(model), contentHash(other));
}

TEST(MixerModelJson, IsReadBackAsItWas) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const MixerModel model = anyModel(seed);
    const auto again = parseMixerModel(toJson(model).dump());
    ASSERT_TRUE(again.ok()) << again.error().what();
    EXPECT_EQ(*again, model);
  }
  EXPECT_EQ(*parseMixerModel(toJson(MixerModel{}).dump()), MixerModel{});
}

TEST(MixerModelJson, RefusalsNameThePlaceAndTheWayOut) {
  const nlohmann::json good = toJson(anyModel(1));
  auto bad = good;
  bad["shape"]["swap"] = 1.5;
  EXPECT_EQ(refusal(bad), "mixer: shape.swap is 1.5; it must be from -1 to 1");
  bad = good;
  bad["styleCost"]["waltz"] = 0;
  EXPECT_EQ(refusal(bad), "mixer.styleCost.waltz is not known");
  bad = good;
  bad["head"]["weights"].erase(0);
  EXPECT_NE(refusal(bad).find("weights; it must have"), std::string::npos) << refusal(bad);
  bad = good;
  bad["head"]["weights"][3] = 1e300;
  EXPECT_NE(refusal(bad).find("head weight 3"), std::string::npos) << refusal(bad);
  bad = good;
  bad["head"]["features"][0] = "luck";
  EXPECT_EQ(refusal(bad), "mixer.head.features are not those that this program computes");
  bad = good;
  bad["lineage"] = "../etc";
  EXPECT_NE(refusal(bad).find("a-z, 0-9 and hyphens"), std::string::npos) << refusal(bad);
  EXPECT_EQ(parseMixerModel("{").error().code(), ErrorCode::kInvalid);
  EXPECT_EQ(parseMixerModel(std::string(kMostModelBytes + 1, ' ')).error().code(),
            ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace dju::mixer
