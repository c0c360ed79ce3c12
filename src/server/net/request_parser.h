// Reads one HTTP/1.x request from bytes as they arrive (Beast's parser behind a plain interface, so
// that Beast is compiled once). Internal to net/. On the connection's strand.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "core/error.h"
#include "server/net/request.h"

namespace dju::server {

class RequestParser {
 public:
  // What to answer to a request that breaks the rules.
  struct Refusal {
    int status;
    Error error;
  };
  struct Step {
    std::size_t used = 0;   // bytes consumed of the input
    bool needMore = false;  // nothing more can be done with what is left
    std::optional<Refusal> refusal;
  };
  struct Head {
    Request request;
    std::optional<Refusal> refusal;
  };

  RequestParser();
  ~RequestParser();
  void headerLimit(std::size_t bytes);

  // Consumes input: stops after the header; after readBody() until the end of the body.
  Step put(std::string_view input);
  bool headerDone() const;
  bool done() const;
  // The request without its body, checked; once, when headerDone().
  Head takeHead(std::size_t targetBytes);
  // Body bytes go to `sink`, which returns false to stop.
  void readBody(std::function<bool(std::string_view)> sink);

  bool keepAlive() const;
  bool version10() const;
  bool chunked() const;
  bool hasBody() const;
  std::optional<std::uint64_t> contentLength() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dju::server
