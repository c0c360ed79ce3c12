#include "server/net/body_sink.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace dju::server {
namespace {

class MemorySink final : public BodySink {
 public:
  explicit MemorySink(std::uint64_t maxBody) : BodySink(maxBody) {}
  void finish(Request& request) override { request.body = std::move(body_); }

 private:
  void store(std::string_view data) override { body_ += data; }
  std::string body_;
};

class FileSink final : public BodySink {
 public:
  FileSink(const std::filesystem::path& folder, std::uint64_t maxBody) : BodySink(maxBody) {
    std::uint64_t name = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&name), sizeof name);
    path_ = folder / fmt::format("upload-{:016x}.part", name);
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor_ < 0) failWriting();
  }
  ~FileSink() override {
    if (handedOver_)
      ::close(descriptor_);
    else
      FileSink::discard();
  }

  void finish(Request& request) override {
    if (failure()) return;
    handedOver_ = true;
    request.upload = std::make_shared<UploadedFile>(path_, bytes());
  }

 private:
  void discard() override {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    ::unlink(path_.c_str());
    descriptor_ = -1;
  }
  void store(std::string_view data) override {
    while (!data.empty()) {
      const auto written = ::write(descriptor_, data.data(), data.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return failWriting();
      data.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void failWriting() {
    const bool full = errno == ENOSPC || errno == EDQUOT;
    fail(Error(ErrorCode::kUnavailable,
               full ? std::string("upload: the server's disk is full; nothing was kept")
                    : fmt::format("upload: cannot be stored: {}", std::strerror(errno))));
  }

  std::filesystem::path path_;
  int descriptor_ = -1;
  bool handedOver_ = false;
};

}  // namespace

bool BodySink::take(std::string_view data) {
  if (failure_) return false;
  if (data.size() > maxBody_ - bytes_) {
    failure_ =
        Error(ErrorCode::kTooLarge, fmt::format("body: more than the allowed {} bytes", maxBody_));
    discard();
    return false;
  }
  bytes_ += data.size();
  store(data);
  return !failure_;
}

std::unique_ptr<BodySink> makeBodySink(const std::optional<std::filesystem::path>& uploadFolder,
                                       std::uint64_t maxBody) {
  if (uploadFolder) return std::make_unique<FileSink>(*uploadFolder, maxBody);
  return std::make_unique<MemorySink>(maxBody);
}

}  // namespace dju::server
