// The small grammars of HTTP and JSON that strangers write: percent-encoding, paths, queries, byte
// ranges, dates, UTF-8, nesting depth. Pure functions without state, fuzzed by fuzz/http_body.cpp.
// Any thread.
#pragma once

#include <cstdint>
#include <ctime>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"
#include "server/net/request.h"

namespace dju::server {

// "%41" → "A"; nothing for a broken escape or a NUL. `plusIsSpace` is for queries.
enum class Plus { kLiteral, kSpace };
std::optional<std::string> percentDecode(std::string_view text, Plus plus = Plus::kLiteral);

// The path and query of a request target in origin form ("/a/b?x=1"). The path is decoded, double
// slashes are joined; an Error for "..", backslashes, control characters or a broken escape.
struct Target {
  std::string path;
  Fields query;
};
Result<Target> parseTarget(std::string_view target);

// One range of `Range: bytes=a-b`. kNone: there is no (usable) Range header, send everything;
// kUnsatisfiable: 416. Several ranges are answered with everything, as RFC 9110 14.2 allows.
struct ByteRange {
  enum class Kind { kNone, kRange, kUnsatisfiable } kind = Kind::kNone;
  std::uint64_t first = 0;
  std::uint64_t last = 0;  // inclusive
};
ByteRange parseRange(std::string_view header, std::uint64_t size);

// If-None-Match: `*` or a list of entity tags, compared weakly (RFC 9110 8.8.3.2).
bool etagMatches(std::string_view header, std::string_view etag);

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string httpDate(std::time_t time);
std::optional<std::time_t> parseHttpDate(std::string_view text);

bool isUtf8(std::string_view text);

// JSON that a stranger sent: valid UTF-8, nesting at most `maxDepth`; an Error names the offset.
Result<nlohmann::json> parseJson(std::string_view text, int maxDepth = 32);
// Never throws: invalid UTF-8 in strings of our own becomes U+FFFD.
std::string dumpJson(const nlohmann::json& value);

// True if `text` may stand in a header value: no control characters but TAB.
bool isHeaderSafe(std::string_view text);

bool equalNoCase(std::string_view a, std::string_view b);

}  // namespace dju::server
