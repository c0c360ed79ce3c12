// One server a data folder: two would cut each other's running battles off as if they had crashed
// (recovery at the start) and run each other's jobs twice. `dju import` and `dju render` may work
// beside a server and take no lock. Constructed before anything in the folder is touched; the lock
// goes with the process, however it ends. Any thread.
#pragma once

#include <filesystem>

namespace dju::server {

class DataLock {
 public:
  // Makes the folder if it is missing. Throws Error kConflict if another process holds the lock,
  // kUnavailable if the folder cannot be made or written.
  explicit DataLock(const std::filesystem::path& dataFolder);
  ~DataLock();
  DataLock(const DataLock&) = delete;
  DataLock& operator=(const DataLock&) = delete;

 private:
  int fd_ = -1;
};

}  // namespace dju::server
