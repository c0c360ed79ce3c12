// LogWriter: the thread that puts battles' logs on the disk as they happen. Lines are written
// within 10 ms (they survive kill -9 of the process) and synced to the device each second (they
// survive a power cut). A disk that is full or broken loses nothing: what cannot be written is kept
// and tried again, and once the queue of a battle is full the battle refuses further commands.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "server/battle/live_battle.h"

namespace dju::server {

class LogWriter {
 public:
  // Called on the writer's thread: the log of `battleId` cannot be written because of `reason`;
  // an empty reason when it goes on again.
  using StallHandler = std::function<void(const std::string& battleId, const std::string& reason)>;

  explicit LogWriter(StallHandler onStall);
  ~LogWriter();  // writes and syncs what is queued
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  // Creates `file` with what its log begins with, a header or a log up to a mark, and follows the
  // battle's log queue until its end; then syncs, closes and calls `onClosed` (writer's thread).
  // Throws Error(kUnavailable) if the file cannot be made. Any thread.
  void follow(std::shared_ptr<LiveBattle> battle, const std::filesystem::path& file,
              const std::string& beginning, std::function<void()> onClosed);

 private:
  struct Followed;
  void run();
  void drain(Followed& followed);

  StallHandler onStall_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Followed>> added_;     // guarded by mutex_
  bool stop_ = false;                                // guarded by mutex_
  std::vector<std::unique_ptr<Followed>> followed_;  // writer's thread only
  std::thread thread_;
};

}  // namespace dju::server
