// Where a request's body goes while it arrives: memory, or a new file for uploads. Internal to
// net/. On the connection's strand.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "core/error.h"
#include "server/net/request.h"

namespace dju::server {

class BodySink {
 public:
  virtual ~BodySink() = default;
  // False when the body cannot be taken; failure() says why.
  bool take(std::string_view data);
  // Puts the complete body into the request.
  virtual void finish(Request& request) = 0;
  const std::optional<Error>& failure() const { return failure_; }

 protected:
  explicit BodySink(std::uint64_t maxBody) : maxBody_(maxBody) {}
  virtual void store(std::string_view data) = 0;
  // What was stored of a body that is refused, before anybody is told.
  virtual void discard() {}
  void fail(Error error) { failure_ = std::move(error); }
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::uint64_t maxBody_;
  std::uint64_t bytes_ = 0;
  std::optional<Error> failure_;
};

std::unique_ptr<BodySink> makeBodySink(const std::optional<std::filesystem::path>& uploadFolder,
                                       std::uint64_t maxBody);

}  // namespace dju::server
