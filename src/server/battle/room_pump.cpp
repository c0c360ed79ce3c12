// The clocked half of Room: what the engine carried out, and what is due by now.
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/hash.h"
#include "server/battle/deck_view.h"
#include "server/battle/room.h"
#include "server/steady_clock.h"
#include "storage/tracklist.h"

namespace dju::server {
namespace {

using engine::ControlId;
using engine::ControlKind;
using engine::ControlScope;
using nlohmann::json;

constexpr FrameCount kVisualFrames = kSampleRate / 30;
constexpr auto kKeyframe = std::chrono::seconds(1);
constexpr auto kPresence = std::chrono::milliseconds(500);
constexpr auto kReactions = std::chrono::milliseconds(250);

std::string seatName(Seat seat) {
  return deckLetter(static_cast<int>(seat));
}

std::string_view timingName(Timing timing) {
  static constexpr std::string_view kNames[] = {"arrival", "heard", "late", "beat"};
  return kNames[static_cast<int>(timing)];
}

}  // namespace

void Room::pump(Clock::time_point now) {
  drainEvents();
  battle_->setWatched(soundIsWatched());
  VisualFrame frame;
  while (battle_->frames().pop(frame)) {
    visual_.add(frame.block);
    if (frame.hasStems) features_.add(frame);
  }
  passOnJudgement(now);
  if (state_ == State::kEnded) return;
  advanceTurn();
  sendDue(now);
}

void Room::drainEvents() {
  Outbound outbound;
  while (battle_->events().pop(outbound)) {
    if (outbound.kind == Outbound::Kind::kEnded)
      finish(outbound.mark);
    else
      carriedOut(outbound);
  }
}

void Room::carriedOut(const Outbound& outbound) {
  const engine::Command& command = outbound.command;
  const engine::ControlInfo& row = engine::info(command.control);
  const auto waiting = waiting_.extract(outbound.ticket);
  if (outbound.kind == Outbound::Kind::kRefused) {
    if (!waiting.empty())
      waiting.mapped()(
          Error(ErrorCode::kUnavailable, "midi-command: the engine could not take it; try again"));
    return;
  }
  if (!waiting.empty())
    waiting.mapped()(json{{"frame", command.frame.index()},
                          {"seq", command.seq},
                          {"value", command.value},
                          {"timing", timingName(outbound.timing)}});
  if (outbound.kind == Outbound::Kind::kMerged) return;

  if (command.target >= engine::kMaxTargets) return;  // a forged log's; the engine did nothing
  note(command);
  json response = {{"seq", command.seq},
                   {"frame", command.frame.index()},
                   {"player", command.player < kSeats ? json(deckLetter(command.player)) : json()},
                   {"control", row.name},
                   {"value", command.value}};
  if (row.scope == ControlScope::kDeck) response["deck"] = deckLetter(command.target);
  if (row.scope == ControlScope::kMonitor) response["monitor"] = deckLetter(command.target);
  if (row.scope == ControlScope::kSampler) response["sampler"] = command.target + 1;
  if (command.position) response["position"] = *command.position;
  if (outbound.timing == Timing::kTooLate) response["timing"] = timingName(outbound.timing);
  if (const PlayableTrack* track = trackOf(command)) response["track"] = track->summary;
  if (command.control == ControlId::kLoad) placeHotCues(command);
  // Headphones are nobody else's business.
  output_.send(row.scope == ControlScope::kMonitor ? Audience::kDjs : Audience::kAll,
               "midi-response", response, Delivery::kMust);
}

// What the room has to know of a command that was carried out.
void Room::note(const engine::Command& command) {
  const engine::ControlInfo& row = engine::info(command.control);
  values_[command.target][static_cast<int>(command.control)] = command.value;
  if (engine::takesTrack(command.control)) noteTrack(command);
  if (command.control == ControlId::kPlay && command.value > 0) noteStart(command);
  if (row.kind == ControlKind::kHold || command.control == ControlId::kNudge) {
    if (command.value != 0)
      pressed_[{command.control, command.target}] = command.player;
    else
      pressed_.erase({command.control, command.target});
  }
  if (command.control == ControlId::kUnload) loaded_[command.target] = -1;
}

// A log from elsewhere may name a track that it does not have.
const PlayableTrack* Room::trackOf(const engine::Command& command) const {
  const auto index = static_cast<std::size_t>(command.value);
  return engine::takesTrack(command.control) && index < table_.size() ? &table_[index] : nullptr;
}

void Room::noteTrack(const engine::Command& command) {
  const int found = trackOf(command) != nullptr ? static_cast<int>(command.value) : -1;
  if (command.control == ControlId::kSamplerLoad) {
    samples_[command.target] = found;
  } else if (command.target < engine::kMaxDecks) {
    loaded_[command.target] = found;
    if (command.control == ControlId::kLoad) noted_[command.target] = -1;
  }
}

void Room::inherit(std::vector<PlayableTrack> tracks, std::span<const engine::Command> past) {
  for (PlayableTrack& track : tracks) {
    track.log.index = static_cast<std::uint32_t>(table_.size());
    if (judge_)
      judge_->provide(track.log.index, judge::judgedTrack(track.log, track.analysis.get()));
    table_.push_back(std::move(track));
  }
  for (const engine::Command& command : past)
    if (command.target < engine::kMaxTargets) note(command);
  VisualFrame frame;
  while (battle_->frames().pop(frame)) visual_.add(frame.block);
  // What the engine itself has moved since, by sync for instance.
  for (int target = 0; target < engine::kMaxTargets; ++target)
    for (const engine::ControlInfo& row : engine::kControls)
      if (row.kind == ControlKind::kContinuous)
        values_[target][static_cast<int>(row.id)] = battle_->value(row.id, target);
}

// The cues that the library has for a record come with it. A replay's log has them already.
void Room::placeHotCues(const engine::Command& load) {
  if (config_.replay || loaded_[load.target] < 0) return;
  const std::int64_t nowNs = steadyNs();
  for (const auto& [pad, frame] : table_[loaded_[load.target]].hotCues) {
    Intent set;
    set.control = engine::offset(ControlId::kHotcueSet1, pad);
    set.target = load.target;
    set.value = static_cast<double>(frame);
    post(set, engine::kServerPlayer, nowNs, [](const Result<json>&) {});
  }
}

// The tracklist: each track when its deck is first set running with it.
void Room::noteStart(const engine::Command& command) {
  const int index = loaded_[command.target];
  if (index < 0 || noted_[command.target] == index) return;
  noted_[command.target] = index;
  const engine::LogTrack& track = table_[index].log;
  tracklist_.push_back(storage::tracklistEntry(command, track));
}

void Room::finish(const engine::LogMark& end) {
  state_ = State::kEnded;
  turn_.reset();
  for (auto& [ticket, ack] : waiting_)
    ack(Error(ErrorCode::kConflict, "midi-command: the battle has ended"));
  waiting_.clear();
  output_.send(Audience::kAll, "battle-end",
               {{"battleId", config_.id}, {"frame", end.frame.index()}, {"hash", hex64(end.hash)}},
               Delivery::kMust);
  broadcastState(Audience::kAll, Delivery::kMust);
  hooks_.ended(end);
}

void Room::announceRecording() {
  recorded_ = true;
  output_.send(Audience::kAll, "recording-ready",
               {{"battleId", config_.id}, {"recordingId", config_.id}}, Delivery::kMust);
}

void Room::advanceTurn() {
  if (!rounds_.started() || state_ != State::kRunning) return;
  const Frame now = battle_->now();
  if (rounds_.over(now)) {
    if (turn_) close();
    turn_.reset();
    return;
  }
  const auto turn = rounds_.at(now);
  if (turn == turn_) return;
  turn_ = turn;
  permissions_.setTurn(turn ? std::optional(turn->seat) : std::nullopt);
  if (!turn) return;
  roundsBegun_ = std::max(roundsBegun_, turn->round);
  const json data = {
      {"round", turn->round}, {"turn", seatName(turn->seat)}, {"endsFrame", turn->ends.index()}};
  logEvent("round", data);
  output_.send(Audience::kAll, "round", data, Delivery::kMust);
}

void Room::sendDue(Clock::time_point now) {
  measureNetworks(now);
  const bool djHere = connected(Seat::kA) || connected(Seat::kB);
  if (djHere && visual_.telemetry().frame >= visualsDue_) sendVisuals();
  sendBeatSync(now);
  if (now - keyframeSent_ >= kKeyframe) {
    keyframeSent_ = now;
    broadcastState(Audience::kSpectators, Delivery::kLatest);
  }
  if (presenceChanged_ && now - presenceSent_ >= kPresence) {
    presenceSent_ = now;
    presenceChanged_ = false;
    broadcastPresence();
  }
  if (!reactions_.empty() && now - reactionsSent_ >= kReactions) {
    reactionsSent_ = now;
    flushReactions();
  }
}

void Room::sendVisuals() {
  const Frame now = visual_.telemetry().frame;
  // On the average 30 a second, though blocks end every 5 ms.
  visualsDue_ = std::max(visualsDue_ + kVisualFrames, now);
  output_.sendBinary(Audience::kDjs, "visualization-data", visual_.pack());
  json decks = json::array();
  const auto read = [this](ControlId control, int target) { return value(control, target); };
  for (int i = 0; i < battle_->config().decks; ++i)
    decks.push_back(deckState(visual_.telemetry(), i,
                              loaded_[i] >= 0 ? table_[loaded_[i]].summary : json(), read));
  output_.send(Audience::kDjs, "deck-state-update", {{"frame", now.index()}, {"decks", decks}},
               Delivery::kLatest);
  if (!soundIsWatched()) return;
  if (const auto spectrum = features_.take())
    output_.send(Audience::kWatchers, "spectrum-data", *spectrum, Delivery::kLatest);
  if (++visualsCount_ % 3 != 0) return;
  output_.send(Audience::kWatchers, "audio-visualization", visual_.audioVisualization(),
               Delivery::kLatest);
}

void Room::sendBeatSync(Clock::time_point now) {
  const engine::Telemetry& telemetry = visual_.telemetry();
  const auto end = telemetry.decks.begin() + telemetry.deckCount;
  const auto leading = std::max_element(
      telemetry.decks.begin(), end,
      [](const auto& a, const auto& b) { return a.audibleShare < b.audibleShare; });
  const auto beat = static_cast<std::int64_t>(leading->barBeat);
  if (beat == lastBeat_ && now - beatSyncSent_ < std::chrono::seconds(1)) return;
  lastBeat_ = beat;
  beatSyncSent_ = now;
  json decks = json::array();
  for (int i = 0; i < telemetry.deckCount; ++i) {
    const engine::DeckTelemetry& deck = telemetry.decks[i];
    const bool moving = deck.bpm > 0 && deck.rate > 0;
    const double framesToBeat = moving ? (1.0 - deck.beatPhase) * 60.0 * kSampleRate / deck.bpm : 0;
    decks.push_back({{"deck", deckLetter(i)},
                     {"bpm", deck.bpm},
                     {"nextBeatFrame",
                      moving ? json(telemetry.frame.index() + std::llround(framesToBeat)) : json()},
                     {"beatInBar", static_cast<int>(deck.barBeat)},
                     {"beatPhase", deck.beatPhase}});
  }
  output_.send(Audience::kAll, "beat-sync", {{"frame", telemetry.frame.index()}, {"decks", decks}},
               Delivery::kLatest);
}

void Room::flushReactions() {
  for (const auto& [kind, count] : reactions_)
    output_.send(Audience::kAll, "reaction",
                 {{"kind", kind}, {"count", count}, {"frame", battle_->now().index()}},
                 Delivery::kMust);
  reactions_.clear();
}

void Room::broadcastState(Audience audience, Delivery delivery) {
  output_.send(audience, "battle-state", {{"state", stateJson()}}, delivery);
}

void Room::broadcastPresence() {
  json players = json::array();
  for (int i = 0; i < kSeats; ++i) {
    if (!seats_[i].player) continue;
    json player = {{"seat", deckLetter(i)},
                   {"name", seats_[i].player->name},
                   {"connected", connected(static_cast<Seat>(i))}};
    player.update(networkJson(static_cast<Seat>(i)));
    players.push_back(player);
  }
  output_.send(Audience::kAll, "presence", {{"spectators", spectators()}, {"players", players}},
               Delivery::kLatest);
}

double Room::value(ControlId control, int target) const {
  return values_[target][static_cast<int>(control)];
}

json Room::describe() const {
  json players = json::array();
  for (int i = 0; i < kSeats; ++i)
    if (const auto& player = seats_[i].player)
      players.push_back({{"seat", deckLetter(i)},
                         {"playerId", player->playerId},
                         {"name", player->name},
                         {"connected", connected(static_cast<Seat>(i))}});
  const char* state = state_ == State::kWaiting   ? "waiting"
                      : state_ == State::kRunning ? "running"
                                                  : "ended";
  return {{"id", config_.id},
          {"name", config_.name},
          {"format", formatName(config_.format)},
          {"kind", config_.replay ? "replay" : "live"},
          {"state", state},
          {"ranked", config_.ranked},
          {"equalDelay", config_.equalDelay},
          {"visibility", config_.unlisted ? "unlisted" : "public"},
          {"createdAt", config_.createdAtMs},
          {"startedFrame", startedAt_ ? json(startedAt_->index()) : json()},
          {"rounds", config_.rounds},
          {"roundSeconds", config_.roundSeconds},
          {"round", turn_ ? json(turn_->round) : json()},
          {"turn", turn_ ? json(seatName(turn_->seat)) : json()},
          {"roundEndsFrame", turn_ ? json(turn_->ends.index()) : json()},
          {"recordingId", recorded_ ? json(config_.id) : json()},
          {"players", players},
          {"spectators", spectators()},
          {"decks", battle_->config().decks},
          {"sampleRate", kSampleRate}};
}

json Room::describeForDj() const {
  json battle = describe();
  battle["invite"] = config_.inviteSecret;
  battle["watch"] = config_.watchSecret;
  return battle;
}

json Room::stateJson() const {
  const auto read = [this](ControlId control, int target) { return value(control, target); };
  json decks = json::array();
  json deckControls = json::array();
  for (int i = 0; i < battle_->config().decks; ++i) {
    decks.push_back(deckState(visual_.telemetry(), i,
                              loaded_[i] >= 0 ? table_[loaded_[i]].summary : json(), read));
    deckControls.push_back(controlValues(ControlScope::kDeck, i, read));
  }
  json monitors = json::array();
  for (int i = 0; i < battle_->config().monitors; ++i)
    monitors.push_back(controlValues(ControlScope::kMonitor, i, read));
  json samplers = json::array();
  for (int i = 0; i < engine::kSamplers; ++i) {
    json sampler = controlValues(ControlScope::kSampler, i, read);
    sampler["sampler"] = i + 1;
    sampler["playing"] = (visual_.telemetry().samplers & (1U << i)) != 0;
    sampler["track"] = samples_[i] >= 0 ? table_[samples_[i]].summary : json();
    samplers.push_back(sampler);
  }
  json tracks = json::array();
  for (const PlayableTrack& track : table_) tracks.push_back(track.summary);
  const auto holder = permissions_.holder(ControlId::kCrossfader, battle_->now());
  return {{"battle", describe()},
          {"frame", visual_.telemetry().frame.index()},
          {"serverTime", std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::system_clock::now().time_since_epoch())
                             .count()},
          {"decks", decks},
          {"deckControls", deckControls},
          {"mixer", controlValues(ControlScope::kMixer, 0, read)},
          {"monitors", monitors},
          {"samplers", samplers},
          {"held", {{"crossfader", holder ? json(seatName(*holder)) : json()}}},
          {"tracks", tracks},
          {"votes", {{"A", votes_.a}, {"B", votes_.b}, {"tie", votes_.tie}}}};
}

}  // namespace dju::server
