#include "server/data_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include "core/error.h"

namespace dju::server {
namespace {

// Who holds the lock, as it has written into the file; only a hint for the message.
std::string holder(const std::filesystem::path& file) {
  std::ifstream in(file);
  long process = 0;
  return in >> process ? fmt::format(" (process {})", process) : std::string();
}

}  // namespace

DataLock::DataLock(const std::filesystem::path& dataFolder) {
  std::error_code failure;
  std::filesystem::create_directories(dataFolder, failure);
  if (failure)
    throw Error(ErrorCode::kUnavailable,
                fmt::format("data folder \"{}\": cannot be made: {}; choose another (--data-dir)",
                            dataFolder.string(), failure.message()));
  const std::filesystem::path file = dataFolder / "server.lock";
  fd_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd_ < 0)
    throw Error(ErrorCode::kUnavailable,
                fmt::format("data folder \"{}\": cannot be written: {}; choose another "
                            "(--data-dir), or give this user the right to write there",
                            dataFolder.string(), std::strerror(errno)));
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd_);
    throw Error(ErrorCode::kConflict,
                fmt::format("data folder \"{}\": another server uses it{}; stop that one or choose "
                            "another folder (--data-dir)",
                            dataFolder.string(), holder(file)));
  }
  const std::string process = fmt::format("{}\n", ::getpid());
  [[maybe_unused]] const int cut = ::ftruncate(fd_, 0);
  [[maybe_unused]] const auto written = ::write(fd_, process.data(), process.size());
}

DataLock::~DataLock() {
  ::close(fd_);
}

}  // namespace dju::server
