// What becomes of an open round whose closing was ordered and did not come to an end.
#include "server/arena/evolution/evolutions.h"

#include <gtest/gtest.h>

#include "arena/evolution/evolution.h"
#include "audio/test_files.h"

namespace dju::server {
namespace {

constexpr std::int64_t kNow = 1'000'000;

class EvolutionsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    arena::EvolutionSettings settings;
    settings.population = 4;
    const arena::Lineage lineage = arena::foundLineage(settings);
    using nlohmann::json;
    const json sets = json::array({json::array({"track a", "track b"})});
    const EvolutionRequest request =
        evolutionFrom({{"lineage", "club"}, {"sets", sets}, {"population", 4}}, 1);
    storage::EvolutionRow row;
    row.lineage = "club";
    row.creator = row.creatorName = "host";
    row.request = toJson(request);
    row.history = arena::toJson(lineage).dump();
    row.createdAt = row.openedAt = kNow;
    storage::EvolutionStore(library_.database()).add(row).valueOrThrow();
    const storage::ArenaTournament opened = roundTournament(row, request, lineage);
    std::vector<storage::ArenaClip> clips;
    for (const storage::ArenaContestant& contestant : opened.contestants) {
      storage::ArenaClip clip;
      clip.contestant = contestant.number;
      clip.state = "ready";
      clip.seconds = 20;
      clips.push_back(clip);
    }
    store_.add(opened, clips);
    round_.emplace(store_, opened);
    round_->settle(kNow);
    round_->end(kNow);
  }

  // Queued, since nobody works on the queue.
  int closings() { return jobs_.countUnfinished("evolve", ""); }
  std::string closing() {
    return jobs_.submitOnce("evolve", {{"lineage", "club"}, {"generation", 0}}).valueOrThrow().id;
  }

  const testing::TempFolder folder_;
  storage::Library library_{folder_.path()};
  storage::ArenaStore store_{library_.database()};
  storage::JobQueue jobs_{library_.database()};
  mixes::Shelf shelf_{library_};
  mixes::Mixers mixers_{folder_.path()};
  std::optional<Tournament> round_;
  Evolutions evolutions_{{library_, store_, jobs_, shelf_, mixers_, [](const auto& run) { run(); },
                          [this](const std::string&) { return &*round_; },
                          [](const storage::ArenaTournament&) {}, [](const std::string&) {}}};
};

TEST_F(EvolutionsTest, aClosingThatWasCancelledIsOrderedAgain) {
  evolutions_.start();
  ASSERT_EQ(closings(), 1);
  const std::string first = closing();
  evolutions_.tick(kNow);
  EXPECT_EQ(closing(), first) << "what waits is not ordered twice";
  jobs_.cancel(first).valueOrThrow();
  ASSERT_EQ(closings(), 0);
  evolutions_.tick(kNow);
  EXPECT_EQ(closings(), 1);
  EXPECT_NE(closing(), first);
}

TEST_F(EvolutionsTest, anEvolutionThatHasEndedOrdersNothing) {
  evolutions_.start();
  evolutions_.end({"host", "host"}, "club", false);
  jobs_.cancel(closing()).valueOrThrow();
  evolutions_.tick(kNow);
  EXPECT_EQ(closings(), 0);
}

}  // namespace
}  // namespace dju::server
