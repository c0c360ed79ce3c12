#include "storage/mix_store.h"

#include <fmt/format.h>

#include <algorithm>

namespace dju::storage {
namespace {

using nlohmann::json;

constexpr char kColumns[] =
    "id, owner, name, job, request, cache_key, recording, webhook_url, webhook_secret, created_at";
constexpr char kSoundColumns[] = "recording, cache_key, seconds, audio_bytes, used_at";

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
  mix.createdAt = row.integer(9);
  return mix;
}

std::optional<MixSound> readSound(Statement& row) {
  if (!row.step()) return {};
  return MixSound{row.text(0), row.text(1), row.real(2), row.integer(3), row.integer(4)};
}

}  // namespace

void MixStore::add(const MixRow& mix) {
  Database::Session session = database_.session();
  session
      .prepare(
          fmt::format("INSERT INTO mixes ({}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", kColumns))
      .bind(mix.id)
      .bind(mix.owner)
      .bind(mix.name)
      .bind(mix.job)
      .bind(mix.request.dump())
      .bind(mix.key)
      .bind(mix.recording)
      .bind(mix.webhookUrl)
      .bind(mix.webhookSecret)
      .bind(mix.createdAt)
      .run();
}

void MixStore::setJob(std::string_view mix, std::string_view job) {
  Database::Session session = database_.session();
  session.prepare("UPDATE mixes SET job = ? WHERE id = ?").bind(job).bind(mix).run();
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

std::vector<MixRow> MixStore::mixes(std::string_view owner, int limit, int offset) {
  Database::Session session = database_.session();
  Statement rows = session.prepare(
      fmt::format("SELECT {} FROM mixes WHERE ?1 = '' OR owner = ?1 ORDER BY created_at DESC, id "
                  "LIMIT ?2 OFFSET ?3",
                  kColumns));
  rows.bind(owner).bind(std::clamp(limit, 0, 500)).bind(std::max(offset, 0));
  std::vector<MixRow> mixes;
  while (rows.step()) mixes.push_back(read(rows));
  return mixes;
}

std::int64_t MixStore::countMixes(std::string_view owner) {
  Database::Session session = database_.session();
  Statement count = session.prepare("SELECT count(*) FROM mixes WHERE ?1 = '' OR owner = ?1");
  count.bind(owner).step();
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
      .prepare(fmt::format("INSERT OR REPLACE INTO mix_sounds ({}) VALUES (?, ?, ?, ?, ?)",
                           kSoundColumns))
      .bind(sound.recording)
      .bind(sound.key)
      .bind(sound.seconds)
      .bind(sound.audioBytes)
      .bind(sound.usedAt)
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
