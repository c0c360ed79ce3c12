#include "server/arena/tournament.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "audio/test_files.h"
#include "server/arena/people_ratings.h"

namespace dju::server {
namespace {

constexpr std::int64_t kNow = 1'000'000;

storage::ArenaContestant person(int number, const std::string& owner) {
  storage::ArenaContestant made;
  made.number = number;
  made.kind = "person";
  made.name = made.ownerName = owner;
  made.owner = owner;
  return made;
}

class TournamentTest : public ::testing::Test {
 protected:
  // Contestants are called p0, p1 …; `failed` of them have no mix.
  Tournament& make(const std::string& format, int contestants, const std::vector<int>& failed = {},
                   const std::string& id = "t") {
    storage::ArenaTournament row;
    row.id = id;
    row.name = "Friday";
    row.format = format;
    row.votesPerMatch = 2;
    row.sets = {{"track a", "track b"}};
    row.createdAt = kNow;
    std::vector<storage::ArenaClip> clips;
    for (int i = 0; i < contestants; ++i) {
      row.contestants.push_back(person(i, fmt::format("p{}", i)));
      if (i == 0) row.contestants.back().players = partners_;
      storage::ArenaClip clip;
      clip.contestant = i;
      clip.state = std::find(failed.begin(), failed.end(), i) == failed.end() ? "ready" : "failed";
      clip.seconds = 20;
      clip.lufs = -20;
      clips.push_back(clip);
    }
    store_.add(row, clips);
    tournament_.emplace(store_, row);
    tournament_->settle(kNow);
    return *tournament_;
  }

  // On the next pair of this voter's.
  Result<void> vote(const std::string& voter, const std::string& choice) {
    const auto pair = tournament_->next(voter, random_);
    if (!pair) return pair.error();
    storage::ArenaVote cast;
    cast.match = pair->match;
    cast.a = pair->a;
    cast.b = pair->b;
    cast.set = pair->set;
    cast.voter = voter;
    cast.choice = choice;
    cast.castAt = kNow;
    cast.tournament = tournament_->row().id;
    if (const auto kept = tournament_->reserve(cast); !kept) return kept;
    EXPECT_TRUE(store_.castVotes({&cast, 1}).front());
    tournament_->take(cast);
    tournament_->settle(kNow);
    return {};
  }
  // As after a restart.
  Tournament reread() { return {store_, store_.tournaments().at(0)}; }

  const testing::TempFolder folder_;
  storage::Database database_{folder_.path() / "test.sqlite"};
  storage::ArenaStore store_{database_};
  std::optional<Tournament> tournament_;
  std::vector<std::string> partners_;  // who played the first contestant
  Random random_{1};
};

TEST_F(TournamentTest, whoeverPlayedARecordingDoesNotJudgeIt) {
  partners_ = {"p0", "partner"};
  const Tournament& tournament = make("open", 2);
  for (const char* judge : {"p0", "partner", "p1"})
    EXPECT_EQ(tournament.next(judge, random_).error().code(), ErrorCode::kForbidden) << judge;
  EXPECT_TRUE(tournament.next("stranger", random_));
}

TEST_F(TournamentTest, aVoteOnItsWayKeepsItsPairUntilItIsWrittenOrLost) {
  Tournament& tournament = make("open", 2);
  storage::ArenaVote vote;
  vote.tournament = tournament.row().id;
  vote.b = 1;
  vote.voter = "voter";
  vote.choice = "A";
  ASSERT_TRUE(tournament.reserve(vote));
  EXPECT_TRUE(tournament.awaitsVotes());
  EXPECT_EQ(tournament.reserve(vote).error().code(), ErrorCode::kConflict);
  tournament.release(vote);
  EXPECT_FALSE(tournament.awaitsVotes());
  ASSERT_TRUE(tournament.reserve(vote));
  tournament.end(kNow);
  tournament.take(vote);
  EXPECT_EQ(tournament.votes().size(), 1U);
}

TEST_F(TournamentTest, whoHasJudgedAllThatThereIsHasFinished) {
  Tournament& tournament = make("open", 2);
  EXPECT_TRUE(tournament.begin("voter"));
  EXPECT_FALSE(tournament.begin("voter"));
  EXPECT_TRUE(tournament.begin("guest"));
  EXPECT_FALSE(tournament.finish("voter"));
  ASSERT_TRUE(vote("voter", "B"));
  EXPECT_TRUE(tournament.finish("voter"));
  EXPECT_FALSE(tournament.finish("voter")) << "once";
  EXPECT_EQ(tournament.participants().began, 2);
  EXPECT_EQ(tournament.participants().finished, 1);
  EXPECT_EQ(tournament.participation("nobody"), std::nullopt);
}

TEST_F(TournamentTest, votesDecideMatchesUntilThereIsAChampion) {
  Tournament& tournament = make("single", 4);
  for (int i = 0; !tournament.ended() && i < 20; ++i)
    ASSERT_TRUE(vote(fmt::format("voter {}", i), "A"));
  ASSERT_TRUE(tournament.ended());
  EXPECT_EQ(tournament.votes().size(), 6U);
  EXPECT_EQ(tournament.outcome()->by, "matches");
  EXPECT_EQ(tournament.outcome()->champion, 0);
  EXPECT_EQ(reread().outcome()->champion, 0);
  EXPECT_EQ(vote("late", "A").error().code(), ErrorCode::kConflict);
}

TEST_F(TournamentTest, equalVotesGoToTheBetterSeedOrAreADraw) {
  make("single", 2);
  ASSERT_TRUE(vote("x", "A"));
  ASSERT_TRUE(vote("y", "B"));
  EXPECT_EQ(tournament_->result(0)->by, "seed");
  EXPECT_EQ(tournament_->outcome()->champion, 0);
}

TEST_F(TournamentTest, equalVotesInARoundRobinAreADraw) {
  make("roundRobin", 2);
  ASSERT_TRUE(vote("x", "tie"));
  ASSERT_TRUE(vote("y", "bothBad"));
  EXPECT_EQ(tournament_->result(0)->decision, "draw");
  EXPECT_EQ(tournament_->outcome()->by, "seed");
}

TEST_F(TournamentTest, aVoterJudgesAPairOnce) {
  make("open", 2);
  ASSERT_TRUE(vote("x", "A"));
  EXPECT_EQ(vote("x", "A").error().code(), ErrorCode::kConflict);
  EXPECT_EQ(tournament_->left("x"), 0);
  EXPECT_EQ(tournament_->left("y"), 1);
}

TEST_F(TournamentTest, nobodyJudgesTheirOwnMix) {
  make("open", 3);
  for (int i = 0; i < 20; ++i) {
    const auto pair = tournament_->next("p1", random_);
    ASSERT_TRUE(pair);
    EXPECT_EQ(pair->a, 0);
    EXPECT_EQ(pair->b, 2);
  }
  make("open", 2, {}, "two");
  EXPECT_EQ(tournament_->next("p1", random_).error().code(), ErrorCode::kForbidden);
}

TEST_F(TournamentTest, whoHasNoMixLosesByWalkOver) {
  make("single", 4, {0, 3});
  EXPECT_EQ(tournament_->result(0)->decision, "neither");
  ASSERT_TRUE(vote("x", "B"));
  ASSERT_TRUE(vote("y", "B"));
  EXPECT_EQ(tournament_->outcome()->champion, 2);
  make("single", 3, {0, 1}, "one");
  EXPECT_EQ(tournament_->outcome()->by, "walkover");
  EXPECT_EQ(tournament_->outcome()->champion, 2);
  make("swiss", 3, {0, 1, 2}, "none");
  EXPECT_EQ(tournament_->outcome()->by, "nothingToHear");
  make("open", 3, {0, 1}, "open");
  EXPECT_EQ(tournament_->outcome()->by, "walkover");
}

TEST_F(TournamentTest, withoutVotesNobodyWins) {
  for (const char* format : {"single", "double", "swiss", "roundRobin", "open"}) {
    Tournament& tournament = make(format, 3, {}, format);
    EXPECT_FALSE(tournament.outcome());
    tournament.end(kNow);
    ASSERT_TRUE(tournament.ended()) << format;
    EXPECT_EQ(tournament.outcome()->by, "noVotes") << format;
    EXPECT_FALSE(tournament.outcome()->champion);
  }
}

TEST_F(TournamentTest, theHostsEndCountsWhatThereIs) {
  make("double", 3);
  ASSERT_TRUE(vote("x", "B"));
  tournament_->end(kNow);
  EXPECT_TRUE(tournament_->outcome()->champion);
}

TEST_F(TournamentTest, standingsCountEveryHonestVote) {
  Tournament& tournament = make("open", 4);
  for (int i = 0; i < 40; ++i) {
    for (int k = 0; k < 6; ++k)
      ASSERT_TRUE(vote(fmt::format("voter {}", i), random_.chance(0.5) ? "A" : "B"));
  }
  tournament.take(standingsOf(tournament.question()));
  EXPECT_FALSE(tournament.standingsAreOld());
  EXPECT_EQ(tournament.standings().counted, 240);
  for (const auto& each : tournament.standings().ratings.contestants) {
    EXPECT_LE(each.interval.low, each.points);
    EXPECT_GE(each.interval.high, each.points);
  }
}

TEST_F(TournamentTest, peopleAreRatedByTournamentsThatHaveEnded) {
  make("single", 2);
  ASSERT_TRUE(vote("x", "A"));
  EXPECT_TRUE(peopleJson({}).at("people").empty());
  ASSERT_TRUE(vote("y", "A"));
  const auto people = peopleJson({&*tournament_}).at("people");
  ASSERT_EQ(people.size(), 2U);
  EXPECT_EQ(people[0].at("playerId"), "p0");
  EXPECT_GT(people[0].at("points"), people[1].at("points"));
  EXPECT_EQ(people[0].at("games"), 1);
}

TEST_F(TournamentTest, whoIsForgottenMayNotBeFoundInIt) {
  make("open", 3);
  ASSERT_TRUE(vote("x", "A"));
  tournament_->rename("x", "gone");
  tournament_->rename("p1", "gone too");
  EXPECT_EQ(tournament_->votes()[0].voter, "gone");
  EXPECT_EQ(tournament_->contestant(1).ownerName, "");
  EXPECT_EQ(tournament_->contestant(1).name, "–");
}

}  // namespace
}  // namespace dju::server
