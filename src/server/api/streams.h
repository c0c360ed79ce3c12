// Streams: the battles' sound on the media server. Each battle has one source an output (the
// master, and each DJ's headphone blend); listeners of any kind are connected to them here.
//
// Thread: network thread, except where stated.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/error.h"
#include "server/battle/battle_service.h"
#include "server/net/responder.h"
#include "server/webrtc/media_server.h"

namespace dju::server {

// {frame?: 20|40|60, bitrate?: 64|128|256}. A DJ (output > 0) gets 20 ms frames whatever is asked;
// a spectator 60 ms unless less is asked; a DJ may bring a data channel. Throws Error(kInvalid)
// naming the field.
ViewerOptions parseStreamRequest(const nlohmann::json& payload, int output);

class Streams : public BattleStreams {
 public:
  using Post = std::function<void(std::function<void()>)>;
  // Sync points go to `announce` as the payload of `audio-sync`, with the battle and output they
  // are about; it and `post` run things on the network thread. `media` outlives this.
  using Announce =
      std::function<void(const std::string& battleId, int output, const nlohmann::json& sync)>;
  Streams(MediaServer& media, Post post, Announce announce);
  ~Streams() override;

  AudioSink* open(const std::string& battleId, int outputs) override;
  void close(const std::string& battleId) override;

  // Answers an SDP offer for the output; `client` owns the session until closeAllOf. Throws Error.
  StreamOffer connect(const std::string& battleId, int output, const std::string& offer,
                      ViewerOptions options, const std::string& client);
  bool disconnect(const std::string& sessionId);
  void closeAllOf(const std::string& client);
  // Whose session it is; null if there is no such session.
  struct Owner {
    std::string client, battleId;
  };
  const Owner* ownerOf(const std::string& sessionId) const;
  void forget(const std::string& sessionId);  // it has ended by itself
  Result<bool> addCandidate(const std::string& sessionId, const std::string& candidate) const;

  // The share of the client's stream that did not arrive, by its receiver's last report; 0 without
  // one.
  double lossOf(const std::string& client) const;

  // The last sync point of an output, or null, for who has just connected.
  nlohmann::json lastSync(const std::string& battleId, int output) const;

  // Sends the master as endless Ogg Opus. Throws Error.
  void listen(const std::string& battleId, Responder responder);

 private:
  struct Battle;
  std::shared_ptr<MediaSource> source(const std::string& battleId, int output) const;

  MediaServer& media_;
  Post post_;
  Announce announce_;
  std::map<std::string, std::unique_ptr<Battle>> battles_;
  std::map<std::string, std::set<std::string>> sessions_;  // by client
  std::unordered_map<std::string, Owner> owners_;          // by session
};

}  // namespace dju::server
