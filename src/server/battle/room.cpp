#include "server/battle/room.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/log.h"
#include "server/battle/deck_view.h"
#include "server/steady_clock.h"

namespace dju::server {
namespace {

using nlohmann::json;

constexpr std::ptrdiff_t kMaxChatCharacters = 280;
constexpr std::size_t kMaxWaiting = 4096;

std::string seatName(Seat seat) {
  return deckLetter(static_cast<int>(seat));
}

std::string text(const json& payload, const char* key) {
  const auto at = payload.is_object() ? payload.find(key) : payload.end();
  return payload.is_object() && at != payload.end() && at->is_string() ? at->get<std::string>()
                                                                       : "";
}

// Of text that is known to be UTF-8: every byte that does not continue a character.
std::ptrdiff_t characters(const std::string& utf8) {
  return std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xc0) != 0x80; });
}

double numberOr(const json& payload, const char* key, double otherwise) {
  if (!payload.is_object() || !payload.contains(key) || !payload[key].is_number()) return otherwise;
  return payload[key].get<double>();
}

std::int64_t heardFrame(const json& payload, Frame now) {
  const double heard = numberOr(payload, "heard", -1);
  return heard >= 0 && heard <= static_cast<double>(now.index()) ? static_cast<std::int64_t>(heard)
                                                                 : now.index();
}

}  // namespace

Room::Room(RoomConfig config, std::shared_ptr<LiveBattle> battle,
           std::shared_ptr<BattleJudge> judge, TrackProvider& tracks, RoomOutput& output,
           Hooks hooks)
    : config_(std::move(config)),
      battle_(std::move(battle)),
      judge_(std::move(judge)),
      tracks_(tracks),
      output_(output),
      hooks_(std::move(hooks)),
      permissions_(config_.format),
      rounds_(config_.rounds, config_.roundSeconds) {
  samples_.fill(-1);
  for (auto& target : values_)
    for (const engine::ControlInfo& row : engine::kControls)
      target[static_cast<int>(row.id)] = row.initial;
}

// ---- people

void Room::reserveSeat(Seat seat, const Identity& player) {
  sit(seat, player);
}

void Room::sit(Seat seat, const Identity& who) {
  seats_[static_cast<int>(seat)].player = who;
  logEvent("seat", {{"seat", seatName(seat)}, {"playerId", who.playerId}, {"name", who.name}});
  hooks_.changed();
  if (!members_.empty()) broadcastState(Audience::kAll, Delivery::kMust);
}

std::optional<Seat> Room::seatOf(const std::string& playerId) const {
  for (int i = 0; i < kSeats; ++i)
    if (seats_[i].player && seats_[i].player->playerId == playerId) return static_cast<Seat>(i);
  return std::nullopt;
}

Result<std::optional<Seat>> Room::seatFor(const Identity& who, const json& request) {
  const std::string role = text(request, "role");
  if (role == "spectator") return std::optional<Seat>();
  if (const auto own = seatOf(who.playerId)) return own;
  const std::string invite = text(request, "invite");
  if (invite.empty() && role.empty()) return std::optional<Seat>();
  if (config_.replay)
    return Error(ErrorCode::kForbidden,
                 fmt::format("battle {}: a replay has no seats; join as spectator", config_.id));
  if (!sameSecret(invite, config_.inviteSecret))
    return Error(
        ErrorCode::kForbidden,
        fmt::format("battle {}: a DJ's seat needs the invitation link of a DJ of this battle",
                    config_.id));
  for (int i = 0; i < kSeats; ++i) {
    if (seats_[i].player) continue;
    sit(static_cast<Seat>(i), who);
    return std::optional<Seat>(static_cast<Seat>(i));
  }
  return Error(ErrorCode::kConflict,
               fmt::format("battle {}: both seats are taken; join as spectator", config_.id));
}

Result<json> Room::join(const ClientId& client, const Identity& who, const json& request) {
  const auto seat = seatFor(who, request);
  if (!seat) return seat.error();
  const bool isDj = seat->has_value();
  if (isDj && hooks_.djJoined) {
    if (auto ready = hooks_.djJoined(); !ready) return ready.error();
  }
  if (!isDj && config_.unlisted && !seatOf(who.playerId) &&
      !sameSecret(text(request, "watch"), config_.watchSecret))
    return Error(ErrorCode::kForbidden,
                 fmt::format("battle {}: it is unlisted; use the audience link", config_.id));
  if (!has(client)) attendances_[who.playerId].arrive(battle_->now());
  Member& member = members_[client];
  member.who = who;
  member.role = isDj ? Role::kDj : Role::kSpectator;
  member.seat = *seat;
  output_.subscribe(client, isDj ? Audience::kDjs : Audience::kSpectators);
  presenceChanged_ = true;
  tellPastTo(client);
  return json{{"role", isDj ? "dj" : "spectator"},
              {"seat", isDj ? json(seatName(**seat)) : json()},
              {"battle", isDj ? describeForDj() : describe()},
              {"state", stateJson()}};
}

void Room::leave(const ClientId& client) {
  const auto left = members_.extract(client);
  if (left.empty()) return;
  attendances_[left.mapped().who.playerId].leave(battle_->now());
  if (const auto seat = left.mapped().seat; seat && !connected(*seat)) releaseAllOf(*seat);
  output_.unsubscribe(client);
  presenceChanged_ = true;
  if (members_.empty()) emptySince_ = Clock::now();
}

// A DJ whose connection broke while a button was down has let go of it.
void Room::releaseAllOf(Seat seat) {
  const auto player = static_cast<engine::PlayerIndex>(seat);
  const std::int64_t now = steadyNs();
  for (const auto& [control, by] : pressed_) {
    if (by != player) continue;
    Intent release;
    release.control = control.first;
    release.target = control.second;
    post(release, player, now, [](const Result<json>&) {});
  }
}

std::optional<Room::Clock::time_point> Room::emptySince() const {
  if (!members_.empty()) return std::nullopt;
  return emptySince_;
}

Result<Room::Member*> Room::member(const ClientId& client) {
  const auto at = members_.find(client);
  if (at == members_.end())
    return Error(ErrorCode::kForbidden,
                 fmt::format("battle {}: send join-battle first", config_.id));
  return &at->second;
}

Result<Room::Member*> Room::dj(const ClientId& client) {
  auto found = member(client);
  if (found && !found.value()->seat)
    return Error(ErrorCode::kForbidden,
                 fmt::format("battle {}: only its DJs may do this", config_.id));
  return found;
}

Result<int> Room::outputOf(const ClientId& client) const {
  const auto at = members_.find(client);
  if (at == members_.end())
    return Error(ErrorCode::kForbidden,
                 fmt::format("battle {}: send join-battle first", config_.id));
  return at->second.seat ? 1 + static_cast<int>(*at->second.seat) : 0;
}

bool Room::connected(Seat seat) const {
  for (const auto& [client, member] : members_)
    if (member.seat == seat) return true;
  return false;
}

bool Room::soundIsWatched() const {
  return std::any_of(members_.begin(), members_.end(),
                     [](const auto& entry) { return entry.second.watchesSound; });
}

Result<json> Room::watchSound(const ClientId& client, const json& payload) {
  auto found = dj(client);
  if (!found) return found.error();
  const auto on = payload.find("on");
  if (on == payload.end() || !on->is_boolean())
    return Error(ErrorCode::kInvalid, "watch-sound: on: send true or false");
  found.value()->watchesSound = on->get<bool>();
  output_.watch(client, found.value()->watchesSound);
  return json::object();
}

int Room::spectators() const {
  int count = 0;
  for (const auto& [client, member] : members_) count += member.role == Role::kSpectator ? 1 : 0;
  return count;
}

// ---- commands

namespace {

// 0: the command has no number, and no copy.
std::uint64_t commandNumber(const json& payload) {
  if (!payload.is_object()) return 0;
  const auto at = payload.find("number");
  if (at == payload.end() || !at->is_number_integer()) return 0;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, at->get<std::int64_t>()));
}

}  // namespace

std::optional<Error> Room::mayMove(const Member& member, const Intent& intent) {
  const engine::ControlInfo& row = engine::info(intent.control);
  switch (permissions_.touch(*member.seat, intent.control, intent.target, battle_->now())) {
    case Permissions::Verdict::kAllowed:
      return std::nullopt;
    case Permissions::Verdict::kNotYours:
      return Error(ErrorCode::kForbidden,
                   fmt::format("{} of {} belongs to the other DJ; in this format your deck is {}",
                               row.name, deckLetter(intent.target), seatName(*member.seat)));
    case Permissions::Verdict::kNotYourTurn:
      return Error(ErrorCode::kForbidden, fmt::format("{}: it is the other DJ's turn", row.name));
    case Permissions::Verdict::kHeld:
      return Error(ErrorCode::kConflict,
                   fmt::format("{} is held by the other DJ; it is free 300 ms after "
                               "the last touch",
                               row.name));
  }
  return std::nullopt;
}

void Room::command(const ClientId& client, const json& payload, std::int64_t arrivedNs, Ack ack) {
  auto found = dj(client);
  if (!found) return ack(found.error());
  Member& member = *found.value();
  const std::uint64_t number = commandNumber(payload);
  if (number == 0) return act(client, member, payload, arrivedNs, std::move(ack));
  if (auto first = member.copies.fromSocket(number, std::move(ack)))
    act(client, member, payload, arrivedNs, *std::move(first));
}

void Room::commandCopies(const ClientId& client, std::string_view message, std::int64_t arrivedNs) {
  const auto found = dj(client);
  const json copies = json::parse(message, nullptr, false);
  if (!found || !copies.is_array()) return;
  for (const json& payload : copies) {
    const std::uint64_t number = commandNumber(payload);
    if (number == 0) continue;
    if (auto first = found.value()->copies.fromChannel(number))
      act(client, *found.value(), payload, arrivedNs, *std::move(first));
  }
}

void Room::act(const ClientId& client, Member& member, const json& payload, std::int64_t arrivedNs,
               Ack ack) {
  if (state_ == State::kEnded || config_.replay)
    return ack(Error(ErrorCode::kConflict,
                     fmt::format("battle {}: nothing can be moved any more", config_.id)));
  if (!member.commands.allow())
    return ack(Error(ErrorCode::kTooMany,
                     fmt::format("midi-command: more than {} a second; send the last position only",
                                 kCommandsASecond)));
  const auto intent = parseCommand(payload, battle_->config().decks);
  if (!intent) return ack(intent.error());
  if (const auto refused = mayMove(member, *intent)) {
    if (refused->code() == ErrorCode::kConflict)
      if (const auto holder = permissions_.holder(intent->control, battle_->now()))
        output_.sendTo(
            client, "held-by",
            {{"control", engine::info(intent->control).name}, {"player", seatName(*holder)}});
    return ack(*refused);
  }
  const auto player = static_cast<engine::PlayerIndex>(*member.seat);
  if (engine::takesTrack(intent->control))
    return loadThenPost(*intent, player, arrivedNs, std::move(ack));
  post(*intent, player, arrivedNs, std::move(ack));
}

void Room::loadThenPost(Intent intent, engine::PlayerIndex player, std::int64_t arrivedNs,
                        Ack ack) {
  const std::string trackId = intent.trackId;
  tracks_.acquire(trackId, [weak = weak_from_this(), intent = std::move(intent), player, arrivedNs,
                            ack = std::move(ack)](Result<PlayableTrack> track) mutable {
    const auto room = weak.lock();
    if (!room || room->state_ == State::kEnded)
      return ack(Error(ErrorCode::kConflict, "load: the battle has ended"));
    if (!track) return ack(track.error());
    const auto index = room->addTrack(std::move(track).value());
    if (!index) return ack(index.error());
    intent.value = static_cast<double>(*index);
    room->post(intent, player, arrivedNs, std::move(ack));
  });
}

// The same track with the same grid has one entry, however often it is loaded.
Result<std::uint32_t> Room::addTrack(PlayableTrack track) {
  for (std::size_t i = 0; i < table_.size(); ++i)
    if (table_[i].log.id == track.log.id && table_[i].log.analysisHash == track.log.analysisHash)
      return static_cast<std::uint32_t>(i);
  if (table_.size() >= static_cast<std::size_t>(battle_->config().maxTracks))
    return Error(
        ErrorCode::kTooMany,
        fmt::format("battle {}: {} tracks have been loaded, its limit", config_.id, table_.size()));
  const auto index = static_cast<std::uint32_t>(table_.size());
  track.log.index = index;
  Inbound inbound;
  inbound.kind = Inbound::Kind::kTrack;
  inbound.trackIndex = index;
  inbound.track = track.audio;
  auto line =
      config_.replay ? nullptr : std::make_unique<std::string>(engine::formatTrack(track.log));
  inbound.logLine = line.get();
  if (!battle_->post(inbound))
    return Error(ErrorCode::kTooMany, "load: the battle is too busy; try again");
  static_cast<void>(line.release());  // the LogWriter deletes it
  if (judge_) judge_->provide(index, judge::judgedTrack(track.log, track.analysis.get()));
  table_.push_back(std::move(track));
  return index;
}

void Room::provideTrack(PlayableTrack track) {
  addTrack(std::move(track)).value();
}

void Room::post(const Intent& intent, engine::PlayerIndex player, std::int64_t arrivedNs, Ack ack) {
  Inbound inbound;
  inbound.command.control = intent.control;
  inbound.command.target = static_cast<std::uint8_t>(intent.target);
  inbound.command.player = player;
  inbound.command.value = intent.value;
  inbound.command.provenance.sentMs = intent.sentMs;
  // What is claimed to have been heard cannot lie in the future.
  inbound.command.provenance.heardFrame = std::min(intent.heardFrame, battle_->now().index());
  inbound.ticket = ++lastTicket_;
  inbound.arrivedNs = arrivedNs;
  if (waiting_.size() >= kMaxWaiting || !battle_->post(inbound))
    return ack(Error(ErrorCode::kTooMany,
                     "midi-command: the battle cannot take more commands now; slow down"));
  waiting_[inbound.ticket] = std::move(ack);
}

void Room::logEvent(std::string_view kind, const json& data) {
  if (config_.replay) return;
  auto line = std::make_unique<std::string>(
      engine::formatEvent({std::string(kind), battle_->now(), data.dump()}));
  Inbound inbound;
  inbound.kind = Inbound::Kind::kEvent;
  inbound.logLine = line.get();
  if (battle_->post(inbound)) static_cast<void>(line.release());
}

// ---- what people do that makes no sound

Result<json> Room::start(const ClientId& client) {
  auto found = dj(client);
  if (!found) return found.error();
  if (state_ != State::kWaiting)
    return Error(ErrorCode::kConflict,
                 fmt::format("battle {}: it has already been started", config_.id));
  state_ = State::kRunning;
  startedAt_ = battle_->now();
  if (config_.format == BattleFormat::kRounds) rounds_.start(*startedAt_);
  logEvent("battle-start", json::object());
  output_.send(Audience::kAll, "battle-start",
               {{"battleId", config_.id}, {"frame", startedAt_->index()}}, Delivery::kMust);
  hooks_.changed();
  advanceTurn();
  broadcastState(Audience::kAll, Delivery::kMust);
  return json{{"frame", startedAt_->index()}};
}

Result<json> Room::end(const std::string& playerId) {
  if (!seatOf(playerId))
    return Error(ErrorCode::kForbidden,
                 fmt::format("battle {}: only its DJs may end it", config_.id));
  if (state_ == State::kEnded)
    return Error(ErrorCode::kConflict, fmt::format("battle {}: it has already ended", config_.id));
  close();
  return json{{"frame", battle_->now().index()}};
}

void Room::close() {
  Inbound inbound;
  inbound.kind = Inbound::Kind::kEnd;
  if (!battle_->post(inbound)) log::warn("battle {}: its inbox is full, the end waits", config_.id);
}

Result<json> Room::chat(const ClientId& client, const json& payload) {
  auto found = member(client);
  if (!found) return found.error();
  Member& member = *found.value();
  const std::string message = text(payload, "text");
  const auto length = characters(message);
  if (length < 1 || length > kMaxChatCharacters)
    return Error(ErrorCode::kInvalid, fmt::format("chat: text of {} characters; send 1 to {}",
                                                  length, kMaxChatCharacters));
  if (!member.messages.allow())
    return Error(ErrorCode::kTooMany, "chat: at most 5 messages in 10 seconds");
  const std::int64_t frame = heardFrame(payload, battle_->now());
  const json data = {{"name", member.who.name},
                     {"text", message},
                     {"frame", frame},
                     {"role", member.seat ? seatName(*member.seat) : "spectator"}};
  logEvent("chat", data);
  output_.send(Audience::kAll, "chat", data, Delivery::kMust);
  return json::object();
}

Result<json> Room::react(const ClientId& client, const json& payload) {
  auto found = member(client);
  if (!found) return found.error();
  const std::string kind = text(payload, "kind");
  if (kind != "fire" && kind != "heart" && kind != "clap" && kind != "wow")
    return Error(ErrorCode::kInvalid, "reaction: kind must be fire, heart, clap or wow");
  if (!found.value()->reactions.allow())
    return Error(ErrorCode::kTooMany, "reaction: at most 2 a second");
  ++reactions_[kind];
  logEvent("reaction", {{"kind", kind}, {"heard", heardFrame(payload, battle_->now())}});
  return json::object();
}

// A DJ's page takes the points whose SSRC is its own stream's.
void Room::announceSync(int output, const json& sync) {
  output_.send(output == 0 ? Audience::kSpectators : Audience::kDjs, "audio-sync", sync,
               Delivery::kMust);
}

void Room::logStalled(const std::string& reason) {
  if (reason.empty()) return;
  output_.send(
      Audience::kDjs, "error",
      {{"code", "unavailable"},
       {"message", fmt::format("the recording cannot be written: {}; nothing is lost yet, but soon "
                               "commands will be refused: ask the operator to free disk space",
                               reason)}},
      Delivery::kMust);
}

}  // namespace dju::server
