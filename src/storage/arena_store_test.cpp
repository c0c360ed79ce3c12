#include "storage/arena_store.h"

#include <gmock/gmock.h>

#include "audio/test_files.h"
#include "storage/vote_writer.h"

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
      {0, "mixer", "rules", "rules@1", "chill", {{"boldness", 0.8}}, {}, "", "", {}},
      {1, "person", "Bo's mix", "", "", nlohmann::json::object(), {"r1"}, "g-bo", "Bo", {}}};
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
  Result<std::int64_t> castVote(const ArenaVote& vote) {
    return store_.castVotes({&vote, 1}).front();
  }

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
  const ArenaClip failed{1, 1, "failed", "", "", 0, 0, 0, "", "no beat", {}};
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
  const auto first = castVote(vote("v1"));
  ASSERT_TRUE(first);
  EXPECT_EQ(castVote(vote("v1", 0, "B")).error().code(), ErrorCode::kConflict);
  ASSERT_TRUE(castVote(vote("v2")));
  // A later match of the same two is another pair.
  ASSERT_TRUE(castVote(vote("v1", 3)));
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
  ASSERT_TRUE(castVote(vote("v1")));
  store_.forget("v1", "gone-1");
  EXPECT_TRUE(store_.voters().empty());
  EXPECT_TRUE(store_.votesOf("v1").empty());
  EXPECT_EQ(store_.votesOf("gone-1").size(), 1U);
  store_.forget("g-bo", "gone-2");
  EXPECT_EQ(store_.tournaments()[0].contestants[1].ownerName, "");
}

TEST_F(ArenaStoreTest, whatIsKnownOfParticipantsClipsAndListenersIsKept) {
  store_.add(tournament("t1"), {});
  ArenaClip clip;
  clip.traits = {0.25, -1};
  store_.save("t1", clip);
  EXPECT_EQ(store_.clips("t1")[0].traits, clip.traits);
  store_.save("t1", ArenaParticipant{"v1", true});
  store_.save("t1", ArenaParticipant{"v1", false});
  ASSERT_EQ(store_.participants("t1").size(), 1U);
  EXPECT_TRUE(store_.participants("t1")[0].finished);
  store_.assign({"v1", "personal", 100});
  store_.assign({"v1", "global", 200});
  EXPECT_EQ(store_.trialListeners()[0].arm, "personal");
  ASSERT_TRUE(store_.rate({"v1", "clip", "personal", "rules@1", 4, 300}));
  EXPECT_EQ(store_.rate({"v1", "clip", "personal", "rules@1", 1, 400}).error().code(),
            ErrorCode::kConflict);
  store_.forget("v1", "gone-1");
  EXPECT_EQ(store_.participants("t1")[0].voter, "gone-1");
  EXPECT_EQ(store_.trialListeners()[0].id, "gone-1");
  ASSERT_EQ(store_.trialStars().size(), 1U);
  EXPECT_EQ(store_.trialStars()[0].listener, "gone-1");
  EXPECT_EQ(store_.trialStars()[0].stars, 4);
}

TEST_F(ArenaStoreTest, whoIsForgottenIsForgottenAmongPlayers) {
  ArenaTournament made = tournament("t1");
  made.contestants[1].players = {"g-bo", "g-bob"};
  store_.add(made, {});
  store_.forget("g-bo", "gone-1");
  EXPECT_EQ(store_.tournaments()[0].contestants[1].players,
            (std::vector<std::string>{"gone-1", "g-bob"}));
}

TEST_F(ArenaStoreTest, aWriterAnswersForEachVoteWhateverCameTogether) {
  store_.add(tournament("t1"), {});
  std::vector<std::string> told;  // by the writer's thread until stop()
  VoteWriter writer(folder_ / "test.sqlite");
  for (const char* voter : {"v1", "v2", "v1", "v3"})
    writer.cast(vote(voter), [&told](const Result<std::int64_t>& number) {
      told.emplace_back(number ? "written" : errorName(number.error().code()));
    });
  writer.post([](ArenaStore& store) { store.meet({"v1", "here", 1}); });
  writer.stop();
  EXPECT_EQ(told, (std::vector<std::string>{"written", "written", "conflict", "written"}));
  EXPECT_EQ(store_.votes("t1").size(), 3U);
  EXPECT_EQ(store_.voters().size(), 1U);
}

}  // namespace
}  // namespace dju::storage
