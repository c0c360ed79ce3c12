// Features against the formulae of docs/features.md, written out once more in double precision with
// a direct Fourier sum; streaming against offline; and what must hold for any sound.
#include "music/features.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include "audio/test_files.h"
#include "core/error.h"
#include "core/random.h"
#include "core/test_support/allocation_count.h"
#include "core/time.h"
#include "music/fft.h"
#include "music/mel.h"

namespace dju::music {
namespace {

constexpr double kPi = std::numbers::pi;
using Values = std::vector<double>;

// Chords, a sweep, noise and a gap: something for each feature to see.
std::vector<float> testSound(std::size_t samples, double rate) {
  Random random(11);
  std::vector<float> sound(samples);
  for (std::size_t n = 0; n < samples; ++n) {
    const double t = static_cast<double>(n) / rate;
    const double tones = std::sin(2 * kPi * 220 * t) + 0.6 * std::sin(2 * kPi * 277.2 * t) +
                         0.4 * std::sin(2 * kPi * (800 + 5000 * t) * t);
    const double noise = random.uniform(-1, 1) * std::exp(-40 * std::fmod(t, 0.05));
    const bool gap = n > samples / 2 && n < samples * 2 / 3;
    sound[n] = gap ? 0.0F : static_cast<float>(0.2 * tones + 0.3 * noise);
  }
  return sound;
}

// The formulae again, for one definition.
class Reference {
 public:
  Reference(const FeatureDefinition& d, std::vector<float> sound)
      : d_(d), sound_(std::move(sound)) {}

  std::size_t frames() const {
    return (sound_.size() + static_cast<std::size_t>(d_.hop) - 1) /
           static_cast<std::size_t>(d_.hop);
  }
  Values window(std::size_t frame) const {
    Values x(static_cast<std::size_t>(d_.window));
    for (std::size_t n = 0; n < x.size(); ++n) {
      const auto at =
          static_cast<std::int64_t>(frame) * d_.hop - d_.window / 2 + static_cast<std::int64_t>(n);
      if (at >= 0 && at < static_cast<std::int64_t>(sound_.size())) {
        x[n] = sound_[static_cast<std::size_t>(at)];
      }
    }
    return x;
  }
  Values power(std::size_t frame) const {
    Values x = window(frame), out;
    const auto size = static_cast<double>(x.size());
    std::vector<std::complex<double>> turns;
    for (std::size_t n = 0; n < x.size(); ++n) {
      turns.push_back(std::polar(1.0, -2 * kPi * static_cast<double>(n) / size));
      x[n] *= std::pow(std::sin(kPi * static_cast<double>(n) / size), 2);
    }
    for (int k = 0; k < d_.bins(); ++k) {
      std::complex<double> sum = 0;
      for (std::size_t n = 0; n < x.size(); ++n) {
        sum += x[n] * turns[static_cast<std::size_t>(k) * n % x.size()];
      }
      out.push_back(std::norm(sum) * d_.fullScale * 16 / (size * size));
    }
    return out;
  }
  double hz(std::size_t bin) const { return static_cast<double>(bin) * d_.sampleRate / d_.window; }
  Values logMel(const Values& power) const {
    Values out;
    const double low = mel(d_.melLowHz), high = mel(d_.melHighHz);
    const double step = (high - low) / (d_.melBands + 1);
    for (int band = 0; band < d_.melBands; ++band) {
      const double left = unmel(low + step * band), centre = unmel(low + step * (band + 1)),
                   right = unmel(low + step * (band + 2));
      double energy = 0;
      for (std::size_t k = 0; k < power.size(); ++k) {
        const double f = hz(k);
        if (f <= left || f >= right) continue;
        energy +=
            power[k] * (f < centre ? (f - left) / (centre - left) : (right - f) / (right - centre));
      }
      if (d_.melNorm == MelNorm::kArea) energy *= 2 / (right - left);
      out.push_back(10 * std::log10(std::max(energy, d_.melFloor)));
    }
    return out;
  }
  Values mfcc(const Values& levels) const {
    Values out(static_cast<std::size_t>(d_.mfccs));
    const auto n = static_cast<double>(levels.size());
    for (std::size_t k = 0; k < out.size(); ++k) {
      for (std::size_t i = 0; i < levels.size(); ++i) {
        out[k] +=
            levels[i] * std::cos(kPi / n * (static_cast<double>(i) + 0.5) * static_cast<double>(k));
      }
      out[k] *= k == 0 ? std::sqrt(1 / n) : std::sqrt(2 / n);
    }
    return out;
  }
  Values chroma(const Values& power) const {
    Values out(12);
    for (std::size_t k = 1; k < power.size(); ++k) {
      if (hz(k) < d_.chromaLowHz || hz(k) > d_.chromaHighHz) continue;
      const double pitch = 69 + 12 * std::log2(hz(k) / 440);
      const double width = std::max(1.0, 12 * std::log2(hz(k + 1) / hz(k)));
      Values spread(12);
      double squares = 0;
      for (int c = 0; c < 12; ++c) {
        double away = std::fmod(pitch - c + 120, 12);
        if (away > 6) away -= 12;
        const double value = std::exp(-2 * away * away / (width * width));
        spread[static_cast<std::size_t>(c)] = value;
        squares += value * value;
      }
      const double octaves = std::log2(hz(k) / 880);
      for (std::size_t c = 0; c < 12; ++c) {
        out[c] += power[k] * std::exp(-octaves * octaves / 8) * spread[c] / std::sqrt(squares);
      }
    }
    const double largest = *std::max_element(out.begin(), out.end());
    for (double& value : out) value = largest > 1e-10 * d_.fullScale ? value / largest : 0;
    return out;
  }
  static Values tonnetz(const Values& chroma) {
    Values out(6);
    double sum = 0;
    for (const double value : chroma) sum += value;
    if (sum == 0) return out;
    const double turns[] = {7.0 / 6, 3.0 / 2, 2.0 / 3}, radii[] = {1, 1, 0.5};
    for (std::size_t l = 0; l < 12; ++l) {
      for (std::size_t i = 0; i < 3; ++i) {
        const double angle = static_cast<double>(l) * turns[i] * kPi;
        out[2 * i] += radii[i] * std::sin(angle) * chroma[l] / sum;
        out[2 * i + 1] += radii[i] * std::cos(angle) * chroma[l] / sum;
      }
    }
    return out;
  }
  Values shape(const Values& power) const {  // centroid, bandwidth, roll-off, flatness
    double all = 0, first = 0, second = 0, logs = 0, arithmetic = 0;
    for (std::size_t k = 0; k < power.size(); ++k) {
      all += std::sqrt(power[k]);
      first += std::sqrt(power[k]) * hz(k);
      const double floored = std::max(power[k], 1e-10 * d_.fullScale);
      logs += std::log(floored) / static_cast<double>(power.size());
      arithmetic += floored / static_cast<double>(power.size());
    }
    const double centroid = first / all;
    double below = 0, rollOff = -1;
    for (std::size_t k = 0; k < power.size(); ++k) {
      second += std::sqrt(power[k]) * std::pow(hz(k) - centroid, 2);
      below += std::sqrt(power[k]);
      if (rollOff < 0 && below >= d_.rollOffShare * all) rollOff = hz(k);
    }
    return {centroid, std::sqrt(second / all), rollOff, std::exp(logs) / arithmetic};
  }
  Values contrast(const Values& power) const {
    Values out;
    double from = 0, to = d_.contrastLowHz;
    for (int i = 0; i < d_.contrastBands; ++i, from = to, to *= 2) {
      Values band;
      for (std::size_t k = 1; k < power.size(); ++k) {
        if (hz(k) >= from && hz(k) < to) band.push_back(power[k]);
      }
      std::sort(band.begin(), band.end());
      const auto count = static_cast<std::size_t>(
          std::max(1.0, std::round(d_.contrastShare * static_cast<double>(band.size()))));
      double valley = 0, peak = 0;
      for (std::size_t j = 0; j < count; ++j) {
        valley += band[j] / static_cast<double>(count);
        peak += band[band.size() - 1 - j] / static_cast<double>(count);
      }
      const double floor = 1e-10 * d_.fullScale;
      out.push_back(10 * std::log10(std::max(peak, floor) / std::max(valley, floor)));
    }
    return out;
  }
  static Values ofSamples(const Values& x) {  // zero crossings, RMS, crest
    double crossings = 0, squares = 0, peak = 0;
    for (std::size_t n = 0; n < x.size(); ++n) {
      if (n > 0 && (x[n] < 0) != (x[n - 1] < 0)) ++crossings;
      squares += x[n] * x[n];
      peak = std::max(peak, std::fabs(x[n]));
    }
    const auto size = static_cast<double>(x.size());
    const double rms = std::sqrt(squares / size);
    return {crossings / (size - 1), rms, rms > 0 ? peak / rms : 0};
  }
  double onset(const Values& now, const Values& before) const {
    double sum = 0;
    for (std::size_t i = 0; i < now.size(); ++i) sum += std::max(0.0, now[i] - before[i]);
    return sum / static_cast<double>(now.size());
  }
  // Of the onsets up to and including the last.
  Values tempogram(const Values& onsets) const {
    const auto size = static_cast<std::size_t>(d_.tempogramFrames);
    Values x(size), hann(size), out;
    double mean = 0;
    for (std::size_t n = 0; n < size; ++n) {
      const std::size_t back = size - 1 - n;
      x[n] = back < onsets.size() ? onsets[onsets.size() - 1 - back] : 0;
      mean += x[n] / static_cast<double>(size);
      hann[n] = std::pow(std::sin(kPi * static_cast<double>(n) / static_cast<double>(size)), 2);
    }
    const auto overlap = [&](std::size_t lag, bool ofSound) {
      double sum = 0;
      for (std::size_t n = lag; n < size; ++n) {
        const double a = ofSound ? x[n] - mean : 1, b = ofSound ? x[n - lag] - mean : 1;
        sum += a * hann[n] * b * hann[n - lag];
      }
      return sum;
    };
    for (int lag = 1; lag <= d_.tempogramLags; ++lag) {
      const auto l = static_cast<std::size_t>(lag);
      const double all = overlap(0, true);
      out.push_back(all < 1e-9 * static_cast<double>(size)
                        ? 0
                        : overlap(l, true) / all / (overlap(l, false) / overlap(0, false)));
    }
    return out;
  }

 private:
  static double mel(double f) {
    return f < 1000 ? 3 * f / 200 : 15 + 27 * std::log(f / 1000) / std::log(6.4);
  }
  static double unmel(double m) {
    return m < 15 ? 200 * m / 3 : 1000 * std::pow(6.4, (m - 15) / 27);
  }
  FeatureDefinition d_;
  std::vector<float> sound_;
};

void expectNear(std::span<const float> found, const Values& expected, double tolerance,
                Feature feature, std::size_t frame) {
  ASSERT_EQ(found.size(), expected.size()) << featureName(feature);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(found[i], expected[i], tolerance)
        << featureName(feature) << "[" << i << "] of frame " << frame;
  }
}

void compareWithReference(FeatureDefinition definition) {
  definition.tempogramFrames = 16;  // so that the short sound fills it
  definition.tempogramLags = 7;
  const std::vector<float> sound = testSound(9000, definition.sampleRate);
  const Reference reference(definition, sound);
  std::vector<Values> levels;
  Values onsets;
  std::size_t frames = 0;
  const auto check = [&](const FeatureFrame& found) {
    const std::size_t i = frames++;
    const Values power = reference.power(i), shape = reference.shape(power);
    const Values samples = Reference::ofSamples(reference.window(i));
    levels.push_back(reference.logMel(power));
    const auto lag = static_cast<std::size_t>(definition.onsetLag);
    onsets.push_back(i < lag ? 0 : reference.onset(levels[i], levels[i - lag]));
    const auto expect = [&](Feature feature, const Values& values, double tolerance) {
      expectNear(found[feature], values, tolerance, feature, i);
    };
    EXPECT_EQ(found.index(), static_cast<std::int64_t>(i));
    expect(Feature::kLogMel, levels[i], 2e-2);
    expect(Feature::kMfcc, reference.mfcc(levels[i]), 2e-2);
    expect(Feature::kChroma, reference.chroma(power), 1e-4);
    expect(Feature::kTonnetz, Reference::tonnetz(reference.chroma(power)), 1e-4);
    expect(Feature::kOnset, {onsets[i]}, 1e-2);
    expect(Feature::kTempogram, reference.tempogram(onsets), 1e-3);
    expect(Feature::kCentroid, {shape[0]}, 0.5);
    expect(Feature::kBandwidth, {shape[1]}, 0.5);
    expect(Feature::kRollOff, {shape[2]}, 0.01);
    expect(Feature::kFlatness, {shape[3]}, 1e-4);
    expect(Feature::kContrast, reference.contrast(power), 2e-2);
    expect(Feature::kZeroCrossings, {samples[0]}, 1e-6);
    expect(Feature::kRms, {samples[1]}, 1e-6);
    expect(Feature::kCrest, {samples[2]}, 1e-5);
  };
  FeatureExtractor extractor(definition, FeatureSet::all());
  extractor.push(sound, check);
  extractor.finish(check);
  EXPECT_EQ(frames, reference.frames());
}

TEST(FeaturesTest, AreWhatTheFormulaeSayAt48kHz) {
  compareWithReference(standardDefinition());
}
TEST(FeaturesTest, AreWhatTheFormulaeSayAt44kHz) {
  compareWithReference(documentDefinition());
}

std::vector<std::int16_t> stereo(const std::vector<float>& mono) {
  std::vector<std::int16_t> out;
  for (const float sample : mono) {
    const auto value = static_cast<std::int16_t>(std::lround(sample * 32767));
    out.push_back(value);
    out.push_back(value);
  }
  return out;
}
audio::PcmView viewOf(const std::vector<std::int16_t>& samples) {
  return {samples.data(), static_cast<std::int64_t>(samples.size() / 2), audio::kUnityScale};
}

// Blocks of any size give what the whole track gives, to the bit, in every feature.
TEST(FeaturesTest, StreamAsTheyComputeOffline) {
  const std::vector<std::int16_t> pcm = stereo(testSound(50007, kSampleRate));
  const FeatureTrack track = extractFeatures(viewOf(pcm), standardDefinition(), FeatureSet::all());
  std::vector<float> mono;
  for (std::size_t i = 0; i < pcm.size(); i += 2) {
    mono.push_back(static_cast<float>(pcm[i] + pcm[i + 1]) * (0.5F * audio::kUnityScale));
  }
  FeatureExtractor extractor(standardDefinition(), FeatureSet::all());
  Random random(5);
  for (const int largest : {1, 240, 700, 60000}) {
    std::size_t frames = 0;
    const auto same = [&](const FeatureFrame& frame) {
      for (std::size_t i = 0; i < kFeatureCount; ++i) {
        const auto feature = static_cast<Feature>(i);
        const auto expected = track[feature].row(frames);
        ASSERT_TRUE(std::equal(expected.begin(), expected.end(), frame[feature].begin()))
            << featureName(feature) << " of frame " << frames << ", blocks to " << largest;
      }
      ++frames;
    };
    std::span<const float> rest = mono;
    while (!rest.empty()) {
      const auto count = std::min<std::size_t>(1 + random.below(largest), rest.size());
      extractor.push(rest.first(count), same);
      rest = rest.subspan(count);
    }
    extractor.finish(same);
    EXPECT_EQ(frames, track.frames);
    EXPECT_EQ(frames, 105U);  // centres at 0, 480 … 49920
  }
}

TEST(FeaturesTest, StreamWithoutAllocating) {
  FeatureExtractor extractor(standardDefinition(), FeatureSet::all());
  const std::vector<float> sound = testSound(24000, kSampleRate);
  double sum = 0;
  const auto read = [&](const FeatureFrame& frame) {
    sum += static_cast<double>(frame[Feature::kRms][0]);
  };
  extractor.push(sound, read);  // the C library may allocate once, for its own tables
  const long before = testing::allocationCount();
  for (std::size_t at = 0; at < sound.size(); at += 240) {
    extractor.push(std::span(sound).subspan(at, 240), read);
  }
  extractor.finish(read);
  EXPECT_EQ(testing::allocationCount(), before);
  EXPECT_GT(sum, 0);
}

// Only what was asked for is there, and asking for less changes nothing about it.
TEST(FeaturesTest, ComeAloneAsTogether) {
  const std::vector<std::int16_t> pcm = stereo(testSound(9600, kSampleRate));
  const FeatureTrack all = extractFeatures(viewOf(pcm), standardDefinition(), FeatureSet::all());
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    const auto feature = static_cast<Feature>(i);
    const FeatureTrack one = extractFeatures(viewOf(pcm), standardDefinition(), {feature});
    ASSERT_EQ(one[feature].rows(), 20U);
    EXPECT_TRUE(std::equal(all[feature].values().begin(), all[feature].values().end(),
                           one[feature].values().begin()))
        << featureName(feature);
    EXPECT_EQ(one[static_cast<Feature>((i + 1) % kFeatureCount)].rows(), 0U);
  }
}

TEST(FeaturesTest, AreFiniteForAnySound) {
  std::vector<std::vector<float>> sounds = {{}, {0.5F}, std::vector<float>(3000)};
  sounds.emplace_back(5000, 1.0F);                 // DC at full scale
  sounds.push_back(testSound(5000, kSampleRate));  // and clipped:
  for (float& sample : sounds.back()) sample = std::clamp(sample * 100, -1.0F, 1.0F);
  for (const auto* definition : {&standardDefinition(), &documentDefinition()}) {
    for (const std::vector<float>& sound : sounds) {
      const FeatureTrack track =
          extractFeatures(viewOf(stereo(sound)), *definition, FeatureSet::all());
      const double seconds = static_cast<double>(sound.size()) / kSampleRate;
      EXPECT_NEAR(static_cast<double>(track.frames), seconds * definition->framesPerSecond(), 1);
      for (const FeatureMatrix& matrix : track.matrices) {
        EXPECT_EQ(matrix.rows(), track.frames);
        for (const float value : matrix.values()) ASSERT_TRUE(std::isfinite(value));
      }
    }
  }
}

TEST(FeaturesTest, FollowTheTuningTheyAreGiven) {
  std::vector<float> sound(9600);
  const double hz = 440 * std::pow(2, -0.5 / 12);  // between G sharp and A
  for (std::size_t n = 0; n < sound.size(); ++n) {
    sound[n] = static_cast<float>(std::sin(2 * kPi * hz * static_cast<double>(n) / kSampleRate));
  }
  const std::vector<std::int16_t> pcm = stereo(sound);
  for (const auto& [cents, pitchClass] : {std::pair{-40.0, 9U}, std::pair{40.0, 8U}}) {
    const FeatureTrack track =
        extractFeatures(viewOf(pcm), standardDefinition(), {Feature::kChroma}, {cents});
    const auto row = track[Feature::kChroma].row(10);
    EXPECT_EQ(std::max_element(row.begin(), row.end()) - row.begin(), pitchClass);
  }
}

// A beat stands out at its lag, at its multiples, and not in between, after five seconds of it.
TEST(FeaturesTest, TempogramShowsTheBeat) {
  const std::vector<std::int16_t> pcm = [] {
    std::vector<std::int16_t> out;
    for (const float sample : dju::testing::clickTrack(8, 125, kSampleRate)) {
      out.push_back(static_cast<std::int16_t>(std::lround(sample * 32767)));
    }
    return out;
  }();
  const FeatureTrack track =
      extractFeatures(viewOf(pcm), standardDefinition(), {Feature::kTempogram});
  const auto row = track[Feature::kTempogram].row(track.frames - 10);
  EXPECT_GT(row[47], 0.9F);  // 48 frames: 125 BPM
  EXPECT_GT(row[95], 0.9F);
  EXPECT_LT(row[23], 0.2F);
}

TEST(FeatureDefinitionTest, KnowsSlaneysMelScale) {
  EXPECT_NEAR(melFromHz(1000), 15, 1e-12);
  EXPECT_NEAR(melFromHz(6400), 42, 1e-12);
  EXPECT_NEAR(melFromHz(440), 6.6, 1e-12);
  EXPECT_NEAR(hzFromMel(melFromHz(12345)), 12345, 1e-8);
}

// Model manifests name definitions by these hashes; a change must be a decision.
TEST(FeatureDefinitionTest, HasTheCanonicalFormItAlwaysHad) {
  EXPECT_EQ(toCanonicalJson(standardDefinition()),
            R"({"chroma":{"highHz":5000.0,"lowHz":60.0},"contrast":{"bands":7,"lowHz":200.0,)"
            R"("share":0.02},"fullScale":1.0,"hop":480,"mel":{"bands":84,"floor":1e-08,)"
            R"("highHz":16000.0,"lowHz":30.0,"norm":"peak","scale":"slaney"},"mfccs":13,)"
            R"("name":"dju-48k-480","onsetLag":2,"rollOffShare":0.85,"sampleRate":48000,)"
            R"("tempogram":{"frames":512,"lags":192},"version":1,"window":{"samples":2048,)"
            R"("shape":"hann-periodic"}})");
  EXPECT_EQ(definitionHash(standardDefinition()),
            "b55bda7ff9ff96cd73aba9ead6995b5fb284c988dcc55a52908781f18ba31460");
  EXPECT_EQ(definitionHash(documentDefinition()),
            "6823297f5e82692c21aacb6a0765cb191348dd5f2e909de7be6f2dc553ec1e3c");
  FeatureDefinition renamed = standardDefinition();
  renamed.name = "other";
  EXPECT_EQ(definitionHash(renamed), definitionHash(standardDefinition()));
  renamed.hop = 512;
  EXPECT_NE(definitionHash(renamed), definitionHash(standardDefinition()));
}

TEST(FeatureDefinitionTest, RefusesWhatCannotBeComputed) {
  FeatureDefinition definition = standardDefinition();
  definition.melHighHz = 30000;
  EXPECT_THROW(FeatureExtractor(definition, FeatureSet::all()), Error);
  definition = standardDefinition();
  definition.hop = 4096;
  EXPECT_THROW(FeatureExtractor(definition, FeatureSet::all()), Error);
}

}  // namespace
}  // namespace dju::music
