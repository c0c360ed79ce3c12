#include "dataset/collectors/set_collector.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include "audio/pcm_file.h"
#include "dataset/collectors/cue_sheet.h"
#include "dataset/listener.h"
#include "dataset/shard_format.h"

namespace dju::dataset {
namespace {

namespace fs = std::filesystem;

// Windows around each change of track, since that is where a set shows what its DJ can do.
constexpr double kAroundSeconds = 20;
constexpr std::size_t kStepRows = kWindowRows / 2;
constexpr std::array<const char*, 9> kAudio = {".flac", ".wav", ".aiff", ".mp3", ".m4a",
                                               ".aac",  ".ogg", ".opus", ".oga"};

std::string textOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Which track begins when, as JAMS.
Jams annotationsBeside(const fs::path& audio) {
  fs::path beside = audio;
  if (fs::exists(beside.replace_extension(".jams")))
    return parseJams(textOf(beside)).valueOrThrow();
  const CueSheet sheet = parseCueSheet(textOf(beside.replace_extension(".cue"))).valueOrThrow();
  Jams jams{sheet.title, sheet.performer, 0, {}, nlohmann::json::object()};
  JamsAnnotation tracks;
  tracks.nameSpace = "segment_open";
  tracks.metadata = {{"data_source", "cue sheet"}};
  for (const CueTrack& track : sheet.tracks)
    tracks.data.push_back({track.seconds, 0, track.performer + " – " + track.title, {}});
  jams.annotations.push_back(std::move(tracks));
  return jams;
}

JamsAnnotation* segmentsOf(Jams& jams) {
  const auto at = std::find_if(
      jams.annotations.begin(), jams.annotations.end(),
      [](const JamsAnnotation& each) { return each.nameSpace.starts_with("segment"); });
  return at == jams.annotations.end() || at->data.empty() ? nullptr : &*at;
}

bool isAudio(const fs::path& file) {
  return std::find(kAudio.begin(), kAudio.end(), file.extension().string()) != kAudio.end();
}

std::vector<fs::path> setsIn(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    fs::path beside = entry.path();
    if (!isAudio(entry.path())) continue;
    if (fs::exists(beside.replace_extension(".cue")) ||
        fs::exists(beside.replace_extension(".jams")))
      found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

// Decodes into a file that is gone afterwards.
std::vector<float> rowsOf(const audio::Decoder& decoder, const fs::path& audio) {
  const fs::path pcm = fs::temp_directory_path() / fmt::format("dju-set-{}.pcm", ::getpid());
  struct Remove {
    const fs::path& file;
    ~Remove() {
      std::error_code ignored;
      fs::remove(file, ignored);
    }
  } const remove{pcm};
  decoder.decode(audio, pcm).valueOrThrow();
  const audio::PcmFile file = audio::PcmFile::open(pcm).valueOrThrow();
  const audio::PcmView view = file.view();
  RowListener listener;
  std::vector<float> rows;
  std::vector<float> stereo;
  constexpr std::int64_t kChunk = 48000;
  for (std::int64_t at = 0; at < view.frames; at += kChunk) {
    const std::int64_t end = std::min(view.frames, at + kChunk);
    stereo.clear();
    for (std::int64_t i = 2 * at; i < 2 * end; ++i)
      stereo.push_back(static_cast<float>(view.samples[i]) * view.scale);
    listener.hear(stereo, rows);
  }
  return rows;
}

// Windows around the changes of `tracks`; the first of them is no change.
void addWindows(CollectedRecord& record, const std::vector<JamsObservation>& tracks,
                const std::string& genre, const std::string& license) {
  const std::vector<float>& rows = record.sides[0].rows;
  const std::size_t count = rows.size() / music::kSoundRowColumns;
  constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t begin = 0; begin + kWindowRows <= count; begin += kStepRows) {
    const double middle = static_cast<double>(begin + kWindowRows / 2) / 100;
    const auto change = std::find_if(
        tracks.begin() + 1, tracks.end(),
        [&](const JamsObservation& each) { return std::abs(each.time - middle) < kAroundSeconds; });
    if (change == tracks.end()) continue;
    Window window;
    const auto first = rows.begin() + static_cast<std::ptrdiff_t>(begin * music::kSoundRowColumns);
    window.features.assign(
        first, first + static_cast<std::ptrdiff_t>(kWindowRows * music::kSoundRowColumns));
    window.labels.assign(soundFormat().labels.size(), kUnknown);
    window.extras.assign(extraNames().size(), kUnknown);
    window.item = {{"id", fmt::format("{}@{}", record.id.substr(0, 16), begin)},
                   {"performance", record.id},
                   {"start", static_cast<std::int64_t>(begin) * judge::kEvidenceFrames},
                   {"dj", record.sides[0].dj},
                   {"genre", genre},
                   {"tracks", nlohmann::json::array({(change - 1)->value, change->value})},
                   {"families", nlohmann::json::array({record.id})},
                   {"licenses", nlohmann::json::array({license})}};
    record.windows.push_back(std::move(window));
  }
}

CollectedRecord recordOf(const audio::Decoder& decoder, const fs::path& audio,
                         const std::string& license) {
  const audio::FileInfo about = decoder.identify(audio).valueOrThrow();
  CollectedRecord record;
  record.id = about.id;
  record.annotations = annotationsBeside(audio);
  Jams& jams = record.annotations;
  JamsAnnotation* const segments = segmentsOf(jams);
  if (segments == nullptr)
    throw Error(ErrorCode::kInvalid,
                audio.filename().string() + ": its JAMS has no segments, so no changes of track");
  if (jams.artist.empty()) jams.artist = about.artist;
  if (jams.artist.empty()) jams.artist = "unknown";
  jams.duration = about.durationSeconds;
  record.metadata = {{"name", jams.title.empty() ? about.title : jams.title},
                     {"seconds", about.durationSeconds},
                     {"file", audio.filename().string()}};
  record.sides.push_back({jams.artist, rowsOf(decoder, audio), {}, {}});
  addWindows(record, segments->data, about.genre, license);
  return record;
}

}  // namespace

void SetCollector::collect(const std::function<void(CollectedRecord)>& take,
                           const std::function<void(const std::string&)>& leaveOut) {
  for (const fs::path& audio : setsIn(folder_)) {
    try {
      take(recordOf(decoder_, audio, license_));
    } catch (const Error& error) {
      leaveOut(fmt::format("{}: {}", audio.filename().string(), error.what()));
    }
  }
}

}  // namespace dju::dataset
