// Rooms without sockets and without a library, for tests: a recorder of what is said, and one
// track. Header only; not for the product.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "server/battle/room_output.h"
#include "server/battle/track_provider.h"

namespace dju::server::test {

using nlohmann::json;

struct Said {
  std::string to;  // "all", "djs", "spectators", "watchers" or a client
  std::string event;
  json payload;
};

class Recorder : public RoomOutput {
 public:
  void send(Audience audience, std::string_view event, const json& payload, Delivery) override {
    static const char* const names[] = {"all", "djs", "spectators", "watchers"};
    said.push_back({names[static_cast<int>(audience)], std::string(event), payload});
  }
  void sendBinary(Audience, std::string_view event, std::string) override {
    said.push_back({"djs", std::string(event), {}});
  }
  void sendTo(const ClientId& client, std::string_view event, const json& payload) override {
    said.push_back({client, std::string(event), payload});
  }
  void subscribe(const ClientId&, Audience) override {}
  void unsubscribe(const ClientId&) override {}
  void watch(const ClientId&, bool) override {}
  PlayerLink link(const ClientId& client) const override {
    const auto at = links.find(client);
    return at == links.end() ? PlayerLink{} : at->second;
  }

  std::vector<json> of(const std::string& event) const {
    std::vector<json> found;
    for (const Said& line : said)
      if (line.event == event) found.push_back(line.payload);
    return found;
  }

  std::set<std::string> recipientsOf(const std::string& event) const {
    std::set<std::string> found;
    for (const Said& line : said)
      if (line.event == event) found.insert(line.to);
    return found;
  }

  std::vector<Said> said;
  std::map<ClientId, PlayerLink> links;
};

// One track of ten seconds of a constant, so that a playing deck is heard.
class OneTrack : public TrackProvider {
 public:
  void acquire(const std::string& trackId,
               std::function<void(Result<PlayableTrack>)> done) override {
    if (trackId != "tone")
      return done(Error(ErrorCode::kNotFound, "track " + trackId + ": no such track"));
    PlayableTrack track;
    track.audio.audio = {samples_->data(), 480000, 1.0F / 32768.0F};
    track.audio.grid = {0, 24000};
    track.log.id = track.log.analysisHash = "tone";
    track.log.frames = 480000;
    track.summary = {
        {"trackId", "tone"}, {"title", "Tone"}, {"artist", "Test"}, {"frames", 480000}};
    track.hotCues = hotCues;
    track.keepAlive = samples_;
    done(std::move(track));
  }

  std::vector<music::HotCue> hotCues;

 private:
  std::shared_ptr<std::vector<std::int16_t>> samples_ =
      std::make_shared<std::vector<std::int16_t>>(std::size_t{960000}, std::int16_t{8000});
};

}  // namespace dju::server::test
