#include <gtest/gtest.h>
#include <sndfile.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "core/hash.h"
#include "core/random.h"
#include "demo/demo_tracks.h"
#include "demo/effects.h"
#include "demo/mastering.h"
#include "demo/renderer.h"

namespace dju::demo {
namespace {

namespace fs = std::filesystem;

DemoOptions shortOptions(std::uint64_t seed) {
  DemoOptions options;
  options.seed = seed;
  options.seconds = 20;
  return options;
}

std::uint64_t hashOf(const Sample& sample) {
  const std::uint64_t left = xxh64(sample.left.data(), sample.left.size() * sizeof(float));
  return xxh64(sample.right.data(), sample.right.size() * sizeof(float), left);
}

// The first phrase and a half of a genre's first track: kick, snare, hats, and in some a pad.
Sample excerpt(Genre genre) {
  const TrackRecipe recipe = drawRecipe(shortOptions(5), genre, 0);
  Score score = arrange(recipe);
  score.frames = 48000 * 20;
  Sample sample = renderScore(recipe, score);
  master(sample, -9, -1.4);
  return sample;
}

class EveryGenre : public testing::TestWithParam<int> {
 protected:
  Genre genre() const { return static_cast<Genre>(GetParam()); }
  const GenreSpec& spec() const { return genreSpec(genre()); }
};
INSTANTIATE_TEST_SUITE_P(All, EveryGenre, testing::Range(0, kGenreCount), [](const auto& which) {
  return std::string(genreSpec(static_cast<Genre>(which.param)).id);
});

TEST_P(EveryGenre, patternsAreWholeBarsOfKnownSymbols) {
  for (const Patterns* drums :
       {&spec().kick, &spec().snare, &spec().hat, &spec().openHat, &spec().percussion}) {
    for (const std::string_view pattern : *drums) {
      EXPECT_EQ(pattern.size() % 16, 0U) << pattern;
      EXPECT_EQ(pattern.find_first_not_of("Xxo."), std::string_view::npos) << pattern;
    }
  }
  for (const Patterns* pitched : {&spec().bass, &spec().chord, &spec().lead}) {
    for (const std::string_view pattern : *pitched) {
      EXPECT_EQ(pattern.size() % 16, 0U) << pattern;
      EXPECT_EQ(pattern.find_first_not_of("xX123456789-."), std::string_view::npos) << pattern;
    }
  }
}

TEST_P(EveryGenre, temposFillTheGenresRange) {
  double low = 1000;
  double high = 0;
  for (int index = 0; index < 200; ++index) {
    const double bpm = drawRecipe(shortOptions(3), genre(), index).bpm;
    EXPECT_GE(bpm, spec().bpmLow);
    EXPECT_LE(bpm, spec().bpmHigh);
    low = std::min(low, bpm);
    high = std::max(high, bpm);
  }
  EXPECT_LT(low, spec().bpmLow + 0.2 * (spec().bpmHigh - spec().bpmLow) + 0.01);
  EXPECT_GT(high, spec().bpmHigh - 0.2 * (spec().bpmHigh - spec().bpmLow) - 0.01);
}

TEST_P(EveryGenre, familiesDifferInSoundAndTracksOfOneShareIt) {
  std::set<std::uint64_t> kicks;
  for (int family = 0; family < kFamiliesPerGenre; ++family) {
    kicks.insert(hashOf(renderKick(drawKit(genre(), family).kick, 1)));
  }
  EXPECT_EQ(kicks.size(), static_cast<std::size_t>(kFamiliesPerGenre));
  const TrackRecipe first = drawRecipe(shortOptions(1), genre(), 0);
  const TrackRecipe same = drawRecipe(shortOptions(1), genre(), kFamiliesPerGenre);
  EXPECT_EQ(first.familyId(), same.familyId());
  EXPECT_NE(first.familyId(), drawRecipe(shortOptions(1), genre(), 1).familyId());
  EXPECT_EQ(hashOf(renderKick(first.kit.kick, 1)), hashOf(renderKick(same.kit.kick, 1)));
  EXPECT_EQ(first.kit.bassPattern, same.kit.bassPattern);
  EXPECT_NE(first.seed, same.seed);
}

TEST_P(EveryGenre, sectionsArePhrasesInAnOrderThatCanBeMixed) {
  DemoOptions options;
  const TrackRecipe recipe = drawRecipe(options, genre(), 0);
  const Score score = arrange(recipe);
  EXPECT_EQ(score.sections.front().kind, SectionKind::kIntro);
  EXPECT_EQ(score.sections.back().kind, SectionKind::kOutro);
  int bar = 0;
  for (const Section& section : score.sections) {
    EXPECT_EQ(section.startBar, bar);
    EXPECT_EQ(section.bars % 8, 0);
    bar += section.bars;
  }
  EXPECT_EQ(score.beats.size(), static_cast<std::size_t>(bar) * 4);
  const double seconds = static_cast<double>(score.frames) / 48000;
  EXPECT_GT(seconds, 170);
  EXPECT_LT(seconds, 305);
}

TEST_P(EveryGenre, sameSeedSameSamplesAnotherSeedOthers) {
  const std::uint64_t first = hashOf(excerpt(genre()));
  EXPECT_EQ(first, hashOf(excerpt(genre())));
  const TrackRecipe other = drawRecipe(shortOptions(6), genre(), 0);
  Score score = arrange(other);
  score.frames = 48000 * 5;
  EXPECT_NE(first, hashOf(renderScore(other, score)));
}

TEST_P(EveryGenre, loudAndUnderTheCeiling) {
  const Sample sample = excerpt(genre());
  EXPECT_LE(truePeak(sample), gainOfDb(-1.0));
  EXPECT_NEAR(integratedLoudness(sample), -9, 1.2);
}

// Rise of the low end against the moment before, at every kick of the first two bars: kicks stand
// alone there, so their onset is where the sound leaves the noise floor.
TEST_P(EveryGenre, kicksSoundWhereTheTruthSaysSo) {
  TrackRecipe recipe = drawRecipe(shortOptions(5), genre(), 0);
  Score score = arrange(recipe);
  score.notes.clear();
  std::erase_if(score.hits, [](const Hit& hit) { return hit.drum != Drum::kKick; });
  score.frames = 48000 * 8;
  const Sample sample = renderScore(recipe, score);
  int checked = 0;
  for (const Hit& kick : score.hits) {
    if (kick.frame + 4800 > score.frames || kick.velocity < 0.7F) continue;
    const auto at = static_cast<std::size_t>(kick.frame);
    float peak = 0;
    for (std::size_t i = at; i < at + 2400; ++i) peak = std::max(peak, std::abs(sample.left[i]));
    std::size_t onset = at - 240;
    const float before = std::abs(sample.left[onset]);
    while (std::abs(sample.left[onset]) < before + 0.25F * peak) ++onset;
    EXPECT_NEAR(static_cast<double>(onset), static_cast<double>(at), 96) << "2 ms";
    ++checked;
  }
  EXPECT_GT(checked, 3);
}

// Renders with and without the CPU's newer instructions, as libm would choose its variants by them.
TEST(DemoTracks, samplesDoNotDependOnCpuFeatures) {
  const char* self = std::getenv("DJU_DEMO_HASH_ONLY");
  const std::uint64_t hash = hashOf(excerpt(Genre::kDrumAndBass));
  if (self != nullptr) {
    std::ofstream(self) << hex64(hash);
    return;
  }
  const fs::path out = fs::temp_directory_path() / ("dju-demo-hash-" + hex64(hash) + ".txt");
  const std::string command =
      "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-AVX,-AVX512F,-FMA4,-SSE4_1,-SSE4_2 "
      "DJU_DEMO_HASH_ONLY=" +
      out.string() + " " + fs::read_symlink("/proc/self/exe").string() +
      " --gtest_filter=DemoTracks.samplesDoNotDependOnCpuFeatures --gtest_output= > /dev/null";
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::string masked;
  std::ifstream(out) >> masked;
  fs::remove(out);
  EXPECT_EQ(masked, hex64(hash));
}

TEST(DemoTracks, effectsDoNotDependOnHowSoundIsCut) {
  constexpr std::size_t kFrames = 30000;
  Random random(4);
  std::vector<float> source(kFrames);
  for (float& x : source) x = static_cast<float>(random.uniform(-0.9, 0.9));
  const auto run = [&](auto&& effect, bool cut) {
    Sample sample{source, source};
    std::size_t from = 0;
    Random lengths(9);
    while (from < kFrames) {
      const std::size_t n =
          cut ? std::min<std::size_t>(kFrames - from,
                                      1 + static_cast<std::size_t>(lengths.below(700)))
              : kFrames;
      effect.process(std::span(sample.left).subspan(from, n),
                     std::span(sample.right).subspan(from, n));
      from += n;
    }
    return hashOf(sample);
  };
  EXPECT_EQ(run(PingPongDelay(1777, 0.4), true), run(PingPongDelay(1777, 0.4), false));
  EXPECT_EQ(run(Reverb(1.5), true), run(Reverb(1.5), false));
  EXPECT_EQ(run(Compressor(-20, 3, 5, 80), true), run(Compressor(-20, 3, 5, 80), false));
}

TEST(DemoTracks, mathAgreesWithLibm) {
  Random random(2);
  for (int i = 0; i < 2000; ++i) {
    const double x = random.uniform(-30, 30);
    EXPECT_NEAR(sinTurns(x), std::sin(x * 6.283185307179586), 1e-6);
    EXPECT_NEAR(exp2Of(x) / std::exp2(x), 1, 2e-6);
    const double positive = std::exp2(x);
    EXPECT_NEAR(log2Of(positive), x, 1e-6);
  }
}

TEST(DemoTracks, loudnessOfTheStandardsReferenceTone) {
  // BS.1770-4: a 997 Hz sine at 0 dBFS in one channel reads −3.01 LUFS.
  Sample tone;
  tone.resize(48000 * 5);
  for (std::size_t i = 0; i < tone.size(); ++i) {
    tone.left[i] = static_cast<float>(sinTurns(997.0 * static_cast<double>(i) / 48000));
  }
  EXPECT_NEAR(integratedLoudness(tone), -3.01, 0.05);
}

TEST(DemoTracks, camelotWheel) {
  TrackRecipe recipe;
  recipe.tonic = 9;
  EXPECT_EQ(recipe.keyName(), "A minor");
  EXPECT_EQ(recipe.camelot(), "8A");
  recipe.tonic = 0;
  recipe.mode = Mode::kMajor;
  EXPECT_EQ(recipe.camelot(), "8B");
  recipe.tonic = 7;
  EXPECT_EQ(recipe.camelot(), "9B");
}

TEST(DemoTracks, filesCarryTagsAndTruth) {
  const fs::path dir = fs::temp_directory_path() / ("dju-demo-" + hex64(Random(7).next()));
  fs::remove_all(dir);
  DemoOptions options = shortOptions(7);
  options.genres = {Genre::kDrumAndBass};
  options.perGenre = 1;
  options.swing = 0.1;
  options.fills = false;
  int announced = 0;
  const auto written = writeDemoTracks(
      dir, options, [&](int, int count, const TrackRecipe&) { announced += count; });
  ASSERT_EQ(written.size(), 1U);
  EXPECT_EQ(announced, 1);
  SF_INFO info{};
  SNDFILE* file = sf_open(written[0].audio.c_str(), SFM_READ, &info);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(info.samplerate, 48000);
  EXPECT_EQ(info.channels, 2);
  EXPECT_STREQ(sf_get_string(file, SF_STR_GENRE), "Drum & Bass");
  sf_close(file);
  std::ifstream in(written[0].sidecar);
  const auto json = nlohmann::json::parse(in);
  EXPECT_EQ(json.at("frames").get<std::int64_t>(), info.frames);
  EXPECT_EQ(json.at("beats").size(), json.at("downbeats").size() * 4);
  EXPECT_NEAR(json.at("beats").at(1).get<double>() - json.at("beats").at(0).get<double>(),
              60 / json.at("bpm").get<double>(), 1e-9);
  EXPECT_EQ(json.at("beats").at(0), json.at("anchorSeconds"));
  EXPECT_DOUBLE_EQ(json.at("swing").get<double>(), 0.1);
  fs::remove_all(dir);
}

TEST(DemoTracks, folderThatCannotBeMadeIsNamed) {
  try {
    writeDemoTracks("/dev/null/tracks", shortOptions(1), {});
    FAIL();
  } catch (const std::exception& error) {
    EXPECT_NE(std::string(error.what()).find("/dev/null/tracks"), std::string::npos);
  }
}

}  // namespace
}  // namespace dju::demo
