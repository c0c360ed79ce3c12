// Virtual DJs: what they do comes of what they hear, and each fault of itself alone.
#include "simulator/performance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "engine/render.h"
#include "simulator/test_support/plain_tracks.h"

namespace dju::simulator {
namespace {

using test::plainTrack;

struct Measures {
  std::vector<double> offsetMs;      // while both are heard
  std::vector<double> tempoPercent;  // likewise, of the incoming from the outgoing
  Performance performance;
};

double wrap(double beats) {
  return beats - std::floor(beats + 0.5);
}

Measures measure(const PerformancePlan& plan) {
  Measures found;
  struct Moment {
    Frame frame;
    double offsetMs, tempoPercent;
  };
  std::vector<Moment> moments;
  const BeatGrid &a = plan.tracks[0]->info.grid, &b = plan.tracks[1]->info.grid;
  found.performance = perform(plan, [&](std::span<const float>, const engine::Telemetry& t) {
    const auto &first = t.decks[0], &second = t.decks[1];
    moments.push_back(
        {t.frame, wrap(b.beatAt(second.position) - a.beatAt(first.position)) * 60000 / first.bpm,
         100.0 * (second.bpm / first.bpm - 1)});
  });
  const PlayedTransition& played = found.performance.transitions.front();
  for (const Moment& moment : moments) {
    if (moment.frame < played.fadeBegin || moment.frame >= played.fadeEnd) continue;
    found.offsetMs.push_back(moment.offsetMs);
    found.tempoPercent.push_back(moment.tempoPercent);
  }
  return found;
}

double meanMagnitude(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += std::abs(value);
  return sum / static_cast<double>(std::max<std::size_t>(1, values.size()));
}
double largest(const std::vector<double>& values) {
  double most = 0;
  for (const double value : values) most = std::max(most, std::abs(value));
  return most;
}

class VirtualDjs : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    first = new CrateTrack(plainTrack(126, "A minor", 1));
    second = new CrateTrack(plainTrack(129, "E minor", 2));
  }
  static void TearDownTestSuite() {
    delete first;
    delete second;
  }
  static PerformancePlan plan(const VirtualDj& dj, std::uint64_t seed) {
    PerformancePlan plan;
    plan.name = "p";
    plan.seed = seed;
    plan.dj = dj;
    plan.tracks = {first, second};
    plan.transitions.resize(1);
    plan.transitions[0] = {School::kBassSwap, {}, 32};
    return plan;
  }
  static inline CrateTrack* first = nullptr;
  static inline CrateTrack* second = nullptr;
};

TEST_F(VirtualDjs, APerfectOneHoldsTheBeats) {
  const Measures found = measure(plan(perfectDj(), 1));
  ASSERT_GT(found.offsetMs.size(), 2000U);
  EXPECT_LT(largest(found.offsetMs), 5);
  EXPECT_LT(largest(found.tempoPercent), 0.01);
}

TEST_F(VirtualDjs, TheSameSeedPlaysTheSameLogAndItReplays) {
  const PerformancePlan p = plan(drawVirtualDj(5, 3), 42);
  const std::string text = formatLog(perform(p, {}).log);
  EXPECT_EQ(text, formatLog(perform(p, {}).log));
  auto log = engine::parseLog(text).valueOrThrow();
  EXPECT_EQ(log.tornBytes, 0U);
  const std::vector<engine::LoadedTrack> tracks = {first->loaded, second->loaded};
  EXPECT_TRUE(engine::renderLog(log, tracks, {}, {}).verified);
  PerformancePlan other = p;
  other.seed = 43;
  EXPECT_NE(text, formatLog(perform(other, {}).log));
}

TEST_F(VirtualDjs, AWrongTempoIsNudgedBackAgainAndAgain) {
  PerformancePlan p = plan(perfectDj(), 3);
  p.dj.hearingMs = 12;
  p.transitions[0].faults[Fault::kWrongTempo] = 0.5;
  const Measures found = measure(p);
  EXPECT_GT(meanMagnitude(found.tempoPercent), 1);
  EXPECT_LT(largest(found.offsetMs), 120);  // or nobody would be pushing
  EXPECT_GT(largest(found.offsetMs), 12);
  int pushes = 0;
  for (const engine::Command& command : found.performance.log.commands)
    pushes += command.control == engine::ControlId::kNudge && command.value != 0 ? 1 : 0;
  EXPECT_GT(pushes, 5);
}

TEST_F(VirtualDjs, ASlightlyWrongTempoIsHeardAndMended) {
  VirtualDj dj = perfectDj();
  dj.tempoErrorPercent = 0.4;
  const Measures found = measure(plan(dj, 11));
  const std::size_t half = found.tempoPercent.size() / 2;
  const std::vector<double> late(found.tempoPercent.begin() + static_cast<std::ptrdiff_t>(half),
                                 found.tempoPercent.end());
  EXPECT_LT(meanMagnitude(late), 0.25);
}

TEST_F(VirtualDjs, HalfABeatIsKeptHalfABeat) {
  PerformancePlan p = plan(perfectDj(), 4);
  p.transitions[0].faults[Fault::kHalfBeat] = 1;
  EXPECT_NEAR(meanMagnitude(measure(p).offsetMs), 30000 / 126.0, 5);
}

TEST_F(VirtualDjs, ATrainWreckRunsApartWithItsTempoOrWithout) {
  int left = 0;
  for (std::uint64_t seed = 5; seed < 11; ++seed) {
    PerformancePlan p = plan(perfectDj(), seed);
    p.transitions[0].faults[Fault::kTrainWreck] = 0.5;
    const Measures found = measure(p);
    EXPECT_GT(largest(found.offsetMs), 100) << seed;
    left += std::abs(found.tempoPercent.back()) > 2 ? 1 : 0;
  }
  EXPECT_GT(left, 0);
  EXPECT_LT(left, 6);
}

TEST_F(VirtualDjs, LooseBeatsLieBetweenGoodAndWrecked) {
  double sum = 0;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    PerformancePlan p = plan(perfectDj(), 100 + seed);
    p.dj.hearingMs = 12;
    p.transitions[0].faults[Fault::kLooseBeats] = 0.7;
    sum += meanMagnitude(measure(p).offsetMs) / 4;
  }
  EXPECT_GT(sum, 30);
  EXPECT_LT(sum, 100);
}

TEST_F(VirtualDjs, EverySchoolGetsTheNextTrackHeardAlone) {
  for (std::size_t school = 0; school < kSchools; ++school) {
    for (const bool crossfader : {false, true}) {
      PerformancePlan p = plan(perfectDj(), 6);
      p.dj.crossfader = crossfader;
      p.transitions[0] = {static_cast<School>(school), {}, 16};
      engine::Telemetry last;
      perform(p, [&](std::span<const float>, const engine::Telemetry& t) { last = t; });
      EXPECT_GT(last.decks[1].audibleShare, 0.99) << schoolName(p.transitions[0].school);
      EXPECT_FLOAT_EQ(last.decks[1].eqLow, 1) << schoolName(p.transitions[0].school);
    }
  }
}

}  // namespace
}  // namespace dju::simulator
