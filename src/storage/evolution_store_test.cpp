// A round is closed once, whoever else tries, and is there after a restart.
#include "storage/evolution_store.h"

#include <gtest/gtest.h>

#include "audio/test_files.h"

namespace dju::storage {
namespace {

class EvolutionStoreTest : public ::testing::Test {
 protected:
  EvolutionRow row() const {
    EvolutionRow made;
    made.lineage = "club";
    made.creator = "g-host";
    made.creatorName = "Ana";
    made.request = {{"votesPerRound", 7}};
    made.history = "founders";
    made.openedAt = made.createdAt = 1000;
    return made;
  }

  const testing::TempFolder folder_;
  Database database_{folder_ / "test.sqlite"};
  EvolutionStore store_{database_};
};

TEST_F(EvolutionStoreTest, ARoundIsClosedOnce) {
  ASSERT_TRUE(store_.add(row()));
  EXPECT_TRUE(store_.advance("club", 0, "first", 2000, 0));
  EXPECT_FALSE(store_.advance("club", 0, "first, by another", 3000, 0));
  EXPECT_FALSE(store_.advance("club", 5, "from the future", 3000, 0));
  Database again(folder_ / "test.sqlite");
  const EvolutionRow now = EvolutionStore(again).evolution("club").valueOrThrow();
  EXPECT_EQ(now.generation, 1);
  EXPECT_EQ(now.history, "first");
  EXPECT_EQ(now.openedAt, 2000);
  EXPECT_EQ(now.createdAt, 1000);
  EXPECT_EQ(now.endedAt, 0);
  EXPECT_EQ(now.request, row().request);
}

TEST_F(EvolutionStoreTest, AnEndStaysAnEnd) {
  ASSERT_TRUE(store_.add(row()));
  store_.end("club", 2000);
  store_.end("club", 2500);
  EXPECT_TRUE(store_.advance("club", 0, "what was being bred", 3000, 0));
  EXPECT_EQ(store_.evolution("club")->endedAt, 2000);
}

TEST_F(EvolutionStoreTest, NamesAreTakenOnce) {
  ASSERT_TRUE(store_.add(row()));
  EXPECT_EQ(store_.add(row()).error().code(), ErrorCode::kConflict);
  EXPECT_EQ(store_.evolution("other").error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(store_.evolutions().size(), 1U);
}

}  // namespace
}  // namespace dju::storage
