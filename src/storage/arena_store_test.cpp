#include "storage/arena_store.h"

#include <gmock/gmock.h>

#include "audio/test_files.h"

namespace dju::storage {
namespace {

ArenaTournament tournament(const std::string& id) {
  ArenaTournament made;
  made.id = id;
  made.name = "Friday";
  made.format = "single";
  made.creator = "g-host";
  made.creatorName = "Ana";
  made.sets = {{"track a", "track b"}, {"track c", "track d"}};
  made.contestants = {
      {0, "mixer", "rules", "rules@1", "chill", {{"boldness", 0.8}}, {}, "", ""},
      {1, "person", "Bo's mix", "", "", nlohmann::json::object(), {"r1"}, "g-bo", "Bo"}};
  made.createdAt = 1000;
  return made;
}

ArenaVote vote(const std::string& voter, int match = 0, const std::string& choice = "A") {
  ArenaVote made;
  made.tournament = "t1";
  made.match = match;
  made.b = 1;
  made.voter = voter;
  made.choice = choice;
  made.side = -1;
  made.heardA = 9.5;
  made.starsB = 4;
  made.castAt = 5000;
  return made;
}

class ArenaStoreTest : public ::testing::Test {
 protected:
  const testing::TempFolder folder_;
  Database database_{folder_ / "test.sqlite"};
  ArenaStore store_{database_};
};

TEST_F(ArenaStoreTest, keepsATournamentWithAllThatBelongsToIt) {
  ArenaClip clip;
  clip.contestant = 1;
  clip.set = 1;
  store_.add(tournament("t1"), {clip});
  const auto all = store_.tournaments();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].sets, tournament("t1").sets);
  ASSERT_EQ(all[0].contestants.size(), 2U);
  EXPECT_EQ(all[0].contestants[0].parameters, (nlohmann::json{{"boldness", 0.8}}));
  EXPECT_EQ(all[0].contestants[1].recordings, std::vector<std::string>{"r1"});
  const ArenaClip failed{1, 1, "failed", "", "", 0, 0, 0, "", "no beat"};
  store_.save("t1", failed);
  ASSERT_EQ(store_.clips("t1").size(), 1U);
  EXPECT_EQ(store_.clips("t1")[0].error, "no beat");
  store_.add("t1", ArenaResult{2, "A", "walkover"});
  EXPECT_EQ(store_.results("t1")[0].by, "walkover");
  store_.end("t1", 7000);
  EXPECT_EQ(store_.tournaments()[0].endedAt, 7000);
}

TEST_F(ArenaStoreTest, oneVoteAVoterAndPair) {
  store_.add(tournament("t1"), {});
  const auto first = store_.castVote(vote("v1"));
  ASSERT_TRUE(first);
  EXPECT_EQ(store_.castVote(vote("v1", 0, "B")).error().code(), ErrorCode::kConflict);
  ASSERT_TRUE(store_.castVote(vote("v2")));
  // A later match of the same two is another pair.
  ASSERT_TRUE(store_.castVote(vote("v1", 3)));
  const auto votes = store_.votes("t1");
  ASSERT_EQ(votes.size(), 3U);
  EXPECT_EQ(votes[0].number, *first);
  EXPECT_EQ(votes[0].choice, "A");
  EXPECT_EQ(votes[0].side, -1);
  EXPECT_EQ(votes[0].starsB, 4);
}

TEST_F(ArenaStoreTest, whoIsForgottenLeavesVotesWithoutAName) {
  store_.add(tournament("t1"), {});
  store_.meet({"v1", "somewhere", 100});
  store_.meet({"v1", "elsewhere", 200});
  EXPECT_EQ(store_.voters()[0].firstSeen, 100);
  ASSERT_TRUE(store_.castVote(vote("v1")));
  store_.forget("v1", "gone-1");
  EXPECT_TRUE(store_.voters().empty());
  EXPECT_TRUE(store_.votesOf("v1").empty());
  EXPECT_EQ(store_.votesOf("gone-1").size(), 1U);
  store_.forget("g-bo", "gone-2");
  EXPECT_EQ(store_.tournaments()[0].contestants[1].ownerName, "");
}

}  // namespace
}  // namespace dju::storage
