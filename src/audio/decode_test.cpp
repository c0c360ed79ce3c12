#include "audio/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdint>
#include <cstring>
#include <fstream>

#include "audio/encode.h"
#include "audio/pcm_file.h"
#include "audio/test_files.h"

namespace dju::audio {
namespace {

using dju::testing::clickTrack;
using dju::testing::ffmpeg;
using dju::testing::TempFolder;
using dju::testing::writeSound;
using ::testing::HasSubstr;

DecodeWorker testWorker() {
  return {std::string(DJU_BUILD_DIR) + "/dju_decode_worker", {}};
}

void writeBytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string readBytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class DecodeTest : public ::testing::Test {
 protected:
  PcmFile decoded(const std::filesystem::path& file) {
    const auto pcm = decoder_.decode(file, folder_ / "out.pcm");
    if (!pcm) throw pcm.error();
    return PcmFile::open(folder_ / "out.pcm").valueOrThrow();
  }
  std::string errorOf(const std::filesystem::path& file) {
    const auto info = decoder_.identify(file);
    if (!info) return info.error().what();
    const auto pcm = decoder_.decode(file, folder_ / "out.pcm");
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out.pcm") && !pcm);
    return pcm ? "" : pcm.error().what();
  }

  TempFolder folder_;
  Decoder decoder_{testWorker()};
};

TEST_F(DecodeTest, KeepsSixteenBitSoundAt48KilohertzToTheBit) {
  ASSERT_TRUE(writeSound(folder_ / "a.wav", clickTrack(1, 120, 48000), {}));
  std::vector<std::int16_t> samples(96000);
  SF_INFO info{};
  SNDFILE* file = sf_open((folder_ / "a.wav").c_str(), SFM_READ, &info);
  ASSERT_EQ(sf_read_short(file, samples.data(), 96000), 96000);
  sf_close(file);
  const PcmFile pcm = decoded(folder_ / "a.wav");
  ASSERT_EQ(pcm.view().frames, 48000);
  EXPECT_EQ(std::memcmp(pcm.view().samples, samples.data(), 96000 * 2), 0);
  EXPECT_EQ(pcm.view().scale, kUnityScale);
  EXPECT_TRUE(pcm.verifyHash());
}

struct Format {
  const char* name;
  int format;
  double tolerance;  // of the samples, full scale 1
};

class FormatTest : public DecodeTest, public ::testing::WithParamInterface<Format> {};

// Level and position of the sound: a codec's delay that was not removed shows as a large
// difference.
TEST_P(FormatTest, DecodesAtTheRightPlace) {
  const std::vector<float> sound = clickTrack(2, 120, 48000);
  const auto path = folder_ / (std::string("a.") + GetParam().name);
  if (!writeSound(path, sound, {GetParam().format, 48000, 2, ""})) GTEST_SKIP() << "no encoder";
  const PcmFile pcm = decoded(path);
  EXPECT_NEAR(static_cast<double>(pcm.view().frames), 96000, 0) << "gapless";
  double squares = 0;
  const auto count = std::min<std::size_t>(sound.size(), 2 * pcm.view().frames);
  for (std::size_t i = 0; i < count; ++i) {
    const double difference = pcm.view().samples[i] * pcm.view().scale - sound[i];
    squares += difference * difference;
  }
  EXPECT_LT(std::sqrt(squares / static_cast<double>(count)), GetParam().tolerance);
}

// The environment of the parent must not matter, and a second decode gives the same samples.
TEST_P(FormatTest, GivesTheSameSamplesWhateverTheParentsEnvironment) {
  const auto path = folder_ / (std::string("a.") + GetParam().name);
  // Opus knows no 44.1 kHz.
  const int rate = path.extension() == ".opus" ? 48000 : 44100;
  if (!writeSound(path, clickTrack(1, 120, rate), {GetParam().format, rate, 2, ""})) {
    GTEST_SKIP() << "no encoder";
  }
  const auto first = decoder_.decode(path, folder_ / "1.pcm");
  setenv("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F", 1);
  setenv("SOXR_USE_SIMD", "1", 1);
  const auto second = decoder_.decode(path, folder_ / "2.pcm");
  unsetenv("GLIBC_TUNABLES");
  unsetenv("SOXR_USE_SIMD");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->pcmHash, second->pcmHash);
}

INSTANTIATE_TEST_SUITE_P(All, FormatTest,
                         ::testing::Values(Format{"wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 1e-4},
                                           Format{"aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, 1e-4},
                                           Format{"flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 1e-4},
                                           Format{"ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 0.02},
                                           Format{"opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 0.02},
                                           Format{"mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III,
                                                  0.02}),
                         [](const auto& format) { return std::string(format.param.name); });

TEST_F(DecodeTest, TagsDoNotChangeWhoATrackIs) {
  const std::vector<float> sound = clickTrack(1, 120, 48000);
  ASSERT_TRUE(
      writeSound(folder_ / "a.flac", sound, {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 2, "One"}));
  ASSERT_TRUE(writeSound(folder_ / "b.flac", sound,
                         {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 2, "Another title"}));
  const auto a = decoder_.identify(folder_ / "a.flac");
  const auto b = decoder_.identify(folder_ / "b.flac");
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(a->id, b->id);
  EXPECT_EQ(a->title, "One");
  EXPECT_EQ(b->title, "Another title");
  EXPECT_EQ(a->format, "flac");
  EXPECT_NEAR(a->durationSeconds, 1, 0.01);
}

TEST_F(DecodeTest, RetaggedMp3AndM4aStayWhoTheyAre) {
  ASSERT_TRUE(writeSound(folder_ / "a.wav", clickTrack(2, 120, 44100),
                         {SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, 2, ""}));
  const std::string at = folder_.path().string() + "/";
  if (!ffmpeg("-i " + at + "a.wav " + at + "a.m4a")) GTEST_SKIP() << "needs the ffmpeg program";
  ffmpeg("-i " + at + "a.wav -c:a libmp3lame " + at + "a.mp3");
  for (const std::string extension : {"m4a", "mp3"}) {
    ASSERT_TRUE(ffmpeg("-i " + at + "a." + extension +
                       " -c copy -write_id3v1 1 -metadata title=T -metadata artist=" +
                       std::string(300, 'x') + " " + at + "b." + extension) ||
                ffmpeg("-i " + at + "a." + extension + " -c copy -metadata title=T " + at + "b." +
                       extension));
    const auto a = decoder_.identify(folder_ / ("a." + extension));
    const auto b = decoder_.identify(folder_ / ("b." + extension));
    ASSERT_TRUE(a.ok() && b.ok()) << extension;
    EXPECT_EQ(a->id, b->id) << extension;
    EXPECT_EQ(b->title, "T") << extension;
    EXPECT_EQ(b->format, extension);
    const auto pcm = decoder_.decode(folder_ / ("a." + extension), folder_ / "x.pcm");
    ASSERT_TRUE(pcm.ok());
    EXPECT_NEAR(static_cast<double>(pcm->frames), 96000, 2) << extension << ": gapless";
  }
}

TEST_F(DecodeTest, PutsMonoOnBothSidesAndMixesManyChannelsDown) {
  ASSERT_TRUE(writeSound(folder_ / "m.wav", clickTrack(1, 120, 48000),
                         {SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, ""}));
  const PcmFile mono = decoded(folder_ / "m.wav");
  for (std::int64_t i = 0; i < mono.view().frames; ++i) {
    ASSERT_EQ(mono.view().samples[2 * i], mono.view().samples[2 * i + 1]);
  }
  ASSERT_TRUE(writeSound(folder_ / "s.wav", clickTrack(1, 120, 48000),
                         {SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 6, ""}));
  EXPECT_EQ(decoded(folder_ / "s.wav").view().frames, 48000);
}

TEST_F(DecodeTest, StoresAnOvershootWithoutClippingIt) {
  std::vector<float> loud = clickTrack(1, 120, 48000);
  for (float& sample : loud) sample *= 3;
  ASSERT_TRUE(writeSound(folder_ / "l.wav", loud, {SF_FORMAT_WAV | SF_FORMAT_FLOAT, 48000, 2, ""}));
  const PcmFile pcm = decoded(folder_ / "l.wav");
  EXPECT_GT(pcm.view().scale, kUnityScale);
  for (std::size_t i = 0; i < loud.size(); ++i) {
    ASSERT_NEAR(pcm.view().samples[i] * pcm.view().scale, loud[i], 3e-4F);
  }
}

TEST_F(DecodeTest, RefusesWhatIsNoAudio) {
  writeBytes(folder_ / "empty.mp3", "");
  EXPECT_THAT(errorOf(folder_ / "empty.mp3"),
              HasSubstr("cannot decode \"empty.mp3\": the file is empty"));
  writeBytes(folder_ / "text.mp3", "This is a shopping list, not a song.\n");
  EXPECT_THAT(errorOf(folder_ / "text.mp3"), HasSubstr("cannot decode \"text.mp3\""));
  writeBytes(folder_ / "list.m3u8", "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n");
  EXPECT_THAT(errorOf(folder_ / "list.m3u8"), HasSubstr("not an audio file we know"));
  EXPECT_THAT(errorOf(folder_ / "missing.ogg"), HasSubstr("No such file"));
  EXPECT_THAT(errorOf(folder_.path()), HasSubstr("not a regular file"));
}

TEST_F(DecodeTest, TakesWhatATruncatedFileHasAndRefusesACorruptOne) {
  ASSERT_TRUE(writeSound(folder_ / "a.flac", clickTrack(4, 120, 48000),
                         {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 2, ""}));
  const std::string whole = readBytes(folder_ / "a.flac");
  writeBytes(folder_ / "half.flac", whole.substr(0, whole.size() / 2));
  const PcmFile half = decoded(folder_ / "half.flac");
  EXPECT_GT(half.view().frames, 48000);
  EXPECT_LT(half.view().frames, 4 * 48000);
  std::string corrupt = whole;
  for (std::size_t i = 200; i < corrupt.size(); ++i)
    corrupt[i] = static_cast<char>(i * 2654435761U >> 13);
  writeBytes(folder_ / "corrupt.flac", corrupt);
  EXPECT_THAT(errorOf(folder_ / "corrupt.flac"), HasSubstr("cannot decode \"corrupt.flac\""));
}

// A header of 44 bytes that promises `bytes` of sound.
std::string wavHeader(std::uint32_t bytes, std::uint32_t rate) {
  std::string header = "RIFF....WAVEfmt ";
  const auto add = [&header](auto value) {
    header.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  add(std::uint32_t{16});
  add(std::uint16_t{1});
  add(std::uint16_t{1});
  add(rate);
  add(rate);
  add(std::uint16_t{1});
  add(std::uint16_t{8});
  header += "data";
  add(bytes);
  return header;
}

TEST_F(DecodeTest, RefusesTenHoursWithoutDecodingThem) {
  writeBytes(folder_ / "long.wav", wavHeader(36000 * 8000, 8000));
  std::filesystem::resize_file(folder_ / "long.wav", 44 + 36000LL * 8000);  // sparse
  EXPECT_THAT(errorOf(folder_ / "long.wav"),
              HasSubstr("10.0 hours of sound; the limit is 2.0 hours"));
}

TEST_F(DecodeTest, SurvivesAHeaderThatLies) {
  writeBytes(folder_ / "lie.wav", wavHeader(36000 * 8000, 8000) + std::string(8000, '\x80'));
  const std::string error = errorOf(folder_ / "lie.wav");
  EXPECT_TRUE(error.empty() || error.find("hours of sound") != std::string::npos) << error;
}

TEST_F(DecodeTest, ReportsAWorkerThatCrashesOrIsMissing) {
  ASSERT_TRUE(writeSound(folder_ / "a.wav", clickTrack(1, 120, 48000), {}));
  const Decoder crashing({"/bin/sh", {"-c", "kill -SEGV $$", "sh"}});
  EXPECT_THAT(crashing.identify(folder_ / "a.wav").error().what(),
              HasSubstr("cannot decode \"a.wav\": the decoder crashed on it (signal 11)"));
  const Decoder silent({"/bin/true", {}});
  EXPECT_THAT(silent.identify(folder_ / "a.wav").error().what(), HasSubstr("gave no answer"));
  const Decoder missing({folder_ / "none", {}});
  EXPECT_THAT(missing.identify(folder_ / "a.wav").error().what(),
              HasSubstr("cannot start the decoder"));
}

TEST_F(DecodeTest, SaysWhenTheDiskIsFull) {
  ASSERT_TRUE(writeSound(folder_ / "a.wav", clickTrack(4, 120, 48000), {}));
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{300000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const auto pcm = decoder_.decode(folder_ / "a.wav", folder_ / "out.pcm");
  setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_FALSE(pcm.ok());
  EXPECT_THAT(pcm.error().what(), HasSubstr("cannot decode \"a.wav\": cannot write decoded sound"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out.pcm"));
}

TEST_F(DecodeTest, CutsHugeTagsAndRefusesFilesBeyondTheLimit) {
  ASSERT_TRUE(writeSound(folder_ / "a.flac", clickTrack(1, 120, 48000),
                         {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 2, std::string(1 << 18, 'x')}));
  const auto info = decoder_.identify(folder_ / "a.flac");
  ASSERT_TRUE(info.ok()) << info.error().what();
  EXPECT_LE(info->title.size(), 512U);
  DecodeLimits limits;
  limits.fileBytes = 100;
  EXPECT_EQ(Decoder(testWorker(), limits).identify(folder_ / "a.flac").error().code(),
            ErrorCode::kTooLarge);
}

TEST(PcmFileTest, RefusesAFileWhoseSizeIsNotWhatItsHeaderSays) {
  TempFolder folder;
  writeBytes(folder / "short.pcm", "DJUP");
  EXPECT_FALSE(PcmFile::open(folder / "short.pcm").ok());
  writeBytes(folder / "zeros.pcm", std::string(8192, '\0'));
  EXPECT_FALSE(PcmFile::open(folder / "zeros.pcm").ok());
}

TEST(EncodeTest, FlacGivesBackTheSamplesAndOpusTheSound) {
  TempFolder folder;
  const std::vector<float> sound = clickTrack(2, 120, 48000);
  const auto flac = openFlac(folder / "a.flac", {"Battle", "A vs B", "1 first\n2 second"});
  for (std::size_t i = 0; i < sound.size(); i += 480) flac->push(std::span(sound).subspan(i, 480));
  flac->finish();
  SF_INFO info{};
  SNDFILE* file = sf_open((folder / "a.flac").c_str(), SFM_READ, &info);
  ASSERT_NE(file, nullptr);
  EXPECT_STREQ(sf_get_string(file, SF_STR_TITLE), "Battle");
  std::vector<float> back(sound.size());
  ASSERT_EQ(sf_read_float(file, back.data(), static_cast<sf_count_t>(back.size())),
            static_cast<sf_count_t>(back.size()));
  sf_close(file);
  for (std::size_t i = 0; i < sound.size(); ++i) ASSERT_NEAR(back[i], sound[i], 1.0F / 8388608);

  const auto opus = openOpus(folder / "a.opus", {"Battle", "", ""});
  opus->push(sound);
  opus->finish();
  const auto decoded = Decoder(testWorker()).identify(folder / "a.opus");
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->title, "Battle");
  EXPECT_NEAR(decoded->durationSeconds, 2, 0.03);

  const auto cd = openFlac(folder / "cd.flac", {}, {44100, 16});
  cd->push(sound);
  cd->finish();
  EXPECT_NEAR(Decoder(testWorker()).identify(folder / "cd.flac")->durationSeconds, 2, 0.001);
  EXPECT_THROW(openFlac(folder / "x.flac", {}, {96000, 24}), Error);
  EXPECT_THROW(openFlac("/nonexistent/x.flac", {}), Error);
}

}  // namespace
}  // namespace dju::audio
