// An answer on its way from a Responder to its connection. Internal to net/.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/net/request.h"
#include "server/net/responder.h"

namespace dju::server {

// An open file; closed with the last reference.
class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

// The queue between whoever makes a stream and the connection that sends it.
class HttpStream final : public StreamWriter {
 public:
  explicit HttpStream(StreamOptions options) : options_(options) {}

  Outcome write(Buffer piece) override;
  void close() override;
  std::size_t queuedBytes() const override;
  void onClosed(std::function<void()> handler) override;

  // The connection's side. `wake`: there is something to take; `cut`: give up on the client.
  void connect(std::function<void()> wake, std::function<void()> cut);
  // What is queued; `ended` when nothing will follow. Empty: wake will be called.
  std::vector<Buffer> take(bool& ended);
  // Bytes handed out by take() that are on the wire now.
  void sent(std::size_t bytes);
  void disconnected();

 private:
  const StreamOptions options_;
  mutable std::mutex mutex_;
  std::deque<Buffer> pieces_;  // guarded by mutex_
  std::size_t bytes_ = 0;      // guarded, queued and in flight
  bool ended_ = false;         // guarded, close() was called
  bool gone_ = false;          // guarded, the connection is gone
  bool idle_ = false;          // guarded, take() found nothing
  std::optional<std::chrono::steady_clock::time_point> slowSince_;  // guarded
  std::function<void()> wake_;                                      // guarded
  std::function<void()> cut_;                                       // guarded
  std::function<void()> closed_;                                    // guarded
};

struct Outgoing {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string contentType;
  Caching caching = Caching::kNone;
  Buffer body;                     // or
  std::shared_ptr<OpenFile> file;  // or
  std::shared_ptr<HttpStream> stream;
  std::uint64_t offset = 0;  // of body or file
  std::uint64_t size = 0;
};

class Responder::Reply {
 public:
  virtual ~Reply() = default;
  // What conditional and range answers need from the request.
  struct Conditions {
    std::string range;
    std::string ifRange;
    std::string ifNoneMatch;
    std::string ifModifiedSince;
  };
  virtual const Conditions& conditions() const = 0;
  // True for the first caller, who must then send.
  virtual bool claim() = 0;
  virtual bool answered() const = 0;
  virtual void send(Outgoing outgoing) = 0;
  virtual void addHeader(std::string name, std::string value) = 0;
};

}  // namespace dju::server
