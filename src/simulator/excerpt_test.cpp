// Excerpts: what is drawn is what is played, the same seed gives the same, and faults are
// independent of the hands that cover them.
#include "simulator/excerpt.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "engine/render.h"
#include "simulator/test_support/plain_tracks.h"

namespace dju::simulator {
namespace {

class Excerpts : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    first = new CrateTrack(test::plainTrack(126, "A minor", 1, 60));
    second = new CrateTrack(test::plainTrack(129, "E minor", 2, 60));
    slow = new CrateTrack(test::plainTrack(100, "C minor", 3, 60));
  }
  static void TearDownTestSuite() {
    delete first;
    delete second;
    delete slow;
  }
  static inline CrateTrack *first = nullptr, *second = nullptr, *slow = nullptr;
};

TEST_F(Excerpts, TheSameSeedGivesTheSameLogAndTheLogTheSameSound) {
  const std::vector<const CrateTrack*> crate = {first, second};
  const ExcerptPlan plan = drawExcerpt(crate, "x1", 5);
  const Performance played = playExcerpt(plan, {});
  EXPECT_EQ(engine::formatLog(played.log),
            engine::formatLog(playExcerpt(drawExcerpt(crate, "x1", 5), {}).log));
  std::vector<engine::LoadedTrack> audio;
  for (const CrateTrack* track : plan.about.tracks) audio.push_back(track->loaded);
  EXPECT_TRUE(engine::renderLog(played.log, audio, {}, {}).verified);
  EXPECT_DOUBLE_EQ(played.log.end->frame.seconds(), kExcerptSeconds);
}

TEST_F(Excerpts, OnlyTracksWhoseTemposCanBeMatchedMeet) {
  const std::vector<const CrateTrack*> crate = {first, slow};
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    EXPECT_EQ(drawExcerpt(crate, "x", seed).about.tracks.size(), 1U);
  EXPECT_THROW(drawExcerpt({}, "x", 1), Error);
}

// Distance of the decks' beats in the middle of an excerpt, ms; the tracks have one grid each.
double offsetMs(const ExcerptPlan& plan) {
  double beat = 0, beatMs = 0;
  const auto middle = Frame(static_cast<std::int64_t>(6.1 * kSampleRate));
  playExcerpt(plan, [&](std::span<const float>, const engine::Telemetry& telemetry) {
    if (telemetry.frame > middle) return;
    const auto at = [&](int deck) {
      return plan.about.tracks[static_cast<std::size_t>(deck)]->info.grid.beatAt(
          telemetry.decks[static_cast<std::size_t>(deck)].position);
    };
    beat = at(0) - at(1);
    beatMs = 60000 /
             (plan.about.tracks[0]->info.grid.bpm() * (1 + telemetry.decks[0].tempoPercent / 100));
  });
  return (beat - std::round(beat)) * beatMs;
}

TEST_F(Excerpts, OffsetsAreSpreadOverWhatMattersWhateverTheFade) {
  const std::vector<const CrateTrack*> crate = {first, second};
  int strata[4] = {}, pairs = 0, late = 0;
  for (std::uint64_t seed = 0; pairs < 60; ++seed) {
    ExcerptPlan plan = drawExcerpt(crate, "x", seed);
    if (plan.about.tracks.size() < 2) continue;
    ++pairs;
    std::erase_if(plan.moves, [](const Move& move) {
      return move.control == engine::ControlId::kNudge ||
             (move.control == engine::ControlId::kRate && move.seconds > 0);
    });
    const double offset = offsetMs(plan), size = std::abs(offset);
    ++strata[size < 7 ? 0 : size < 30 ? 1 : size < 100 ? 2 : 3];
    late += offset > 0;
  }
  EXPECT_NEAR(strata[0], 0.25 * pairs, 11);
  EXPECT_NEAR(strata[1], 0.25 * pairs, 11);
  EXPECT_NEAR(strata[2], 0.3 * pairs, 11);
  EXPECT_NEAR(strata[3], 0.2 * pairs, 11);
  EXPECT_NEAR(late, 0.5 * pairs, 14);
}

}  // namespace
}  // namespace dju::simulator
