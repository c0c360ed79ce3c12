// One connection: requests are read, checked against the limits, routed and answered in turn.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <chrono>

#include "core/log.h"
#include "server/net/body_sink.h"
#include "server/net/connection.h"
#include "server/net/deadline.h"
#include "server/net/error_status.h"
#include "server/net/http_head.h"
#include "server/net/http_text.h"
#include "server/net/outgoing.h"
#include "server/net/request_parser.h"

namespace dju::server {
namespace {

using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadBytes = 16 * 1024;
constexpr std::size_t kPieceBytes = 256 * 1024;
constexpr std::size_t kDrainBytes = 4 * 1024 * 1024;

class HttpConnection final : public Closable, public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(std::shared_ptr<ServerContext> context, Accepted accepted)
      : context_(std::move(context)),
        accepted_(std::move(accepted)),
        executor_(accepted_.transport->executor()),
        deadline_(executor_) {}

  void start();
  void goAway() override;
  // On the strand: the answer to request `id`.
  void respond(std::uint64_t id, Outgoing out);
  const asio::any_io_executor& executor() const { return executor_; }

 private:
  enum class Phase { kHandshake, kIdle, kHeader, kBody, kHandling, kWriting, kDraining, kClosed };

  const HttpLimits& limits() const { return context_->options.limits; }
  void read();
  void onRead(NetError error, std::size_t size);
  void nextRequest();
  void parse();
  bool onHeader();
  bool route();
  bool acceptBody();
  bool upgrade();
  void answerOptions(const Router::Match& match);
  void onRequest();
  void refuse(int status, const Error& error);
  void write(Transport::Buffers buffers, void (HttpConnection::*then)());
  void nextPiece();
  void startStream();
  void pump();
  void endStream();
  void finish();
  void drain();
  void onDeadline();
  void closeNow();

  std::shared_ptr<ServerContext> context_;
  Accepted accepted_;
  asio::any_io_executor executor_;
  Deadline deadline_;
  Phase phase_ = Phase::kHandshake;
  std::string in_;        // read but not parsed
  std::string arriving_;  // while reading_, the kernel's
  bool reading_ = false;
  bool writing_ = false;
  bool inputEnded_ = false;
  bool stopping_ = false;
  std::size_t drained_ = 0;

  std::uint64_t requestId_ = 0;
  std::optional<RequestParser> parser_;
  Request request_;
  bool headerSeen_ = false;
  bool keepAlive_ = true;
  const Router::Route* route_ = nullptr;
  const Handler* handler_ = nullptr;
  std::unique_ptr<BodySink> sink_;
  Clock::time_point bodyEnd_{};
  Clock::time_point startedAt_{};

  Outgoing out_;
  std::optional<Outgoing> deferred_;  // waits for "100 Continue" to be sent
  std::string head_;
  std::vector<char> piece_;
  std::vector<Buffer> streamPieces_;
  std::vector<std::string> chunkHeads_;
};

// The handler's way back to the connection.
class HttpReply final : public Responder::Reply {
 public:
  HttpReply(const std::shared_ptr<HttpConnection>& connection, std::uint64_t id,
            const Request& request)
      : connection_(connection), executor_(connection->executor()), id_(id) {
    auto take = [&](std::string_view name) {
      return std::string(request.header(name).value_or(""));
    };
    conditions_ = {take("Range"), take("If-Range"), take("If-None-Match"),
                   take("If-Modified-Since")};
  }
  ~HttpReply() override {
    if (!claim()) return;
    log::error("http: a handler gave no answer");
    const Error error(ErrorCode::kInternal, "the server gave no answer");
    Outgoing out;
    out.status = 500;
    out.contentType = "application/json";
    out.body = makeBuffer(dumpJson(errorBody(error)));
    out.size = out.body->size();
    send(std::move(out));
  }

  const Conditions& conditions() const override { return conditions_; }
  bool claim() override { return !answered_.exchange(true); }
  bool answered() const override { return answered_.load(); }
  void addHeader(std::string name, std::string value) override {
    std::lock_guard lock(mutex_);
    headers_.emplace_back(std::move(name), std::move(value));
  }
  void send(Outgoing out) override {
    {
      std::lock_guard lock(mutex_);
      for (auto& header : headers_) out.headers.push_back(std::move(header));
    }
    auto shared = std::make_shared<Outgoing>(std::move(out));
    asio::dispatch(executor_, [weak = connection_, id = id_, shared] {
      if (const auto connection = weak.lock()) {
        connection->respond(id, std::move(*shared));
      } else if (shared->stream) {
        shared->stream->disconnected();
      }
    });
  }

 private:
  std::weak_ptr<HttpConnection> connection_;
  asio::any_io_executor executor_;
  std::uint64_t id_;
  Conditions conditions_;
  std::atomic<bool> answered_{false};
  std::mutex mutex_;
  std::vector<std::pair<std::string, std::string>> headers_;  // guarded by mutex_
};

void HttpConnection::start() {
  context_->add(shared_from_this());
  deadline_.onExpired([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->onDeadline();
  });
  deadline_.expireAfter(seconds(limits().headerSeconds));
  accepted_.transport->handshake([self = shared_from_this()](NetError error, std::size_t) {
    if (self->phase_ == Phase::kClosed) return;
    if (error) return self->closeNow();
    self->nextRequest();
  });
}

void HttpConnection::goAway() {
  asio::post(executor_, [self = shared_from_this()] {
    self->stopping_ = true;
    const bool busy = self->phase_ == Phase::kHandling || self->phase_ == Phase::kWriting;
    if (!busy || self->out_.stream) self->closeNow();
  });
}

void HttpConnection::nextRequest() {
  if (stopping_ || (inputEnded_ && in_.empty())) return closeNow();
  ++requestId_;
  parser_.emplace();
  parser_->headerLimit(limits().headerBytes);
  request_ = Request{};
  headerSeen_ = false;
  route_ = nullptr;
  handler_ = nullptr;
  sink_.reset();
  out_ = Outgoing{};
  phase_ = Phase::kIdle;
  deadline_.expireAfter(seconds(requestId_ == 1 ? limits().headerSeconds : limits().idleSeconds));
  parse();
}

void HttpConnection::read() {
  if (reading_ || inputEnded_ || phase_ == Phase::kClosed) return;
  reading_ = true;
  arriving_.resize(kReadBytes);
  accepted_.transport->readSome(arriving_.data(), arriving_.size(),
                                [self = shared_from_this()](NetError error, std::size_t size) {
                                  self->in_.append(self->arriving_, 0, size);
                                  self->onRead(error, size);
                                });
}

void HttpConnection::onRead(NetError error, std::size_t size) {
  reading_ = false;
  if (phase_ == Phase::kClosed) return;
  if (error) {
    inputEnded_ = true;
    // A client may close its side after a request and still wait for the answer; an endless answer
    // has to end, though.
    const bool answering = phase_ == Phase::kHandling || phase_ == Phase::kWriting;
    if (error == asio::error::eof && answering && !out_.stream) return;
    return closeNow();
  }
  if (phase_ == Phase::kDraining) {
    drained_ += size;
    in_.clear();
    return drained_ > kDrainBytes ? closeNow() : read();
  }
  if (phase_ == Phase::kIdle || phase_ == Phase::kHeader || phase_ == Phase::kBody) return parse();
  if (in_.size() < kReadBytes) read();  // notices a client that goes away
}

void HttpConnection::parse() {
  while (true) {
    if (in_.empty()) return inputEnded_ ? closeNow() : read();
    if (phase_ == Phase::kIdle) {
      phase_ = Phase::kHeader;
      deadline_.expireAfter(seconds(limits().headerSeconds));
    }
    if (phase_ == Phase::kBody) {
      deadline_.expireAt(
          std::min(bodyEnd_, Clock::now() + seconds(route_ ? route_->options.bodySeconds : 30)));
    }
    const auto step = parser_->put(in_);
    in_.erase(0, step.used);
    if (sink_ && sink_->failure()) {
      return refuse(httpStatus(sink_->failure()->code()), *sink_->failure());
    }
    if (step.refusal) return refuse(step.refusal->status, step.refusal->error);
    if (parser_->headerDone() && !headerSeen_) {
      headerSeen_ = true;
      if (!onHeader()) return;
    }
    if (parser_->done()) return onRequest();
    if (step.needMore) return inputEnded_ ? closeNow() : read();
  }
}

// True when the body (if any) is to be read next.
bool HttpConnection::onHeader() {
  startedAt_ = Clock::now();
  auto head = parser_->takeHead(limits().targetBytes);
  keepAlive_ = parser_->keepAlive() &&
               requestId_ < static_cast<std::uint64_t>(limits().requestsPerConnection);
  if (head.refusal) return refuse(head.refusal->status, head.refusal->error), false;
  request_ = std::move(head.request);
  request_.remoteAddress = accepted_.address;
  request_.secure = accepted_.transport->secure();
  if (context_->engineFor(request_.path) != nullptr) return upgrade();
  return route() && acceptBody();
}

bool HttpConnection::upgrade() {
  EngineServer& engine = *context_->engineFor(request_.path);
  if (auto refusal = upgradeRefusal(*context_, engine, request_)) {
    return refuse(refusal->status, refusal->error), false;
  }
  Bytes early(in_.begin(), in_.end());
  phase_ = Phase::kClosed;
  deadline_.cancel();
  context_->remove(this);
  serveEngine(context_, engine, std::move(accepted_), std::move(request_), std::move(early));
  return false;
}

bool HttpConnection::route() {
  auto match = context_->router.match(request_.method, request_.path);
  if (match.route != nullptr) {
    route_ = match.route;
    handler_ = &route_->handler;
    request_.params = std::move(match.params);
    request_.routePattern = route_->pattern;
    return true;
  }
  const bool reads = request_.method == Method::kGet || request_.method == Method::kHead;
  if (reads && match.allowed.empty() && context_->router.fallback()) {
    handler_ = &context_->router.fallback();
    request_.routePattern = "static";
    return true;
  }
  if (request_.method == Method::kOptions) return answerOptions(match), false;
  const auto where = fmt::format("{} {}", methodName(request_.method), request_.path);
  if (match.allowed.empty()) {
    refuse(404, Error(ErrorCode::kNotFound, where + ": no such path; see /api/v1"));
  } else {
    out_.headers.emplace_back("Allow", match.allowed);
    refuse(405, Error(ErrorCode::kUnsupported, where + ": allowed are " + match.allowed));
  }
  return false;
}

// What a browser asks before a request from another origin.
void HttpConnection::answerOptions(const Router::Match& match) {
  const std::string allowed = match.allowed.empty() ? "GET, HEAD" : match.allowed;
  phase_ = Phase::kHandling;
  Outgoing out;
  out.status = 204;
  out.headers = {{"Allow", allowed + ", OPTIONS"},
                 {"Access-Control-Allow-Methods", allowed},
                 {"Access-Control-Allow-Headers",
                  "Authorization, Content-Type, If-None-Match, If-Match, Range, X-Filename"},
                 {"Access-Control-Max-Age", "600"}};
  keepAlive_ = keepAlive_ && !parser_->hasBody();
  respond(requestId_, std::move(out));
}

bool HttpConnection::acceptBody() {
  static const RouteOptions kNoBody{.maxBody = 64 * 1024, .uploadFolder = {}, .admit = {}};
  const RouteOptions& options = route_ ? route_->options : kNoBody;
  const auto length = parser_->contentLength();
  if (options.uploadFolder && !length && !parser_->chunked()) {
    refuse(411, Error(ErrorCode::kInvalid, "upload: Content-Length is missing"));
    return false;
  }
  if (length && *length > options.maxBody) {
    refuse(413, Error(ErrorCode::kTooLarge, fmt::format("body of {} bytes: at most {} are allowed",
                                                        *length, options.maxBody)));
    return false;
  }
  if (options.admit) {
    if (const auto admitted = options.admit(request_); !admitted) {
      refuse(httpStatus(admitted.error().code()), admitted.error());
      return false;
    }
  }
  phase_ = Phase::kBody;
  const auto transfer = options.uploadFolder ? length.value_or(options.maxBody) / 65536 : 0;
  bodyEnd_ = Clock::now() + seconds(options.bodySeconds) + seconds(transfer);
  sink_ = makeBodySink(options.uploadFolder, options.maxBody);
  parser_->readBody([sink = sink_.get()](std::string_view data) { return sink->take(data); });
  if (const auto expect = request_.header("Expect"); expect && parser_->hasBody()) {
    static const std::string kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    if (!equalNoCase(*expect, "100-continue")) {
      refuse(417, Error(ErrorCode::kUnsupported, "Expect: only 100-continue is known"));
      return false;
    }
    write({asio::buffer(kContinue)}, nullptr);
  }
  return true;
}

void HttpConnection::onRequest() {
  phase_ = Phase::kHandling;
  deadline_.clear();
  if (sink_) sink_->finish(request_);
  if (sink_ && sink_->failure()) {
    return refuse(httpStatus(sink_->failure()->code()), *sink_->failure());
  }
  Responder responder(std::make_shared<HttpReply>(shared_from_this(), requestId_, request_));
  if (in_.size() < kReadBytes) read();
  try {
    (*handler_)(request_, responder);
  } catch (const Error& error) {
    responder.error(error);
  } catch (const std::exception& error) {
    const auto id =
        fmt::format("{:x}-{:x}", reinterpret_cast<std::uintptr_t>(this) >> 4,
                    static_cast<std::uint64_t>(Clock::now().time_since_epoch().count()));
    log::error("http: {} {} failed (id {}): {}", methodName(request_.method), request_.routePattern,
               id, error.what());
    responder.error(Error(ErrorCode::kInternal, "internal error, id " + id));
  }
}

// Answers what was not let through to a handler, and closes if a body might follow.
void HttpConnection::refuse(int status, const Error& error) {
  if (phase_ == Phase::kClosed) return;
  const bool bodyPending = !parser_->headerDone() || (!parser_->done() && parser_->hasBody());
  if (bodyPending) keepAlive_ = false;
  phase_ = Phase::kHandling;
  Outgoing out;
  out.status = status;
  out.headers = std::move(out_.headers);
  out.contentType = "application/json";
  out.body = makeBuffer(dumpJson(errorBody(error)));
  out.size = out.body->size();
  respond(requestId_, std::move(out));
}

void HttpConnection::respond(std::uint64_t id, Outgoing out) {
  if (phase_ != Phase::kHandling || id != requestId_) {
    if (out.stream) out.stream->disconnected();
    return;
  }
  if (writing_) {  // "100 Continue" is still on its way
    deferred_ = std::move(out);
    return;
  }
  phase_ = Phase::kWriting;
  out_ = std::move(out);
  if (stopping_ || inputEnded_) keepAlive_ = false;
  if (out_.stream && parser_->version10()) keepAlive_ = false;
  const auto origin = request_.header("Origin").value_or("");
  const bool cors =
      !origin.empty() && context_->originAllowed(origin, request_.header("Host").value_or(""));
  head_ = responseHead(out_, {.commonHeaders = context_->commonHeaders,
                              .corsOrigin = cors ? std::string(origin) : std::string(),
                              .keepAlive = keepAlive_,
                              .chunked = out_.stream && !parser_->version10()});
  const double taken = std::chrono::duration<double>(Clock::now() - startedAt_).count();
  context_->observe(route_, request_.method, out_.status, headerSeen_ ? taken : 0);
  const bool bodyless =
      request_.method == Method::kHead || out_.status == 204 || out_.status == 304;
  if (bodyless) {
    if (out_.stream) std::exchange(out_.stream, nullptr)->disconnected();
    return write({asio::buffer(head_)}, &HttpConnection::finish);
  }
  if (out_.stream) return startStream();
  nextPiece();
}

void HttpConnection::write(Transport::Buffers buffers, void (HttpConnection::*then)()) {
  writing_ = true;
  if (phase_ == Phase::kWriting) deadline_.expireAfter(seconds(limits().writeSeconds));
  accepted_.transport->write(
      buffers, [self = shared_from_this(), then](NetError error, std::size_t) {
        self->writing_ = false;
        if (self->phase_ == Phase::kClosed) return;
        if (error) return self->closeNow();
        if (then) return (self.get()->*then)();
        if (self->deferred_) {
          self->respond(self->requestId_, *std::exchange(self->deferred_, std::nullopt));
        }
      });
}

// The head (first time) and up to kPieceBytes of the body; a slow client holds one piece.
void HttpConnection::nextPiece() {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(out_.size, kPieceBytes));
  if (size == 0 && head_.empty()) return finish();
  Transport::Buffers buffers;
  piece_.assign(head_.begin(), head_.end());
  head_.clear();
  if (out_.file && size > 0) {
    const std::size_t at = piece_.size();
    piece_.resize(at + size);
    const auto got =
        ::pread(out_.file->descriptor(), piece_.data() + at, size, static_cast<off_t>(out_.offset));
    if (got != static_cast<ssize_t>(size)) return closeNow();  // the file shrank: cut, not padded
  }
  buffers.emplace_back(asio::buffer(piece_));
  if (out_.body && size > 0) buffers.emplace_back(out_.body->data() + out_.offset, size);
  out_.offset += size;
  out_.size -= size;
  write(std::move(buffers), &HttpConnection::nextPiece);
}

void HttpConnection::startStream() {
  auto post = [weak = weak_from_this(), executor = executor_](void (HttpConnection::*what)()) {
    return [weak, executor, what] {
      asio::post(executor, [weak, what] {
        if (const auto self = weak.lock()) (self.get()->*what)();
      });
    };
  };
  out_.stream->connect(post(&HttpConnection::pump), post(&HttpConnection::closeNow));
  write({asio::buffer(head_)}, &HttpConnection::pump);
}

void HttpConnection::pump() {
  if (writing_ || phase_ != Phase::kWriting || !out_.stream) return;
  std::size_t sent = 0;
  for (const auto& piece : streamPieces_) sent += piece->size();
  out_.stream->sent(sent);
  bool ended = false;
  streamPieces_ = out_.stream->take(ended);
  if (streamPieces_.empty()) return ended ? endStream() : deadline_.clear();
  const bool chunked = !parser_->version10();
  static const std::string kChunkEnd = "\r\n";
  Transport::Buffers buffers;
  chunkHeads_.clear();
  chunkHeads_.reserve(streamPieces_.size());  // the buffers point into it
  for (const auto& piece : streamPieces_) {
    if (chunked) {
      buffers.push_back(
          asio::buffer(chunkHeads_.emplace_back(fmt::format("{:x}\r\n", piece->size()))));
    }
    buffers.emplace_back(piece->data(), piece->size());
    if (chunked) buffers.push_back(asio::buffer(kChunkEnd));
  }
  write(std::move(buffers), &HttpConnection::pump);
}

void HttpConnection::endStream() {
  static const std::string kLastChunk = "0\r\n\r\n";
  std::exchange(out_.stream, nullptr)->disconnected();
  if (parser_->version10()) return finish();
  write({asio::buffer(kLastChunk)}, &HttpConnection::finish);
}

void HttpConnection::finish() {
  if (keepAlive_ && parser_->done()) return nextRequest();
  drain();
}

// Closing with unread input would make the kernel send a reset, which can overtake the answer.
void HttpConnection::drain() {
  phase_ = Phase::kDraining;
  deadline_.expireAfter(seconds(2));
  accepted_.transport->shutdownSend(shared_from_this());
  if (inputEnded_) return closeNow();
  in_.clear();
  read();
}

void HttpConnection::onDeadline() {
  const bool partial = phase_ == Phase::kHeader || phase_ == Phase::kBody;
  if (!partial) return closeNow();
  refuse(408,
         Error(ErrorCode::kInvalid, phase_ == Phase::kHeader ? "the request header came too slowly"
                                                             : "the request body came too slowly"));
}

void HttpConnection::closeNow() {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  if (out_.stream) std::exchange(out_.stream, nullptr)->disconnected();
  deadline_.cancel();
  accepted_.transport->close();
  context_->remove(this);
}

}  // namespace

void serveHttp(std::shared_ptr<ServerContext> context, Accepted accepted) {
  std::make_shared<HttpConnection>(std::move(context), std::move(accepted))->start();
}

}  // namespace dju::server
