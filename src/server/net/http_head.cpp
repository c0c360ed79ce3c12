#include "server/net/http_head.h"

#include <fmt/format.h>

#include <ctime>

#include "server/net/http_text.h"

namespace dju::server {

std::string_view reasonPhrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

namespace {

std::string_view cacheControl(Caching caching) {
  switch (caching) {
    case Caching::kNone:
      return "no-store";
    case Caching::kRevalidate:
      return "no-cache";
    case Caching::kImmutable:
      return "public, max-age=31536000, immutable";
  }
  return "no-store";
}

}  // namespace

std::string responseHead(const Outgoing& out, const HeadContext& context) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", out.status,
                                 reasonPhrase(out.status), httpDate(std::time(nullptr)));
  if (!out.contentType.empty()) head += fmt::format("Content-Type: {}\r\n", out.contentType);
  if (context.chunked) {
    head += "Transfer-Encoding: chunked\r\n";
  } else if (!out.stream && out.status != 204 && out.status != 304) {
    head += fmt::format("Content-Length: {}\r\n", out.size);
  }
  head += fmt::format("Cache-Control: {}\r\n", cacheControl(out.caching));
  for (const auto& [name, value] : out.headers) head += fmt::format("{}: {}\r\n", name, value);
  if (!context.corsOrigin.empty()) {
    head += fmt::format(
        "Access-Control-Allow-Origin: {}\r\nVary: Origin\r\n"
        "Access-Control-Expose-Headers: Location, ETag, Link, Content-Range\r\n",
        context.corsOrigin);
  }
  head += context.commonHeaders;
  head += context.keepAlive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

}  // namespace dju::server
