#include "storage/interchange/rekordbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <ctime>
#include <pugixml.hpp>
#include <sstream>

#include "music/key.h"
#include "storage/interchange/beat_markers.h"

namespace dju::storage {
namespace {

constexpr int kBeatsPerBar = 4;
constexpr std::size_t kMaxMarkers = 20000;
constexpr int kLoop = 4;  // POSITION_MARK Type

// "file://localhost/C:/Music/a%20b.mp3" to "a b.mp3".
std::string fileNameOf(const std::string& location) {
  const std::size_t slash = location.find_last_of('/');
  const std::string name = slash == std::string::npos ? location : location.substr(slash + 1);
  std::string plain;
  for (std::size_t i = 0; i < name.size(); ++i) {
    int value = 0;
    const char* digits = name.data() + i + 1;
    if (name[i] == '%' && i + 2 < name.size() &&
        std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2) {
      plain += static_cast<char>(value);
      i += 2;
    } else {
      plain += name[i];
    }
  }
  return plain.substr(0, 255);
}

// A TEMPO says where a beat lies, which of the bar it is (Battito, 1 to 4), and the tempo from
// there.
std::optional<BeatGrid> gridOf(const pugi::xml_node& track) {
  std::vector<BeatMarker> markers;
  double bpm = 0;
  for (const pugi::xml_node& tempo : track.children("TEMPO")) {
    const double seconds = tempo.attribute("Inizio").as_double(-1);
    const double next = tempo.attribute("Bpm").as_double();
    const int inBar = std::clamp(tempo.attribute("Battito").as_int(1), 1, kBeatsPerBar) - 1;
    if (!(next > 0) || !std::isfinite(seconds) || markers.size() >= kMaxMarkers) break;
    double beat = inBar;
    if (!markers.empty()) {
      const BeatMarker& last = markers.back();
      // Between two markers lies a whole number of beats, whose tempo may be a little uneven.
      beat = last.beat + std::max(1.0, std::round((seconds - last.seconds) * bpm / 60));
    }
    if (!markers.empty() && seconds <= markers.back().seconds) break;
    markers.push_back({beat, seconds});
    bpm = next;
  }
  return gridThrough(markers, bpm);
}

int colorOf(const pugi::xml_node& mark) {
  if (!mark.attribute("Red")) return -1;
  const auto part = [&](const char* name) {
    return std::clamp(mark.attribute(name).as_int(), 0, 255);
  };
  return part("Red") << 16 | part("Green") << 8 | part("Blue");
}

std::vector<music::CuePoint> cuesOf(const pugi::xml_node& track) {
  std::vector<music::CuePoint> cues;
  for (const pugi::xml_node& mark : track.children("POSITION_MARK")) {
    if (cues.size() >= music::kMaxCues) break;
    music::CuePoint cue;
    cue.time = mark.attribute("Start").as_double(-1);
    cue.label = std::string(mark.attribute("Name").as_string()).substr(0, music::kMaxLabelBytes);
    const int number = mark.attribute("Num").as_int(-1);
    cue.slot = number >= 0 && number < 8 ? number : -1;
    cue.color = colorOf(mark);
    const bool loop = mark.attribute("Type").as_int() == kLoop;
    cue.kind = loop ? "loop" : "cue";
    if (loop) cue.length = std::max(0.0, mark.attribute("End").as_double() - cue.time);
    if (std::isfinite(cue.time) && std::isfinite(cue.length)) cues.push_back(std::move(cue));
  }
  return cues;
}

ForeignTrack readTrack(const pugi::xml_node& node) {
  ForeignTrack track;
  track.title = node.attribute("Name").as_string();
  track.artist = node.attribute("Artist").as_string();
  track.key = node.attribute("Tonality").as_string();
  track.file = fileNameOf(node.attribute("Location").as_string());
  track.seconds = node.attribute("TotalTime").as_double();
  track.grid = gridOf(node);
  track.cues = cuesOf(node);
  return track;
}

std::string seconds(double frames) {
  return fmt::format("{:.3f}", frames / kSampleRate);
}

void addTempo(pugi::xml_node& node, double frame, double framesPerBeat, double beat) {
  pugi::xml_node tempo = node.append_child("TEMPO");
  tempo.append_attribute("Inizio") = seconds(frame).c_str();
  tempo.append_attribute("Bpm") = fmt::format("{:.2f}", kSampleRate * 60.0 / framesPerBeat).c_str();
  tempo.append_attribute("Metro") = "4/4";
  const int inBar = static_cast<int>(std::fmod(std::fmod(beat, 4) + 4, 4));
  tempo.append_attribute("Battito") = inBar + 1;
}

// rekordbox keeps tempi to a hundredth, so that a long part would drift: by 0.005 BPM of 128 in six
// minutes 14 ms. A marker every 64 bars keeps it within 2 ms.
void addGrid(pugi::xml_node& node, const BeatGrid& grid, double frames) {
  constexpr double kEvery = 256;  // beats
  double beat = 0;
  double frame = grid.anchorFrame;
  double length = grid.framesPerBeat;
  for (std::size_t part = 0; part <= grid.changeCount; ++part) {
    const bool last = part == grid.changeCount;
    const double end = last ? frames : grid.changeList[part].frame;
    for (; frame < end - length / 2; beat += kEvery, frame += kEvery * length) {
      addTempo(node, frame, length, beat);
    }
    if (last) break;
    beat = grid.changeList[part].beat;
    frame = grid.changeList[part].frame;
    length = grid.changeList[part].framesPerBeat;
  }
}

void addMark(pugi::xml_node& node, const music::CuePoint& cue) {
  pugi::xml_node mark = node.append_child("POSITION_MARK");
  mark.append_attribute("Name") = cue.label.empty() ? cue.kind.c_str() : cue.label.c_str();
  mark.append_attribute("Type") = cue.length > 0 ? kLoop : 0;
  mark.append_attribute("Start") = fmt::format("{:.3f}", cue.time).c_str();
  if (cue.length > 0) {
    mark.append_attribute("End") = fmt::format("{:.3f}", cue.time + cue.length).c_str();
  }
  mark.append_attribute("Num") = cue.slot;
  if (cue.color < 0) return;
  mark.append_attribute("Red") = cue.color >> 16 & 255;
  mark.append_attribute("Green") = cue.color >> 8 & 255;
  mark.append_attribute("Blue") = cue.color & 255;
}

std::string urlOf(const std::string& location) {
  std::string url = location.starts_with("/") ? "file://localhost" : "file://localhost/";
  for (const char c : location) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                       std::string_view("/-_.~()!',").find(c) != std::string_view::npos;
    url += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return url;
}

std::string kindOf(const std::string& format) {
  std::string upper;
  for (const char c : format)
    upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return upper + " File";
}

// "Am", "F#", as rekordbox writes keys.
std::string shortKey(const std::string& name) {
  const auto key = music::parseKey(name);
  if (!key) return "";
  const std::string full = music::keyName(*key);
  return full.substr(0, full.find(' ')) + (key->mode == music::KeyMode::kMinor ? "m" : "");
}

std::string dateOf(std::int64_t ms) {
  const auto time = static_cast<std::time_t>(ms / 1000);
  std::tm day{};
  gmtime_r(&time, &day);
  return fmt::format("{:04}-{:02}-{:02}", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
}

void addTrack(pugi::xml_node& collection, const ExportedTrack& exported, int number) {
  const Track& track = exported.track;
  pugi::xml_node node = collection.append_child("TRACK");
  node.append_attribute("TrackID") = number;
  node.append_attribute("Name") = track.title.c_str();
  node.append_attribute("Artist") = track.artist.c_str();
  node.append_attribute("Album") = track.album.c_str();
  node.append_attribute("Genre") = track.genre.c_str();
  node.append_attribute("Kind") = kindOf(track.format).c_str();
  node.append_attribute("TotalTime") = static_cast<int>(std::lround(track.durationSeconds()));
  node.append_attribute("AverageBpm") = fmt::format("{:.2f}", exported.info.grid.bpm()).c_str();
  node.append_attribute("DateAdded") = dateOf(track.addedAt).c_str();
  node.append_attribute("BitRate") = track.bitrate / 1000;
  node.append_attribute("Tonality") = shortKey(exported.info.key.name).c_str();
  node.append_attribute("Location") = urlOf(exported.location).c_str();
  if (exported.info.grid.valid()) {
    addGrid(node, exported.info.grid, static_cast<double>(exported.info.frames));
  }
  for (const music::CuePoint& cue : exported.info.cues) addMark(node, cue);
}

void addPlaylist(pugi::xml_node& root, const std::string& name, std::size_t count) {
  pugi::xml_node top = root.append_child("PLAYLISTS").append_child("NODE");
  top.append_attribute("Type") = 0;
  top.append_attribute("Name") = "ROOT";
  top.append_attribute("Count") = name.empty() ? 0 : 1;
  if (name.empty()) return;
  pugi::xml_node list = top.append_child("NODE");
  list.append_attribute("Name") = name.c_str();
  list.append_attribute("Type") = 1;
  list.append_attribute("KeyType") = 0;
  list.append_attribute("Entries") = static_cast<unsigned>(count);
  for (std::size_t i = 1; i <= count; ++i) {
    list.append_child("TRACK").append_attribute("Key") = static_cast<unsigned>(i);
  }
}

}  // namespace

Result<Collection> parseRekordbox(std::string_view xml) {
  if (xml.size() > kMaxCollectionBytes) {
    return Error(ErrorCode::kTooLarge, "rekordbox XML: larger than 256 MiB");
  }
  pugi::xml_document document;
  const auto parsed = document.load_buffer(xml.data(), xml.size());
  const pugi::xml_node tracks = document.child("DJ_PLAYLISTS").child("COLLECTION");
  if (!parsed || !tracks) {
    return Error(ErrorCode::kInvalid,
                 fmt::format("rekordbox XML: {}",
                             parsed ? "no DJ_PLAYLISTS with a COLLECTION" : parsed.description()));
  }
  Collection collection{"rekordbox", {}};
  for (const pugi::xml_node& track : tracks.children("TRACK")) {
    if (collection.tracks.size() >= kMaxCollectionTracks) break;
    collection.tracks.push_back(readTrack(track));
  }
  return collection;
}

Result<std::string> exportRekordbox(Library& library, const ExportScope& scope,
                                    const std::function<std::string(const Track&)>& locate,
                                    int most) {
  std::vector<Track> tracks;
  std::string name;
  if (!scope.track.empty()) {
    const Result<Track> one = library.track(scope.track);
    if (!one) return one.error();
    tracks.push_back(*one);
  } else {
    if (!scope.crate.empty()) {
      const Result<Crate> crate = library.crate(scope.crate);
      if (!crate) return crate.error();
      name = crate->name;
    }
    TrackQuery query;
    query.crate = scope.crate;
    query.limit = 500;
    if (const auto total = library.search(query).total; most > 0 && total > most) {
      return Error(ErrorCode::kTooLarge,
                   fmt::format("{} tracks; at most {} at a time: choose a crate, or run dju export",
                               total, most));
    }
    for (TrackPage page = library.search(query); !page.tracks.empty();
         page = library.search(query)) {
      tracks.insert(tracks.end(), page.tracks.begin(), page.tracks.end());
      query.offset += query.limit;
    }
  }
  std::vector<ExportedTrack> exported;
  for (const Track& track : tracks) {
    const Result<music::TrackInfo> info = library.analysis(track.analysisHash);
    if (info) exported.push_back({track, *info, locate(track)});
  }
  return formatRekordbox(exported, name);
}

std::string formatRekordbox(std::span<const ExportedTrack> tracks, const std::string& playlist) {
  pugi::xml_document document;
  pugi::xml_node head = document.append_child(pugi::node_declaration);
  head.append_attribute("version") = "1.0";
  head.append_attribute("encoding") = "UTF-8";
  pugi::xml_node root = document.append_child("DJ_PLAYLISTS");
  root.append_attribute("Version") = "1.0.0";
  pugi::xml_node product = root.append_child("PRODUCT");
  product.append_attribute("Name") = "DJ Universe";
  product.append_attribute("Version") = DJU_VERSION;
  product.append_attribute("Company") = "";
  pugi::xml_node collection = root.append_child("COLLECTION");
  collection.append_attribute("Entries") = static_cast<unsigned>(tracks.size());
  int number = 0;
  for (const ExportedTrack& track : tracks) addTrack(collection, track, ++number);
  addPlaylist(root, playlist, tracks.size());
  std::ostringstream out;
  document.save(out, "  ");
  return out.str();
}

}  // namespace dju::storage
