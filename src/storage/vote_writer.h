// Writes votes to the disk: all that came while it was busy in one transaction, since a disk takes
// as long for twenty votes as for one. It has a connection of its own, so that nobody else waits
// for the disk meanwhile.
//
// cast() and post(): any thread. What they are given is called on the writer's thread, in the order
// in which it came.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "storage/arena_store.h"

namespace dju::storage {

class VoteWriter {
 public:
  explicit VoteWriter(const std::filesystem::path& database);
  ~VoteWriter();  // stop()
  VoteWriter(const VoteWriter&) = delete;
  VoteWriter& operator=(const VoteWriter&) = delete;

  // `written`: with the vote's number once it is on the disk, or why it is not. Must not throw.
  using Written = std::function<void(const Result<std::int64_t>& number)>;
  void cast(ArenaVote vote, Written written);
  // Something smaller, which survives this process, but not the power. What it throws is logged.
  void post(std::function<void(ArenaStore& store)> work);
  // Everything that was given until then is done when it returns.
  void stop();

 private:
  struct Wish {
    ArenaVote vote;
    Written written;                        // of a vote
    std::function<void(ArenaStore&)> work;  // else
  };
  void loop();
  void write(std::vector<Wish>& wishes);

  Database database_;
  ArenaStore store_{database_};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Wish> wishes_;  // guarded by mutex_
  bool stopping_ = false;     // likewise
  std::thread thread_;
};

}  // namespace dju::storage
