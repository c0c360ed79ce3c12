// A transaction that has reached the disk when commit() returns, for which that waits; others
// survive the end of this process, but not that of the power. One thread, which may wait.
#pragma once

#include <optional>

#include "storage/database.h"

namespace dju::storage {

class DurableChanges {
 public:
  explicit DurableChanges(Database& database) : connection_(database.session()) {
    connection_.prepare("PRAGMA synchronous=FULL").run();
    changes_.emplace(database, Database::Mode::kTransaction);
  }
  ~DurableChanges() {
    changes_.reset();
    connection_.prepare("PRAGMA synchronous=NORMAL").run();
  }
  DurableChanges(const DurableChanges&) = delete;
  DurableChanges& operator=(const DurableChanges&) = delete;

  Database::Session* operator->() { return &*changes_; }
  Database::Session& session() { return *changes_; }

 private:
  Database::Session connection_;
  std::optional<Database::Session> changes_;
};

}  // namespace dju::storage
