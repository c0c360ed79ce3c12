#include "music/structure.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"
#include "music/test_support/groovebox.h"

namespace dju::music {
namespace {

constexpr unsigned kDrums = kKick | kSnare | kHat;

struct Section {
  PhraseLabel label;
  unsigned playing;
  std::size_t bars;
};

const std::vector<Section> kClubTrack = {
    {PhraseLabel::kIntro, kKick | kHat, 16},
    {PhraseLabel::kGroove, kDrums | kBass | kChord, 16},
    {PhraseLabel::kBreakdown, kChord | kLead, 16},
    {PhraseLabel::kBuild, kChord | kRoll, 8},
    {PhraseLabel::kDrop, kDrums | kBass | kChord | kLead, 32},
    {PhraseLabel::kOutro, kKick | kHat, 16},
};

GrooveTrack play(const std::vector<Section>& sections, const GrooveSettings& settings = {}) {
  std::vector<unsigned> bars;
  for (const Section& section : sections) repeat(bars, section.playing, section.bars);
  return playGroove(settings, bars);
}

void expectSections(const std::vector<Phrase>& phrases, const std::vector<Section>& sections,
                    const GrooveTrack& track) {
  ASSERT_EQ(phrases.size(), sections.size());
  double bar = 0;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    EXPECT_NEAR(phrases[i].start, track.barAt(bar), 1e-6) << i;
    EXPECT_EQ(phraseLabelName(phrases[i].label), phraseLabelName(sections[i].label)) << i;
    EXPECT_EQ(phrases[i].bars, static_cast<int>(sections[i].bars)) << i;
    bar += static_cast<double>(sections[i].bars);
    EXPECT_NEAR(phrases[i].end, track.barAt(bar), 1e-6) << i;
  }
}

TEST(StructureTest, FindsAndNamesTheSectionsOfAClubTrack) {
  const GrooveTrack track = play(kClubTrack);
  expectSections(findPhrases(logMelOf(track.view()), track.grid), kClubTrack, track);
}

TEST(StructureTest, AGridThatIsABeatOffMovesBoundariesByABeatOnly) {
  const GrooveTrack track = play(kClubTrack);
  BeatGrid late = track.grid;
  late.anchorFrame += late.framesPerBeat;
  const std::vector<Phrase> phrases = findPhrases(logMelOf(track.view()), late);
  ASSERT_EQ(phrases.size(), kClubTrack.size());
  double bar = 0;
  for (std::size_t i = 1; i < phrases.size(); ++i) {
    bar += static_cast<double>(kClubTrack[i - 1].bars);
    EXPECT_NEAR(phrases[i].start, track.barAt(bar), track.barSeconds() * 1.01) << i;
    EXPECT_EQ(phrases[i].label, kClubTrack[i].label) << i;
  }
}

TEST(StructureTest, ATrackThatNeverChangesIsOneGroove) {
  const GrooveTrack track = play({{PhraseLabel::kGroove, kDrums | kBass | kChord, 64}});
  const std::vector<Phrase> phrases = findPhrases(logMelOf(track.view()), track.grid);
  ASSERT_EQ(phrases.size(), 1U);
  EXPECT_EQ(phrases[0].bars, 64);
  EXPECT_EQ(phraseLabelName(phrases[0].label), "groove");
}

TEST(StructureTest, PhrasesFollowAGridThatChangesTempo) {
  const GrooveTrack track = play(kClubTrack);
  BeatGrid grid = track.grid;
  // The same beats, written down as a change in the middle.
  ASSERT_TRUE(grid.addChange({160, grid.frameAt(160), grid.framesPerBeat}));
  expectSections(findPhrases(logMelOf(track.view()), grid), kClubTrack, track);
}

TEST(StructureTest, SaysNothingOfWhatHasNoForm) {
  const BeatGrid grid = BeatGrid::fromBpm(0, 120);
  const std::vector<std::int16_t> silence(2 * 48000 * 30);
  EXPECT_TRUE(
      findPhrases(logMelOf({silence.data(), 48000 * 30, audio::kUnityScale}), grid).empty());
  EXPECT_TRUE(findPhrases(logMelOf({nullptr, 0, audio::kUnityScale}), grid).empty());
  const GrooveTrack track = play({{PhraseLabel::kGroove, kDrums, 2}});
  EXPECT_TRUE(findPhrases(logMelOf(track.view()), track.grid).empty());
  EXPECT_TRUE(findPhrases(logMelOf(track.view()), BeatGrid{}).empty());
  EXPECT_TRUE(findPhrases(logMelOf(track.view()), BeatGrid{0, 0.001, 0, {}}).empty());
}

// Whatever it hears, phrases touch, lie in the sound and have whole bars.
TEST(StructureTest, NoiseAndDirectCurrentGiveWellFormedPhrases) {
  Random random(3);
  std::vector<std::int16_t> noise(2 * 48000 * 40), clipped(noise.size());
  for (std::size_t i = 0; i < noise.size(); ++i) {
    noise[i] = static_cast<std::int16_t>(random.below(65536) - 32768);
    clipped[i] = i / 48000 % 2 == 0 ? std::int16_t{32767} : std::int16_t{20000};
  }
  for (const auto& sound : {noise, clipped}) {
    const auto features =
        logMelOf({sound.data(), static_cast<std::int64_t>(sound.size() / 2), audio::kUnityScale});
    const std::vector<Phrase> phrases = findPhrases(features, BeatGrid::fromBpm(0.1, 133.7));
    for (std::size_t i = 0; i < phrases.size(); ++i) {
      EXPECT_GT(phrases[i].bars, 0);
      EXPECT_NEAR(phrases[i].end - phrases[i].start, phrases[i].bars * 240 / 133.7, 1e-6);
      if (i > 0) {
        EXPECT_EQ(phrases[i].start, phrases[i - 1].end);
      }
    }
  }
}

TEST(StructureTest, NamesAreReadBack) {
  for (int i = 0; i < kPhraseLabelCount; ++i) {
    const auto label = static_cast<PhraseLabel>(i);
    EXPECT_EQ(findPhraseLabel(phraseLabelName(label)), label);
  }
  EXPECT_FALSE(findPhraseLabel("chorus").has_value());
}

}  // namespace
}  // namespace dju::music
