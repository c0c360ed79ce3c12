// How a handler answers: once, from any thread, now or later. A Responder is a small handle that
// may be copied; if its last copy dies without an answer, the client gets a 500.
//
// All methods: any thread. The first answer wins and later ones are ignored (and logged), so a
// timeout and a result may race. Errors have one form, see error_status.h.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/error.h"
#include "server/net/bytes.h"

namespace dju::server {

// An endless or long answer, written piece by piece (chunked transfer encoding).
class StreamWriter {
 public:
  enum class Outcome {
    kQueued,  // will be sent
    kSlow,    // the client reads too slowly: the queue is over its bound, this piece was NOT taken
    kClosed,  // the client is gone, or close() was called
  };
  virtual ~StreamWriter() = default;
  // Any thread, never waits. After kSlow the caller may drop data or close(); a stream that stays
  // over its bound for StreamOptions::patience is cut by the server.
  virtual Outcome write(Buffer piece) = 0;
  // Ends the answer in order after what is queued. Any thread.
  virtual void close() = 0;
  virtual std::size_t queuedBytes() const = 0;
  // Called once, on the connection's thread, when the client is gone or the stream ended. If it
  // already has, called at once.
  virtual void onClosed(std::function<void()> handler) = 0;
};

struct StreamOptions {
  std::size_t maxQueuedBytes = 512 * 1024;
  std::chrono::milliseconds patience{5000};
};

enum class Caching {
  kNone,        // no-store
  kRevalidate,  // ETag and Last-Modified, asked for each time
  kImmutable,   // for a year: the name or ETag changes with the content
};

class Responder {
 public:
  class Reply;  // the connection's side, internal
  explicit Responder(std::shared_ptr<Reply> reply) : reply_(std::move(reply)) {}

  // Adds a header to the answer to come. CR, LF and NUL in it are our own mistake and throw.
  Responder& header(std::string name, std::string value);

  void json(const nlohmann::json& body, int status = 200);
  void text(std::string_view body, int status = 200,
            std::string_view contentType = "text/plain; charset=utf-8");
  // With `etag` (a quoted string), If-None-Match is answered by 304 and Range by 206.
  void bytes(Buffer body, std::string_view contentType, int status = 200,
             Caching caching = Caching::kNone, std::string_view etag = {});
  void empty(int status = 204);
  // A file with byte ranges, conditional requests and a type; 404 if it cannot be opened. `etag`: a
  // quoted string; empty: made of size and time of change.
  void file(const std::filesystem::path& path, std::string_view contentType,
            Caching caching = Caching::kRevalidate, std::string_view etag = {});
  std::shared_ptr<StreamWriter> stream(std::string_view contentType, StreamOptions options = {});
  void error(const Error& error);
  // True once an answer was given.
  bool answered() const;

 private:
  std::shared_ptr<Reply> reply_;
};

}  // namespace dju::server
