#include "music/cues.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dju::music {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Bars of two seconds.
std::vector<Phrase> phrasesOf(std::initializer_list<std::pair<PhraseLabel, int>> parts) {
  std::vector<Phrase> phrases;
  double at = 1;
  for (const auto& [label, bars] : parts) {
    phrases.push_back({at, at + 2 * bars, bars, label});
    at += 2 * bars;
  }
  return phrases;
}

TEST(CuesTest, StandAtTheStartsOfPhrasesThatMixingTurnsOn) {
  const auto cues = suggestCues(phrasesOf({{PhraseLabel::kIntro, 16},
                                           {PhraseLabel::kDrop, 32},
                                           {PhraseLabel::kBreakdown, 16},
                                           {PhraseLabel::kBuild, 8},
                                           {PhraseLabel::kDrop, 32},
                                           {PhraseLabel::kOutro, 16}}));
  EXPECT_THAT(
      cues, ElementsAre(Cue{1, CueKind::kMixIn, "Mix in"}, Cue{33, CueKind::kDrop, "Drop 1"},
                        Cue{97, CueKind::kBreakdown, "Breakdown"},
                        Cue{145, CueKind::kDrop, "Drop 2"}, Cue{209, CueKind::kMixOut, "Mix out"}));
}

TEST(CuesTest, WithoutAnOutroMixOutIsThirtyTwoBarsBeforeTheEnd) {
  const auto cues = suggestCues(phrasesOf({{PhraseLabel::kGroove, 64}, {PhraseLabel::kDrop, 16}}));
  EXPECT_THAT(cues, ElementsAre(Cue{1, CueKind::kMixIn, "Mix in"},
                                Cue{1 + 2 * 48, CueKind::kMixOut, "Mix out"},
                                Cue{1 + 2 * 64, CueKind::kDrop, "Drop"}));
}

TEST(CuesTest, AShortTrackIsMixedOutHalfWayThrough) {
  const auto cues = suggestCues(phrasesOf({{PhraseLabel::kGroove, 16}}));
  EXPECT_THAT(cues, ElementsAre(Cue{1, CueKind::kMixIn, "Mix in"},
                                Cue{1 + 2 * 8, CueKind::kMixOut, "Mix out"}));
}

TEST(CuesTest, StandOnTheFirstBarLineOfATrackThatIsCutInABar) {
  const std::vector<Phrase> cut = {{-0.5, 31.5, 16, PhraseLabel::kGroove}};
  EXPECT_THAT(suggestCues(cut), ElementsAre(Cue{1.5, CueKind::kMixIn, "Mix in"},
                                            Cue{15.5, CueKind::kMixOut, "Mix out"}));
  const std::vector<Phrase> trimmed = {{-0.015625, 31.984375, 16, PhraseLabel::kDrop}};
  EXPECT_THAT(suggestCues(trimmed),
              ElementsAre(Cue{0, CueKind::kMixIn, "Mix in"}, Cue{0, CueKind::kDrop, "Drop"},
                          Cue{15.984375, CueKind::kMixOut, "Mix out"}));
}

TEST(CuesTest, AreNoMoreThanADeckHasHotCues) {
  std::vector<Phrase> phrases;
  for (int i = 0; i < 20; ++i) {
    phrases.push_back(
        {i * 16.0, i * 16.0 + 16, 8, i % 2 == 0 ? PhraseLabel::kBreakdown : PhraseLabel::kDrop});
  }
  EXPECT_EQ(suggestCues(phrases).size(), 8U);
  EXPECT_THAT(suggestCues({}), IsEmpty());
}

TEST(CuesTest, NamesAreReadBack) {
  for (int i = 0; i < kCueKindCount; ++i) {
    const auto kind = static_cast<CueKind>(i);
    EXPECT_EQ(findCueKind(cueKindName(kind)), kind);
  }
  EXPECT_FALSE(findCueKind("loop").has_value());
}

}  // namespace
}  // namespace dju::music
