// What the master and each deck sound like, for DJs' pages: row B8 and the AudioFeatures of the
// platform's document, ten times a second, by the reader that also reads whole tracks
// (music/sound_now.h), so that the same samples give the same values.
// One instance a battle, one thread (the room's). Costs nothing while nobody watches.
#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <vector>

#include "engine/telemetry.h"
#include "music/live_loudness.h"
#include "music/sound_now.h"
#include "server/battle/live_battle.h"

namespace dju::server {

class LiveFeatures {
 public:
  // Takes one block. What was heard before a block that does not follow the last one is forgotten.
  void add(const VisualFrame& frame);

  // `spectrum-data` of docs/asyncapi.yaml when new figures have come since the last call.
  std::optional<nlohmann::json> take();

 private:
  // One sound that is listened to.
  struct Listener {
    music::SoundNowReader reader;
    music::LiveLoudness loudness;
    nlohmann::json now;

    bool hear(std::span<const float> interleaved);
  };

  std::vector<Listener> listeners_;  // the master, then the decks
  std::optional<Frame> expected_;
  Frame frame_;
  bool fresh_ = false;
};

}  // namespace dju::server
