// Plans as they sound: beats together, logs that replay, and nothing that stands still.
#include "mixer/play.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "crate/test_support/plain_record.h"
#include "engine/render.h"
#include "mixer/pair_picture.h"
#include "mixer/quality.h"
#include "mixer/styles.h"
#include "mixer/transition_moves.h"

namespace dju::mixer {
namespace {

using crate::Record;
using crate::test::plainRecord;

class Mixing : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    records =
        new std::vector<Record>{plainRecord(126, "A minor", 1), plainRecord(130, "E minor", 2),
                                plainRecord(63, "A minor", 3)};
    views = new std::vector<TrackView>(records->begin(), records->end());
  }
  static void TearDownTestSuite() {
    delete views;
    delete records;
  }

  // Both records are 100 s; left and entered where there is room for anything.
  static Plan planOf(const Genome& genome, std::size_t incoming = 1, double startPercent = 0,
                     double endPercent = 0) {
    Plan plan;
    plan.model = "test@1";
    plan.turns = {{0, 0}, {incoming, 0}};
    Transition transition;
    transition.genome = genome;
    transition.exitBeat = 64;
    transition.entryBeat = 32;
    transition.tempoPath = TempoPath::kHold;
    transition.startPercent = startPercent;
    transition.endPercent = endPercent;
    transition.tempoMultiple = incoming == 2 ? 2 : 1;
    plan.transitions = {transition};
    return plan;
  }

  struct Listened {
    PlayedMix mix;
    double offsetMs = 0;  // the largest, while both play and neither rolls
    double peak = 0;
    std::vector<double> rates;  // of the first deck, percent, once a block
    engine::Telemetry last;
    std::size_t blocks = 0, wanted = 0;
  };
  static Listened play(const Plan& plan, const MixOptions& options = {}) {
    Listened heard;
    const BeatGrid& first = (*views)[plan.turns[0].track].grid();
    const BeatGrid& second = (*views)[plan.turns[1].track].grid();
    heard.mix = playMix(plan, *views, options, [&](const MixBlock& block) {
      const auto &a = block.telemetry.decks[0], &b = block.telemetry.decks[1];
      constexpr std::uint32_t kApart = engine::kDeckSlipping | engine::kDeckLooping;
      if ((a.flags & b.flags & engine::kDeckPlaying) != 0 && ((a.flags | b.flags) & kApart) == 0) {
        const double multiple = plan.transitions[0].tempoMultiple;
        const double apart = first.beatAt(a.position) - multiple * second.beatAt(b.position);
        heard.offsetMs =
            std::max(heard.offsetMs, std::abs(apart - std::round(apart)) * 60000 / a.bpm);
      }
      for (const float sample : block.master)
        heard.peak = std::max(heard.peak, std::abs(static_cast<double>(sample)));
      heard.rates.push_back(a.tempoPercent);
      heard.last = block.telemetry;
      ++heard.blocks;
      heard.wanted += block.wanted ? 1 : 0;
      return true;
    });
    return heard;
  }

  static inline std::vector<Record>* records = nullptr;
  static inline std::vector<TrackView>* views = nullptr;
};

TEST_F(Mixing, EveryStyleKeepsTheBeatsAndHandsOver) {
  constexpr double kAround = 4;  // s before and after
  for (std::size_t style = 0; style < kStyleNames.size(); ++style) {
    const Genome genome = makeGenome(static_cast<Style>(style), 8, {1, 1});
    MixOptions options;
    options.preview = MixPreview{0, genome.bars * 4 * 60 / 126.0 + 2 * kAround};
    const Listened heard = play(planOf(genome), options);
    SCOPED_TRACE(kStyleNames[style]);
    ASSERT_EQ(heard.mix.transitions.size(), 1U);
    EXPECT_LT(heard.offsetMs, 1);
    EXPECT_LT(heard.peak, 1);
    EXPECT_FLOAT_EQ(heard.last.decks[1].faderGain, 1);
    EXPECT_FLOAT_EQ(heard.last.decks[1].eqLow, 1);
    EXPECT_EQ(heard.last.decks[0].flags & engine::kDeckPlaying, 0U);
    // Bar 0 lies where the record is at its exit, to the frame.
    const PlayedTransition& played = heard.mix.transitions[0];
    EXPECT_NEAR(played.start.seconds(), kAround, 2.0 / kSampleRate);
    EXPECT_NEAR(played.end.seconds() - kAround, genome.bars * 4 * 60 / 126.0, 2.0 / kSampleRate);
  }
}

TEST_F(Mixing, TheLogReplaysToTheSameSamples) {
  const PlayedMix mix = play(planOf(makeGenome(Style::kLoopRoll, 8, {1, 1}))).mix;
  const auto log = engine::parseLog(engine::formatLog(mix.log)).valueOrThrow();
  EXPECT_EQ(log.tornBytes, 0U);
  const std::vector<engine::LoadedTrack> tracks = {(*records)[0].loaded, (*records)[1].loaded};
  EXPECT_TRUE(engine::renderLog(log, tracks, {}, {}).verified);
}

TEST_F(Mixing, TheTempoGlidesThereAndTheIncomingRecordComesHome) {
  Genome genome = makeGenome(Style::kLongBlend, 8, {});
  for (std::size_t b = 0; b < genome.tempo.values.size(); ++b)
    genome.tempo.values[b] = static_cast<double>(b) / 8;
  const Listened heard = play(planOf(genome, 1, 1, 3));
  EXPECT_LT(heard.offsetMs, 1);
  EXPECT_NEAR(heard.rates.front(), 0, 0.001);
  EXPECT_NEAR(*std::max_element(heard.rates.begin(), heard.rates.end()), 3, 0.05);
  for (std::size_t i = 1; i < heard.rates.size(); ++i)
    EXPECT_LT(std::abs(heard.rates[i] - heard.rates[i - 1]), 0.03);
  EXPECT_NEAR(heard.last.decks[1].tempoPercent, 0, 0.011);
}

TEST_F(Mixing, HalfTimePutsEverySecondBeatOnABeat) {
  EXPECT_LT(play(planOf(makeGenome(Style::kHalfTime, 8, {}), 2)).offsetMs, 1);
}

TEST_F(Mixing, ALoopMakesTheOutgoingRecordLonger) {
  Genome genome = makeGenome(Style::kBassSwap, 16, {});
  genome.loops = {{Side::kOut, 2, 15, 16, false}};
  const Listened heard = play(planOf(genome));
  ASSERT_EQ(heard.mix.transitions.size(), 1U);
  // The bars go on through the loop.
  const PlayedTransition& played = heard.mix.transitions[0];
  EXPECT_NEAR(played.end.seconds() - played.start.seconds(), 16 * 4 * 60 / 126.0, 0.01);
  EXPECT_LT(heard.last.decks[0].position, (*views)[0].grid().frameAt(64 + 4 * 8));
}

TEST_F(Mixing, CutsLetOneBeHeardAtATime) {
  Genome genome = plainGenome(Style::kCut, 4);
  genome.cuts = {{0, Heard::kOut}, {1.75, Heard::kIn}, {2, Heard::kOut}, {4, Heard::kIn}};
  EXPECT_EQ(heardGain(genome, Side::kIn, 1.8), 1);
  int both = 0, in = 0;
  const Plan plan = planOf(genome);
  playMix(plan, *views, {}, [&](const MixBlock& block) {
    const auto &a = block.telemetry.decks[0], &b = block.telemetry.decks[1];
    const double bar = ((*views)[0].grid().beatAt(a.position) - 64) / 4;
    both += a.faderGain > 0.9 && b.faderGain > 0.9 ? 1 : 0;
    in += bar > 1.76 && bar < 1.99 && b.faderGain > 0.99 && a.faderGain < 0.01 ? 1 : 0;
    return true;
  });
  EXPECT_EQ(both, 0);
  EXPECT_GT(in, 60);
}

TEST_F(Mixing, APreviewIsOfItsLengthAndHasTheTransitionInItsMiddle) {
  for (const int bars : {2, 8, 24}) {
    MixOptions options;
    options.preview = MixPreview{0, 20};
    const Listened heard = play(planOf(makeGenome(Style::kBassSwap, bars, {})), options);
    EXPECT_EQ(heard.wanted, 4000U) << bars;
    EXPECT_LT(heard.offsetMs, 1);
    EXPECT_LT(heard.blocks, 4000U + 12000U);
  }
}

TEST_F(Mixing, MayBeEndedAtAnyMoment) {
  for (const std::size_t at : {0U, 3000U, 9000U}) {
    std::size_t blocks = 0;
    const PlayedMix mix = playMix(planOf(makeGenome(Style::kBassSwap, 8, {})), *views, {},
                                  [&](const MixBlock&) { return ++blocks <= at; });
    EXPECT_FALSE(mix.complete);
    EXPECT_EQ(blocks, at + 1);
    EXPECT_TRUE(mix.log.end);
  }
}

TEST_F(Mixing, TheEstimateIsTheLength) {
  const Plan plan = planOf(makeGenome(Style::kEchoOut, 8, {}));
  const Listened heard = play(plan);
  EXPECT_NEAR(estimateTimes(plan, *views).total, heard.mix.log.end->frame.seconds(), 3);
}

TEST_F(Mixing, APlanThatEndsBeforeItsLastRecordFadesItOut) {
  Plan plan = planOf(makeGenome(Style::kBassSwap, 8, {}));
  plan.endBeat = plan.transitions[0].entryBeat + 32 + 64;
  double before = 1, rise = 0;
  Frame silent;
  const PlayedMix mix = playMix(plan, *views, {}, [&](const MixBlock& block) {
    const double gain = block.telemetry.decks[1].faderGain;
    const double beat = (*views)[1].grid().beatAt(block.telemetry.decks[1].position);
    if (beat > *plan.endBeat - kEndingBeats) rise = std::max(rise, gain - before);
    before = gain;
    return true;
  });
  EXPECT_TRUE(mix.complete);
  EXPECT_LT(rise, 1e-6);
  EXPECT_EQ(before, 0);
  EXPECT_NEAR(estimateTimes(plan, *views).total, mix.log.end->frame.seconds(), 3);
}

TEST_F(Mixing, ARecordThatEndsBeforeItsTransitionHoldsNothingUp) {
  Plan plan = planOf(makeGenome(Style::kBassSwap, 32, {}));
  plan.transitions[0].exitBeat = 196;  // of 210
  const Listened heard = play(plan);
  ASSERT_EQ(heard.mix.transitions.size(), 1U);
  plan.transitions[0].exitBeat = 2000;  // never
  EXPECT_EQ(play(plan).mix.transitions.size(), 1U);
}

TEST_F(Mixing, PlansThatNameNothingAreRefused) {
  Plan plan = planOf(makeGenome(Style::kCut, 1, {}));
  plan.turns[1].track = 9;
  EXPECT_THROW(playMix(plan, *views, {}, {}), Error);
  plan = planOf(makeGenome(Style::kCut, 1, {}));
  plan.transitions[0].genome.bars = 3;
  EXPECT_THROW(playMix(plan, *views, {}, {}), Error);
  plan = planOf(makeGenome(Style::kCut, 1, {}));
  MixOptions options;
  options.preview = MixPreview{4, 20};
  EXPECT_THROW(playMix(plan, *views, options, {}), Error);
}

TEST_F(Mixing, ThreeHoursAreMixedLikeThreeMinutes) {
  constexpr std::int64_t kFrames = std::int64_t{3 * 3600} * kSampleRate;
  constexpr std::size_t kBytes = kFrames * kChannels * sizeof(std::int16_t);
  // Silence that takes no memory: its pages are never written.
  const std::shared_ptr<void> memory(
      mmap(nullptr, kBytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
      [](void* pages) { munmap(pages, kBytes); });
  ASSERT_NE(memory.get(), MAP_FAILED);
  Record record = (*records)[0];
  record.memory = memory;
  record.loaded.audio = {static_cast<const std::int16_t*>(memory.get()), kFrames};
  record.info.frames = kFrames;
  record.info.phrases.clear();  // as analysed: more than an hour has no form
  record.info.energy.assign(3 * 3600, 0.5F);
  const std::vector<TrackView> both = {TrackView(record), (*views)[1]};
  const Plan plan = planMix(both, {}, "rules@1");
  EXPECT_GT(both[0].secondsAt(plan.transitions[0].exitBeat), 3 * 3600 - 120);
  MixOptions options;
  options.preview = MixPreview{0, 15};
  std::size_t wanted = 0;
  playMix(plan, both, options, [&](const MixBlock& block) {
    wanted += block.wanted ? 1 : 0;
    return true;
  });
  EXPECT_EQ(wanted, 3000U);
}

MixQuality qualityOf(const Plan& plan, std::span<const TrackView> views) {
  QualityListener listener(plan, views);
  MixOptions options;
  options.preview = MixPreview{0, 35};
  const PlayedMix mix = playMix(plan, views, options, [&](const MixBlock& block) {
    listener.hear(block);
    return true;
  });
  return listener.finish(mix);
}

// What a listening mixer is shown is what the judge hears when it is played.
TEST_F(Mixing, PicturesForeseeChangesOfSpectrumAndLevel) {
  const Spectrogram out = listenTo((*records)[0].loaded.audio);
  const Spectrogram in = listenTo((*records)[1].loaded.audio);
  for (const Genome& genome :
       {makeGenome(Style::kBassSwap, 8, {}), makeGenome(Style::kFilterFade, 8, {}),
        makeGenome(Style::kCut, 1, {}), plainGenome(Style::kFade, 4)}) {
    SCOPED_TRACE(styleName(genome.style));
    const Plan plan = planOf(genome);
    const MixQuality played = qualityOf(plan, *views);
    const auto& parts = played.transitions.at(0).judged.value().parts;
    const PairPicture picture =
        pictureOf({(*views)[0], (*views)[1], out, in}, plan.transitions[0], {}, {});
    const auto told = [&](const std::string& name) {
      const auto& columns = pictureColumns();
      const auto at = std::find(columns.begin(), columns.end(), name) - columns.begin();
      return static_cast<double>(picture[static_cast<std::size_t>(at)]);
    };
    EXPECT_NEAR(judge::spectralContinuity(told("about_change")), *parts.spectralContinuity, 0.05);
    // With one record's basses gone, who is heard is a guess from the spectrogram's levels.
    const bool guessed = genome.style == Style::kBassSwap || genome.style == Style::kFilterFade;
    EXPECT_NEAR(judge::levelHandling(told("about_level_range")), *parts.levelHandling,
                guessed ? 0.15 : 0.01);
  }
}

TEST_F(Mixing, QualityIsMeasured) {
  const MixQuality good = qualityOf(planOf(makeGenome(Style::kBassSwap, 8, {})), *views);
  ASSERT_EQ(good.transitions.size(), 1U);
  ASSERT_TRUE(good.transitions[0].judged);
  EXPECT_EQ(good.transitions[0].judged->type, judge::TransitionType::kBassSwap);
  EXPECT_LT(good.transitions[0].beatOffsetP95Ms.value_or(99), 1);
  EXPECT_LT(good.transitions[0].judged->doubleBassSeconds, 0.1);
  EXPECT_LT(good.truePeakDbtp, -0.9);
  EXPECT_GT(good.integratedLufs.value_or(-70), -40);

  Plan apart = planOf(plainGenome(Style::kFade, 8));
  apart.transitions[0].tempoPath = TempoPath::kOwn;
  const MixQuality bad = qualityOf(apart, *views);
  ASSERT_TRUE(bad.transitions[0].judged);
  EXPECT_GT(bad.transitions[0].beatOffsetP95Ms.value_or(0), 50);
  EXPECT_GT(bad.transitions[0].judged->doubleBassSeconds, 5);
  EXPECT_GT(good.transitions[0].judged->score.value_or(0),
            bad.transitions[0].judged->score.value_or(1));
}

}  // namespace
}  // namespace dju::mixer
