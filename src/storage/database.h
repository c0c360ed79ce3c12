// A thin layer over sqlite3: one connection, statements that close themselves, migrations.
//
// SQLite in WAL mode. Everything that is SQL stays in this folder, behind interfaces in the terms
// of the domain, so that another database can take its place. Any thread: one connection under one
// lock, held by a Session for as long as it lives; keep sessions short.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace dju::storage {

// A prepared statement. Bind in order of the question marks, then step. Throws Error.
class Statement {
 public:
  Statement(sqlite3* database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(std::int64_t value);
  Statement& bind(int value) { return bind(static_cast<std::int64_t>(value)); }
  Statement& bind(double value);
  Statement& bind(std::string_view value);
  // True while there is a row.
  bool step();
  // step() of a statement that gives no rows.
  void run();

  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;

 private:
  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

class Database {
 public:
  // Opens or makes the file and brings its schema up to date. Throws Error that names the file: not
  // writable, disk full, no database, or made by a newer version of this program.
  explicit Database(const std::filesystem::path& file);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // The connection's lock; with kTransaction, changes are undone unless commit() is called.
  enum class Mode { kPlain, kTransaction };
  class Session {
   public:
    Session(Database& database, Mode mode);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    Statement prepare(std::string_view sql) { return Statement(connection_, sql); }
    void commit();
    int changes() const;

   private:
    std::unique_lock<std::recursive_mutex> lock_;
    sqlite3* connection_;
    bool open_ = false;
  };
  Session session(Mode mode = Mode::kPlain) { return Session(*this, mode); }

 private:
  void migrate(const std::filesystem::path& file);
  std::recursive_mutex mutex_;
  sqlite3* connection_ = nullptr;
};

// ms since the Unix epoch, for the times of people.
std::int64_t nowMs();

}  // namespace dju::storage
