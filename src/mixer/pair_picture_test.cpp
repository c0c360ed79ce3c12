// What a listening mixer is shown: both records where they will sound, mixed as the genome says.
#include "mixer/pair_picture.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/half.h"
#include "crate/test_support/plain_record.h"

namespace dju::mixer {
namespace {

constexpr std::size_t kBands = kSpectrogramBands;

// Every row at a level of its own; each band half a decibel below the one before.
Spectrogram evenSound(double seconds, float db) {
  std::vector<std::uint16_t> levels;
  for (double at = 0; at < seconds; at += kSpectrogramRowSeconds) {
    for (std::size_t band = 0; band < kBands; ++band)
      levels.push_back(halfOfFloat(db - 0.5F * static_cast<float>(band)));
  }
  return Spectrogram(std::move(levels));
}

class Picture : public testing::Test {
 protected:
  Picture()
      : records_{crate::test::silentRecord(120, "A minor", 1),
                 crate::test::silentRecord(120, "A minor", 2)},
        out_(records_[0]),
        in_(records_[1]) {
    transition_.genome = makeGenome(Style::kBassSwap, 8, {});
    transition_.exitBeat = 64;
    transition_.entryBeat = 32;
    transition_.tempoPath = TempoPath::kHold;
  }

  PairPicture picture(const BlendShape& shape = {}) const {
    return pictureOf({out_, in_, outSound_, inSound_}, transition_, shape, {});
  }
  // Row `row`, column `name`.
  static float at(const PairPicture& picture, std::size_t row, const std::string& name) {
    const auto& columns = pictureColumns();
    const auto column = std::find(columns.begin(), columns.end(), name) - columns.begin();
    EXPECT_LT(column, static_cast<std::ptrdiff_t>(columns.size())) << name;
    return picture[row * columns.size() + static_cast<std::size_t>(column)];
  }

  std::vector<crate::Record> records_;
  TrackView out_, in_;
  Spectrogram outSound_ = evenSound(100, -30), inSound_ = evenSound(100, -30);
  Transition transition_;
};

TEST_F(Picture, OnlyWhatIsHeardIsInTheMix) {
  const PairPicture picture = this->picture();
  ASSERT_EQ(picture.size(), kPictureRows * pictureColumns().size());
  // Before the transition only the outgoing record, behind it only the incoming one.
  for (const std::size_t row : {0U, 15U, 60U, 95U}) {
    EXPECT_NEAR(at(picture, row, "mel_mix_05"), at(picture, row, "mel_out_05"), 1e-3) << row;
    EXPECT_EQ(at(picture, row, "mel_in_05"), at(picture, row, "mel_out_05")) << row;
  }
  EXPECT_EQ(at(picture, 0, "curve_gain_in"), 0);
  EXPECT_EQ(at(picture, 60, "curve_gain_out"), 0);
  EXPECT_EQ(at(picture, 60, "curve_gain_in"), 1);
}

TEST_F(Picture, TwoRecordsOfOneLevelAddUpToThreeDecibels) {
  transition_.genome = plainGenome(Style::kFade, 8);
  const PairPicture picture = this->picture();
  EXPECT_NEAR(at(picture, 30, "mel_mix_10") - at(picture, 30, "mel_out_10"), 3.0103, 1e-3);
}

TEST_F(Picture, BassesChangeWhereTheGenomeSaysSo) {
  // In the middle of the way both faders are open, one bass is killed.
  const PairPicture picture = this->picture();
  const std::size_t before = 16 + 12, behind = 16 + 20;
  EXPECT_EQ(at(picture, before, "curve_low_in"), 0);
  EXPECT_EQ(at(picture, behind, "curve_low_out"), 0);
  EXPECT_LT(at(picture, before, "mel_mix_00"), at(picture, before, "mel_mix_05"));
  EXPECT_NEAR(at(picture, before, "mel_mix_00"), at(picture, behind, "mel_mix_00"), 0.5);
}

TEST_F(Picture, LoudnessOfTheRecordsIsTakenOut) {
  const PairPicture plain = this->picture();
  records_[1].info.loudness.integratedLufs = -20;
  const TrackView softer(records_[1]);
  const Spectrogram sound = evenSound(100, -36);
  const PairPicture picture = pictureOf({out_, softer, outSound_, sound}, transition_, {}, {});
  EXPECT_NEAR(at(picture, 50, "mel_in_03"), at(plain, 50, "mel_in_03"), 0.05);
}

TEST_F(Picture, ChangeIsThatOfTheSpectrumAndNotOfTheLevel) {
  transition_.genome = makeGenome(Style::kCut, 1, {});
  inSound_ = evenSound(100, -40);
  EXPECT_LT(at(picture(), 17, "change"), 0.01);
  // A record without its upper half.
  std::vector<std::uint16_t> levels(inSound_.levels().begin(), inSound_.levels().end());
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (i % kBands >= kBands / 2) levels[i] = halfOfFloat(-80);
  inSound_ = Spectrogram(std::move(levels));
  const PairPicture picture = this->picture();
  float most = 0;
  for (std::size_t row = 15; row < 25; ++row) most = std::max(most, at(picture, row, "change"));
  // The upper eleven bands fall to the judge's floor of -60 dB, the others by 10: 6.35 dB over all
  // bands, of which 15 or 16 of 20 steps are heard in 1.5 beats behind the cut.
  EXPECT_NEAR(most, 6.35 * 15.5 / 20, 6.35 * 0.6 / 20);
  EXPECT_LT(at(picture, 10, "change"), 0.01);
}

TEST_F(Picture, LongTransitionsTakeMoreBeatsARow) {
  EXPECT_EQ(at(picture(), 0, "about_beats_a_row"), 1);
  transition_.genome = makeGenome(Style::kLongBlend, 32, {});
  EXPECT_EQ(at(picture(), 0, "about_beats_a_row"), 2);
  // The last row of the transition still hears both.
  EXPECT_GT(at(picture(), 16 + 63, "curve_gain_out"), 0);
}

TEST_F(Picture, SaysWhichStyleAndShapeItIsOf) {
  const PairPicture picture = this->picture({.swap = 0.5});
  EXPECT_EQ(at(picture, 3, "about_bass_swap"), 1);
  EXPECT_EQ(at(picture, 3, "about_cut"), 0);
  EXPECT_EQ(at(picture, 90, "about_swap"), 0.5F);
}

TEST(Spectrogram, HearsWhereASoundIs) {
  const crate::Record record = crate::test::plainRecord(120, "A minor", 3, 10);
  const Spectrogram sound = listenTo(record.loaded.audio);
  EXPECT_NEAR(static_cast<double>(sound.rows()), 200, 2);
  EXPECT_LT(10 * sound.bytes(), static_cast<std::size_t>(record.loaded.audio.frames) * 4);
  std::array<float, kBands> levels{};
  sound.mean(1, 9, levels);
  EXPECT_GT(levels[1], -80);
  sound.mean(20, 21, levels);
  EXPECT_EQ(levels[1], Spectrogram::kSilenceDb);
}

}  // namespace
}  // namespace dju::mixer
