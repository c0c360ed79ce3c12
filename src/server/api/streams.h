// Streams: the battles' sound on the media server. Each battle has one source an output (the master,
// and each DJ's headphone blend); viewers of any kind are connected to them here.
//
// Thread: network thread, except AudioSink::push (engine thread).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "core/error.h"
#include "server/battle/battle_service.h"
#include "server/config.h"

namespace dju::server {

class Namespace;

// What a viewer asks for. Errors of parseStreamRequest name the field.
struct StreamRequest {
  int frameMs = 20;    // 20, 40 or 60
  int kilobits = 128;  // 64, 128 or 256
};
// DJs (output > 0) get 20 ms whatever they ask for; spectators 60 ms unless they ask for less.
StreamRequest parseStreamRequest(const nlohmann::json& payload, int output);

struct StreamAnswer {
  std::string sessionId;
  std::string sdp;
};

}  // namespace dju::server
