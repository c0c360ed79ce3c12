// What the key estimator sees: the same from every tonic, bars and phrases where they belong.
#include "music/key_view.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "music/key_model.h"
#include "music/key_weights.h"

namespace dju::music {
namespace {

constexpr double kBeat = 0.5;  // seconds, at 120 BPM

// 16 bars, six frames a second: a major triad and its root in the bass, on degrees of C major moved
// up by `semitones`, one a bar.
std::vector<TonesAt> chords(const std::vector<std::size_t>& roots, std::size_t semitones) {
  std::vector<TonesAt> tones;
  for (double seconds = 0.1; seconds < 16 * 4 * kBeat; seconds += 1.0 / 6) {
    const auto bar = static_cast<std::size_t>(seconds / (4 * kBeat));
    const std::size_t root = roots[bar % roots.size()] + semitones;
    TonesAt at;
    at.seconds = seconds;
    for (const std::size_t note : {root, root + 4, root + 7}) at.all[note % 12] += 1;
    at.bass[root % 12] = 1;
    tones.push_back(at);
  }
  return tones;
}

std::size_t strongest(const Chroma& chroma) {
  return static_cast<std::size_t>(std::max_element(chroma.begin(), chroma.end()) - chroma.begin());
}

const BeatGrid kGrid = BeatGrid::fromBpm(0, 120);
// From the fifth bar on, so that the phrase does not begin with the grid.
const std::vector<Phrase> kPhrases = {{16 * kBeat, 48 * kBeat, 8, PhraseLabel::kDrop}};

TEST(KeyViewTest, PutsBarsWhereTheyLieInThePhrase) {
  const std::vector<std::size_t> roots = {0, 2, 4, 5, 7, 9, 11, 1};
  const KeyView view = viewOf(chords(roots, 0), kGrid, kPhrases);
  for (std::size_t bar = 0; bar < kPhraseBars; ++bar) {
    EXPECT_EQ(strongest(view[5 + bar]), roots[(bar + 4) % 8]) << bar;
  }
}

TEST(KeyViewTest, HearsChordsAndBassOfFirstBeats) {
  const KeyView view = viewOf(chords({7, 7, 7, 0}, 0), kGrid, kPhrases);
  EXPECT_EQ(strongest(view[2]), 7U);
  EXPECT_EQ(strongest(view[3]), 7U);
  EXPECT_GT(view[3][0], view[3][2]) << "the other chord";
  EXPECT_EQ(view[4], Chroma{}) << "no minor chord sounds";
}

TEST(KeyViewTest, IsEmptyWhereNothingIsKnown) {
  const std::vector<TonesAt> tones = chords({0, 5, 7, 0}, 0);
  const KeyView noGrid = viewOf(tones, {}, kPhrases), noPhrases = viewOf(tones, kGrid, {});
  EXPECT_NE(noGrid[0], Chroma{});
  EXPECT_NE(noGrid[1], Chroma{});
  for (std::size_t block = kPlainBlocks; block < kViewBlocks; ++block) {
    EXPECT_EQ(noGrid[block], Chroma{}) << block;
    EXPECT_EQ(noPhrases[block] == Chroma{}, block >= 4) << block;
  }
  EXPECT_EQ(viewOf({}, kGrid, kPhrases), KeyView{});
}

TEST(KeyViewTest, ScoresTheSameFromEveryTonic) {
  const KeyScores inC = scoreKeys(viewOf(chords({0, 5, 7, 0}, 0), kGrid, kPhrases), kKeyWeights);
  for (std::size_t up = 0; up < 12; ++up) {
    const KeyScores moved =
        scoreKeys(viewOf(chords({0, 5, 7, 0}, up), kGrid, kPhrases), kKeyWeights);
    for (std::size_t key = 0; key < kKeys; ++key) {
      EXPECT_NEAR(moved[key / 12 * 12 + (key + up) % 12], inC[key], 1e-4) << key << " up " << up;
    }
  }
  EXPECT_EQ(std::max_element(inC.begin(), inC.end()), inC.begin()) << "C major";
}

}  // namespace
}  // namespace dju::music
