// Mixes that people ask for: planned at once, played as a job, kept as recordings. The same wish
// for the same tracks gets the sound that is there already (storage/mix_store.h). The job's handler
// needs no server: it runs in `dju serve` and in any process that has the data folder.
//
// Any thread. plan() and order() may wait for the disk, so not on a network thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "mixes/plans.h"
#include "mixes/request.h"
#include "mixes/shelf.h"
#include "storage/battle_store.h"
#include "storage/jobs.h"
#include "storage/library.h"
#include "storage/mix_store.h"

namespace dju::mixes {

// The kind of job that follows a mix with a web hook: {mix, event} (mixes/webhooks.h).
inline constexpr std::string_view kWebhookJob = "webhook";

struct MixLimits {
  int unfinishedPerGuest = 20;
  std::int64_t keptBytes = 20LL << 30;  // of finished mixes' sound; the oldest goes first
};

class Mixes {
 public:
  // Registers the job kind "mix": before jobs.start().
  Mixes(storage::Library& library, storage::BattleStore& battles, storage::JobQueue& jobs,
        Shelf& shelf, const Mixers& mixers, const MixLimits& limits);

  // {plan} of docs/protocol.md. Throws Error.
  nlohmann::json plan(const MixRequest& request);
  // {mix, job?, alike?} of docs/protocol.md; without a job the mix is finished. Throws Error.
  nlohmann::json order(const MixOrder& order, const std::string& owner);

  // Mix of docs/protocol.md; what became of its web hook is for its owner. Throws Error
  // (kNotFound).
  enum class Reader : std::uint8_t { kAnybody, kOwner };
  nlohmann::json describe(const std::string& id, Reader reader);
  // {total, mixes}; an empty owner means everybody's. May wait for the disk, like plan().
  nlohmann::json list(std::string_view owner, int limit, int offset);
  // Who asked for it. Throws Error (kNotFound).
  std::string ownerOf(const std::string& id);
  // Nothing where it has none, or is gone.
  std::optional<Webhook> webhookOf(const std::string& id);
  void note(const std::string& id, const storage::WebhookTries& tries);
  // Cancels it where it is not finished; its recording goes too, unless others share it.
  void remove(const std::string& id);

  // What lies beside a finished mix's log. Throws Error: kNotFound, kConflict while it is not
  // finished.
  enum class Part { kReport, kPlan, kWaveform };
  std::filesystem::path file(const std::string& id, Part part);

 private:
  nlohmann::json alikeJson(const storage::MixSound& sound, const MixRequest& request);
  nlohmann::json submit(storage::MixRow mix, int priority);
  nlohmann::json make(storage::JobContext& context);
  std::optional<storage::JobOptions::Next> webhookJob(const storage::Job& job);
  void play(const storage::MixRow& mix, const MixRequest& request, const PlannedMix& planned,
            storage::JobContext& context);
  void keep(const storage::MixRow& mix, const MixRequest& request, const PlannedMix& planned,
            const engine::BattleLog& log);
  void makeRoom();
  void removeFiles(const std::string& recording);
  storage::ListedMix listed(storage::MixRow mix);
  nlohmann::json toJson(const storage::ListedMix& mix, Reader reader) const;
  std::filesystem::path place(const std::string& recording, std::string_view ending) const;

  std::filesystem::path folder_;
  storage::Library& library_;
  storage::BattleStore& battles_;
  storage::JobQueue& jobs_;
  Shelf& shelf_;
  const Mixers& mixers_;
  storage::MixStore store_;
  MixLimits limits_;
};

}  // namespace dju::mixes
