// What a transition would sound like: some seconds around it, first small enough to play while it
// loads, then, for who asks, as the mix will sound; each is a preview of its own and as long, so
// that a page changes from one to the other where it stands. Only the two tracks of the transition
// are played. Kept by content in previews/, up to a bound, the one that was asked for longest ago
// going first.
//
// Any thread; order() may wait for the disk, so not on a network thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mixes/plans.h"
#include "mixes/request.h"
#include "mixes/shelf.h"
#include "storage/jobs.h"
#include "storage/library.h"

namespace dju::mixes {

class Previews {
 public:
  // Registers the job kind "preview": before jobs.start().
  Previews(storage::Library& library, storage::JobQueue& jobs, Shelf& shelf, const Mixers& mixers,
           std::int64_t keptBytes);

  // {preview} where it is there, else {job}, as in docs/protocol.md: the server's own, so that
  // everybody who asks for the same while it is made gets the same. Throws Error.
  nlohmann::json order(const PreviewOrder& order, const std::string& owner);
  // A file of it, by its name in the preview's urls. Throws Error (kNotFound).
  std::filesystem::path file(std::string_view name) const;

 private:
  nlohmann::json make(storage::JobContext& context);
  std::optional<nlohmann::json> find(const std::string& key) const;
  void makeRoom();
  bool isUnderWay(const std::string& job);

  std::filesystem::path folder_;
  storage::JobQueue& jobs_;
  Shelf& shelf_;
  const Mixers& mixers_;
  std::int64_t keptBytes_;
  // Of this process, which is the only one that takes orders.
  std::mutex mutex_;
  std::map<std::string, std::string> making_;                  // job by key; guarded by mutex_
  std::map<std::string, std::vector<std::string>> waitingOf_;  // jobs by who asked; likewise
};

}  // namespace dju::mixes
