// Genomes are data: they survive JSON, refuse what cannot be played, and have sound children.
#include "mixer/genome.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "mixer/genome_breeding.h"
#include "mixer/genome_json.h"
#include "mixer/styles.h"

namespace dju::mixer {
namespace {

std::vector<Genome> allStyles() {
  std::vector<Genome> genomes;
  for (std::size_t style = 0; style < kStyleNames.size(); ++style) {
    for (const int bars : {4, 8, 16, 32, 64})
      genomes.push_back(makeGenome(static_cast<Style>(style), bars, {0.7, 0.5}));
  }
  return genomes;
}

std::string refusal(const nlohmann::json& json) {
  const auto result = parseGenome(json.dump());
  return result ? "" : result.error().what();
}

TEST(Genome, EveryStyleCanBePlayedAndReadBack) {
  for (const Genome& genome : allStyles()) {
    EXPECT_TRUE(checkGenome(genome).ok()) << styleName(genome.style);
    const auto read = parseGenome(toJson(genome).dump());
    ASSERT_TRUE(read.ok()) << read.error().what();
    EXPECT_EQ(*read, genome) << styleName(genome.style);
  }
}

TEST(Genome, TheIncomingRecordEndsAsItIsRecordedAndTheOutgoingOneIsGone) {
  for (const Genome& genome : allStyles()) {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      EXPECT_DOUBLE_EQ(genome.curve(Side::kIn, static_cast<Lane>(lane)).values.back(),
                       kLaneRanges[lane].neutral)
          << styleName(genome.style) << " " << kLaneNames[lane];
    EXPECT_NEAR(genome.curve(Side::kOut, Lane::kGain).values.back(), 0, 1e-9)
        << styleName(genome.style);
  }
}

TEST(Genome, BlendsNeverHaveBothBasses) {
  for (const Style style : {Style::kLongBlend, Style::kBassSwap, Style::kFilterFade}) {
    const Genome genome = makeGenome(style, 16, {});
    for (double bar = 0; bar <= genome.bars; bar += 0.1) {
      const double both = genome.curve(Side::kOut, Lane::kLow).at(bar) *
                          genome.curve(Side::kIn, Lane::kLow).at(bar);
      EXPECT_LT(both, 1e-9) << styleName(style) << " at bar " << bar;
    }
  }
}

TEST(Genome, FadesAddUpToOnePower) {
  for (double part = 0; part <= 1; part += 0.05) {
    const double in = fadeIn(part) * fadeIn(part), out = fadeOut(part) * fadeOut(part);
    EXPECT_NEAR(in * in + out * out, 1, 1e-9);
  }
}

TEST(Genome, LinesAreStraightAndStepsHold) {
  const Curve line{{0, 1, 0.5}, false}, steps{{0, 1, 0.5}, true};
  EXPECT_DOUBLE_EQ(line.at(0.25), 0.25);
  EXPECT_DOUBLE_EQ(line.at(1.5), 0.75);
  EXPECT_DOUBLE_EQ(line.at(9), 0.5);
  EXPECT_DOUBLE_EQ(steps.at(0.99), 0);
  EXPECT_DOUBLE_EQ(steps.at(1), 1);
}

TEST(GenomeJson, RefusalsNameThePlaceAndTheWayOut) {
  const nlohmann::json good = toJson(makeGenome(Style::kLoopRoll, 8, {1, 1}));
  auto bad = good;
  bad["out"]["gain"] = {{"line", {1, 2}}};
  EXPECT_EQ(refusal(bad), "transition: out.gain has 2 values; 8 bars have 9 bar lines");
  bad = good;
  bad["in"]["low"] = 1.5;
  EXPECT_EQ(refusal(bad), "transition: in.low at bar 0 is 1.5; it must be from 0 to 1");
  bad = good;
  bad["style"] = "wonderful";
  EXPECT_NE(refusal(bad).find("there are: fade, long_blend"), std::string::npos) << refusal(bad);
  bad = good;
  bad["volume"] = 1;
  EXPECT_NE(refusal(bad).find("transition.volume is not known"), std::string::npos);
  bad = good;
  bad["version"] = 2;
  EXPECT_EQ(refusal(bad), "transition.version is 2; this program reads 1");
  bad = good;
  bad["loops"][1]["fromBar"] = 4.5;
  EXPECT_NE(refusal(bad).find("loops[1] overlaps loops[0]"), std::string::npos) << refusal(bad);
  bad = good;
  bad["effects"][0]["effect"] = "thunder";
  EXPECT_NE(refusal(bad).find("transition.effects[0].effect is \"thunder\""), std::string::npos);
  bad = good;
  bad["bars"] = 1000000000;
  EXPECT_NE(refusal(bad).find("must be from 1 to 128"), std::string::npos);
  EXPECT_EQ(parseGenome("{").error().code(), ErrorCode::kInvalid);
  EXPECT_EQ(parseGenome(std::string(kMostGenomeBytes + 1, ' ')).error().code(),
            ErrorCode::kTooLarge);
}

TEST(Breeding, ChildrenOfAllPairsCanBePlayed) {
  const std::vector<Genome> all = allStyles();
  Random random(5);
  for (const Genome& mother : all) {
    for (const Genome& father : all) {
      const Genome child = mutate(cross(mother, father, random), 0.5, random);
      const auto checked = checkGenome(child);
      ASSERT_TRUE(checked.ok()) << styleName(mother.style) << " x " << styleName(father.style)
                                << ": " << checked.error().what();
      EXPECT_EQ(child.bars, mother.bars);
    }
  }
}

TEST(Breeding, TheSameSeedHasTheSameChildAndStrengthNothingChangesNothing) {
  const Genome mother = makeGenome(Style::kLongBlend, 16, {});
  const Genome father = makeGenome(Style::kFilterFade, 16, {});
  Random one(9), two(9), other(10);
  EXPECT_EQ(cross(mother, father, one), cross(mother, father, two));
  EXPECT_EQ(mutate(mother, 0, other), mother);
  EXPECT_NE(mutate(mother, 1, other), mother);
  EXPECT_EQ(cross(mother, mother, one), mother);
}

TEST(Breeding, AnotherLengthKeepsTheMoves) {
  const Genome genome = makeGenome(Style::kBassSwap, 16, {});
  const Genome half = resized(genome, 8);
  for (double part = 0; part <= 1; part += 0.125)
    EXPECT_NEAR(half.curve(Side::kIn, Lane::kGain).at(8 * part),
                genome.curve(Side::kIn, Lane::kGain).at(16 * part), 1e-9);
  EXPECT_EQ(resized(half, 16).curve(Side::kOut, Lane::kLow), genome.curve(Side::kOut, Lane::kLow));
}

}  // namespace
}  // namespace dju::mixer
