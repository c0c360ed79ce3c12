#include "server/net/http_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace dju::server {
namespace {

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<std::uint64_t> parseNumber(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return {};
  return value;
}

Error badTarget(const char* what) {
  return {ErrorCode::kInvalid, fmt::format("request target: {}", what)};
}

bool joinSegment(std::string& path, std::string_view segment) {
  if (segment.empty() || segment == ".") return true;  // "//" and "/./" are "/"
  if (segment == "..") return false;
  path += '/';
  path += segment;
  return true;
}

Result<std::string> normalPath(std::string_view encoded) {
  const auto decoded = percentDecode(encoded);
  if (!decoded) return badTarget("broken percent-escape");
  if (!isUtf8(*decoded)) return badTarget("the path is not UTF-8");
  for (const char c : *decoded) {
    if (static_cast<unsigned char>(c) < 32 || c == 127) return badTarget("control character");
    if (c == '\\') return badTarget("backslash");
  }
  std::string path;
  std::string_view rest = *decoded;
  while (!rest.empty()) {
    rest.remove_prefix(1);  // the slash
    const auto end = std::min(rest.find('/'), rest.size());
    if (!joinSegment(path, rest.substr(0, end))) return badTarget("\"..\" is not allowed");
    rest.remove_prefix(end);
  }
  if (path.empty() || decoded->back() == '/') path += '/';
  return path;
}

}  // namespace

bool equalNoCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string> percentDecode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return {};
      const int high = hexDigit(text[i + 1]);
      const int low = hexDigit(text[i + 2]);
      if (high < 0 || low < 0) return {};
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus == Plus::kSpace) {
      c = ' ';
    }
    if (c == '\0') return {};
    out += c;
  }
  return out;
}

Result<Target> parseTarget(std::string_view target) {
  if (target.empty() || target[0] != '/') return badTarget("must start with \"/\"");
  target = target.substr(0, target.find('#'));
  const auto mark = target.find('?');
  auto path = normalPath(target.substr(0, mark));
  if (!path) return path.error();
  Target out;
  out.path = *path;
  if (mark == std::string_view::npos) return out;
  std::string_view query = target.substr(mark + 1);
  for (int count = 0; !query.empty(); ++count) {
    if (count == 64) return badTarget("more than 64 query parameters");
    const auto end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    auto name = percentDecode(pair.substr(0, equals), Plus::kSpace);
    auto value = percentDecode(pair.substr(std::min(equals + 1, pair.size())), Plus::kSpace);
    if (!name || !value) return badTarget("broken percent-escape in the query");
    if (!isUtf8(*name) || !isUtf8(*value)) return badTarget("the query is not UTF-8");
    out.query.add(std::move(*name), std::move(*value));
  }
  return out;
}

ByteRange parseRange(std::string_view header, std::uint64_t size) {
  using Kind = ByteRange::Kind;
  const auto equals = header.find('=');
  if (equals == std::string_view::npos || !equalNoCase(trimmed(header.substr(0, equals)), "bytes"))
    return {};
  const std::string_view spec = trimmed(header.substr(equals + 1));
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos || spec.find(',') != std::string_view::npos) return {};
  const auto from = trimmed(spec.substr(0, dash));
  const auto to = trimmed(spec.substr(dash + 1));
  if (from.empty()) {  // the last n bytes
    const auto suffix = parseNumber(to);
    if (!suffix) return {};
    if (*suffix == 0 || size == 0) return {Kind::kUnsatisfiable, 0, 0};
    return {Kind::kRange, size - std::min(*suffix, size), size - 1};
  }
  const auto first = parseNumber(from);
  const auto last = to.empty() ? std::optional<std::uint64_t>(UINT64_MAX) : parseNumber(to);
  if (!first || !last || *first > *last) return {};
  if (*first >= size) return {Kind::kUnsatisfiable, 0, 0};
  return {Kind::kRange, *first, std::min(*last, size - 1)};
}

bool etagMatches(std::string_view header, std::string_view etag) {
  auto opaque = [](std::string_view tag) { return tag.substr(0, 2) == "W/" ? tag.substr(2) : tag; };
  while (!header.empty()) {
    const auto comma = std::min(header.find(','), header.size());
    const auto tag = trimmed(header.substr(0, comma));
    if (tag == "*" || (!tag.empty() && opaque(tag) == opaque(etag))) return true;
    header.remove_prefix(std::min(comma + 1, header.size()));
  }
  return false;
}

namespace {
constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
}  // namespace

std::string httpDate(std::time_t time) {
  std::tm utc{};
  gmtime_r(&time, &utc);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                     kDays[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                     kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour,
                     utc.tm_min, utc.tm_sec);
}

std::optional<std::time_t> parseHttpDate(std::string_view text) {
  // Only the preferred form, which every current client sends back.
  if (text.size() != 29 || text.substr(25) != " GMT") return {};
  auto field = [&](std::size_t at, std::size_t length) {
    const auto value = parseNumber(text.substr(at, length));
    return value ? static_cast<int>(*value) : -1;
  };
  std::tm utc{};
  utc.tm_mday = field(5, 2);
  utc.tm_year = field(12, 4) - 1900;
  utc.tm_hour = field(17, 2);
  utc.tm_min = field(20, 2);
  utc.tm_sec = field(23, 2);
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  const bool bad = month == kMonths.end() || utc.tm_mday < 1 || utc.tm_mday > 31 ||
                   utc.tm_year < 0 || utc.tm_hour < 0 || utc.tm_min < 0 || utc.tm_sec < 0;
  if (bad) return {};
  utc.tm_mon = static_cast<int>(month - kMonths.begin());
  return timegm(&utc);
}

bool isUtf8(std::string_view text) {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* end = at + text.size();
  while (at < end) {
    if (*at < 0x80) {
      ++at;
      continue;
    }
    // Table 3-7 of the Unicode standard: the length and the range of the second byte.
    int more = 0;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    if (*at >= 0xC2 && *at <= 0xDF) {
      more = 1;
    } else if (*at >= 0xE0 && *at <= 0xEF) {
      more = 2;
      if (*at == 0xE0) low = 0xA0;
      if (*at == 0xED) high = 0x9F;
    } else if (*at >= 0xF0 && *at <= 0xF4) {
      more = 3;
      if (*at == 0xF0) low = 0x90;
      if (*at == 0xF4) high = 0x8F;
    } else {
      return false;
    }
    if (end - at <= more || at[1] < low || at[1] > high) return false;
    for (int i = 2; i <= more; ++i) {
      if ((at[i] & 0xC0) != 0x80) return false;
    }
    at += more + 1;
  }
  return true;
}

namespace {

// Nesting is bounded before the parser builds anything.
bool depthWithin(std::string_view text, int maxDepth) {
  int depth = 0;
  bool inString = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (inString) {
      if (c == '\\') ++i;
      if (c == '"') inString = false;
    } else if (c == '"') {
      inString = true;
    } else if (c == '[' || c == '{') {
      if (++depth > maxDepth) return false;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return true;
}

}  // namespace

Result<nlohmann::json> parseJson(std::string_view text, int maxDepth) {
  if (!depthWithin(text, maxDepth)) {
    return Error(ErrorCode::kInvalid, fmt::format("JSON nested deeper than {} levels", maxDepth));
  }
  try {
    return nlohmann::json::parse(text.begin(), text.end());
  } catch (const nlohmann::json::parse_error& error) {
    return Error(ErrorCode::kInvalid, fmt::format("not JSON: error at byte {}", error.byte));
  } catch (const nlohmann::json::exception&) {  // a number beyond a double
    return Error(ErrorCode::kInvalid, "not JSON: a number is out of range");
  }
}

std::string dumpJson(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool isHeaderSafe(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= 32 && c != 127);
  });
}

}  // namespace dju::server
