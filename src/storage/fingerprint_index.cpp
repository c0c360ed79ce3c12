#include "storage/fingerprint_index.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "music/fingerprint.h"

namespace dju::storage {
namespace {

// The stretch that is indexed, in words: 10 to 40 s, behind intros of single drums and silence.
// Asked for are all words, so that the same sound is found up to 10 s earlier and a minute later.
constexpr std::size_t kIndexFrom = 80, kIndexWords = 240;
constexpr int kTracksPerWord = 200;  // silence is everybody's
constexpr std::size_t kCandidates = 16;
// Encoders pad by a few frames, editions differ by more.
constexpr double kMaxSecondsApart = 7;

std::set<std::uint32_t> indexedWords(const music::FingerprintWords& words) {
  const std::size_t from = words.size() > kIndexFrom + kIndexWords ? kIndexFrom : 0;
  const std::size_t to = std::min(words.size(), from + kIndexWords);
  return {words.begin() + static_cast<std::ptrdiff_t>(from),
          words.begin() + static_cast<std::ptrdiff_t>(to)};
}

// Numbers of fingerprints by how many words they share, most first.
std::vector<std::int64_t> candidates(Database::Session& session,
                                     const music::FingerprintWords& words) {
  std::map<std::int64_t, int> shared;
  for (const std::uint32_t word : std::set<std::uint32_t>(words.begin(), words.end())) {
    Statement rows =
        session.prepare("SELECT fingerprint FROM fingerprint_words WHERE word = ? LIMIT ?");
    rows.bind(static_cast<std::int64_t>(word)).bind(kTracksPerWord);
    while (rows.step()) ++shared[rows.integer(0)];
  }
  std::vector<std::pair<int, std::int64_t>> order;
  for (const auto& [number, count] : shared) order.emplace_back(-count, number);
  std::sort(order.begin(), order.end());
  std::vector<std::int64_t> best;
  for (std::size_t i = 0; i < std::min(order.size(), kCandidates); ++i) {
    best.push_back(order[i].second);
  }
  return best;
}

}  // namespace

void putFingerprint(Database::Session& session, std::string_view trackId, double seconds,
                    const std::string& fingerprint) {
  session.prepare("DELETE FROM fingerprints WHERE track = ?").bind(trackId).run();
  const auto words = music::parseFingerprint(fingerprint);
  if (!words) return;
  session.prepare("INSERT INTO fingerprints (track, seconds, fingerprint) VALUES (?, ?, ?)")
      .bind(trackId)
      .bind(seconds)
      .bind(fingerprint)
      .run();
  Statement made = session.prepare("SELECT number FROM fingerprints WHERE track = ?");
  made.bind(trackId).step();
  const std::int64_t number = made.integer(0);
  for (const std::uint32_t word : indexedWords(*words)) {
    session.prepare("INSERT INTO fingerprint_words VALUES (?, ?)")
        .bind(static_cast<std::int64_t>(word))
        .bind(number)
        .run();
  }
}

std::vector<SameRecording> findSameRecordings(Database::Session& session, std::string_view trackId,
                                              double seconds, const std::string& fingerprint) {
  std::vector<SameRecording> same;
  const auto words = music::parseFingerprint(fingerprint);
  if (!words) return same;
  for (const std::int64_t number : candidates(session, *words)) {
    Statement row =
        session.prepare("SELECT track, seconds, fingerprint FROM fingerprints WHERE number = ?");
    if (!row.bind(number).step() || row.text(0) == trackId) continue;
    if (std::fabs(row.real(1) - seconds) > kMaxSecondsApart) continue;
    const auto other = music::parseFingerprint(row.text(2));
    if (!other) continue;
    const music::FingerprintMatch match = music::compareFingerprints(*words, *other);
    if (match.sameRecording()) same.push_back({row.text(0), match.errors, match.offsetSeconds});
  }
  std::sort(same.begin(), same.end(),
            [](const SameRecording& a, const SameRecording& b) { return a.errors < b.errors; });
  return same;
}

}  // namespace dju::storage
