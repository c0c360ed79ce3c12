#include "server/battle/log_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "core/error.h"
#include "core/log.h"

namespace dju::server {
namespace {

using std::chrono::steady_clock;
constexpr auto kPass = std::chrono::milliseconds(10);
constexpr auto kSync = std::chrono::seconds(1);

}  // namespace

struct LogWriter::Followed {
  std::shared_ptr<LiveBattle> battle;
  std::function<void()> onClosed;
  int fd = -1;
  std::string pending;    // formatted, not yet written
  std::uint32_t crc = 0;  // of everything since the last mark line
  bool ended = false;
  bool stalled = false;
  bool dirty = false;
  steady_clock::time_point synced = steady_clock::now();

  ~Followed() {
    if (fd >= 0) ::close(fd);
  }

  void add(const std::string& line) {
    pending += line;
    crc = engine::crc32(line, crc);
  }
  // Checksums begin anew behind a mark.
  void begin(const std::string& text) {
    const auto lastLine = text.rfind('\n', text.size() - 2) + 1;  // 0 where there is only one
    if (text.compare(lastLine, 8, "{\"mark\":") == 0)
      addMark(text);
    else
      add(text);
  }
  void addMark(const std::string& line) {
    pending += line;
    crc = 0;
  }

  void format(const LogEntry& entry) {
    switch (entry.kind) {
      case LogEntry::Kind::kCommand:
        add(engine::formatCommand(entry.command));
        return;
      case LogEntry::Kind::kLine: {
        const std::unique_ptr<std::string> line(entry.line);
        add(*line);
        return;
      }
      case LogEntry::Kind::kMark:
        addMark(engine::formatMark(entry.mark, crc));
        return;
      case LogEntry::Kind::kEnd:
        addMark(engine::formatEnd(entry.mark, crc));
        ended = true;
        return;
    }
  }

  // Empty, or why not everything could be written.
  std::string write() {
    while (!pending.empty()) {
      const ssize_t count = ::write(fd, pending.data(), pending.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return std::strerror(errno);
      pending.erase(0, static_cast<std::size_t>(count));
      dirty = true;
    }
    return {};
  }

  void syncIfDue() {
    if (!dirty || (!ended && steady_clock::now() - synced < kSync)) return;
    ::fdatasync(fd);
    dirty = false;
    synced = steady_clock::now();
  }
};

LogWriter::LogWriter(StallHandler onStall)
    : onStall_(std::move(onStall)), thread_([this] { run(); }) {}

LogWriter::~LogWriter() {
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
  }
  thread_.join();
}

void LogWriter::follow(std::shared_ptr<LiveBattle> battle, const std::filesystem::path& file,
                       const std::string& beginning, std::function<void()> onClosed) {
  auto followed = std::make_unique<Followed>();
  followed->fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
  if (followed->fd < 0)
    throw Error(ErrorCode::kUnavailable,
                fmt::format("battle {}: cannot create its log {}: {}", battle->id(),
                            file.filename().string(), std::strerror(errno)));
  followed->battle = std::move(battle);
  followed->onClosed = std::move(onClosed);
  followed->begin(beginning);
  if (const std::string reason = followed->write(); !reason.empty()) {
    ::unlink(file.c_str());
    throw Error(ErrorCode::kUnavailable,
                fmt::format("battle {}: cannot write its log: {}", followed->battle->id(), reason));
  }
  const std::scoped_lock lock(mutex_);
  added_.push_back(std::move(followed));
}

void LogWriter::run() {
  pthread_setname_np(pthread_self(), "dju-log");
  for (bool last = false; !last;) {
    {
      const std::scoped_lock lock(mutex_);
      last = stop_;
      for (auto& followed : added_) followed_.push_back(std::move(followed));
      added_.clear();
    }
    for (auto& followed : followed_) drain(*followed);
    std::erase_if(followed_, [](const auto& followed) {
      if (!followed->ended || !followed->pending.empty()) return false;
      if (followed->onClosed) followed->onClosed();
      return true;
    });
    if (!last) std::this_thread::sleep_for(kPass);
  }
  for (auto& followed : followed_) ::fdatasync(followed->fd);
}

void LogWriter::drain(Followed& followed) {
  // While the disk refuses, entries stay in the bounded queue, where the engine sees them.
  LogEntry entry;
  if (!followed.stalled)
    while (!followed.ended && followed.battle->log().pop(entry)) followed.format(entry);
  const std::string reason = followed.write();
  if (reason.empty() == followed.stalled) {
    followed.stalled = !reason.empty();
    if (followed.stalled)
      log::error("battle {}: its log cannot be written: {}", followed.battle->id(), reason);
    onStall_(followed.battle->id(), reason);
  }
  followed.syncIfDue();
}

}  // namespace dju::server
