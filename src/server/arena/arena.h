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
#include "server/arena/my_taste.h"
#include "server/arena/overall.h"
#include "server/arena/tournament.h"
#include "server/auth/tokens.h"
#include "server/auth/voter_address.h"
#include "server/net/bytes.h"
#include "storage/vote_writer.h"

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
  // Called once, on any thread.
  using Reply = std::function<void(const Result<nlohmann::json>& answer)>;
  // Replies when the vote is on the disk.
  void vote(const Identity& who, const std::string& ballot, const nlohmann::json& asked,
            Reply reply);
  // A clip by the secret of its ballot; `range` as the Range header has it. The bytes count as
  // fetched.
  Buffer sound(const std::string& secret, std::string_view range);
  // A clip by whose it is, of a tournament that has ended: before, it would tell voters names.
  Buffer namedSound(const std::string& tournament, int contestant, int set);

  Evolutions& evolutions() { return evolutions_; }
  // Of what is drawn, where nobody asks for a seed.
  std::uint64_t seed() { return random_.next(); }

  nlohmann::json people();
  // Mixers over all tournaments.
  void leaderboard(Reply reply);
  nlohmann::json mine(const Identity& who);
  // Replies (null) when it is on the disk.
  void forget(const Identity& who, Reply reply);

  // A listener's own taste; a mix for them by the trial's arm, heard and rated; the trial's result.
  void taste(const Identity& who, Reply reply);
  void offer(const Identity& who, Reply reply);
  nlohmann::json offerHeard(const Identity& who, const std::string& offer,
                            const nlohmann::json& asked);
  void rateOffer(const Identity& who, const std::string& offer, const nlohmann::json& asked,
                 Reply reply);
  nlohmann::json trial() const;

 private:
  struct Entry {
    std::unique_ptr<Tournament> tournament;
    Buffer body;  // null: to be made
    std::string etag;
    bool rating = false;  // on the other thread
    std::chrono::steady_clock::time_point ratedAt;
  };

  // A mix that a listener was given by the trial.
  struct Offer {
    std::string id, secret;  // the latter names the clip
    std::string listener;
    std::string arm, mixer;
    OverallClip clip;
    Hearing hearing;  // its first clip counts
    RateLimit reports = hearingReports();
  };

  std::size_t totalVotes() const;
  void withOverall(std::function<void(const std::shared_ptr<const Overall>&)> then);
  TasteQuestion tasteQuestion(const std::string& listener) const;
  const storage::TrialListener& trialListener(const std::string& id);
  Offer newOffer(const Identity& who, const Overall& overall);
  nlohmann::json trialOf(const std::string& listener) const;
  nlohmann::json offerJson(const Offer& offer);
  Offer& findOffer(const std::string& id, const Identity& who);
  // Throws Error (kTooMany) where too much is reported.
  static void mayReport(RateLimit& reports);
  void counted(const Ballot& ballot, const std::string& choice, const storage::ArenaVote& vote,
               const Result<std::int64_t>& number, const Reply& reply);

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
  std::map<std::string, storage::TrialListener> trial_;
  std::vector<storage::TrialStars> trialStars_;
  std::map<std::string, Offer> offers_;  // by listener
  std::shared_ptr<const Overall> overall_;
  bool overallBeingMade_ = false;
  std::chrono::steady_clock::time_point overallAt_;  // from when on it may be made anew
  std::vector<std::function<void(const std::shared_ptr<const Overall>&)>> overallWanted_;
  std::map<std::string, nlohmann::json> trackNames_;  // for some seconds
  Random random_;
  std::uint64_t version_ = 0;
  std::map<std::string, std::weak_ptr<const Bytes>> sounds_;  // being sent
  storage::VoteWriter writer_;
  std::atomic<int> waiting_{0};
  std::atomic<bool> running_{false};
  boost::asio::thread_pool thread_{1}, raters_{1};
  boost::asio::steady_timer clock_{thread_};
};

}  // namespace dju::server
