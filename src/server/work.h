// Everything that is done as jobs, with what it needs: the same in `dju serve` and in `dju worker`,
// which works for a server in a process of its own. Construct, jobs.start(), jobs.stop(). Main
// thread; the parts say which threads they are for.
#pragma once

#include "mixes/mixers.h"
#include "mixes/mixes.h"
#include "mixes/previews.h"
#include "mixes/shelf.h"
#include "mixes/webhooks.h"
#include "server/api/recordings.h"
#include "server/api/verdicts.h"
#include "server/config.h"
#include "serving/model_cache.h"
#include "storage/battle_store.h"
#include "storage/jobs.h"
#include "storage/library.h"
#include "storage/pcm_cache.h"

namespace dju::server {

struct Work {
  // Opens the data folder. Throws Error.
  explicit Work(const ServerConfig& config);
  ~Work();  // jobs.stop()
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  storage::Library library;
  storage::BattleStore battles;
  storage::PcmCache cache;
  storage::JobQueue jobs;
  serving::ModelRegistry models;
  serving::ModelCache modelCache;
  Recordings recordings;
  Verdicts verdicts;
  mixes::Shelf shelf;
  mixes::Mixers mixers;
  mixes::Mixes mixes;
  mixes::Previews previews;
  mixes::Webhooks webhooks;
};

}  // namespace dju::server
