// A mixer that listens: it takes what its reader expects most of, within what the rules allow.
#include "mixer/reading_mixer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "crate/test_support/plain_record.h"
#include "mixer/candidates.h"

namespace dju::mixer {
namespace {

using crate::Record;
using crate::test::silentRecord;

float column(const PairPicture& picture, const std::string& name) {
  const auto& columns = pictureColumns();
  const auto at = std::find(columns.begin(), columns.end(), name) - columns.begin();
  return picture[static_cast<std::size_t>(at)];
}

// Expects what a test tells it to.
class ToldReader : public PairReader {
 public:
  explicit ToldReader(std::function<float(const PairPicture&)> score) : score_(std::move(score)) {}

  std::shared_ptr<const Spectrogram> spectrogramOf(const Record& record) override {
    if (deaf) return nullptr;
    heard.push_back(record.id);
    return std::make_shared<const Spectrogram>();
  }
  std::vector<PairOpinion> read(std::vector<PairPicture> pictures) override {
    std::vector<PairOpinion> opinions;
    for (const PairPicture& picture : pictures) {
      PairOpinion& opinion = opinions.emplace_back();
      opinion.fill(score_(picture));
      opinion[7] = 1;
    }
    read_ += pictures.size();
    return opinions;
  }
  std::size_t pictures() const { return read_; }

  bool deaf = false;
  std::vector<std::string> heard;

 private:
  std::function<float(const PairPicture&)> score_;
  std::size_t read_ = 0;
};

class ReadingMixer : public testing::Test {
 protected:
  ReadingMixer()
      : records_{silentRecord(126, "A minor", 1, 120), silentRecord(127, "A minor", 2, 120)} {}

  Plan plan(const Contestant& contestant) const {
    const std::vector<TrackView> views(records_.begin(), records_.end());
    return planMix(views, {}, contestant);
  }
  Plan plan(std::function<float(const PairPicture&)> score, const ReadingWeights& weights = {}) {
    reader_ = std::make_shared<ToldReader>(std::move(score));
    return plan(readingContestant("told", "7", reader_, weights));
  }

  std::vector<Record> records_;
  std::shared_ptr<ToldReader> reader_;
};

TEST_F(ReadingMixer, WhoHearsNoDifferencePlaysByTheRules) {
  const Plan told = plan([](const PairPicture&) { return 0.5F; });
  const Plan rules = plan(findContestant("rules@1").valueOrThrow());
  EXPECT_EQ(told.model, "told@7");
  EXPECT_EQ(told.transitions[0].genome, rules.transitions[0].genome);
  EXPECT_EQ(told.transitions[0].exitBeat, rules.transitions[0].exitBeat);
  EXPECT_EQ(told.transitions[0].entryBeat, rules.transitions[0].entryBeat);
}

TEST_F(ReadingMixer, TakesWhatIsExpectedToBeBest) {
  const auto likesFilters = [](const PairPicture& picture) {
    return column(picture, "about_filter_fade") > 0 ? 0.9F : 0.4F;
  };
  EXPECT_EQ(plan(likesFilters).transitions[0].genome.style, Style::kFilterFade);
}

TEST_F(ReadingMixer, WhatTheRulesRefuseIsNotHeard) {
  const auto likesFades = [](const PairPicture& picture) {
    return column(picture, "about_fade") > 0 ? 1.0F : 0.0F;
  };
  // A plain fade is for music without beats.
  EXPECT_NE(plan(likesFades).transitions[0].genome.style, Style::kFade);
  const auto likesCuts = [](const PairPicture& picture) {
    return column(picture, "about_cut") > 0 ? 1.0F : 0.0F;
  };
  EXPECT_NE(plan(likesCuts, {.mostCost = 0.2}).transitions[0].genome.style, Style::kCut);
  EXPECT_EQ(plan(likesCuts, {.mostCost = 5}).transitions[0].genome.style, Style::kCut);
}

TEST_F(ReadingMixer, WritesTheShapeThatIsExpectedToBeBest) {
  const auto likesLateSwaps = [](const PairPicture& picture) {
    return 0.5F + 0.3F * column(picture, "about_swap");
  };
  const Genome genome = plan(likesLateSwaps).transitions[0].genome;
  const Genome plain = plan([](const PairPicture&) { return 0.5F; }).transitions[0].genome;
  const auto swapBar = [](const Genome& of) {
    const auto& low = of.curve(Side::kOut, Lane::kLow).values;
    return std::find(low.begin(), low.end(), 0) - low.begin();
  };
  EXPECT_EQ(genome.style, plain.style);
  EXPECT_GT(swapBar(genome), swapBar(plain));
}

TEST_F(ReadingMixer, VoicesUponVoicesCountAgainstATransition) {
  ReadingWeights weights;
  weights.voiceWeight = 1;
  class Voices : public ToldReader {
   public:
    Voices() : ToldReader([](const PairPicture&) { return 0.5F; }) {}
    std::vector<PairOpinion> read(std::vector<PairPicture> pictures) override {
      std::vector<PairOpinion> opinions(pictures.size());
      for (std::size_t i = 0; i < pictures.size(); ++i)
        opinions[i][7] = column(pictures[i], "about_filter_fade");
      return opinions;
    }
  };
  const Plan told = plan(readingContestant("told", "7", std::make_shared<Voices>(), weights));
  EXPECT_EQ(told.transitions[0].genome.style, Style::kFilterFade);
}

TEST_F(ReadingMixer, ARecordThatCannotBeHeardIsNamed) {
  const auto deaf = std::make_shared<ToldReader>([](const PairPicture&) { return 0.5F; });
  deaf->deaf = true;
  const Contestant contestant = readingContestant("told", "7", deaf);
  EXPECT_FALSE(contestant.listen(records_[0]));
  try {
    plan(contestant);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUnavailable);
    EXPECT_THAT(error.what(), testing::HasSubstr("plain-1"));
  }
}

TEST_F(ReadingMixer, RecordsWithoutRoomAreFollowedByTheNext) {
  records_[0] = silentRecord(126, "A minor", 1, 12);
  records_[1] = silentRecord(126, "A minor", 2, 12);
  const Plan told = plan([](const PairPicture&) { return 0.5F; });
  EXPECT_EQ(told.transitions.size(), 1U);
}

TEST_F(ReadingMixer, ABoundedNumberOfPicturesIsRead) {
  plan([](const PairPicture&) { return 0.5F; }, {.places = 2, .shaped = 1});
  EXPECT_GT(reader_->pictures(), 4U);
  EXPECT_LT(reader_->pictures(), 60U);
}

TEST(Contestants, WhatAProgramAddsIsFoundByItsName) {
  const auto reader = std::make_shared<ToldReader>([](const PairPicture&) { return 0.5F; });
  EXPECT_FALSE(findContestant("added@1").ok());
  addContestant(readingContestant("added", "1", reader));
  const std::size_t all = contestants().size();
  addContestant(readingContestant("added", "1", reader));
  EXPECT_EQ(contestants().size(), all);
  EXPECT_TRUE(findContestant("added@1").ok());
  const auto missing = findContestant("added@2");
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().what(), testing::HasSubstr("added@1"));
}

}  // namespace
}  // namespace dju::mixer
