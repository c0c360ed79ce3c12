// Mixers over tournaments: one rating of each, whoever else took part where.
#include "server/arena/overall.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "server/arena/my_taste.h"

namespace dju::server {
namespace {

storage::ArenaContestant mixer(int number, const std::string& model,
                               const std::string& kind = "mixer") {
  storage::ArenaContestant made;
  made.number = number;
  made.kind = kind;
  made.name = made.model = model;
  return made;
}

arena::Traits long_(double length) {
  arena::Traits traits{};
  traits[0] = length;
  return traits;
}

// Two mixers and the two controls on one set, with as long transitions as `lengths` says.
OverallTournament tournament(const std::string& id, const std::string& first,
                             const std::string& second, std::array<double, 3> lengths) {
  OverallTournament made;
  made.row.id = id;
  made.row.sets = {{"track a", "track b"}};
  made.row.contestants = {mixer(0, first), mixer(1, second), mixer(2, "rules@1", "control"),
                          mixer(3, "sum@1", "control")};
  for (int i = 0; i < 4; ++i) {
    storage::ArenaClip clip;
    clip.contestant = i;
    clip.state = "ready";
    clip.key = fmt::format("{}{}", id, i);
    clip.seconds = 20;
    if (i < 3) {
      const arena::Traits traits = long_(lengths[static_cast<std::size_t>(i)]);
      clip.traits.assign(traits.begin(), traits.end());
    }
    made.clips.push_back(clip);
  }
  return made;
}

void vote(OverallTournament& in, const std::string& voter, const std::string& choice, int a = 0,
          int b = 1) {
  storage::ArenaVote cast;
  cast.a = a;
  cast.b = b;
  cast.voter = voter;
  cast.choice = choice;
  cast.starsA = 4;
  cast.starsB = 2;
  in.votes.push_back(cast);
}

TEST(OverallRatings, TieTournamentsTogetherByWhoIsInBoth) {
  auto one = tournament("t1", "a@1", "b@1", {1, 0.5, 0.25});
  auto two = tournament("t2", "b@1", "c@1", {0.75, 0.5, 0.5});
  for (int i = 0; i < 20; ++i) {
    vote(one, fmt::format("v{}", i), i < 16 ? "A" : "B");
    vote(two, fmt::format("v{}", i), i < 16 ? "A" : "B");
    vote(one, fmt::format("v{}", i), "A", 2, 3);
  }
  const Overall overall = overallOf({one, two});
  EXPECT_EQ(overall.votes, 60U);
  ASSERT_EQ(overall.mixers.size(), 3U);
  EXPECT_EQ(overall.mixers[0].name, "a@1");
  EXPECT_EQ(overall.mixers[2].name, "c@1");
  const OverallMixer& both = *overall.find("b@1");
  EXPECT_EQ(both.tournaments, 2);
  EXPECT_EQ(both.rating.wins, 20);
  EXPECT_EQ(both.rating.losses, 20);
  EXPECT_EQ(both.clips.size(), 2U);
  EXPECT_EQ(both.starred, 40);
  // By the same records' mix by rules: 0.25 longer in each.
  ASSERT_TRUE(both.traits);
  EXPECT_DOUBLE_EQ((*both.traits)[0], 0.25);
  EXPECT_EQ(overall.stars.ratings, 120);
  EXPECT_EQ(overall.find("nobody"), nullptr);
}

TEST(OverallRatings, VotesThatWereSetAsideDoNotCount) {
  auto one = tournament("t1", "a@1", "b@1", {1, 0.5, 0.25});
  for (int i = 0; i < 10; ++i) vote(one, "fan", "B");
  vote(one, "honest", "A");
  one.trust["fan"] = {0, arena::Doubt::kFavours, 1};
  const Overall overall = overallOf({one});
  EXPECT_EQ(overall.mixers[0].name, "a@1");
  EXPECT_EQ(overall.mixers[0].rating.wins, 1);
  EXPECT_EQ(overall.mixers[0].rating.losses, 0);
}

TEST(MyTaste, RanksMixersByOnesOwnVotes) {
  auto one = tournament("t1", "a@1", "b@1", {1, 0.25, 0.5});
  for (int i = 0; i < 30; ++i) vote(one, fmt::format("v{}", i), i % 2 == 0 ? "A" : "B");
  const Overall overall = overallOf({one});
  storage::ArenaVote shorter;
  shorter.choice = "B";
  std::vector<arena::Comparison> votes;
  for (int i = 0; i < 30; ++i) votes.push_back(*comparisonOf(shorter, one.clips[0], one.clips[1]));
  const auto ranking = personalRanking(arena::TasteProfile(votes), overall);
  ASSERT_EQ(ranking.size(), 2U);
  EXPECT_EQ(ranking[0].mixer, "b@1");
  EXPECT_FALSE(comparisonOf(shorter, one.clips[0], one.clips[3])) << "its traits are not known";
}

}  // namespace
}  // namespace dju::server
