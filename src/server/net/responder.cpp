#include "server/net/responder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/log.h"
#include "server/net/error_status.h"
#include "server/net/http_text.h"
#include "server/net/outgoing.h"

namespace dju::server {
namespace {

void jsonBody(Outgoing& out, const nlohmann::json& body) {
  out.contentType = "application/json";
  out.body = makeBuffer(dumpJson(body));
  out.size = out.body->size();
}

// Turns a whole answer of `out.size` bytes into 304, 206 or 416 where the request asks for it
// (RFC 9110, 13.2.2 and 14.2).
void applyConditions(Outgoing& out, const Responder::Reply::Conditions& asked,
                     std::string_view etag, std::time_t modified) {
  if (!etag.empty()) out.headers.emplace_back("ETag", etag);
  if (modified > 0) out.headers.emplace_back("Last-Modified", httpDate(modified));
  out.headers.emplace_back("Accept-Ranges", "bytes");
  const auto since = parseHttpDate(asked.ifModifiedSince);
  const bool same = asked.ifNoneMatch.empty() ? since && modified > 0 && modified <= *since
                                              : etagMatches(asked.ifNoneMatch, etag);
  if (same) {
    out.status = 304;
    out.body.reset();
    out.file.reset();
    out.size = 0;
    return;
  }
  const bool rangeHolds = asked.ifRange.empty() || asked.ifRange == etag ||
                          (modified > 0 && parseHttpDate(asked.ifRange) == modified);
  const ByteRange range = rangeHolds ? parseRange(asked.range, out.size) : ByteRange{};
  if (range.kind == ByteRange::Kind::kUnsatisfiable) {
    out.headers.emplace_back("Content-Range", fmt::format("bytes */{}", out.size));
    out.file.reset();
    out.status = 416;
    jsonBody(out,
             errorBody(Error(ErrorCode::kInvalid, fmt::format("range \"{}\" is outside of {} bytes",
                                                              asked.range, out.size))));
  } else if (range.kind == ByteRange::Kind::kRange) {
    out.headers.emplace_back("Content-Range",
                             fmt::format("bytes {}-{}/{}", range.first, range.last, out.size));
    out.status = 206;
    out.offset = range.first;
    out.size = range.last - range.first + 1;
  }
}

std::string fileEtag(const struct stat& status) {
  return fmt::format("\"{:x}-{:x}-{:x}\"", status.st_size, status.st_mtim.tv_sec,
                     status.st_mtim.tv_nsec);
}

}  // namespace

Responder& Responder::header(std::string name, std::string value) {
  if (!isHeaderSafe(name) || !isHeaderSafe(value)) {
    throw Error(ErrorCode::kInternal, "header with control characters");
  }
  reply_->addHeader(std::move(name), std::move(value));
  return *this;
}

bool Responder::answered() const {
  return reply_->answered();
}

void Responder::json(const nlohmann::json& body, int status) {
  if (!reply_->claim()) return;
  Outgoing out;
  out.status = status;
  jsonBody(out, body);
  reply_->send(std::move(out));
}

void Responder::text(std::string_view body, int status, std::string_view contentType) {
  bytes(makeBuffer(body), contentType, status);
}

void Responder::bytes(Buffer body, std::string_view contentType, int status, Caching caching,
                      std::string_view etag) {
  if (!reply_->claim()) return;
  Outgoing out;
  out.status = status;
  out.contentType = contentType;
  out.caching = caching;
  out.size = body->size();
  out.body = std::move(body);
  if (!etag.empty()) applyConditions(out, reply_->conditions(), etag, 0);
  reply_->send(std::move(out));
}

void Responder::empty(int status) {
  if (!reply_->claim()) return;
  Outgoing out;
  out.status = status;
  reply_->send(std::move(out));
}

void Responder::file(const std::filesystem::path& path, std::string_view contentType,
                     Caching caching, std::string_view etag) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (descriptor < 0 || ::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    if (descriptor >= 0) ::close(descriptor);
    return error(Error(ErrorCode::kNotFound, "the file is gone"));
  }
  auto file = std::make_shared<OpenFile>(descriptor);
  if (!reply_->claim()) return;
  Outgoing out;
  out.contentType = contentType;
  out.caching = caching;
  out.size = static_cast<std::uint64_t>(status.st_size);
  out.file = std::move(file);
  const std::string tag = etag.empty() ? fileEtag(status) : std::string(etag);
  applyConditions(out, reply_->conditions(), tag, status.st_mtim.tv_sec);
  reply_->send(std::move(out));
}

std::shared_ptr<StreamWriter> Responder::stream(std::string_view contentType,
                                                StreamOptions options) {
  auto stream = std::make_shared<HttpStream>(options);
  if (!reply_->claim()) {
    stream->disconnected();
    return stream;
  }
  Outgoing out;
  out.contentType = contentType;
  out.stream = stream;
  reply_->send(std::move(out));
  return stream;
}

void Responder::error(const Error& error) {
  if (!reply_->claim()) return;
  Outgoing out;
  out.status = httpStatus(error.code());
  jsonBody(out, errorBody(error));
  reply_->send(std::move(out));
}

OpenFile::~OpenFile() {
  ::close(descriptor_);
}

StreamWriter::Outcome HttpStream::write(Buffer piece) {
  std::function<void()> call;
  Outcome outcome = Outcome::kQueued;
  {
    std::lock_guard lock(mutex_);
    if (gone_ || ended_) return Outcome::kClosed;
    if (piece->empty()) return Outcome::kQueued;  // an empty chunk would end the answer
    const auto now = std::chrono::steady_clock::now();
    if (bytes_ > 0 && bytes_ + piece->size() > options_.maxQueuedBytes) {
      if (!slowSince_) slowSince_ = now;
      if (now - *slowSince_ < options_.patience) return Outcome::kSlow;
      outcome = Outcome::kClosed;
      ended_ = true;
      call = cut_;
    } else {
      slowSince_.reset();
      bytes_ += piece->size();
      pieces_.push_back(std::move(piece));
      if (std::exchange(idle_, false)) call = wake_;
    }
  }
  if (call) call();
  return outcome;
}

void HttpStream::close() {
  std::function<void()> call;
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
    if (std::exchange(idle_, false)) call = wake_;
  }
  if (call) call();
}

std::size_t HttpStream::queuedBytes() const {
  std::lock_guard lock(mutex_);
  return bytes_;
}

void HttpStream::onClosed(std::function<void()> handler) {
  {
    std::lock_guard lock(mutex_);
    if (!gone_) {
      closed_ = std::move(handler);
      return;
    }
  }
  handler();
}

void HttpStream::connect(std::function<void()> wake, std::function<void()> cut) {
  std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
  cut_ = std::move(cut);
}

std::vector<Buffer> HttpStream::take(bool& ended) {
  std::lock_guard lock(mutex_);
  std::vector<Buffer> taken(pieces_.begin(), pieces_.end());
  pieces_.clear();
  ended = ended_;
  idle_ = taken.empty() && !ended_;
  return taken;
}

void HttpStream::sent(std::size_t bytes) {
  std::lock_guard lock(mutex_);
  bytes_ -= bytes;
}

void HttpStream::disconnected() {
  std::function<void()> call;
  {
    std::lock_guard lock(mutex_);
    if (gone_) return;
    gone_ = true;
    pieces_.clear();
    bytes_ = 0;
    call = std::move(closed_);
    wake_ = nullptr;
    cut_ = nullptr;
  }
  if (call) call();
}

}  // namespace dju::server
