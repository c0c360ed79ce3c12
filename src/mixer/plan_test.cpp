// Which record after which, and which transition where.
#include "mixer/plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "crate/test_support/plain_record.h"
#include "mixer/contestants.h"
#include "mixer/order.h"
#include "mixer/place_shift.h"
#include "mixer/play.h"
#include "mixer/styles.h"
#include "mixer/tempo_match.h"

namespace dju::mixer {
namespace {

using crate::Record;
using crate::test::silentRecord;

std::vector<TrackView> viewsOf(const std::vector<Record>& records) {
  return {records.begin(), records.end()};
}

Record withoutBeats(double seconds) {
  Record record = silentRecord(120, "", 1, seconds);
  record.info.grid = record.loaded.grid = {};
  record.info.gridConfidence = 0;
  record.info.phrases.clear();
  record.info.loudness.integratedLufs = -70;
  record.info.genres.clear();
  return record;
}

// Both are planned and the plan's places lie within the records.
void expectSound(const Plan& plan, const std::vector<TrackView>& tracks) {
  for (std::size_t i = 0; i < plan.transitions.size(); ++i) {
    const Transition& transition = plan.transitions[i];
    EXPECT_TRUE(checkGenome(transition.genome).ok());
    const TrackView& out = tracks[plan.turns[i].track];
    EXPECT_LE(transition.exitBeat + 4 * transition.genome.enterBar, out.lastBar() + 4);
    EXPECT_LT(transition.entryBeat, tracks[plan.turns[i + 1].track].lastBar());
  }
}

TEST(TempoMatch, StaysWithinTheRangeOfEachRecord) {
  for (double incoming = 100; incoming < 156; incoming += 0.5) {
    for (const double range : {0.0, 3.0, 5.0, 8.0}) {
      for (const int bars : {8, 32}) {
        const TempoMatch match = matchTempos(125, incoming, range, bars);
        if (match.path == TempoPath::kOwn) continue;
        for (const double percent : {match.startPercent, match.endPercent}) {
          EXPECT_LE(std::abs(percent), range + 1e-9);
          const double own = 100 * (125 * (1 + percent / 100) / (incoming * match.multiple) - 1);
          EXPECT_LE(std::abs(own), range + 1e-9) << incoming << " in " << range;
        }
      }
    }
  }
}

TEST(TempoMatch, NearTempiHoldFarOnesMeetAndOthersKeepTheirOwn) {
  EXPECT_EQ(matchTempos(124, 126, 5, 16).path, TempoPath::kHold);
  EXPECT_EQ(matchTempos(124, 130, 5, 16).path, TempoPath::kGlide);
  EXPECT_EQ(matchTempos(124, 130, 5, 8).path, TempoPath::kMeet);
  EXPECT_EQ(matchTempos(124, 140, 5, 16).path, TempoPath::kOwn);
  const TempoMatch half = matchTempos(174, 87, 5, 16);
  EXPECT_EQ(half.path, TempoPath::kHold);
  EXPECT_EQ(half.multiple, 2);
  EXPECT_EQ(matchTempos(87, 174, 5, 16).multiple, 0.5);
}

TEST(Order, ClimbsByTempoBetweenFixedEnds) {
  std::vector<Record> records;
  for (const double bpm : {120.0, 126.0, 122.0, 124.0, 128.0})
    records.push_back(silentRecord(bpm, "A minor", static_cast<std::uint64_t>(bpm), 40));
  const auto order = orderTracks(viewsOf(records), {});
  EXPECT_EQ(order, (std::vector<std::size_t>{0, 2, 3, 1, 4}));
}

TEST(Order, AsGivenIsAsGiven) {
  std::vector<Record> records;
  for (const double bpm : {120.0, 128.0, 122.0})
    records.push_back(silentRecord(bpm, "A minor", static_cast<std::uint64_t>(bpm), 40));
  MixParameters parameters;
  parameters.order = TrackOrder::kGiven;
  EXPECT_EQ(orderTracks(viewsOf(records), parameters), (std::vector<std::size_t>{0, 1, 2}));
}

TEST(Order, FollowsTheEnergyThatIsWanted) {
  std::vector<Record> records;
  for (int i = 0; i < 12; ++i) {
    records.push_back(silentRecord(125, "A minor", 50, 20));
    // Not in any order.
    records.back().info.energy.assign(20, 0.3F + 0.05F * static_cast<float>((i * 5) % 12));
  }
  MixParameters parameters;
  parameters.order = TrackOrder::kFree;
  parameters.energy = EnergyShape::kBuild;
  const std::vector<TrackView> views = viewsOf(records);
  double last = 0;
  for (const std::size_t track : orderTracks(views, parameters)) {
    EXPECT_GE(views[track].meanEnergy(), last);
    last = views[track].meanEnergy();
  }
}

TEST(Plan, ATransitionGoesWhereAPersonPutsItAsFarAsThereIsRoom) {
  const std::vector<Record> records = {silentRecord(126, "A minor", 1),
                                       silentRecord(128, "E minor", 2)};
  const std::vector<TrackView> views = viewsOf(records);
  const Contestant rules = findContestant("rules@1").valueOrThrow();
  const Transition own = planMix(views, {}, rules).transitions.front();
  const ShiftedPlan shifted = planMix(views, {}, rules, {}, {{0, {-8, 4}}});
  const Transition& moved = shifted.plan.transitions.front();
  EXPECT_EQ(shifted.followed, (std::vector{PlaceShift{-8, 4}}));
  EXPECT_DOUBLE_EQ(moved.exitBeat, own.exitBeat - 32);
  EXPECT_DOUBLE_EQ(moved.entryBeat, own.entryBeat + 16 / own.tempoMultiple);
  EXPECT_EQ(moved.genome, own.genome);
  // Not beyond either end of the records.
  for (const int bars : {-kMostShiftBars, kMostShiftBars}) {
    const ShiftedPlan wide = planMix(views, {}, rules, {}, {{0, {bars, bars}}});
    const Transition& far = wide.plan.transitions.front();
    EXPECT_LT(std::abs(wide.followed.front().exitBars), kMostShiftBars);
    EXPECT_GE(far.exitBeat, views[0].firstBar());
    EXPECT_LE(far.exitBeat + 4.0 * far.genome.bars, views[0].lastBar());
    EXPECT_GE(far.entryBeat, views[1].firstBar());
    EXPECT_LE(far.entryBeat, views[1].lastBar());
  }
  EXPECT_THROW(planMix(views, {}, rules, {}, {{1, {8, 0}}}), Error);
}

TEST(Rules, RecordsOfOneTempoAreBlendedPhraseOnPhrase) {
  const std::vector<Record> records = {silentRecord(126, "A minor", 1),
                                       silentRecord(128, "E minor", 2)};
  const auto views = viewsOf(records);
  const Plan plan = planMix(views, {}, "rules@1");
  const Transition& transition = plan.transitions.front();
  EXPECT_TRUE(transition.matched());
  EXPECT_TRUE(transition.genome.style == Style::kLongBlend ||
              transition.genome.style == Style::kBassSwap)
      << styleName(transition.genome.style);
  EXPECT_EQ(std::fmod(transition.exitBeat, 32), 0);
  EXPECT_EQ(std::fmod(transition.entryBeat, 32), 0);
  expectSound(plan, views);
}

TEST(Rules, TempiThatDoNotMeetAreNotBlended) {
  const std::vector<Record> records = {silentRecord(126, "A minor", 1),
                                       silentRecord(150, "A minor", 2)};
  const auto views = viewsOf(records);
  for (const double boldness : {0.0, 0.5, 1.0}) {
    MixParameters parameters;
    parameters.boldness = boldness;
    const Plan plan = planMix(views, parameters, "rules@1");
    const Style style = plan.transitions.front().genome.style;
    EXPECT_TRUE(style == Style::kCut || style == Style::kEchoOut || style == Style::kLoopRoll)
        << styleName(style);
    EXPECT_FALSE(plan.transitions.front().matched());
  }
}

TEST(Rules, HalfTheTempoIsMixedInHalfTime) {
  const std::vector<Record> records = {silentRecord(174, "A minor", 1),
                                       silentRecord(87.5, "A minor", 2)};
  MixParameters parameters;
  parameters.boldness = 0.2;
  const Plan plan = planMix(viewsOf(records), parameters, "rules@1");
  EXPECT_EQ(plan.transitions.front().genome.style, Style::kHalfTime);
  EXPECT_EQ(plan.transitions.front().tempoMultiple, 2);
}

TEST(Rules, DaringDropsTwoDropsAtOnce) {
  std::vector<Record> records = {silentRecord(174, "A minor", 1, 150),
                                 silentRecord(174, "A minor", 2, 150)};
  for (Record& record : records) {
    for (std::size_t i = 0; i < record.info.phrases.size(); ++i)
      record.info.phrases[i].label = i % 4 < 2 ? "build" : "drop";
  }
  const auto views = viewsOf(records);
  const Plan plan = planMix(views, findPreset("drum-and-bass-double-drops")->parameters, "rules@1");
  const Transition& transition = plan.transitions.front();
  ASSERT_EQ(transition.genome.style, Style::kDoubleDrop);
  for (const auto& [view, beat] : {std::pair{&views[0], transition.exitBeat + 32},
                                   std::pair{&views[1], transition.entryBeat + 32}}) {
    const auto& all = view->boundaries();
    const auto found = std::find_if(all.begin(), all.end(), [at = beat](const Boundary& boundary) {
      return boundary.beat == at;
    });
    ASSERT_NE(found, all.end());
    EXPECT_EQ(found->after, "drop");
    EXPECT_FALSE(found->inside);
  }
}

TEST(Rules, VoicesAreKeptApart) {
  std::vector<Record> records = {silentRecord(126, "A minor", 1, 160),
                                 silentRecord(126, "A minor", 2, 160)};
  // The outgoing one sings from its middle to the end of its last phrase but two, the incoming one
  // from its second phrase on.
  const double phrase = 32 * 60 / 126.0;
  records[0].info.vocals = {{60, 7 * phrase}};
  records[1].info.vocals = {{phrase, 100}};
  const auto views = viewsOf(records);
  MixParameters careful;
  careful.vocalCare = 1;
  careful.boldness = 0;
  const Transition with = planMix(views, careful, "rules@1").transitions.front();
  double crossing = 0;
  for (int bar = 0; bar < with.genome.bars; ++bar)
    crossing +=
        std::min(views[0].voicedSeconds(with.exitBeat + 4 * bar, with.exitBeat + 4 * bar + 4),
                 views[1].voicedSeconds(with.entryBeat + 4 * bar, with.entryBeat + 4 * bar + 4));
  EXPECT_LT(crossing, 0.5);
}

TEST(Rules, TheLengthThatIsWantedIsKept) {
  std::vector<Record> records;
  for (std::uint64_t seed = 1; seed < 5; ++seed)
    records.push_back(silentRecord(126, "A minor", seed, 240));
  const auto views = viewsOf(records);
  MixParameters parameters;
  parameters.targetMinutes = 6;
  const Plan plan = planMix(views, parameters, "rules@1");
  for (std::size_t i = 0; i < plan.transitions.size(); ++i) {
    const double entered = i == 0 ? 0 : plan.transitions[i - 1].entryBeat;
    const double share = views[0].secondsAt(plan.transitions[i].exitBeat - entered);
    EXPECT_NEAR(share, 90, 16) << "of turn " << i;
  }
  EXPECT_NEAR(estimateTimes(plan, views).total, 360, 9);
}

TEST(Rules, TheLastRecordEndsWhereTheMixShould) {
  const std::vector<Record> records = {silentRecord(126, "A minor", 1, 240),
                                       silentRecord(126, "A minor", 2, 240)};
  const auto views = viewsOf(records);
  MixParameters parameters;
  EXPECT_FALSE(planMix(views, parameters, "rules@1").endBeat);
  for (const double minutes : {2.5, 3.0, 4.0, 5.0, 6.0}) {
    parameters.targetMinutes = minutes;
    const Plan plan = planMix(views, parameters, "rules@1");
    EXPECT_NEAR(estimateTimes(plan, views).total, 60 * minutes, 9) << minutes;
    ASSERT_TRUE(plan.endBeat) << minutes;
    EXPECT_EQ(std::fmod(*plan.endBeat, 4), 0) << minutes;
  }
  // A longer record gives what a shorter one has not.
  const std::vector<Record> uneven = {silentRecord(126, "A minor", 1, 900),
                                      silentRecord(126, "A minor", 2, 90),
                                      silentRecord(126, "A minor", 3, 240)};
  parameters.targetMinutes = 12;
  parameters.order = TrackOrder::kGiven;
  EXPECT_NEAR(estimateTimes(planMix(viewsOf(uneven), parameters, "rules@1"), viewsOf(uneven)).total,
              720, 20);
  parameters.targetMinutes = 20;  // more than there is
  EXPECT_FALSE(planMix(views, parameters, "rules@1").endBeat);
}

TEST(BadInput, OneTrackAndModelsThatAreNotThereAreNamed) {
  const std::vector<Record> one = {silentRecord(126, "A minor", 1, 30)};
  EXPECT_THROW(
      {
        try {
          planMix(viewsOf(one), {}, "rules@1");
        } catch (const Error& error) {
          EXPECT_STREQ(error.what(), "a mix of 1 track: it needs two or more");
          throw;
        }
      },
      Error);
  EXPECT_EQ(std::string(findContestant("rules@9").error().what()),
            "mixer \"rules@9\": there is none of that name and version; there are rules@1, "
            "linear@1, sum@1");
}

TEST(BadInput, ShortSilentBeatlessAndFreeRecordsArePlanned) {
  std::vector<Record> records = {silentRecord(126, "A minor", 1),
                                 silentRecord(126, "A minor", 2, 20), withoutBeats(40),
                                 silentRecord(126, "C", 3), withoutBeats(3)};
  // Free tempo: a grid that changes all the time.
  BeatGrid& free = records[3].info.grid;
  for (int i = 1; i < 40; ++i)
    free.addChange({4.0 * i, free.frameAt(4.0 * i), 20000.0 + 2000.0 * (i % 3)});
  records[3].loaded.grid = free;
  const auto views = viewsOf(records);
  EXPECT_FALSE(views[2].hasBeat());
  EXPECT_FALSE(views[3].steady());
  for (const std::string_view model : {"rules@1", "linear@1", "sum@1"}) {
    MixParameters parameters;
    parameters.order = TrackOrder::kGiven;
    const Plan plan = planMix(views, parameters, model);
    ASSERT_EQ(plan.transitions.size(), 4U);
    expectSound(plan, views);
    for (std::size_t i = 1; i < plan.transitions.size(); ++i)
      EXPECT_FALSE(plan.transitions[i].matched()) << model << " " << i;
  }
}

TEST(Edited, AGenomeOfPeopleStandsInAndMeetsWhereTheModelsWould) {
  const std::vector<Record> records = {silentRecord(126, "A minor", 1, 240),
                                       silentRecord(126, "A minor", 2, 240),
                                       silentRecord(126, "A minor", 3, 240)};
  const auto views = viewsOf(records);
  const Plan plan = planMix(views, {}, "rules@1");
  StyleWishes wishes;
  const Genome own = makeGenome(Style::kDoubleDrop, 32, wishes);
  const Plan edited = planMix(views, {}, "rules@1", {{1, own}});
  EXPECT_EQ(edited.transitions[1].genome, own);
  EXPECT_EQ(edited.transitions[0].genome, plan.transitions[0].genome);
  const auto meeting = [](const Transition& transition) {
    return transition.exitBeat + 4 * meetingBar(transition.genome);
  };
  EXPECT_EQ(meeting(edited.transitions[1]), meeting(plan.transitions[1]));
  expectSound(edited, views);
  EXPECT_THROW(planMix(views, {}, "rules@1", {{2, own}}), Error);
}

TEST(BadInput, TheSameRecordTwiceIsAMix) {
  const Record record = silentRecord(126, "A minor", 1);
  const auto views = viewsOf({record, record});
  const Plan plan = planMix(views, {}, "rules@1");
  EXPECT_GT(plan.transitions.front().exitBeat, plan.transitions.front().entryBeat);
}

TEST(Levels, TheSoftestSetsTheLevel) {
  std::vector<Record> records = {silentRecord(126, "A minor", 1, 40),
                                 silentRecord(126, "A minor", 2, 40)};
  records[0].info.loudness.integratedLufs = -14;  // behind auto gain
  records[1].info.loudness.integratedLufs = -17;
  const Plan plan = planMix(viewsOf(records), {}, "rules@1");
  EXPECT_DOUBLE_EQ(plan.turns[0].trimDb, -3);
  EXPECT_DOUBLE_EQ(plan.turns[1].trimDb, 0);
}

}  // namespace
}  // namespace dju::mixer
