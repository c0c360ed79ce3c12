#include "server/arena/arena.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>

#include "core/log.h"
#include "server/arena/people_ratings.h"
#include "server/arena/tournament_request.h"
#include "storage/random_id.h"

namespace dju::server {
namespace {

using nlohmann::json;

constexpr int kMostWaiting = 2000;  // requests
constexpr auto kTick = std::chrono::seconds(2);
constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

std::uint64_t seedFromSystem() {
  return std::stoull(randomHex(8), nullptr, 16);
}

// A pair whose answer everybody hears: a mix by rules, and both records just added up.
void addControls(storage::ArenaTournament& tournament) {
  for (const char* model : {"rules@1", "sum@1"}) {
    storage::ArenaContestant control;
    control.number = static_cast<int>(tournament.contestants.size());
    control.kind = "control";
    control.name = control.model = model;
    tournament.contestants.push_back(control);
  }
}

std::vector<storage::ArenaClip> waitingClips(const storage::ArenaTournament& tournament) {
  std::vector<storage::ArenaClip> clips;
  for (const storage::ArenaContestant& contestant : tournament.contestants) {
    for (int set = 0; set < static_cast<int>(tournament.sets.size()); ++set) {
      storage::ArenaClip clip;
      clip.contestant = contestant.number;
      clip.set = set;
      clips.push_back(clip);
    }
  }
  return clips;
}

}  // namespace

Arena::Arena(const std::filesystem::path& dataDir, const Parts& parts, ArenaLimits limits)
    : parts_(parts),
      limits_(limits),
      store_(parts.library.database()),
      clipMaker_(dataDir / "arena",
                 {parts.library, parts.cache, parts.shelf, parts.mixers, parts.recordings, store_,
                  parts.jobs},
                 [this](const std::string& tournament, const storage::ArenaClip& clip) {
                   inOrder([this, tournament, clip] { take(tournament, clip); });
                 }),
      evolutions_({parts.library, store_, parts.jobs, parts.shelf, parts.mixers,
                   [this](std::function<void()> work) { inOrder(std::move(work)); },
                   [this](const std::string& id) -> const Tournament* {
                     const auto found = tournaments_.find(id);
                     return found == tournaments_.end() ? nullptr : found->second.tournament.get();
                   },
                   [this](storage::ArenaTournament round) { open(std::move(round), {}); },
                   [this](const std::string& id) { end(find(id)); }}),
      addresses_(dataDir / "arena" / "address-secret"),
      random_(seedFromSystem()),
      writer_(parts.library.folder() / "library.sqlite") {}

Arena::~Arena() {
  stop();
}

// On the arena's thread. What nobody waits for must not end the process.
void Arena::inOrder(std::function<void()> work) {
  boost::asio::post(thread_, [work = std::move(work)] {
    try {
      work();
    } catch (const std::exception& error) {
      log::error("arena: {}", error.what());
    }
  });
}

bool Arena::post(std::function<void()> work) {
  if (waiting_ >= kMostWaiting) return false;
  ++waiting_;
  inOrder([this, work = std::move(work)] {
    --waiting_;
    work();
  });
  return true;
}

void Arena::start() {
  running_ = true;
  inOrder([this] {
    for (storage::ArenaVoter& voter : store_.voters()) voters_[voter.id] = std::move(voter);
    for (storage::TrialListener& each : store_.trialListeners()) trial_[each.id] = std::move(each);
    trialStars_ = store_.trialStars();
    for (storage::ArenaTournament& row : store_.tournaments()) {
      const std::string id = row.id;
      Entry& entry = tournaments_[id];
      entry.tournament = std::make_unique<Tournament>(store_, std::move(row));
      orderClips(*entry.tournament, {});
      entry.tournament->settle(storage::nowMs());
      changed(entry);
    }
    evolutions_.start();
    tick();
  });
}

// What is due by the clock, whether anybody looks or not.
void Arena::tick() {
  if (!running_) return;
  clock_.expires_after(kTick);
  clock_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) inOrder([this] { tick(); });
  });
  trackNames_.clear();
  for (auto& [id, entry] : tournaments_) find(id);
  evolutions_.tick(storage::nowMs());
}

void Arena::stop() {
  running_ = false;
  inOrder([this] { clock_.cancel(); });
  writer_.stop();
  raters_.join();
  thread_.join();
}

// Of a clip that waits, the job may have ended with a crash of the server.
void Arena::orderClips(Tournament& tournament, const std::string& player) {
  const storage::ArenaTournament& row = tournament.row();
  if (row.endedAt != 0) return;
  for (storage::ArenaClip clip : std::vector(tournament.clips())) {
    if (clip.state != "waiting") continue;
    const auto job = clip.job.empty() ? Result<storage::Job>(Error(ErrorCode::kNotFound, ""))
                                      : parts_.jobs.get(clip.job);
    const bool going = job && (job->state == storage::JobState::kQueued ||
                               job->state == storage::JobState::kRunning);
    if (going) continue;
    ClipOrder order;
    order.tournament = row.id;
    order.contestant = clip.contestant;
    order.set = clip.set;
    order.who = tournament.contestant(clip.contestant);
    order.tracks = row.sets[static_cast<std::size_t>(clip.set)];
    order.seconds = row.clipSeconds;
    try {
      clip.job = clipMaker_.order(order, player);
    } catch (const Error& error) {
      clip.state = "failed";
      clip.error = error.what();
    }
    store_.save(row.id, clip);
    tournament.take(clip);
  }
}

Arena::Entry& Arena::find(const std::string& id) {
  const auto found = tournaments_.find(id);
  if (found == tournaments_.end())
    throw Error(ErrorCode::kNotFound,
                fmt::format("tournament {}: no such tournament; see GET /api/v1/arena/tournaments",
                            id.substr(0, 40)));
  Entry& entry = found->second;
  if (const std::int64_t now = storage::nowMs(); entry.tournament->isOver(now)) {
    entry.tournament->end(now);
    changed(entry);
  }
  rateIfOld(entry);
  return entry;
}

void Arena::changed(Entry& entry) {
  entry.body = nullptr;
  rateIfOld(entry);
}

// Once at a time for each tournament, and not again within a second: what comes meanwhile is
// counted when somebody looks next.
void Arena::rateIfOld(Entry& entry) {
  constexpr auto kPause = std::chrono::seconds(1);
  const auto now = std::chrono::steady_clock::now();
  if (!entry.tournament->standingsAreOld() || entry.rating || !running_ ||
      now < entry.ratedAt + kPause)
    return;
  entry.rating = true;
  entry.ratedAt = now;
  StandingsQuestion question = entry.tournament->question();
  for (const storage::ArenaVote& vote : question.votes) {
    if (const auto voter = voters_.find(vote.voter); voter != voters_.end())
      question.voters.insert(*voter);
  }
  const std::string id = entry.tournament->row().id;
  boost::asio::post(raters_, [this, id, question = std::move(question)] {
    auto standings = std::make_shared<Standings>(standingsOf(question));
    inOrder([this, id, standings] {
      Entry& rated = tournaments_.at(id);
      rated.rating = false;
      rated.tournament->take(std::move(*standings));
      rated.tournament->settle(storage::nowMs());
      changed(rated);
    });
  });
}

void Arena::take(const std::string& id, const storage::ArenaClip& clip) {
  const auto found = tournaments_.find(id);
  if (found == tournaments_.end()) return;
  found->second.tournament->take(clip);
  found->second.tournament->settle(storage::nowMs());
  changed(found->second);
}

int Arena::runningTournaments() const {
  return static_cast<int>(
      std::count_if(tournaments_.begin(), tournaments_.end(),
                    [](const auto& each) { return !each.second.tournament->ended(); }));
}

// Who enters a recording is who played it.
void Arena::nameOwners(storage::ArenaTournament& tournament) {
  for (storage::ArenaContestant& contestant : tournament.contestants) {
    if (contestant.kind != "person") continue;
    for (const std::string& id : contestant.recordings) {
      parts_.recordings.check(id);
      const storage::BattleRow battle = parts_.battles.battle(id).valueOrThrow();
      for (const json& player : battle.players) {
        const std::string played = player.value("playerId", "");
        if (!played.empty()) contestant.players.push_back(played);
      }
      if (!contestant.owner.empty()) continue;
      contestant.owner = battle.creator;
      for (const json& player : battle.players) {
        if (player.value("playerId", "") == battle.creator)
          contestant.ownerName = player.value("name", "");
      }
    }
    if (contestant.name.empty())
      contestant.name = contestant.ownerName.empty() ? "DJ" : contestant.ownerName;
  }
}

json Arena::create(const Identity& who, const json& asked) {
  storage::ArenaTournament tournament = tournamentFrom(asked, parts_.mixers, storage::nowMs());
  const auto today = std::count_if(tournaments_.begin(), tournaments_.end(), [&](const auto& each) {
    const storage::ArenaTournament& row = each.second.tournament->row();
    return row.creator == who.playerId && row.createdAt > tournament.createdAt - kDayMs;
  });
  if (today >= limits_.tournamentsPerGuestDay || runningTournaments() >= limits_.running)
    throw Error(ErrorCode::kTooMany,
                fmt::format("tournament: {} a guest and day are possible, {} at once",
                            limits_.tournamentsPerGuestDay, limits_.running));
  for (const auto& [first, second] : tournament.sets) {
    parts_.library.track(first).valueOrThrow();
    parts_.library.track(second).valueOrThrow();
  }
  nameOwners(tournament);
  tournament.id = storage::randomId();
  tournament.creator = who.playerId;
  tournament.creatorName = who.name;
  Entry& entry = open(std::move(tournament), who.playerId);
  return tournamentJson(*entry.tournament, [this](const auto& track) { return trackName(track); });
}

Arena::Entry& Arena::open(storage::ArenaTournament tournament, const std::string& player) {
  addControls(tournament);
  store_.add(tournament, waitingClips(tournament));
  const std::string id = tournament.id;
  Entry& entry = tournaments_[id];
  entry.tournament = std::make_unique<Tournament>(store_, std::move(tournament));
  orderClips(*entry.tournament, player);
  return entry;
}

json Arena::trackName(const std::string& id) {
  const auto [name, isNew] = trackNames_.try_emplace(id);
  if (!isNew) return name->second;
  const auto track = parts_.library.track(id);
  return name->second = {{"id", id},
                         {"title", track ? track->title : ""},
                         {"artist", track ? track->artist : ""}};
}

json Arena::list() {
  std::vector<const Tournament*> all;
  for (auto& [id, entry] : tournaments_) all.push_back(entry.tournament.get());
  std::sort(all.begin(), all.end(), [](const Tournament* x, const Tournament* y) {
    return x->row().createdAt > y->row().createdAt;
  });
  json tournaments = json::array();
  for (const Tournament* each : all) tournaments.push_back(summaryJson(*each));
  return {{"tournaments", tournaments}};
}

Arena::Page Arena::page(const std::string& id) {
  Entry& entry = find(id);
  if (!entry.body) {
    const json text =
        tournamentJson(*entry.tournament, [this](const auto& track) { return trackName(track); });
    entry.body = makeBuffer(text.dump(-1, ' ', false, json::error_handler_t::replace));
    entry.etag = fmt::format("\"{}-{}\"", id, ++version_);
  }
  return {entry.body, entry.etag};
}

json Arena::end(const Identity& who, const std::string& id, bool isOperator) {
  Entry& entry = find(id);
  if (entry.tournament->row().creator != who.playerId && !isOperator)
    throw Error(ErrorCode::kForbidden,
                fmt::format("tournament {}: only who made it may end it", id));
  end(entry);
  return tournamentJson(*entry.tournament, [this](const auto& track) { return trackName(track); });
}

void Arena::end(Entry& entry) {
  entry.tournament->end(storage::nowMs());
  changed(entry);
}

json Arena::people() {
  std::vector<const Tournament*> ended;
  for (const auto& [id, entry] : tournaments_) {
    if (entry.tournament->ended()) ended.push_back(entry.tournament.get());
  }
  return peopleJson(std::move(ended));
}

json Arena::mine(const Identity& who) {
  json votes = json::array();
  for (const storage::ArenaVote& vote : store_.votesOf(who.playerId))
    votes.push_back(voteJson(vote));
  json tournaments = json::array(), participations = json::array();
  for (const auto& [id, entry] : tournaments_) {
    if (entry.tournament->row().creator == who.playerId)
      tournaments.push_back({{"id", id}, {"name", entry.tournament->row().name}});
    if (const auto finished = entry.tournament->participation(who.playerId))
      participations.push_back({{"tournament", id}, {"finished", *finished}});
  }
  const auto voter = voters_.find(who.playerId);
  return {{"playerId", who.playerId},
          {"name", who.name},
          {"firstSeen", voter == voters_.end() ? json() : json(voter->second.firstSeen)},
          {"votes", votes},
          {"tournaments", tournaments},
          {"participations", participations},
          {"trial", trialOf(who.playerId)}};
}

json Arena::trialOf(const std::string& listener) const {
  const auto assigned = trial_.find(listener);
  if (assigned == trial_.end()) return nullptr;
  json ratings = json::array();
  for (const storage::TrialStars& each : trialStars_) {
    if (each.listener == listener)
      ratings.push_back({{"mixer", each.mixer}, {"stars", each.stars}, {"ratedAt", each.ratedAt}});
  }
  return {{"arm", assigned->second.arm},
          {"assignedAt", assigned->second.assignedAt},
          {"ratings", std::move(ratings)}};
}

// Behind the votes that are on their way to the disk, which are this voter's, too.
void Arena::forget(const Identity& who, Reply reply) {
  const std::string pseudonym = "gone-" + storage::randomId();
  ballots_.removeOf(who.playerId);
  offers_.erase(who.playerId);
  writer_.post([this, player = who.playerId, pseudonym,
                reply = std::move(reply)](storage::ArenaStore& store) {
    try {
      store.forget(player, pseudonym);
    } catch (const Error& error) {
      return reply(error);
    }
    inOrder([this, player, pseudonym, reply] {
      voters_.erase(player);
      if (auto listener = trial_.extract(player)) {
        listener.key() = listener.mapped().id = pseudonym;
        trial_.insert(std::move(listener));
      }
      for (storage::TrialStars& each : trialStars_) {
        if (each.listener == player) each.listener = pseudonym;
      }
      for (auto& [id, entry] : tournaments_) {
        entry.tournament->rename(player, pseudonym);
        entry.body = nullptr;
      }
      reply(json());
    });
  });
}

}  // namespace dju::server
