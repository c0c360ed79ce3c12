// The whole analysis of what is no dance music or no music: it must answer, doubt itself and stay
// within the track.
#include "music/analyse.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <numbers>

#include "core/random.h"
#include "music/analysis_json.h"
#include "music/test_support/drum_music.h"

namespace dju::music {
namespace {

using testing::DrumPattern;
using testing::playDrums;
using testing::steadyBeats;
using Samples = std::vector<std::int16_t>;  // stereo, 48 kHz

constexpr std::size_t kRate = kSampleRate;
const DrumPattern kHouse = {"x...x...x...x...", "....x.......x...", "..x...x...x...x.",
                            "..x...x...x...x.", 0.1};

Analysis analysisOf(const Samples& samples) {
  return analyseTrack(
      {samples.data(), static_cast<std::int64_t>(samples.size() / 2), audio::kUnityScale}, "");
}

Samples drums(double bpm, double seconds, const DrumPattern& pattern = kHouse) {
  return playDrums(steadyBeats(0.2, bpm, seconds), pattern, seconds);
}

// Each frame from its time in seconds, the same on both sides.
Samples fromFunction(double seconds, const std::function<double(double)>& value) {
  Samples out;
  const auto frames = static_cast<std::size_t>(seconds * kRate);
  for (std::size_t i = 0; i < frames; ++i) {
    const double now = std::clamp(value(static_cast<double>(i) / kRate), -1.0, 1.0);
    out.insert(out.end(), 2, static_cast<std::int16_t>(std::lround(32767 * now)));
  }
  return out;
}

// Syllables of a voice: two formants over a falling pitch, of lengths and pauses like in speech.
// `monotone`: all on one pitch, as a machine or a priest may read.
Samples speech(double seconds, bool monotone = false) {
  Random random(8);
  double begin = 0, end = 0, pitch = 120, first = 500, second = 1500, phase = 0;
  return fromFunction(seconds, [&](double time) {
    if (time >= end) {
      begin = time + (random.chance(0.15) ? random.uniform(0.2, 0.7) : random.uniform(0, 0.06));
      end = begin + random.uniform(0.09, 0.32);
      pitch = monotone ? 110 : random.uniform(90, 150);
      first = random.uniform(280, 800);
      second = random.uniform(900, 2300);
    }
    phase += pitch / kSampleRate * (monotone ? 1 : 1 - 0.15 * (time - begin));
    phase -= std::floor(phase);
    if (time < begin) return 0.0;
    const double period = phase / pitch, turn = 2 * std::numbers::pi;
    const double fade = std::min({1.0, (time - begin) / 0.02, (end - time) / 0.04});
    return 0.3 * fade *
           (std::exp(-250 * period) * std::sin(turn * first * period) +
            0.5 * std::exp(-350 * period) * std::sin(turn * second * period));
  });
}

// What a file of 8 kHz holds: nothing above 4 kHz, by a mean over six samples and lines between.
Samples ofLowRate(const Samples& samples) {
  constexpr std::size_t kStep = 6;
  std::vector<double> low;
  for (std::size_t i = 0; i + 2 * kStep <= samples.size(); i += 2 * kStep) {
    double sum = 0;
    for (std::size_t j = 0; j < kStep; ++j) sum += samples[i + 2 * j];
    low.push_back(sum / kStep);
  }
  Samples out;
  for (std::size_t i = 0; i + 1 < low.size(); ++i) {
    for (std::size_t j = 0; j < kStep; ++j) {
      const double part = static_cast<double>(j) / kStep;
      const double value = low[i] * (1 - part) + low[i + 1] * part;
      out.insert(out.end(), 2, static_cast<std::int16_t>(std::lround(value)));
    }
  }
  return out;
}

void expectFinite(const nlohmann::json& json, const std::string& where) {
  if (json.is_number_float()) {
    EXPECT_TRUE(std::isfinite(json.get<double>())) << where;
  }
  if (!json.is_structured()) return;
  for (const auto& [name, value] : json.items()) expectFinite(value, where + "/" + name);
}

// Numbers are numbers, shares are shares, times lie in the track.
void expectSensible(const Analysis& analysis, const char* name) {
  const TrackInfo& info = analysis.info;
  const double seconds = info.durationSeconds();
  expectFinite(toAnalysisJson(info), name);
  EXPECT_TRUE(info.grid.sane()) << name;
  EXPECT_TRUE(info.gridConfidence >= 0 && info.gridConfidence <= 1) << name;
  for (const float energy : info.energy) EXPECT_TRUE(energy >= 0 && energy <= 1) << name;
  for (const TrackPhrase& phrase : info.phrases)
    EXPECT_TRUE(phrase.start >= 0 && phrase.start < phrase.end && phrase.end <= seconds) << name;
  for (const CuePoint& cue : info.cues) EXPECT_TRUE(cue.time >= 0 && cue.time <= seconds) << name;
  for (const TimeSpan& sung : info.vocals)
    EXPECT_TRUE(sung.start >= 0 && sung.end <= seconds + 1e-9) << name;
}

TEST(AnalyseTest, NothingIsFoundInNothing) {
  for (const double seconds : {0.0, 0.01, 3.0, 15.0}) {
    const Analysis found = analysisOf(Samples(2 * static_cast<std::size_t>(seconds * kRate)));
    expectSensible(found, "silence");
    EXPECT_FALSE(found.info.grid.valid());
    EXPECT_EQ(found.info.gridConfidence, 0);
    EXPECT_TRUE(found.info.key.name.empty());
    EXPECT_TRUE(found.info.phrases.empty());
    EXPECT_TRUE(found.info.cues.empty());
    EXPECT_TRUE(found.info.vocals.empty());
  }
}

Samples noise(double seconds) {
  Random random(3);
  return fromFunction(seconds, [&](double) { return random.uniform(-0.6, 0.6); });
}

// A walk at random: all of it low.
Samples brownNoise(double seconds) {
  Random random(4);
  double level = 0;
  return fromFunction(seconds,
                      [&](double) { return level = 0.995 * level + random.uniform(-0.02, 0.02); });
}

// No beat, no key and no genre in what has none.
TEST(AnalyseTest, ClaimsNothingAboutWhatIsNoMusic) {
  const std::pair<const char*, Samples> sounds[] = {
      {"noise", noise(30)},
      {"brown noise", brownNoise(30)},
      {"offset", fromFunction(20, [](double) { return 0.4; })},
      {"full offset", fromFunction(20, [](double) { return 1.0; })},
      {"tone", fromFunction(20, [](double t) { return 0.5 * std::sin(2764.6 * t); })},
      {"speech", speech(40)},
      {"monotone voice", speech(40, true)},
  };
  for (const auto& [name, samples] : sounds) {
    const Analysis found = analysisOf(samples);
    expectSensible(found, name);
    EXPECT_LT(found.info.gridConfidence, 0.1) << name;
    EXPECT_EQ(found.info.key.name, "") << name;
    EXPECT_TRUE(found.info.genres.empty()) << name << " " << found.info.genres.front().name;
    EXPECT_TRUE(found.info.phrases.empty() && found.info.cues.empty()) << name;
  }
}

TEST(AnalyseTest, FindsTheBeatOfDamagedMusic) {
  const Samples whole = drums(126, 20);
  Samples oneSide = whole, clipped = whole, shifted = whole;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (i % 2 == 1) oneSide[i] = 0;
    clipped[i] = static_cast<std::int16_t>(std::clamp(20 * whole[i], -32768, 32767));
    shifted[i] = static_cast<std::int16_t>(std::clamp(whole[i] / 2 + 12000, -32768, 32767));
  }
  const std::pair<const char*, Samples> sounds[] = {{"one side", oneSide},
                                                    {"clipped", clipped},
                                                    {"offset", shifted},
                                                    {"8 kHz", ofLowRate(whole)}};
  for (const auto& [name, samples] : sounds) {
    const Analysis found = analysisOf(samples);
    expectSensible(found, name);
    EXPECT_NEAR(found.info.grid.bpm(), 126, 0.05) << name;
    EXPECT_GT(found.info.gridConfidence, 0.3) << name;
  }
}

const DrumPattern kWaltz{"x...........", "....x...x...", "x.x.x.x.x.x.", "x...........", 0.1};
const DrumPattern kSeven{"x.......x...x...x...........", "....x.......x.......x...x...", "", "", 0};

// The pulse is found, but a grid in bars of four fits no bars of three and seven.
TEST(AnalyseTest, DoubtsItsBarsInOtherMetres) {
  for (const DrumPattern& pattern : {kWaltz, kSeven}) {
    for (const double bpm : {90.0, 126.0, 160.0}) {
      const Analysis found = analysisOf(drums(bpm, 30, pattern));
      const double ratio = found.info.grid.bpm() / bpm;
      EXPECT_NEAR(ratio, ratio < 0.75 ? 0.5 : 1, 0.001) << bpm;
      EXPECT_LT(found.info.gridConfidence, 0.25) << bpm;
      EXPECT_TRUE(found.info.genres.empty()) << bpm;
    }
  }
}

bool listsTempo(const TrackInfo& info, double bpm) {
  return std::any_of(info.tempoAlternatives.begin(), info.tempoAlternatives.end(),
                     [bpm](double other) { return std::fabs(other / bpm - 1) < 0.002; });
}

// DJs count 40 as 80 and 300 as 150. The tempo that was played is named too.
TEST(AnalyseTest, CountsOddTempiInTheNextOctaveAndNamesTheOther) {
  const Analysis slow = analysisOf(drums(40, 40)), fast = analysisOf(drums(300, 20));
  EXPECT_NEAR(slow.info.grid.bpm(), 80, 0.05);
  EXPECT_TRUE(listsTempo(slow.info, 40));
  EXPECT_LT(slow.info.gridConfidence, 0.3);
  EXPECT_TRUE(slow.info.genres.empty());
  EXPECT_NEAR(fast.info.grid.bpm(), 150, 0.1);
  EXPECT_TRUE(listsTempo(fast.info, 300));
  EXPECT_LT(fast.info.gridConfidence, 0.7);
}

TEST(AnalyseTest, DoubtsWhatItHearsInThreeSeconds) {
  const Analysis found = analysisOf(drums(126, 3));
  EXPECT_LT(found.info.gridConfidence, 0.5);
  EXPECT_TRUE(found.info.genres.empty());
  EXPECT_TRUE(found.info.phrases.empty());
  for (const DrumPattern& pattern : {kWaltz, kSeven, kHouse}) {
    for (const double bpm : {40.0, 126.0, 300.0})
      expectSensible(analysisOf(drums(bpm, 3, pattern)), "3 s");
  }
}

// An editor cut it a third of a bar behind a bar line, and again before its end.
TEST(AnalyseTest, PhrasesAndCuesLieWithinATrackThatIsCutInABar) {
  const auto beats = steadyBeats(-0.6, 128, 40);
  const Samples samples = playDrums(beats, kHouse, 39.3);
  const Analysis found = analysisOf(samples);
  expectSensible(found, "cut");
  ASSERT_FALSE(found.info.phrases.empty());
  ASSERT_FALSE(found.info.cues.empty());
  for (const CuePoint& cue : found.info.cues) {
    const double bar = found.info.grid.beatAt(cue.time * kSampleRate) / 4;
    EXPECT_NEAR(bar, std::round(bar), 1e-3) << cue.kind;
  }
}

}  // namespace
}  // namespace dju::music
