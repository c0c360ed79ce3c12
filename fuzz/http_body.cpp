// HTTP requests of a stranger: the request parser in one piece and in small ones, and the grammars
// of targets, ranges, dates and JSON bodies.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "server/net/http_text.h"
#include "server/net/request_parser.h"

namespace {

using namespace dju::server;

void parseRequest(std::string_view input, std::size_t step) {
  RequestParser parser;
  parser.headerLimit(16384);
  std::string pending;
  std::size_t body = 0;
  bool headed = false;
  for (std::size_t at = 0; at < input.size() && !parser.done(); at += step) {
    pending += input.substr(at, step);
    for (bool more = true; more && !parser.done() && !pending.empty();) {
      const auto result = parser.put(pending);
      if (result.used > pending.size()) std::abort();
      pending.erase(0, result.used);
      if (result.refusal) return;
      if (parser.headerDone() && !headed) {
        headed = true;
        const auto head = parser.takeHead(8192);
        if (head.refusal) return;
        if (head.request.path.empty() || head.request.path[0] != '/') std::abort();
        if (head.request.path.find("/../") != std::string::npos) std::abort();
        parser.readBody([&](std::string_view data) { return (body += data.size()) <= 65536; });
      } else if (result.needMore) {
        more = false;
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  parseRequest(text, size + 1);
  parseRequest(text, 7);
  if (const auto target = parseTarget(text); target && target->path[0] != '/') std::abort();
  const auto range = parseRange(text, 1000);
  if (range.kind == ByteRange::Kind::kRange && (range.first > range.last || range.last > 999)) {
    std::abort();
  }
  parseHttpDate(text);
  etagMatches(text, "\"tag\"");
  if (const auto json = parseJson(text); json && !isUtf8(dumpJson(*json))) std::abort();
  return 0;
}
