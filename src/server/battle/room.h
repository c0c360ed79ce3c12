// Room: the people side of one battle. It knows who sits where and who listens, checks every
// command, hands it to the engine thread and tells everybody what was carried out. It knows nothing
// of sockets: what it says goes through RoomOutput, what it hears comes as calls.
//
// Thread: every method on the network thread.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "server/auth/tokens.h"
#include "server/battle/attendance.h"
#include "server/battle/battle_judge.h"
#include "server/battle/command_copies.h"
#include "server/battle/command_parser.h"
#include "server/battle/live_battle.h"
#include "server/battle/live_features.h"
#include "server/battle/permissions.h"
#include "server/battle/player_network.h"
#include "server/battle/rate_limit.h"
#include "server/battle/room_output.h"
#include "server/battle/round_timer.h"
#include "server/battle/track_provider.h"
#include "server/battle/visual.h"

namespace dju::server {

enum class Role { kDj, kSpectator };

struct RoomConfig {
  std::string id;
  std::string name;
  BattleFormat format = BattleFormat::kBackToBack;
  int rounds = 1;
  int roundSeconds = 0;  // a turn; kRounds only
  bool unlisted = false;
  bool ranked = false;
  bool equalDelay = false;   // both DJs get the larger of their two delays
  bool replay = false;       // a log plays; nobody moves anything
  std::string inviteSecret;  // takes a free seat
  std::string watchSecret;   // lets spectators into an unlisted battle
  std::int64_t createdAtMs = 0;
  int votersPerAddress = 20;  // whose votes on one question count
};

struct Votes {
  int a = 0;
  int b = 0;
  int tie = 0;
};

// Of a player. Two jog wheels are 250 a second, each fader under a finger 60
// (web/src/app/core/coalescer.ts).
inline constexpr int kCommandsASecond = 500;

class Room : public std::enable_shared_from_this<Room> {
 public:
  using Ack = std::function<void(Result<nlohmann::json>)>;
  using Clock = std::chrono::steady_clock;
  enum class State { kWaiting, kRunning, kEnded };

  // What the room asks of the service around it.
  struct Hooks {
    // The last block was rendered; the log will end with `end`. Everybody has been told.
    std::function<void(const engine::LogMark& end)> ended;
    // Who sits where, or the battle's state, has changed.
    std::function<void()> changed;
    // Keeps a vote and answers the new totals, or says why not.
    std::function<Result<Votes>(const Identity& voter, const nlohmann::json& vote)> vote;
    // A DJ comes in; where that fails, they do not.
    std::function<Result<void>()> djJoined = {};
  };

  // `judge` may be null: then nobody judges.
  Room(RoomConfig config, std::shared_ptr<LiveBattle> battle, std::shared_ptr<BattleJudge> judge,
       TrackProvider& tracks, RoomOutput& output, Hooks hooks);

  const RoomConfig& config() const { return config_; }
  State state() const { return state_; }
  LiveBattle& battle() { return *battle_; }

  // Gives a seat away before anybody joins (the creator's).
  void reserveSeat(Seat seat, const Identity& player);
  std::optional<Seat> seatOf(const std::string& playerId) const;

  // Answers {role, seat, battle, state}. A DJ needs a seat of their own, or a free seat and the
  // invitation's secret.
  Result<nlohmann::json> join(const ClientId& client, const Identity& who,
                              const nlohmann::json& request);
  void leave(const ClientId& client);
  bool has(const ClientId& client) const { return members_.contains(client); }
  // Which engine output the client hears: 0 the master, 1 + seat the DJ's headphones.
  Result<int> outputOf(const ClientId& client) const;

  // `arrivedNs`: steady clock when the command's bytes had arrived.
  void command(const ClientId& client, const nlohmann::json& payload, std::int64_t arrivedNs,
               Ack ack);
  // Copies of commands that came over the client's data channel (docs/protocol.md, "Remote
  // hands"). Nobody waits for an answer: what is malformed or not theirs is passed over.
  void commandCopies(const ClientId& client, std::string_view message, std::int64_t arrivedNs);
  Result<nlohmann::json> start(const ClientId& client);
  Result<nlohmann::json> end(const std::string& playerId);
  Result<nlohmann::json> chat(const ClientId& client, const nlohmann::json& payload);
  Result<nlohmann::json> react(const ClientId& client, const nlohmann::json& payload);
  // `address`: Request::remoteAddress. It is kept with the room, never written: a guest's name
  // costs nothing, so that one network has so many votes and no more.
  Result<nlohmann::json> vote(const ClientId& client, const nlohmann::json& payload,
                              const std::string& address);
  Result<nlohmann::json> reportLatency(const ClientId& client, const nlohmann::json& payload);
  // A DJ wants figures of the sound, or no longer: they cost what three spectra and loudnesses do.
  Result<nlohmann::json> watchSound(const ClientId& client, const nlohmann::json& payload);

  // Puts a track into the battle's table ahead of any command (replays).
  void provideTrack(PlayableTrack track);
  // The battle goes on where another one was: its table of tracks and what was done there, all of
  // which the battle and its log have already.
  void inherit(std::vector<PlayableTrack> tracks, std::span<const engine::Command> past);

  // After each engine tick: passes on what the engine carried out and what is due by now.
  void pump(Clock::time_point now);

  // Ends the battle whoever asks (shutdown, replay over, everybody gone).
  void close();
  // Since when nobody at all has been connected.
  std::optional<Clock::time_point> emptySince() const;

  // The recording of the battle that has ended is there to be asked for.
  void announceRecording();

  void setVotes(const Votes& votes) { votes_ = votes; }
  // Tells those who hear `output` how its RTP time maps to engine frames.
  void announceSync(int output, const nlohmann::json& sync);
  // The log cannot be written because of `reason`, or, where it is empty, can again.
  void logStalled(const std::string& reason);

  // What was played so far, as tracklist() of the log would give it.
  const nlohmann::json& tracklist() const { return tracklist_; }

  nlohmann::json describe() const;       // Battle of docs/protocol.md
  nlohmann::json describeForDj() const;  // with the invitation's secrets
  nlohmann::json stateJson() const;      // BattleState

 private:
  struct Member {
    Identity who;
    Role role = Role::kSpectator;
    std::optional<Seat> seat;
    double playoutMs = 0;  // as the page says; 0: it did not
    bool watchesSound = false;
    RateLimit commands{kCommandsASecond, 2 * kCommandsASecond};
    CommandCopies copies;
    RateLimit messages{0.5, 5};
    RateLimit reactions{2, 10};
    RateLimit votes{0.5, 5};
  };
  struct SeatState {
    std::optional<Identity> player;
  };

  Result<Member*> member(const ClientId& client);
  Result<Member*> dj(const ClientId& client);
  void act(const ClientId& client, Member& member, const nlohmann::json& payload,
           std::int64_t arrivedNs, Ack ack);
  std::optional<Error> mayMove(const Member& member, const Intent& intent);
  Result<std::optional<Seat>> seatFor(const Identity& who, const nlohmann::json& request);
  void sit(Seat seat, const Identity& who);
  void post(const Intent& intent, engine::PlayerIndex player, std::int64_t arrivedNs, Ack ack);
  void loadThenPost(Intent intent, engine::PlayerIndex player, std::int64_t arrivedNs, Ack ack);
  Result<std::uint32_t> addTrack(PlayableTrack track);
  void logEvent(std::string_view kind, const nlohmann::json& data);
  void drainEvents();
  void carriedOut(const Outbound& outbound);
  void note(const engine::Command& command);
  void noteTrack(const engine::Command& command);
  const PlayableTrack* trackOf(const engine::Command& command) const;
  void placeHotCues(const engine::Command& load);
  void noteStart(const engine::Command& command);
  void releaseAllOf(Seat seat);
  void finish(const engine::LogMark& end);
  void advanceTurn();
  void sendDue(Clock::time_point now);
  void sendVisuals();
  void sendBeatSync(Clock::time_point now);
  void flushReactions();
  void broadcastState(Audience audience, Delivery delivery);
  void broadcastPresence();
  // room_judge.cpp
  void passOnJudgement(Clock::time_point now);
  void tellPastTo(const ClientId& client);
  // room_votes.cpp
  Result<std::optional<int>> votableRound(const nlohmann::json& payload) const;
  std::optional<Error> mayVote(const Member& member, std::optional<int> round,
                               const std::string& network) const;
  // room_network.cpp
  void measureNetworks(Clock::time_point now);
  std::optional<PlayerNetwork> networkOf(Seat seat) const;
  double equalDelayMs() const;
  void setPolicy(Seat seat, const DelayPolicy& policy);
  nlohmann::json networkJson(Seat seat) const;
  void logNetworks();
  bool connected(Seat seat) const;
  bool soundIsWatched() const;
  int spectators() const;
  double value(engine::ControlId control, int target) const;

  RoomConfig config_;
  std::shared_ptr<LiveBattle> battle_;
  std::shared_ptr<BattleJudge> judge_;
  TrackProvider& tracks_;
  RoomOutput& output_;
  Hooks hooks_;
  Permissions permissions_;
  RoundTimer rounds_;
  State state_ = State::kWaiting;
  std::optional<Frame> startedAt_;
  bool recorded_ = false;
  std::optional<RoundTimer::Turn> turn_;
  int roundsBegun_ = 0;
  std::array<SeatState, kSeats> seats_;
  std::map<ClientId, Member> members_;
  std::map<std::string, Attendance> attendances_;  // by player id
  Clock::time_point emptySince_ = Clock::now();

  std::map<std::uint64_t, Ack> waiting_;  // by ticket
  std::uint64_t lastTicket_ = 0;
  std::vector<PlayableTrack> table_;                           // the battle's track table
  std::array<int, engine::kMaxDecks> loaded_{-1, -1, -1, -1};  // index in table_, -1 none
  std::array<int, engine::kSamplers> samples_;                 // the samplers', too
  std::array<int, engine::kMaxDecks> noted_{-1, -1, -1, -1};   // of loaded_, what the tracklist has
  nlohmann::json tracklist_ = nlohmann::json::array();
  // Control values as carried out, by target: what a new client is shown.
  std::array<std::array<double, engine::kControlCount>, engine::kMaxTargets> values_{};

  // Buttons that are down and nudges that push, by whose hand: let go if the hand disappears.
  std::map<std::pair<engine::ControlId, int>, engine::PlayerIndex> pressed_;

  // Of the DJs who are connected.
  std::array<std::optional<PlayerNetwork>, kSeats> networks_, toldNetworks_;
  std::array<DelayPolicy, kSeats> policies_;  // as the engine has them
  Clock::time_point networksMeasured_{};
  Clock::time_point networksTold_{};

  Visual visual_;
  LiveFeatures features_;
  Frame visualsDue_;
  int visualsCount_ = 0;
  Clock::time_point keyframeSent_{};
  Clock::time_point scoresSent_{};  // to spectators
  Clock::time_point beatSyncSent_{};
  Clock::time_point presenceSent_{};
  Clock::time_point reactionsSent_{};
  bool presenceChanged_ = false;
  std::int64_t lastBeat_ = 0;
  std::map<std::string, int> reactions_;
  Votes votes_;
  // Player ids, by round (0: the whole battle) and network.
  std::map<int, std::map<std::string, std::set<std::string>>> voters_;
};

}  // namespace dju::server
