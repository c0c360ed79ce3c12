#include "storage/job_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace dju::storage {
namespace {

using nlohmann::json;

constexpr char kColumns[] =
    "id, kind, state, progress, stage, error, payload, result, owner, priority, attempts, "
    "created_at, started_at, progress_at, not_before";

json parse(const std::string& text) {
  json value = json::parse(text, nullptr, false);
  return value.is_discarded() ? json() : value;
}

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Job read(const Statement& row) {
  Job job;
  job.id = row.text(0);
  job.kind = row.text(1);
  job.state = jobStateOf(row.text(2));
  job.progress = row.real(3);
  job.stage = row.text(4);
  job.error = row.text(5);
  job.payload = parse(row.text(6));
  job.result = parse(row.text(7));
  job.owner = row.text(8);
  job.priority = static_cast<int>(row.integer(9));
  job.attempts = static_cast<int>(row.integer(10));
  job.createdAt = row.integer(11);
  job.startedAt = row.integer(12);
  job.progressAt = row.integer(13);
  job.notBefore = row.integer(14);
  return job;
}

// "(?, ?, ?)"
std::string places(std::size_t count) {
  std::string text = "(";
  for (std::size_t i = 0; i < count; ++i) text += i == 0 ? "?" : ", ?";
  return text + ")";
}

void bindAll(Statement& statement, std::span<const std::string> texts) {
  for (const std::string& text : texts) statement.bind(text);
}

}  // namespace

int JobTable::countUnfinished(std::string_view kind, std::string_view owner) {
  Database::Session session = database_.session();
  Statement count = session.prepare(
      "SELECT count(*) FROM jobs WHERE state IN ('queued', 'running') AND kind = ? AND owner = ?");
  count.bind(kind).bind(owner).step();
  return static_cast<int>(count.integer(0));
}

Result<Job> JobTable::add(const Job& job, Once once, int mostQueued) {
  Database::Session session = database_.session(Database::Mode::kTransaction);
  if (once == Once::kYes) {
    Statement same = session.prepare(
        fmt::format("SELECT {} FROM jobs WHERE kind = ? AND payload = ? AND owner = '' AND state "
                    "IN ('queued', 'running') LIMIT 1",
                    kColumns));
    if (same.bind(job.kind).bind(dump(job.payload)).step()) return read(same);
  }
  {
    Statement count = session.prepare("SELECT count(*) FROM jobs WHERE state = 'queued'");
    count.step();
    if (count.integer(0) >= mostQueued) {
      return Error(ErrorCode::kTooMany, fmt::format("job \"{}\": {} are waiting already; try later",
                                                    job.kind, mostQueued));
    }
  }
  insert(session, job);
  session.commit();
  return job;
}

void JobTable::insert(Database::Session& session, const Job& job) {
  session
      .prepare(fmt::format("INSERT INTO jobs ({}, sequence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                           "?, ?, ?, ?, ?, (SELECT coalesce(max(sequence), 0) + 1 FROM jobs))",
                           kColumns))
      .bind(job.id)
      .bind(job.kind)
      .bind(jobStateName(job.state))
      .bind(job.progress)
      .bind(job.stage)
      .bind(job.error)
      .bind(dump(job.payload))
      .bind(dump(job.result))
      .bind(job.owner)
      .bind(job.priority)
      .bind(job.attempts)
      .bind(job.createdAt)
      .bind(job.startedAt)
      .bind(job.progressAt)
      .bind(job.notBefore)
      .run();
}

Result<Job> JobTable::find(std::string_view id) {
  Database::Session session = database_.session();
  Statement found = session.prepare(fmt::format("SELECT {} FROM jobs WHERE id = ?", kColumns));
  if (found.bind(id).step()) return read(found);
  return Error(ErrorCode::kNotFound, fmt::format("job {}: no such job", id.substr(0, 80)));
}

int JobTable::ahead(const Job& job, std::span<const std::string> kinds) {
  Database::Session session = database_.session();
  Statement count = session.prepare(
      fmt::format("SELECT count(*) FROM jobs WHERE state = 'queued' AND kind IN {} AND "
                  "(priority > ? OR (priority = ? AND sequence < "
                  "(SELECT sequence FROM jobs WHERE id = ?)))",
                  places(kinds.size())));
  bindAll(count, kinds);
  count.bind(job.priority).bind(job.priority).bind(job.id).step();
  return static_cast<int>(count.integer(0));
}

std::optional<Job> JobTable::claim(std::span<const std::string> kinds, std::int64_t leaseUntilMs) {
  const std::string next = fmt::format(
      "SELECT {} FROM jobs WHERE state = 'queued' AND not_before <= ? AND kind IN {} "
      "ORDER BY priority DESC, sequence LIMIT 1",
      kColumns, places(kinds.size()));
  const auto look = [&](Database::Session& session) -> std::optional<Job> {
    Statement found = session.prepare(next);
    found.bind(nowMs());
    bindAll(found, kinds);
    if (!found.step()) return {};
    return read(found);
  };
  {
    // Looked for without the lock on writing, since most often there is nothing.
    Database::Session session = database_.session();
    if (!look(session)) return {};
  }
  Database::Session session = database_.session(Database::Mode::kTransaction);
  std::optional<Job> job = look(session);
  if (!job) return {};
  job->state = JobState::kRunning;
  job->startedAt = nowMs();
  job->progress = 0;
  job->stage.clear();
  job->error.clear();
  ++job->attempts;
  session
      .prepare(
          "UPDATE jobs SET state = 'running', attempts = ?, started_at = ?, progress = 0, "
          "stage = '', error = '', worker = ?, lease_until = ?, cancel_asked = 0 WHERE id = ?")
      .bind(job->attempts)
      .bind(job->startedAt)
      .bind(worker_)
      .bind(leaseUntilMs)
      .bind(job->id)
      .run();
  session.commit();
  return job;
}

JobTable::Lease JobTable::renew(const Job& job, std::int64_t leaseUntilMs) {
  Database::Session session = database_.session();
  session
      .prepare(
          "UPDATE jobs SET lease_until = ?, progress = ?, progress_at = ?, stage = ? "
          "WHERE id = ? AND worker = ? AND state = 'running'")
      .bind(leaseUntilMs)
      .bind(job.progress)
      .bind(job.progressAt)
      .bind(job.stage)
      .bind(job.id)
      .bind(worker_)
      .run();
  if (session.changes() == 0) return Lease::kLost;
  Statement asked = session.prepare("SELECT cancel_asked FROM jobs WHERE id = ?");
  asked.bind(job.id);
  return asked.step() && asked.integer(0) != 0 ? Lease::kCancelAsked : Lease::kKept;
}

bool JobTable::release(const Job& job, const std::optional<Job>& next) {
  Database::Session session = database_.session(Database::Mode::kTransaction);
  session
      .prepare(
          "UPDATE jobs SET state = ?, progress = ?, stage = ?, error = ?, result = ?, "
          "attempts = ?, not_before = ?, ended_at = ?, worker = '', lease_until = 0 "
          "WHERE id = ? AND worker = ? AND state = 'running'")
      .bind(jobStateName(job.state))
      .bind(job.progress)
      .bind(job.stage)
      .bind(job.error)
      .bind(dump(job.result))
      .bind(job.attempts)
      .bind(job.notBefore)
      .bind(hasEnded(job.state) ? nowMs() : 0)
      .bind(job.id)
      .bind(worker_)
      .run();
  if (session.changes() == 0) return false;
  if (next) insert(session, *next);
  session.commit();
  return true;
}

std::optional<Job> JobTable::claimLost() {
  const std::int64_t now = nowMs();
  const std::string lost = fmt::format(
      "SELECT {} FROM jobs WHERE state = 'running' AND lease_until < ? LIMIT 1", kColumns);
  {
    Database::Session session = database_.session();
    if (!session.prepare(lost).bind(now).step()) return {};
  }
  Database::Session session = database_.session(Database::Mode::kTransaction);
  std::optional<Job> job;
  {
    Statement found = session.prepare(lost);
    if (!found.bind(now).step()) return {};
    job = read(found);
  }
  // A moment's lease: it is released at once.
  constexpr std::int64_t kMomentMs = 10000;
  session.prepare("UPDATE jobs SET worker = ?, lease_until = ? WHERE id = ?")
      .bind(worker_)
      .bind(now + kMomentMs)
      .bind(job->id)
      .run();
  session.commit();
  return job;
}

void JobTable::cancel(std::string_view id) {
  Database::Session session = database_.session();
  session
      .prepare(
          "UPDATE jobs SET state = 'cancelled', ended_at = ? WHERE id = ? AND state = 'queued'")
      .bind(nowMs())
      .bind(id)
      .run();
  session.prepare("UPDATE jobs SET cancel_asked = 1 WHERE id = ? AND state = 'running'")
      .bind(id)
      .run();
}

int JobTable::forget(std::int64_t endedBeforeMs, int most) {
  Database::Session session = database_.session();
  session
      .prepare(
          "DELETE FROM jobs WHERE id IN "
          "(SELECT id FROM jobs WHERE ended_at > 0 AND ended_at < ? ORDER BY ended_at LIMIT ?)")
      .bind(endedBeforeMs)
      .bind(most)
      .run();
  return session.changes();
}

}  // namespace dju::storage
