// Two battles: in one every command acts when its player acts, in the other it arrives later and is
// placed. They must come to the same.
#include "engine/heard_placement.h"

#include <gtest/gtest.h>

#include "engine/slew.h"
#include "engine/test_support.h"

namespace dju::engine {
namespace {

using test::TestBattle;

struct Act {
  FrameCount at;  // when the player acts, whole blocks
  ControlId control;
  double value;
};

constexpr FrameCount kMs = kSampleRate / 1000;

class HeardPlacement : public ::testing::Test {
 protected:
  HeardPlacement() {
    static const test::TestTrack track = test::musicTrack(30, 125);
    for (TestBattle* battle : {&here, &far}) {
      battle->provide(track);
      battle->now(ControlId::kLoad, 0);
    }
  }

  // Plays `acts` here at once, and far away `lateMs` later.
  void play(const std::vector<Act>& acts, FrameCount lateMs, FrameCount until) {
    for (const Act& act : acts) here.at(act.at, act.control, act.value);
    here.render(Frame(until) - here->now());
    for (const Act& act : acts) {
      const Frame arrives(act.at + lateMs * kMs);
      far.render(arrives - far->now());
      arriveFar(act, arrives, lateMs * kMs);
    }
    far.render(Frame(until) - far->now());
  }

  void arriveFar(const Act& act, Frame frame, FrameCount late) {
    far->applyDue();
    Command command;
    command.frame = frame;
    command.control = act.control;
    command.value = act.value;
    arriveFar(command, {late});
  }

  void arriveFar(Command command, const Heard& heard) {
    const Placement placement = heardPlacement(*far, command, heard);
    command.position = placement.position;
    command.drive = placement.drive;
    command.seq = seq_++;
    ASSERT_EQ(far->schedule(command), Accepted::kYes);
  }

  double offsetMs() {
    const double offset = far->deckNow(0).deck.position - here->deckNow(0).deck.position;
    return offset / kMs;
  }

  TestBattle here, far;

 private:
  std::uint32_t seq_ = 1000;
};

TEST_F(HeardPlacement, PlayIsWhereItWouldBe) {
  play({{24000, ControlId::kRate, 3}, {48000, ControlId::kPlay, 1}}, 400, 96000);
  EXPECT_NEAR(offsetMs(), 0, 1e-6);
}

TEST_F(HeardPlacement, WithoutItPlayIsLate) {
  for (TestBattle* battle : {&here, &far}) battle->render(240);
  here.at(48000, ControlId::kPlay, 1);
  far.at(48000 + 400 * kMs, ControlId::kPlay, 1);
  here.render(96000);
  far.render(96000);
  EXPECT_NEAR(offsetMs(), -400, 0.01);
}

TEST_F(HeardPlacement, CommandsUnderWayTogetherComeOutRight) {
  // Cue back and start again within a fifth of the way there: the second one was made on a deck
  // that the first had moved.
  play({{24000, ControlId::kPlay, 1},
        {72000, ControlId::kCue, 1},
        {74400, ControlId::kCue, 0},
        {76800, ControlId::kPlay, 1}},
       400, 144000);
  EXPECT_NEAR(offsetMs(), 0, 1e-6);
}

TEST_F(HeardPlacement, PauseStopsWhereItWasHeard) {
  play({{24000, ControlId::kPlay, 1}, {72000, ControlId::kPlay, 0}}, 200, 120000);
  EXPECT_NEAR(offsetMs(), 0, 1e-6);
  EXPECT_FALSE(far->deckNow(0).deck.flags & kDeckPlaying);
}

TEST_F(HeardPlacement, HotCuesAreSetAndStruckAsHeard) {
  play({{24000, ControlId::kPlay, 1},
        {48000, ControlId::kHotcue1, 1},
        {48240, ControlId::kHotcue1, 0},
        {96000, ControlId::kSeek, 480000},
        {144000, ControlId::kHotcue1, 1},
        {144240, ControlId::kHotcue1, 0}},
       300, 192000);
  EXPECT_NEAR(offsetMs(), 0, 1e-6);
  EXPECT_EQ(far->deckNow(0).deck.hotCuePosition[0], here->deckNow(0).deck.hotCuePosition[0]);
}

TEST_F(HeardPlacement, PreviewGoesOnAsPlaying) {
  play({{24000, ControlId::kHotcue1, 1},
        {24240, ControlId::kHotcue1, 0},
        {48000, ControlId::kHotcue1, 1},
        {60000, ControlId::kPlay, 1},
        {60240, ControlId::kHotcue1, 0}},
       250, 120000);
  EXPECT_NEAR(offsetMs(), 0, 1e-6);
}

TEST_F(HeardPlacement, TempoLosesNothingOnItsWay) {
  play({{24000, ControlId::kPlay, 1}, {72000, ControlId::kRate, 4}, {96000, ControlId::kRate, -2}},
       400, 192000);
  EXPECT_NEAR(offsetMs(), 0, 0.001);
  EXPECT_EQ(far->deckNow(0).owed, 0);
}

TEST_F(HeardPlacement, NudgePushesAsFarAsItWasHeld) {
  play({{24000, ControlId::kPlay, 1}, {72000, ControlId::kNudge, 5}, {84000, ControlId::kNudge, 0}},
       200, 192000);
  EXPECT_NEAR(offsetMs(), 0, 0.001);
}

TEST_F(HeardPlacement, LoopsLieWhereTheyWereHeard) {
  play({{24000, ControlId::kPlay, 1},
        {72000, ControlId::kLoopIn, 1},
        {96000, ControlId::kLoopOut, 1}},
       200, 240000);
  EXPECT_NEAR(far->deckNow(0).deck.loopIn, here->deckNow(0).deck.loopIn, 1e-6);
  EXPECT_NEAR(far->deckNow(0).deck.loopOut, here->deckNow(0).deck.loopOut, 1e-6);
  EXPECT_NEAR(offsetMs(), 0, 1e-6);
}

TEST_F(HeardPlacement, ShortLoopsAreLeftAsHeard) {
  play({{24000, ControlId::kPlay, 1},
        {72000, ControlId::kBeatloop, 0.25},
        {122400, ControlId::kLoop, 0}},
       300, 240000);
  EXPECT_NEAR(offsetMs(), 0, 1e-6);
}

TEST_F(HeardPlacement, LoopsAreTakenUpAgainAsHeard) {
  // First from behind the loop, then, after a jump, from within it.
  play({{24000, ControlId::kPlay, 1},
        {48000, ControlId::kBeatloop, 1},
        {60000, ControlId::kLoop, 0},
        {96000, ControlId::kLoop, 1},
        {110400, ControlId::kLoop, 0},
        {120000, ControlId::kSeek, 25000},
        {124800, ControlId::kLoop, 1}},
       400, 240000);
  EXPECT_NEAR(offsetMs(), 0, 1e-6);
  EXPECT_TRUE(far->deckNow(0).deck.flags & kDeckLooping);
}

TEST_F(HeardPlacement, QuantizedLoopsAreTakenUpAgainAsHeard) {
  play({{4800, ControlId::kQuantize, 1},
        {24000, ControlId::kPlay, 1},
        {48000, ControlId::kBeatloop, 2},
        {60000, ControlId::kLoop, 0},
        {156000, ControlId::kLoop, 1}},
       300, 240000);
  EXPECT_NEAR(offsetMs(), 0, 1e-6);
}

TEST_F(HeardPlacement, ReverseTurnsRoundWhereItWasHeard) {
  play({{24000, ControlId::kPlay, 1}, {96000, ControlId::kReverse, 1}}, 300, 120000);
  EXPECT_NEAR(offsetMs(), 0, 1e-6);
  play({{144000, ControlId::kReverse, 0}}, 300, 192000);
  EXPECT_NEAR(offsetMs(), 0, 1e-6);
  EXPECT_GT(far->deckNow(0).speed, 0);
}

TEST_F(HeardPlacement, ReverseInASlipReturnsWhereItWouldHaveBeen) {
  play({{4800, ControlId::kSlip, 1}, {24000, ControlId::kPlay, 1}, {96000, ControlId::kReverse, 1}},
       300, 120000);
  EXPECT_NEAR(offsetMs(), 0, 1e-6) << "backwards";
  play({{144000, ControlId::kReverse, 0}}, 300, 240000);
  EXPECT_NEAR(offsetMs(), 0, 1e-6) << "returned";
}

TEST_F(HeardPlacement, CensorTurnsRoundWhereItWasHeard) {
  play({{24000, ControlId::kPlay, 1}, {96000, ControlId::kCensor, 1}}, 300, 115200);
  EXPECT_NEAR(offsetMs(), 0, 1e-6);
  play({{144000, ControlId::kCensor, 0}}, 300, 192000);
  EXPECT_NEAR(offsetMs(), 0, 1e-6);
}

TEST_F(HeardPlacement, BrakeAndSpinUpAreAsFarAsTheyWouldBe) {
  play({{4800, ControlId::kBrakeTime, 2},
        {24000, ControlId::kPlay, 1},
        {96000, ControlId::kBrake, 1}},
       300, 134400);
  EXPECT_NEAR(offsetMs(), 0, 1e-4) << "on its way down";
  EXPECT_NEAR(far->deckNow(0).drive, here->deckNow(0).drive, 1e-9);
  // Turned round before it stands, on a deck whose brake is under way.
  play({{144000, ControlId::kSpinUp, 1}}, 300, 168000);
  EXPECT_NEAR(offsetMs(), 0, 1e-4) << "on its way up";
  play({{264000, ControlId::kBrake, 1}}, 300, 480000);
  EXPECT_NEAR(offsetMs(), 0, 1e-4) << "stopped";
  EXPECT_FALSE(far->deckNow(0).deck.flags & kDeckPlaying);
  play({{504000, ControlId::kSpinUp, 1}}, 300, 624000);
  EXPECT_NEAR(offsetMs(), 0, 1e-4) << "from rest";
}

TEST_F(HeardPlacement, ABrakeThatHasRunOutStopsWhereItWould) {
  play({{4800, ControlId::kBrakeTime, 0.2},
        {24000, ControlId::kPlay, 1},
        {72000, ControlId::kBrake, 1}},
       400, 120000);
  EXPECT_NEAR(offsetMs(), 0, 1e-4);
  EXPECT_FALSE(far->deckNow(0).deck.flags & kDeckPlaying);
}

TEST_F(HeardPlacement, PauseAndPlayDuringABrake) {
  play({{4800, ControlId::kBrakeTime, 4},
        {24000, ControlId::kPlay, 1},
        {72000, ControlId::kBrake, 1},
        {96000, ControlId::kPlay, 1},
        {144000, ControlId::kBrake, 1},
        {168000, ControlId::kPlay, 0}},
       400, 240000);
  EXPECT_NEAR(offsetMs(), 0, 1e-4);
}

// A DJ with `late` between ear and engine holds a nudge until they hear that it has pushed so far.
TEST_F(HeardPlacement, ANudgeByEarLeavesWhatWasHeard) {
  far.now(ControlId::kPlay, 1);
  for (const FrameCount late : {100 * kMs, 300 * kMs, 500 * kMs}) {
    const auto offset = [this] {
      return far->deckNow(0).deck.position - static_cast<double>(far->now().index());
    };
    far.render(24000);
    far->applyDue();
    Command nudge;
    nudge.control = ControlId::kNudge;
    nudge.frame = far->now();
    nudge.value = 4;
    const double before = offset();
    arriveFar(nudge, {late});
    while (offset() - before < 12 * kMs) far.render(kBlockFrames);
    const double heard = offset() - before;
    const double owed = far->deckNow(0).owed;
    far.render(late);
    nudge.frame = far->now();
    nudge.value = 0;
    arriveFar(nudge, {late, owed});
    far.render(96000);
    EXPECT_NEAR((offset() - before - heard) / kMs, 0, 0.05) << late / kMs;
  }
}

TEST_F(HeardPlacement, RollsEndWhereTheRecordWouldBe) {
  play({{24000, ControlId::kPlay, 1},
        {72000, ControlId::kLoopRoll, 0.5},
        {120000, ControlId::kLoopRoll, 0}},
       300, 240000);
  EXPECT_NEAR(offsetMs(), 0, 1e-6);
}

TEST_F(HeardPlacement, ChangesWithoutAPlaceHaveNone) {
  here.now(ControlId::kPlay, 1);
  here.render(4800);
  const auto placed = [this](ControlId control, double value) {
    Command command;
    command.frame = here->now();
    command.control = control;
    command.value = value;
    return heardPlacement(*here, command, {4800}).position;
  };
  EXPECT_FALSE(placed(ControlId::kBeatJump, 4));
  EXPECT_FALSE(placed(ControlId::kEqLow, 0));
  EXPECT_FALSE(placed(ControlId::kCrossfader, 0));
  EXPECT_FALSE(placed(ControlId::kPlay, 1)) << "it plays already";
  EXPECT_TRUE(placed(ControlId::kPlay, 0));
  here.now(ControlId::kJogTouch, 1);
  here->applyDue();
  EXPECT_FALSE(placed(ControlId::kPlay, 0)) << "under the hand";
}

TEST(Slew, IsBoundedAndSwingsNotOver) {
  Slew slew;
  slew.owe(960);
  double run = 0;
  double fastest = 0;
  int frames = 0;
  int mostOfIt = 0;
  for (; slew.active() && frames < 10 * kSampleRate; ++frames) {
    const double speed = slew.next();
    EXPECT_GE(speed, -1e-9);
    fastest = std::max(fastest, speed);
    run += speed;
    if (run < 0.9 * 960) mostOfIt = frames;
  }
  EXPECT_NEAR(run, 960, 0.02);
  EXPECT_LE(fastest, Slew::kMaxSpeed);
  EXPECT_LT(frames, 33600);
  EXPECT_LT(mostOfIt, 12000);
}

}  // namespace
}  // namespace dju::engine
