// Mixes that people asked for, and the sounds that came of them. A sound is a recording and is
// named by a key of everything that it depends on, so that the same wish is not played twice;
// several mixes may share one. What is heard and written lies in recordings/; here is what is
// listed. Any thread.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "storage/database.h"
#include "storage/job.h"

namespace dju::storage {

// What became of the tries to tell somebody else's server of a mix.
struct WebhookTries {
  std::string state = "waiting";  // waiting | delivered | failed
  int count = 0;
  std::string error;  // of the last; empty: none, or it was taken
};

struct MixRow {
  std::string id;
  std::string owner;  // player id
  std::string name;
  std::string job;                                    // empty: its sound was there already
  nlohmann::json request = nlohmann::json::object();  // mixes/request.h
  std::string key;                                    // as planned when it was asked for
  std::string recording;                              // empty until it is finished
  std::string webhookUrl, webhookSecret;              // empty: none
  WebhookTries webhookTries;
  std::int64_t createdAt = 0;  // ms since the Unix epoch
};

struct MixSound {
  std::string recording;
  std::string key;
  double seconds = 0;
  std::int64_t audioBytes = 0;  // of the Opus file; 0: it was thrown away and would be made anew
  std::int64_t usedAt = 0;      // ms since the Unix epoch
  std::string alike;            // the same for the same songs in other encodings; empty: not known
};

// A mix as it stands in a list.
struct ListedMix {
  MixRow mix;
  // Of one that has no recording yet: id, state, progress, stage, error and times, no more. Nothing
  // where the job is forgotten.
  std::optional<Job> job;
  std::optional<double> seconds;  // of its sound, where it is finished
};

class MixStore {
 public:
  explicit MixStore(Database& database) : database_(database) {}

  void add(const MixRow& mix);
  void setJob(std::string_view mix, std::string_view job);
  void setWebhookTries(std::string_view mix, const WebhookTries& tries);
  // False where the mix has been removed meanwhile.
  bool finish(std::string_view mix, std::string_view recording);
  Result<MixRow> mix(std::string_view id);
  // One query, newest first; an empty owner means everybody's. At most kMostListed.
  static constexpr int kMostListed = 100;
  std::vector<ListedMix> list(std::string_view owner, int limit, int offset);
  std::int64_t countMixes(std::string_view owner);
  void remove(std::string_view id);
  int countOf(std::string_view recording);  // mixes that share it

  // The sound of that key, used now.
  std::optional<MixSound> use(std::string_view key);
  // One that sounds alike; the one that was used last.
  std::optional<MixSound> alike(std::string_view alikeKey);
  std::optional<MixSound> sound(std::string_view recording);
  void save(const MixSound& sound);
  void removeSound(std::string_view recording);
  std::int64_t audioBytes();
  // That with audio which was used longest ago.
  std::optional<MixSound> oldestSound();

 private:
  Database& database_;
};

}  // namespace dju::storage
