#include "storage/mix_store.h"

#include <fmt/format.h>

#include <algorithm>

namespace dju::storage {
namespace {

using nlohmann::json;

constexpr char kColumns[] =
    "id, owner, name, job, request, cache_key, recording, webhook_url, webhook_secret, "
    "webhook_state, webhook_tries, webhook_error, created_at";
constexpr char kSoundColumns[] = "recording, cache_key, seconds, audio_bytes, used_at, alike_key";

MixRow read(const Statement& row) {
  MixRow mix;
  mix.id = row.text(0);
  mix.owner = row.text(1);
  mix.name = row.text(2);
  mix.job = row.text(3);
  mix.request = json::parse(row.text(4), nullptr, false);
  mix.key = row.text(5);
  mix.recording = row.text(6);
  mix.webhookUrl = row.text(7);
  mix.webhookSecret = row.text(8);
  mix.webhookTries = {row.text(9), static_cast<int>(row.integer(10)), row.text(11)};
  mix.createdAt = row.integer(12);
  return mix;
}

std::optional<MixSound> readSound(Statement& row) {
  if (!row.step()) return {};
  return MixSound{row.text(0),    row.text(1),    row.real(2),
                  row.integer(3), row.integer(4), row.text(5)};
}

}  // namespace

void MixStore::add(const MixRow& mix) {
  Database::Session session = database_.session();
  session
      .prepare(fmt::format("INSERT INTO mixes ({}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                           kColumns))
      .bind(mix.id)
      .bind(mix.owner)
      .bind(mix.name)
      .bind(mix.job)
      .bind(mix.request.dump())
      .bind(mix.key)
      .bind(mix.recording)
      .bind(mix.webhookUrl)
      .bind(mix.webhookSecret)
      .bind(mix.webhookTries.state)
      .bind(mix.webhookTries.count)
      .bind(mix.webhookTries.error)
      .bind(mix.createdAt)
      .run();
}

void MixStore::setJob(std::string_view mix, std::string_view job) {
  Database::Session session = database_.session();
  session.prepare("UPDATE mixes SET job = ? WHERE id = ?").bind(job).bind(mix).run();
}

void MixStore::setWebhookTries(std::string_view mix, const WebhookTries& tries) {
  Database::Session session = database_.session();
  session
      .prepare(
          "UPDATE mixes SET webhook_state = ?, webhook_tries = ?, webhook_error = ? WHERE id = ?")
      .bind(tries.state)
      .bind(tries.count)
      .bind(tries.error)
      .bind(mix)
      .run();
}

bool MixStore::finish(std::string_view mix, std::string_view recording) {
  Database::Session session = database_.session();
  session.prepare("UPDATE mixes SET recording = ? WHERE id = ?").bind(recording).bind(mix).run();
  return session.changes() > 0;
}

Result<MixRow> MixStore::mix(std::string_view id) {
  Database::Session session = database_.session();
  Statement found = session.prepare(fmt::format("SELECT {} FROM mixes WHERE id = ?", kColumns));
  if (found.bind(id).step()) return read(found);
  return Error(ErrorCode::kNotFound,
               fmt::format("mix {}: no such mix; see GET /api/v1/mixes", id.substr(0, 80)));
}

std::vector<ListedMix> MixStore::list(std::string_view owner, int limit, int offset) {
  Database::Session session = database_.session();
  // "? = '' OR owner = ?" would keep SQLite from its indexes.
  Statement rows = session.prepare(fmt::format(
      "SELECT m.id, m.owner, m.name, m.job, m.request, m.cache_key, m.recording, m.webhook_url, "
      "m.webhook_secret, m.webhook_state, m.webhook_tries, m.webhook_error, m.created_at, "
      "coalesce(s.seconds, -1), coalesce(j.state, ''), j.progress, "
      "j.stage, j.error, "
      "j.created_at, j.started_at, j.progress_at FROM mixes m "
      "LEFT JOIN mix_sounds s ON s.recording = m.recording "
      "LEFT JOIN jobs j ON j.id = m.job AND m.recording = '' {} "
      "ORDER BY m.created_at DESC, m.id LIMIT ? OFFSET ?",
      owner.empty() ? "" : "WHERE m.owner = ?"));
  if (!owner.empty()) rows.bind(owner);
  rows.bind(std::clamp(limit, 0, kMostListed)).bind(std::max(offset, 0));
  std::vector<ListedMix> listed;
  while (rows.step()) {
    ListedMix& one = listed.emplace_back(ListedMix{read(rows), {}, {}});
    if (!one.mix.recording.empty()) {
      if (rows.real(13) >= 0) one.seconds = rows.real(13);
      continue;
    }
    if (rows.text(14).empty()) continue;
    Job& job = one.job.emplace();
    job.id = one.mix.job;
    job.state = jobStateOf(rows.text(14));
    job.progress = rows.real(15);
    job.stage = rows.text(16);
    job.error = rows.text(17);
    job.createdAt = rows.integer(18);
    job.startedAt = rows.integer(19);
    job.progressAt = rows.integer(20);
  }
  return listed;
}

std::int64_t MixStore::countMixes(std::string_view owner) {
  Database::Session session = database_.session();
  Statement count = session.prepare(
      fmt::format("SELECT count(*) FROM mixes {}", owner.empty() ? "" : "WHERE owner = ?"));
  if (!owner.empty()) count.bind(owner);
  count.step();
  return count.integer(0);
}

void MixStore::remove(std::string_view id) {
  Database::Session session = database_.session();
  session.prepare("DELETE FROM mixes WHERE id = ?").bind(id).run();
}

int MixStore::countOf(std::string_view recording) {
  Database::Session session = database_.session();
  Statement count = session.prepare("SELECT count(*) FROM mixes WHERE recording = ?");
  count.bind(recording).step();
  return static_cast<int>(count.integer(0));
}

std::optional<MixSound> MixStore::use(std::string_view key) {
  Database::Session session = database_.session();
  session.prepare("UPDATE mix_sounds SET used_at = ? WHERE cache_key = ?")
      .bind(nowMs())
      .bind(key)
      .run();
  Statement found =
      session.prepare(fmt::format("SELECT {} FROM mix_sounds WHERE cache_key = ?", kSoundColumns));
  found.bind(key);
  return readSound(found);
}

std::optional<MixSound> MixStore::alike(std::string_view alikeKey) {
  Database::Session session = database_.session();
  Statement found = session.prepare(
      fmt::format("SELECT {} FROM mix_sounds WHERE alike_key = ? ORDER BY used_at DESC LIMIT 1",
                  kSoundColumns));
  found.bind(alikeKey);
  return readSound(found);
}

std::optional<MixSound> MixStore::sound(std::string_view recording) {
  Database::Session session = database_.session();
  Statement found =
      session.prepare(fmt::format("SELECT {} FROM mix_sounds WHERE recording = ?", kSoundColumns));
  found.bind(recording);
  return readSound(found);
}

void MixStore::save(const MixSound& sound) {
  Database::Session session = database_.session();
  session
      .prepare(fmt::format("INSERT OR REPLACE INTO mix_sounds ({}) VALUES (?, ?, ?, ?, ?, ?)",
                           kSoundColumns))
      .bind(sound.recording)
      .bind(sound.key)
      .bind(sound.seconds)
      .bind(sound.audioBytes)
      .bind(sound.usedAt)
      .bind(sound.alike)
      .run();
}

void MixStore::removeSound(std::string_view recording) {
  Database::Session session = database_.session();
  session.prepare("DELETE FROM mix_sounds WHERE recording = ?").bind(recording).run();
}

std::int64_t MixStore::audioBytes() {
  Database::Session session = database_.session();
  Statement sum = session.prepare("SELECT coalesce(sum(audio_bytes), 0) FROM mix_sounds");
  sum.step();
  return sum.integer(0);
}

std::optional<MixSound> MixStore::oldestSound() {
  Database::Session session = database_.session();
  Statement found = session.prepare(fmt::format(
      "SELECT {} FROM mix_sounds WHERE audio_bytes > 0 ORDER BY used_at LIMIT 1", kSoundColumns));
  return readSound(found);
}

}  // namespace dju::storage
