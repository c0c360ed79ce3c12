// The arena: tournaments in which people hear two mixes of the same tracks without knowing whose,
// and say which they like better. docs/arena.md has the rules.
//
// Everything runs on the arena's own thread, which post() hands work to: votes wait for the disk
// there, and nobody needs a lock. Ratings are made on a second thread and taken over when they are
// done. Public methods without another word: the arena's thread; they throw Error.
#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "server/arena/arena_json.h"
#include "server/arena/ballots.h"
#include "server/arena/clip_maker.h"
#include "server/arena/evolution/evolutions.h"
#include "server/arena/tournament.h"
#include "server/arena/voter_address.h"
#include "server/auth/tokens.h"
#include "server/net/bytes.h"

namespace dju::server {

struct ArenaLimits {
  int tournamentsPerGuestDay = 10;
  int running = 200;  // tournaments that have not ended
};

class Arena {
 public:
  struct Parts {
    storage::Library& library;
    storage::PcmCache& cache;
    storage::BattleStore& battles;
    storage::JobQueue& jobs;
    mixes::Shelf& shelf;
    mixes::Mixers& mixers;
    const Recordings& recordings;
  };
  Arena(const std::filesystem::path& dataDir, const Parts& parts, ArenaLimits limits = {});
  ~Arena();  // stop()

  // Any thread. Runs `work` on the arena's thread; false when too much waits already.
  bool post(std::function<void()> work);
  // Any thread. Reads what is stored, and orders the clips that are missing again.
  void start();
  void stop();

  nlohmann::json create(const Identity& who, const nlohmann::json& asked);
  nlohmann::json list();
  // The tournament as text, which is made once a change, and a tag that names this state of it.
  struct Page {
    Buffer body;
    std::string etag;
  };
  Page page(const std::string& id);
  nlohmann::json end(const Identity& who, const std::string& id, bool isOperator);

  // `address`: Request::remoteAddress.
  nlohmann::json ballot(const Identity& who, const std::string& address, const std::string& id);
  nlohmann::json heard(const Identity& who, const std::string& ballot, const nlohmann::json& asked);
  nlohmann::json vote(const Identity& who, const std::string& ballot, const nlohmann::json& asked);
  // A clip by the secret of its ballot; `range` as the Range header has it. The bytes count as
  // fetched.
  Buffer sound(const std::string& secret, std::string_view range);
  // A clip by whose it is, of a tournament that has ended: before, it would tell voters names.
  Buffer namedSound(const std::string& tournament, int contestant, int set);

  Evolutions& evolutions() { return evolutions_; }
  // Of what is drawn, where nobody asks for a seed.
  std::uint64_t seed() { return random_.next(); }

  nlohmann::json people();
  nlohmann::json mine(const Identity& who);
  void forget(const Identity& who);

 private:
  struct Entry {
    std::unique_ptr<Tournament> tournament;
    Buffer body;  // null: to be made
    std::string etag;
    bool rating = false;  // on the other thread
    std::chrono::steady_clock::time_point ratedAt;
  };

  Entry& find(const std::string& id);
  Ballot& findBallot(const std::string& id, const Identity& who);
  void inOrder(std::function<void()> work);
  void tick();
  Entry& open(storage::ArenaTournament tournament, const std::string& player);
  void end(Entry& entry);
  void changed(Entry& entry);
  void rateIfOld(Entry& entry);
  void take(const std::string& id, const storage::ArenaClip& clip);
  void orderClips(Tournament& tournament, const std::string& player);
  void nameOwners(storage::ArenaTournament& tournament);
  nlohmann::json trackName(const std::string& id);
  Buffer read(const std::string& key);
  int runningTournaments() const;

  Parts parts_;
  ArenaLimits limits_;
  storage::ArenaStore store_;
  ClipMaker clipMaker_;
  Evolutions evolutions_;
  VoterAddresses addresses_;
  std::map<std::string, Entry> tournaments_;
  std::map<std::string, storage::ArenaVoter> voters_;
  Ballots ballots_;
  Random random_;
  std::uint64_t version_ = 0;
  std::map<std::string, std::weak_ptr<const Bytes>> sounds_;  // being sent
  std::atomic<int> waiting_{0};
  std::atomic<bool> running_{false};
  boost::asio::thread_pool thread_{1}, raters_{1};
  boost::asio::steady_timer clock_{thread_};
};

}  // namespace dju::server
