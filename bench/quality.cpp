// What our ways do to sound, by PEAQ: the stream's Opus ladder with and without loss, archives, the
// PCM cache's 16 bits, and key lock beside Rubber Band and SoundTouch; what the stream does to a
// voice, by PESQ; and what the measures cost.
// Prints its conditions; asserts nothing. Usage: bench_quality [SECONDS A PIECE] [PIECES]
#include <opus/opus.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "analysis/pieces.h"
#include "audio/decode.h"
#include "audio/encode.h"
#include "audio/pcm_file.h"
#include "core/random.h"
#include "demo/demo_tracks.h"
#include "quality/align.h"
#include "quality/peaq/peaq.h"
#include "quality/pesq/pesq.h"
#include "quality/test_support/voices.h"
#include "server/webrtc/opus_rung.h"
#include "stretch/tracks.h"
#include "support/cpu.h"

namespace {

using namespace dju;         // NOLINT(google-build-using-namespace): a program of one file
using namespace dju::bench;  // NOLINT(google-build-using-namespace)
using quality::Sound;

constexpr double kFrom = 20;  // seconds into a track: past its intro

Sound soundOf(const Stereo& stereo) {
  return {kSampleRate, {stereo.left, stereo.right}};
}

// Means by name, in the order in which names first came.
class Table {
 public:
  void add(const std::string& name, double value) {
    for (Row& row : rows_) {
      if (row.name != name) continue;
      row.sum += value;
      row.worst = std::min(row.worst, value);
      ++row.count;
      return;
    }
    rows_.push_back({name, value, value, 1});
  }
  void print(const char* title) const {
    std::printf("\n%-44s %8s %8s\n", title, "mean", "worst");
    for (const Row& row : rows_)
      std::printf("%-44s %8.2f %8.2f\n", row.name.c_str(), row.sum / row.count, row.worst);
  }

 private:
  struct Row {
    std::string name;
    double sum, worst;
    int count;
  };
  std::vector<Row> rows_;
};

// Through a rung of the ladder, packet by packet as a listener gets them; a lost one is concealed
// by libopus, as a browser does.
Sound throughStream(const Sound& sound, int kilobits, double lost) {
  server::webrtc::OpusRung rung(kilobits);
  int error = 0;
  const std::unique_ptr<OpusDecoder, void (*)(OpusDecoder*)> decoder(
      opus_decoder_create(kSampleRate, 2, &error), opus_decoder_destroy);
  const std::size_t channels = sound.channels.size();
  Random random(9);
  Sound out{kSampleRate, std::vector<std::vector<float>>(channels)};
  std::vector<float> frame(2 * server::webrtc::kOpusFrame);
  const std::size_t late = server::webrtc::OpusRung::lookahead();
  for (std::size_t at = 0; at < sound.frames() + late; at += server::webrtc::kOpusFrame) {
    for (std::size_t i = 0; i < frame.size(); ++i) {
      const std::size_t from = at + i / 2;
      frame[i] = from < sound.frames() ? sound.channels[i % 2 % channels][from] : 0;
    }
    rung.encode(frame.data(), static_cast<std::uint32_t>(at));
    const auto packet = rung.packet(1);
    const bool arrives = random.uniform() >= lost;
    const int decoded =
        opus_decode_float(decoder.get(), arrives ? packet->payload.data() : nullptr,
                          arrives ? static_cast<opus_int32>(packet->payload.size()) : 0,
                          frame.data(), server::webrtc::kOpusFrame, 0);
    if (decoded != server::webrtc::kOpusFrame) throw Error(ErrorCode::kInternal, "no whole frame");
    for (std::size_t i = 0; i < frame.size(); ++i) {
      if (i % 2 < channels) out.channels[i % 2].push_back(frame[i]);
    }
  }
  for (auto& channel : out.channels) {
    channel.erase(channel.begin(), channel.begin() + static_cast<long>(late));
    channel.resize(sound.frames());
  }
  return out;
}

// Into a file by `encode` and back as any listener's player would, through the import's decoder.
class Files {
 public:
  explicit Files(const std::filesystem::path& binaries)
      : decoder_({binaries / "dju_decode_worker", {}}),
        folder_(std::filesystem::temp_directory_path() /
                ("dju-quality-" + std::to_string(::getpid()))) {
    std::filesystem::create_directory(folder_);
  }
  ~Files() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  Sound throughOpus(const Sound& sound, int kilobits) const {
    const auto file = folder_ / "archive.opus";
    return through(sound, file, *audio::openOpus(file, {}, {kilobits * 1000}));
  }
  Sound throughFlac(const Sound& sound, int bits) const {
    const auto file = folder_ / "archive.flac";
    return through(sound, file, *audio::openFlac(file, {}, {kSampleRate, bits}));
  }

 private:
  Sound through(const Sound& sound, const std::filesystem::path& file,
                audio::Encoder& encoder) const {
    std::vector<float> frames(2 * sound.frames());
    for (std::size_t i = 0; i < frames.size(); ++i) frames[i] = sound.channels[i % 2][i / 2];
    encoder.push(frames);
    encoder.finish();
    decoder_.decode(file, folder_ / "archive.pcm").valueOrThrow();
    return quality::soundOf(audio::PcmFile::open(folder_ / "archive.pcm").valueOrThrow().view());
  }
  audio::Decoder decoder_;
  std::filesystem::path folder_;
};

double odg(const Sound& reference, const Sound& test) {
  return quality::peaqGrade(reference, test).valueOrThrow().odg;
}
// After taking off a delay that a codec may have left, which is not a matter of sound.
double alignedOdg(const Sound& reference, const Sound& test) {
  const auto both =
      quality::aligned(reference, test, quality::findAlignment(reference, test).valueOrThrow())
          .valueOrThrow();
  return odg(both.reference, both.test);
}

void gradeWays(Table& table, const Files& files, const Sound& sound) {
  table.add("the same", odg(sound, sound));
  table.add("PCM cache: 16 bits, dithered", alignedOdg(sound, files.throughFlac(sound, 24)));
  table.add("FLAC 16 bits, dithered", alignedOdg(sound, files.throughFlac(sound, 16)));
  for (const int kilobits : {256, 128, 64, 32})
    table.add("stream " + std::to_string(kilobits) + " kbit/s",
              odg(sound, throughStream(sound, kilobits, 0)));
  for (const double lost : {0.001, 0.01})
    table.add("stream 128 kbit/s, " + std::to_string(lost * 100).substr(0, 3) + " % never came",
              odg(sound, throughStream(sound, 128, lost)));
  for (const int kilobits : {256, 128, 64})
    table.add("archive Ogg Opus " + std::to_string(kilobits) + " kbit/s",
              alignedOdg(sound, files.throughOpus(sound, kilobits)));
}

// Against the same recipe composed at that tempo. 2 and 4 % are where DJs play.
void gradeKeyLock(Table& table, const demo::TrackRecipe& recipe, const Track& track,
                  double seconds) {
  for (const double percent : {-4.0, 4.0}) {
    const double speed = 1 + percent / 100;
    const Sound truth = soundOf(excerpt(composedAt(recipe, speed), kFrom / speed, seconds));
    for (const Stretcher& system : stretchers()) {
      const Sound out =
          soundOf(excerpt(system.run(track.audio(), speed, 0), kFrom / speed, seconds));
      table.add(system.name, odg(truth, out));
    }
  }
}

void synthesised(const Files& files, int pieces, double seconds) {
  demo::DemoOptions options;
  options.seed = 78;
  options.seconds = 60;
  options.humanizeMs = 0;
  Table ways, keyLock;
  for (int n = 0; n < pieces; ++n) {
    const demo::TrackRecipe recipe = demo::drawRecipe(
        options, static_cast<demo::Genre>(n % demo::kGenreCount), n / demo::kGenreCount);
    const Stereo plain = composedAt(recipe, 1);
    gradeWays(ways, files, soundOf(excerpt(plain, kFrom, seconds)));
    gradeKeyLock(keyLock, recipe, trackOf(plain.left, plain.right), seconds);
  }
  ways.print("ODG, synthesised music");
  keyLock.print("ODG of key lock at +/-4 %, to the truth");
}

void real(const Files& files, const std::filesystem::path& binaries, int pieces, double seconds) {
  const char* folder = std::getenv("DJU_EVAL_DIR");
  if (folder == nullptr) {
    std::printf("\nDJU_EVAL_DIR is not set: no real pieces\n");
    return;
  }
  const auto sources =
      realPieces(folder, binaries / "dju_decode_worker", std::filesystem::temp_directory_path());
  const auto count = std::min(static_cast<std::size_t>(pieces), sources.size());
  const Stretcher best = referenceStretcher();
  Table ways, keyLock;
  for (std::size_t n = 0; n < count; ++n) {
    const Piece part = excerptOf(*sources[n * sources.size() / count].make(), kFrom, seconds + 2);
    gradeWays(ways, files, quality::soundOf(part.view()));
    if (!best.run) continue;
    const engine::TrackAudio audio{part.samples.data(), part.view().frames, part.scale};
    for (const double speed : {0.96, 1.04}) {
      const Sound wanted = soundOf(excerpt(best.run(audio, speed, 0), 0.5, seconds));
      for (const Stretcher& system : stretchers())
        keyLock.add(system.name,
                    odg(wanted, soundOf(excerpt(system.run(audio, speed, 0), 0.5, seconds))));
    }
  }
  ways.print("ODG, real pieces");
  keyLock.print("ODG of key lock at +/-4 %, to Rubber Band R3");
}

void voice() {
  const auto spoken = quality::testing::spokenByEspeak();
  if (!spoken) {
    std::printf("\nespeak-ng is not installed: no voice\n");
    return;
  }
  Table narrow, wide;
  for (const double lost : {0.0, 0.01, 0.03}) {
    for (const int kilobits : {128, 64, 32}) {
      const Sound out = throughStream(*spoken, kilobits, lost);
      const std::string name = "stream " + std::to_string(kilobits) + " kbit/s, " +
                               std::to_string(static_cast<int>(100 * lost)) + " % never came";
      for (auto& [table, band] : {std::pair(&narrow, quality::pesq::Band::kNarrow),
                                  std::pair(&wide, quality::pesq::Band::kWide)})
        table->add(name, quality::pesqScore(*spoken, out, band).valueOrThrow().mosLqo);
    }
  }
  narrow.print("MOS-LQO of a voice, narrow band");
  wide.print("MOS-LQO of a voice, wide band");
}

void cost(double seconds) {
  Random random(3);
  Sound noise{kSampleRate, {{}, {}}};
  for (auto& channel : noise.channels) {
    for (double i = 0; i < seconds * kSampleRate; ++i)
      channel.push_back(static_cast<float>(random.uniform(-0.3, 0.3)));
  }
  const double peaq = best([&] { odg(noise, noise); });
  std::printf("\nPEAQ, stereo: %.1f times faster than the sound lasts\n", seconds / peaq);
  const auto spoken = quality::testing::spokenByEspeak();
  if (!spoken) return;
  const double pesq = best(
      [&] { quality::pesqScore(*spoken, *spoken, quality::pesq::Band::kWide).valueOrThrow(); });
  std::printf("PESQ, wide band: %.1f times faster than the speech lasts\n",
              static_cast<double>(spoken->frames()) / kSampleRate / pesq);
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 10;
  const int pieces = argc > 2 ? std::atoi(argv[2]) : 8;
  std::printf("quality: %s, GCC %s, %s, %d pieces of %.0f s from %.0f s on\n", cpuName().c_str(),
              __VERSION__, opus_get_version_string(), pieces, seconds, kFrom);
  const auto binaries = std::filesystem::path(argv[0]).parent_path();
  const Files files(binaries);
  synthesised(files, pieces, seconds);
  real(files, binaries, pieces, seconds);
  voice();
  cost(seconds);
  return 0;
}
