#include "learning/data/whole_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "core/error.h"

namespace dju::learning {

void writeWholeFile(const std::filesystem::path& file, std::string_view bytes) {
  const std::filesystem::path part = file.string() + ".part";
  const int handle = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  bool good = handle >= 0;
  while (good && !bytes.empty()) {
    const ssize_t written = ::write(handle, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    good = written > 0;
    if (good) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  good = good && ::fsync(handle) == 0;
  const int reason = errno;
  if (handle >= 0) ::close(handle);
  if (good && ::rename(part.c_str(), file.c_str()) == 0) return;
  ::unlink(part.c_str());
  throw Error(ErrorCode::kUnavailable,
              file.string() + ": cannot be written (" +
                  std::generic_category().message(good ? errno : reason) +
                  "); make room or choose another folder, what was saved before is kept");
}

}  // namespace dju::learning
