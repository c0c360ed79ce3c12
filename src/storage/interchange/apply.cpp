#include "storage/interchange/apply.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>

#include "music/key.h"
#include "storage/interchange/mixxx.h"
#include "storage/interchange/rekordbox.h"
#include "storage/interchange/traktor.h"

namespace dju::storage {
namespace {

constexpr std::size_t kMaxTold = 100;
constexpr double kMaxSecondsApart = 2;

// At 44.1 kHz: LAME's delay and the decoder's (576 + 529 samples), the frame before the sound
// (1152), and both. Some programs leave the frame out where we count it.
constexpr std::array<double, 4> kDelays = {1105 / 44100.0, 1152 / 44100.0, 2257 / 44100.0,
                                           -1152 / 44100.0};
constexpr double kNear = 0.008;

// Letters and digits only, in lower case; other alphabets as they are.
std::string plain(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalnum(byte) != 0) out += static_cast<char>(std::tolower(byte));
  }
  return out;
}

std::string stem(const std::string& file) {
  const std::size_t dot = file.find_last_of('.');
  return dot == std::string::npos || dot == 0 ? file : file.substr(0, dot);
}

std::string extension(const std::string& file) {
  const std::size_t dot = file.find_last_of('.');
  return dot == std::string::npos ? "" : plain(file.substr(dot + 1));
}

// Tracks by title, read once: a collection may have a hundred thousand entries.
class Finder {
 public:
  explicit Finder(Library& library) {
    TrackQuery query;
    query.limit = 500;
    for (query.offset = 0;; query.offset += query.limit) {
      const TrackPage page = library.search(query);
      for (const Track& track : page.tracks) byTitle_.emplace(plain(track.title), track);
      if (page.tracks.empty()) return;
    }
  }

  // Nothing where several fit, unless only one of them is such a file.
  const Track* find(const ForeignTrack& foreign) const {
    const std::string title = plain(foreign.title.empty() ? stem(foreign.file) : foreign.title);
    std::vector<const Track*> found;
    const auto [from, to] = byTitle_.equal_range(title);
    for (auto it = from; it != to; ++it) {
      if (fits(foreign, it->second)) found.push_back(&it->second);
    }
    if (found.size() > 1) {
      const std::string format = extension(foreign.file);
      std::erase_if(found, [&](const Track* track) { return track->format != format; });
    }
    return found.size() == 1 ? found.front() : nullptr;
  }

 private:
  static bool fits(const ForeignTrack& foreign, const Track& track) {
    const bool artist = foreign.artist.empty() || track.artist.empty() ||
                        plain(foreign.artist) == plain(track.artist);
    const bool length = foreign.seconds <= 0 ||
                        std::fabs(foreign.seconds - track.durationSeconds()) <= kMaxSecondsApart;
    return artist && length;
  }

  std::multimap<std::string, Track> byTitle_;
};

BeatGrid shifted(BeatGrid grid, double seconds) {
  const double frames = seconds * kSampleRate;
  grid.anchorFrame += frames;
  for (std::size_t i = 0; i < grid.changeCount; ++i) grid.changeList[i].frame += frames;
  if (grid.anchorFrame >= 0) return grid;
  const double bars = std::ceil(-grid.anchorFrame / (4 * grid.framesPerBeat));
  grid.anchorFrame += 4 * bars * grid.framesPerBeat;
  for (std::size_t i = 0; i < grid.changeCount; ++i) grid.changeList[i].beat -= 4 * bars;
  return grid;
}

std::vector<music::CuePoint> shifted(std::vector<music::CuePoint> cues, double seconds,
                                     double duration) {
  unsigned taken = 0;
  std::vector<music::CuePoint> kept;
  for (music::CuePoint& cue : cues) {
    cue.time = std::max(0.0, cue.time + seconds);
    if (cue.time > duration) continue;
    cue.length = std::min(cue.length, duration - cue.time);
    // Programs number cues and loops apart; here a number is one pad.
    if (cue.slot >= 0 && (taken >> cue.slot & 1U) != 0) cue.slot = -1;
    if (cue.slot >= 0) taken |= 1U << cue.slot;
    kept.push_back(std::move(cue));
  }
  return kept;
}

}  // namespace

double encoderDelay(const BeatGrid& theirs, const music::TrackInfo& ours, std::string_view format) {
  if (format != "mp3" || !ours.grid.valid() || !theirs.valid() || ours.gridConfidence < 0.5) {
    return 0;
  }
  // Their first beats, each by how far it lies behind our nearest.
  std::vector<double> behind;
  for (int beat = 0; beat < 64; ++beat) {
    const double frame = theirs.frameAt(beat);
    if (frame < 0 || frame > static_cast<double>(ours.frames)) continue;
    const double nearest = ours.grid.frameAt(std::round(ours.grid.beatAt(frame)));
    behind.push_back((frame - nearest) / kSampleRate);
  }
  if (behind.size() < 16) return 0;
  std::nth_element(behind.begin(), behind.begin() + static_cast<std::ptrdiff_t>(behind.size() / 2),
                   behind.end());
  const double middle = behind[behind.size() / 2];
  double best = 0;
  for (const double delay : kDelays) {
    if (std::fabs(middle - delay) < std::fabs(middle - best)) best = delay;
  }
  return std::fabs(middle - best) <= kNear ? best : 0;
}

Applied applyCollection(Library& library, const Collection& collection, std::string_view player) {
  Applied applied;
  const Finder finder(library);
  for (const ForeignTrack& foreign : collection.tracks) {
    const Track* track = finder.find(foreign);
    if (track == nullptr) {
      if (applied.unmatched.size() < kMaxTold) {
        applied.unmatched.push_back(
            fmt::format("{} - {}", foreign.artist.substr(0, 200), foreign.title.substr(0, 200)));
      }
      continue;
    }
    ++applied.matched;
    if (applyTrack(library, foreign, track->id, player, applied.shifted)) ++applied.changed;
  }
  return applied;
}

bool applyTrack(Library& library, const ForeignTrack& foreign, std::string_view id,
                std::string_view player, int& shiftedCount) {
  if (!foreign.grid && foreign.cues.empty()) return false;
  const Result<Track> track = library.changeable(id, player);
  if (!track) return false;
  const Result<music::TrackInfo> ours = library.analysis(track->baseHash);
  if (!ours) return false;
  const double delay = foreign.grid ? encoderDelay(*foreign.grid, *ours, track->format) : 0;
  if (delay != 0) ++shiftedCount;
  const Result<Track> edited =
      library.edit(id, player, [&](music::TrackEdits& edits) -> Result<void> {
        if (foreign.grid && !edits.locked) edits.grid = shifted(*foreign.grid, -delay);
        if (!foreign.cues.empty()) {
          edits.cues = shifted(foreign.cues, -delay, track->durationSeconds());
        }
        return {};
      });
  return edited.ok() && edited->analysisHash != track->analysisHash;
}

Result<Collection> parseCollection(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, 4096);
  if (head.find("<DJ_PLAYLISTS") != std::string_view::npos) return parseRekordbox(bytes);
  if (head.find("<NML") != std::string_view::npos) return parseTraktor(bytes);
  return Error(ErrorCode::kUnsupported,
               "neither a rekordbox XML nor a Traktor NML; export the collection from there");
}

Result<std::string> readWhole(const std::filesystem::path& path, std::size_t maxBytes) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  if (error || !file) {
    return Error(ErrorCode::kNotFound, fmt::format("cannot read \"{}\"", path.string()));
  }
  if (size > maxBytes) {
    return Error(ErrorCode::kTooLarge,
                 fmt::format("\"{}\": larger than {} MiB", path.string(), maxBytes >> 20));
  }
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

Result<Collection> readCollection(const std::filesystem::path& path) {
  std::array<char, 15> head{};
  std::ifstream(path, std::ios::binary).read(head.data(), head.size());
  if (std::string_view(head.data(), head.size()) == "SQLite format 3") return readMixxx(path);
  const Result<std::string> bytes = readWhole(path, kMaxCollectionBytes);
  if (!bytes) return bytes.error();
  return parseCollection(*bytes);
}

}  // namespace dju::storage
