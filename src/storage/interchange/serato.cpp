#include "storage/interchange/serato.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <fstream>
#include <string>

#include "music/track_edits.h"
#include "storage/interchange/beat_markers.h"

namespace dju::storage {
namespace {

constexpr std::size_t kMaxHead = 16 << 20;
constexpr std::string_view kMarkersName = "Serato Markers2";
constexpr std::string_view kGridName = "Serato BeatGrid";

std::uint32_t bigEndian(TagBytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) << 24 |
         static_cast<std::uint32_t>(bytes[at + 1]) << 16 |
         static_cast<std::uint32_t>(bytes[at + 2]) << 8 | bytes[at + 3];
}

std::uint32_t littleEndian(TagBytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at + 3]) << 24 |
         static_cast<std::uint32_t>(bytes[at + 2]) << 16 |
         static_cast<std::uint32_t>(bytes[at + 1]) << 8 | bytes[at];
}

double bigEndianFloat(TagBytes bytes, std::size_t at) {
  return static_cast<double>(std::bit_cast<float>(bigEndian(bytes, at)));
}

// Up to the next zero, which is skipped; everything where there is none.
std::string_view takeText(TagBytes& bytes) {
  const auto end = std::find(bytes.begin(), bytes.end(), std::uint8_t{0});
  const auto length = static_cast<std::size_t>(end - bytes.begin());
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), length);
  bytes = bytes.subspan(std::min(bytes.size(), length + 1));
  return text;
}

// Line breaks are skipped, missing padding is forgiven: Serato writes neither by the book.
std::vector<std::uint8_t> decodeBase64(std::string_view text) {
  std::vector<std::uint8_t> out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    int value = 0;
    if (c >= 'A' && c <= 'Z') {
      value = c - 'A';
    } else if (c >= 'a' && c <= 'z') {
      value = c - 'a' + 26;
    } else if (c >= '0' && c <= '9') {
      value = c - '0' + 52;
    } else if (c == '+' || c == '/') {
      value = c == '+' ? 62 : 63;
    } else if (c == '\n' || c == '\r') {
      continue;
    } else {
      break;
    }
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<std::uint8_t>(bits >> count));
  }
  return out;
}

std::string labelOf(TagBytes bytes) {
  return std::string(takeText(bytes)).substr(0, music::kMaxLabelBytes);
}

std::optional<music::CuePoint> readCue(TagBytes entry) {
  if (entry.size() < 12) return std::nullopt;
  music::CuePoint cue;
  cue.kind = "cue";
  cue.slot = entry[1] < 8 ? entry[1] : -1;
  cue.time = bigEndian(entry, 2) / 1000.0;
  cue.color = entry[7] << 16 | entry[8] << 8 | entry[9];
  cue.label = labelOf(entry.subspan(12));
  return cue;
}

// Loops have numbers of their own, beside those of cues.
std::optional<music::CuePoint> readLoop(TagBytes entry) {
  if (entry.size() < 20) return std::nullopt;
  music::CuePoint cue;
  cue.kind = "loop";
  cue.time = bigEndian(entry, 2) / 1000.0;
  cue.length = bigEndian(entry, 6) / 1000.0 - cue.time;
  cue.color = entry[15] << 16 | entry[16] << 8 | entry[17];
  cue.label = labelOf(entry.subspan(20));
  if (!(cue.length > 0)) return std::nullopt;
  return cue;
}

// A GEOB frame: encoding, MIME type, file name, description, then the object.
void readGeob(TagBytes frame, SeratoTags& tags) {
  if (frame.empty() || frame[0] == 1 || frame[0] == 2) return;  // UTF-16, which Serato never writes
  frame = frame.subspan(1);
  takeText(frame);
  takeText(frame);
  const std::string_view name = takeText(frame);
  if (name == kMarkersName) tags.cues = parseSeratoMarkers(frame);
  if (name == kGridName) tags.grid = parseSeratoBeatGrid(frame);
}

std::uint32_t syncSafe(TagBytes bytes, std::size_t at) {
  return (bytes[at] & 0x7fU) << 21 | (bytes[at + 1] & 0x7fU) << 14 | (bytes[at + 2] & 0x7fU) << 7 |
         (bytes[at + 3] & 0x7fU);
}

// ID3v2.3 and 2.4; tags that are unsynchronised as a whole are undone first.
void readId3(TagBytes head, SeratoTags& tags) {
  const int version = head[3];
  if (version != 3 && version != 4) return;
  const std::size_t size = std::min<std::size_t>(syncSafe(head, 6), head.size() - 10);
  TagBytes body = head.subspan(10, size);
  std::vector<std::uint8_t> plain;
  if (version == 3 && (head[5] & 0x80) != 0) {
    for (std::size_t i = 0; i < body.size(); ++i) {
      plain.push_back(body[i]);
      if (body[i] == 0xff && i + 1 < body.size() && body[i + 1] == 0) ++i;
    }
    body = plain;
  }
  if ((head[5] & 0x40) != 0) {  // an extended header
    if (body.size() < 4) return;
    const std::size_t skip = version == 4 ? syncSafe(body, 0) : std::size_t{bigEndian(body, 0)} + 4;
    body = body.subspan(std::min(body.size(), skip));
  }
  while (body.size() >= 10 && body[0] != 0) {
    const std::size_t length = version == 4 ? syncSafe(body, 4) : bigEndian(body, 4);
    const std::string_view id(reinterpret_cast<const char*>(body.data()), 4);
    body = body.subspan(10);
    if (length > body.size()) return;
    if (id == "GEOB") readGeob(body.first(length), tags);
    body = body.subspan(length);
  }
}

bool sameName(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return (x >= 'a' && x <= 'z' ? x - 32 : x) == y;
         });
}

// NAME=base64 of "application/octet-stream", 0, 0, the name of the tag, 0, the object.
void readComment(std::string_view comment, SeratoTags& tags) {
  const std::size_t equals = comment.find('=');
  if (equals == std::string_view::npos) return;
  const std::string_view name = comment.substr(0, equals);
  const bool markers = sameName(name, "SERATO_MARKERS_V2");
  if (!markers && !sameName(name, "SERATO_BEATGRID")) return;
  const std::vector<std::uint8_t> decoded = decodeBase64(comment.substr(equals + 1));
  TagBytes object(decoded);
  takeText(object);
  takeText(object);
  takeText(object);
  if (markers) {
    tags.cues = parseSeratoMarkers(object);
  } else {
    tags.grid = parseSeratoBeatGrid(object);
  }
}

void readVorbisComments(TagBytes block, SeratoTags& tags) {
  if (block.size() < 4) return;
  const std::size_t vendor = littleEndian(block, 0);
  if (vendor > block.size() - 4 || block.size() - 4 - vendor < 4) return;
  block = block.subspan(4 + vendor);
  std::uint32_t count = littleEndian(block, 0);
  block = block.subspan(4);
  for (; count > 0 && block.size() >= 4; --count) {
    const std::size_t length = littleEndian(block, 0);
    block = block.subspan(4);
    if (length > block.size()) return;
    readComment({reinterpret_cast<const char*>(block.data()), length}, tags);
    block = block.subspan(length);
  }
}

void readFlac(TagBytes head, SeratoTags& tags) {
  constexpr int kVorbisComment = 4;
  TagBytes rest = head.subspan(4);
  while (rest.size() >= 4) {
    const int kind = rest[0] & 0x7f;
    const bool last = (rest[0] & 0x80) != 0;
    const std::size_t length = bigEndian(rest, 0) & 0xffffffU;
    rest = rest.subspan(4);
    if (length > rest.size()) return;
    if (kind == kVorbisComment) readVorbisComments(rest.first(length), tags);
    if (last) return;
    rest = rest.subspan(length);
  }
}

bool startsWith(TagBytes bytes, std::string_view text) {
  return bytes.size() >= text.size() && std::equal(text.begin(), text.end(), bytes.begin());
}

}  // namespace

std::vector<music::CuePoint> parseSeratoMarkers(TagBytes payload) {
  std::vector<music::CuePoint> cues;
  if (payload.size() < 2 || payload[0] != 1 || payload[1] != 1) return cues;
  const auto text = payload.subspan(2);
  const std::vector<std::uint8_t> decoded =
      decodeBase64({reinterpret_cast<const char*>(text.data()), text.size()});
  if (decoded.size() < 2 || decoded[0] != 1 || decoded[1] != 1) return cues;
  TagBytes rest = TagBytes(decoded).subspan(2);
  while (!rest.empty() && rest[0] != 0 && cues.size() < music::kMaxCues) {
    const std::string_view kind = takeText(rest);
    if (rest.size() < 4) break;
    const std::size_t length = bigEndian(rest, 0);
    rest = rest.subspan(4);
    if (length > rest.size()) break;
    const TagBytes entry = rest.first(length);
    rest = rest.subspan(length);
    const auto cue = kind == "CUE"    ? readCue(entry)
                     : kind == "LOOP" ? readLoop(entry)
                                      : std::nullopt;
    if (cue) cues.push_back(*cue);
  }
  return cues;
}

// Markers of a position and the number of beats to the next; the last has a tempo instead. The
// first is a downbeat.
std::optional<BeatGrid> parseSeratoBeatGrid(TagBytes payload) {
  constexpr std::size_t kHead = 6, kMarker = 8;
  if (payload.size() < kHead || payload[0] != 1 || payload[1] != 0) return std::nullopt;
  const std::size_t count = bigEndian(payload, 2);
  if (count == 0 || count > (payload.size() - kHead) / kMarker) return std::nullopt;
  std::vector<BeatMarker> markers;
  double beat = 0;
  double bpm = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = kHead + i * kMarker;
    markers.push_back({beat, bigEndianFloat(payload, at)});
    if (i + 1 < count) {
      beat += bigEndian(payload, at + 4);
    } else {
      bpm = bigEndianFloat(payload, at + 4);
    }
  }
  return gridThrough(markers, bpm);
}

SeratoTags parseSeratoTags(TagBytes head) {
  SeratoTags tags;
  if (head.size() >= 10 && startsWith(head, "ID3")) readId3(head, tags);
  if (startsWith(head, "fLaC")) readFlac(head, tags);
  return tags;
}

SeratoTags readSeratoTags(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::vector<std::uint8_t> head;
  std::array<char, 1 << 16> chunk{};
  while (in && head.size() < kMaxHead) {
    in.read(chunk.data(), chunk.size());
    head.insert(head.end(), chunk.begin(), chunk.begin() + in.gcount());
    // Files without one of the two tags are not read to the end.
    if (!startsWith(head, "ID3") && !startsWith(head, "fLaC")) return {};
  }
  return parseSeratoTags(head);
}

}  // namespace dju::storage
