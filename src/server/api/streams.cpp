#include "server/api/streams.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace dju::server {
namespace {

using nlohmann::json;

int choice(const json& payload, const char* key, int otherwise,
           std::initializer_list<int> choices) {
  if (!payload.is_object() || !payload.contains(key) || payload[key].is_null()) return otherwise;
  for (int value : choices)
    if (payload[key] == value) return value;
  std::string list;
  for (int value : choices) list += fmt::format("{}{}", list.empty() ? "" : ", ", value);
  throw Error(ErrorCode::kInvalid, fmt::format("{}: send one of {}", key, list));
}

json syncJson(const SyncPoint& point) {
  return {{"rtpTimestamp", point.rtpTimestamp},
          {"ssrc", point.ssrc},
          {"frame", point.frame.index()},
          {"serverTime", point.serverTimeMs},
          {"codecDelaySamples", point.codecDelaySamples}};
}

}  // namespace

ViewerOptions parseStreamRequest(const json& payload, int output) {
  ViewerOptions options;
  options.frameMs = choice(payload, "frame", output > 0 ? 20 : 60, {20, 40, 60});
  if (output > 0) options.frameMs = 20;
  options.messages = output > 0;
  options.kilobits = choice(payload, "bitrate", 128, {64, 128, 256});
  return options;
}

struct Streams::Battle : AudioSink {
  std::vector<std::shared_ptr<MediaSource>> sources;

  // Engine thread; an overflow is counted by the source.
  void push(int output, Frame first, const float* block) noexcept override {
    sources[output]->push(first, block);
  }
};

Streams::Streams(MediaServer& media, Post post, Announce announce)
    : media_(media), post_(std::move(post)), announce_(std::move(announce)) {}
Streams::~Streams() = default;

AudioSink* Streams::open(const std::string& battleId, int outputs) {
  auto battle = std::make_unique<Battle>();
  for (int output = 0; output < outputs; ++output) {
    MediaServer::SourceOptions options;
    options.name = fmt::format("{}/{}", battleId, output);
    options.onSync = [this, battleId, output](const SyncPoint& point) {
      post_([this, battleId, output, point] { announce_(battleId, output, syncJson(point)); });
    };
    battle->sources.push_back(media_.addSource(std::move(options)));
  }
  return (battles_[battleId] = std::move(battle)).get();
}

void Streams::close(const std::string& battleId) {
  auto battle = battles_.extract(battleId);
  if (battle.empty()) return;
  for (const auto& source : battle.mapped()->sources) media_.removeSource(source);
}

std::shared_ptr<MediaSource> Streams::source(const std::string& battleId, int output) const {
  const auto at = battles_.find(battleId);
  if (at == battles_.end() || output < 0 || output >= static_cast<int>(at->second->sources.size()))
    throw Error(ErrorCode::kNotFound,
                fmt::format("battle {}: it has no sound any more", battleId.substr(0, 40)));
  return at->second->sources[output];
}

StreamOffer Streams::connect(const std::string& battleId, int output, const std::string& offer,
                             ViewerOptions options, const std::string& client) {
  auto answer = media_.connect(source(battleId, output), offer, options).valueOrThrow();
  sessions_[client].insert(answer.sessionId);
  owners_[answer.sessionId] = {client, battleId};
  return answer;
}

bool Streams::disconnect(const std::string& sessionId) {
  forget(sessionId);
  return media_.disconnect(sessionId);
}

void Streams::forget(const std::string& sessionId) {
  if (const auto owner = owners_.extract(sessionId))
    sessions_[owner.mapped().client].erase(sessionId);
}

void Streams::closeAllOf(const std::string& client) {
  const auto sessions = sessions_.extract(client);
  if (sessions.empty()) return;
  for (const std::string& session : sessions.mapped()) {
    owners_.erase(session);
    media_.disconnect(session);
  }
}

const Streams::Owner* Streams::ownerOf(const std::string& sessionId) const {
  const auto owner = owners_.find(sessionId);
  return owner == owners_.end() ? nullptr : &owner->second;
}

Result<bool> Streams::addCandidate(const std::string& sessionId,
                                   const std::string& candidate) const {
  return media_.addCandidate(sessionId, candidate);
}

double Streams::lossOf(const std::string& client) const {
  const auto sessions = sessions_.find(client);
  if (sessions == sessions_.end()) return 0;
  double worst = 0;
  for (const std::string& session : sessions->second)
    if (const auto stats = media_.stats(session)) worst = std::max(worst, stats->lossShare);
  return worst;
}

json Streams::lastSync(const std::string& battleId, int output) const {
  const auto point = media_.syncPoint(*source(battleId, output));
  return point ? syncJson(*point) : json();
}

void Streams::listen(const std::string& battleId, Responder responder) {
  responder.header("Cache-Control", "no-store");
  const auto writer = responder.stream("audio/ogg");
  // The subscription lives until the listener has gone. Pages that a slow listener cannot take are
  // left out; one who stays slow is cut off by the stream itself.
  auto subscription = std::make_shared<std::shared_ptr<MediaServer::Subscription>>();
  *subscription =
      media_.subscribe(source(battleId, 0), [writer](std::span<const std::uint8_t> page) {
        writer->write(makeBuffer(Bytes(page.begin(), page.end())));
      });
  writer->onClosed([subscription] { subscription->reset(); });
}

}  // namespace dju::server
