#include "dataset/collectors/cue_sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace dju::dataset {
namespace {

constexpr std::size_t kMostBytes = 1 << 20, kMostLine = 4096, kMostTracks = 999;

// How many bytes follow a lead byte; nothing where it is none (RFC 3629).
std::optional<std::size_t> followers(unsigned char lead) {
  if (lead < 0x80) return 0;
  if (lead >= 0xC2 && lead < 0xE0) return 1;
  if (lead >= 0xE0 && lead < 0xF0) return 2;
  if (lead >= 0xF0 && lead < 0xF5) return 3;
  return std::nullopt;
}

bool isUtf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto more = followers(static_cast<unsigned char>(text[i]));
    if (!more || i + *more >= text.size()) return false;
    for (std::size_t k = 1; k <= *more; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return false;
    i += *more + 1;
  }
  return true;
}

std::string utf8Of(std::string_view text) {
  if (isUtf8(text)) return std::string(text);
  std::string utf8;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      utf8.push_back(c);
    } else {
      utf8.push_back(static_cast<char>(0xC0 | byte >> 6));
      utf8.push_back(static_cast<char>(0x80 | (byte & 0x3F)));
    }
  }
  return utf8;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

// The first word of a line, or what stands in quotes; takes it off.
std::string_view word(std::string_view& line) {
  line = trimmed(line);
  const bool quoted = !line.empty() && line.front() == '"';
  if (quoted) line.remove_prefix(1);
  const std::size_t end = std::min(line.find(quoted ? '"' : ' '), line.size());
  const std::string_view found = line.substr(0, end);
  line.remove_prefix(std::min(line.size(), end + 1));
  return found;
}

// "62:05:74"
std::optional<double> secondsIn(std::string_view text) {
  unsigned parts[3] = {};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int i = 0; i < 3; ++i) {
    const auto [stop, code] = std::from_chars(at, end, parts[i]);
    if (code != std::errc{} || (i < 2 ? stop == end || *stop != ':' : stop != end))
      return std::nullopt;
    at = stop + 1;
  }
  if (parts[0] > 100000 || parts[1] > 59 || parts[2] > 74) return std::nullopt;
  return parts[0] * 60.0 + parts[1] + parts[2] / 75.0;
}

class Reader {
 public:
  Result<CueSheet> read(std::string_view text) {
    if (text.size() > kMostBytes) return Error(ErrorCode::kTooLarge, "cue sheet: more than 1 MiB");
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      ++line_;
      if (end > kMostLine) return fail("longer than 4096 bytes");
      if (auto error = take(trimmed(text.substr(0, end)))) return *error;
      text.remove_prefix(std::min(text.size(), end + 1));
    }
    if (sheet_.tracks.empty()) return Error(ErrorCode::kInvalid, "cue sheet: it has no TRACK");
    if (!hasIndex_) return fail("the last TRACK has no INDEX 01");
    return std::move(sheet_);
  }

 private:
  Error fail(const std::string& what) const {
    return {ErrorCode::kInvalid, fmt::format("cue sheet, line {}: {}", line_, what)};
  }

  std::optional<Error> take(std::string_view line) {
    const std::string_view command = word(line);
    if (command == "TRACK") return beginTrack();
    if (command == "INDEX") return index(line);
    const bool inTrack = !sheet_.tracks.empty();
    if (command == "TITLE")
      (inTrack ? sheet_.tracks.back().title : sheet_.title) = utf8Of(word(line));
    if (command == "PERFORMER")
      (inTrack ? sheet_.tracks.back().performer : sheet_.performer) = utf8Of(word(line));
    if (command == "FILE") {
      if (!sheet_.file.empty()) return fail("a second FILE; a set is one file");
      sheet_.file = utf8Of(word(line));
    }
    return std::nullopt;
  }

  std::optional<Error> beginTrack() {
    if (!hasIndex_) return fail("the TRACK before this one has no INDEX 01");
    if (sheet_.tracks.size() == kMostTracks) return fail("more than 999 tracks");
    sheet_.tracks.emplace_back();
    hasIndex_ = false;
    return std::nullopt;
  }

  std::optional<Error> index(std::string_view line) {
    if (sheet_.tracks.empty()) return fail("INDEX before any TRACK");
    if (word(line) != "01") return std::nullopt;  // 00 is the gap before
    const std::string_view time = word(line);
    const auto seconds = secondsIn(time);
    if (!seconds)
      return fail(fmt::format("INDEX \"{}\": give minutes:seconds:frames", utf8Of(time)));
    const std::size_t count = sheet_.tracks.size();
    if (count > 1 && *seconds <= sheet_.tracks[count - 2].seconds)
      return fail("it does not begin after the TRACK before it");
    sheet_.tracks.back().seconds = *seconds;
    hasIndex_ = true;
    return std::nullopt;
  }

  CueSheet sheet_;
  bool hasIndex_ = true;  // of the last track
  std::size_t line_ = 0;
};

}  // namespace

Result<CueSheet> parseCueSheet(std::string_view text) {
  return Reader().read(text);
}

}  // namespace dju::dataset
