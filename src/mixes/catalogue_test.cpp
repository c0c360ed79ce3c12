// What pages are told of a mixer.
#include "mixes/catalogue.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "mixer/genome_json.h"

namespace dju::mixes {
namespace {

TEST(Catalogue, HasATransitionInEachOfItsStyles) {
  const Mixers mixers(testing::TempDir() + "catalogue-test");
  for (const auto& style : catalogue(mixers)["styles"]) {
    const auto answer = styledGenome(style.get<std::string>(), 16, 0.5);
    EXPECT_EQ(answer["genome"]["style"], style);
    EXPECT_NO_THROW(mixer::genomeFrom(answer["genome"])) << style;
  }
}

TEST(Catalogue, GivesTheLengthThatAStyleHas) {
  EXPECT_EQ(styledGenome("bass_swap", 8, 0)["genome"]["bars"], 8);
  EXPECT_EQ(styledGenome("cut", 8, 0)["genome"]["bars"], 1);
}

TEST(Catalogue, NamesTheStylesToWhoAsksForAnother) {
  try {
    styledGenome("moonwalk", 8, 0);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("style is \"moonwalk\"; there are fade, long_blend"),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace dju::mixes
