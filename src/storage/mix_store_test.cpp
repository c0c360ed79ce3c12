#include "storage/mix_store.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "audio/test_files.h"
#include "storage/job_table.h"

namespace dju::storage {
namespace {

class MixStoreTest : public ::testing::Test {
 protected:
  void add(const std::string& id, const std::string& owner, std::int64_t createdAt,
           const std::string& recording = {}, const std::string& job = {}) {
    MixRow row;
    row.id = id;
    row.owner = owner;
    row.name = "Mix " + id;
    row.job = job;
    row.recording = recording;
    row.createdAt = createdAt;
    store_.add(row);
  }
  std::string listed(std::string_view owner, int limit, int offset) {
    std::string ids;
    for (const ListedMix& one : store_.list(owner, limit, offset)) ids += one.mix.id;
    return ids;
  }

  dju::testing::TempFolder folder_;
  Database database_{folder_ / "db"};
  MixStore store_{database_};
};

TEST_F(MixStoreTest, ListsOnesOwnNewestFirstInPages) {
  add("a", "ana", 1);
  add("b", "bo", 2);
  add("c", "ana", 3);
  add("d", "ana", 3);
  EXPECT_EQ(listed("ana", 10, 0), "cda");
  EXPECT_EQ(listed("ana", 2, 1), "da");
  EXPECT_EQ(listed("", 10, 0), "cdba");
  EXPECT_EQ(listed("nobody", 10, 0), "");
  EXPECT_EQ(store_.countMixes("ana"), 3);
  EXPECT_EQ(store_.countMixes(""), 4);
  for (int i = 0; i < 2 * MixStore::kMostListed; ++i) add(fmt::format("x{}", i), "many", i);
  EXPECT_EQ(store_.list("many", 1000, 0).size(), static_cast<std::size_t>(MixStore::kMostListed));
}

TEST_F(MixStoreTest, AListSaysHowFarEachIs) {
  JobTable table(database_, "w");
  Job job;
  job.id = "j-1";
  job.kind = "mix";
  job.payload = "p";
  table.add(job, JobTable::Once::kNo, 10).valueOrThrow();
  add("waits", "ana", 1, "", "j-1");
  add("forgotten", "ana", 2, "", "j-0");
  add("done", "ana", 3, "r-1", "j-2");
  store_.save({"r-1", "key", 123.5, 100, 1, "alike"});
  const auto all = store_.list("ana", 10, 0);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].seconds, 123.5);
  EXPECT_FALSE(all[0].job);
  EXPECT_FALSE(all[1].job);
  EXPECT_FALSE(all[1].seconds);
  ASSERT_TRUE(all[2].job);
  EXPECT_EQ(all[2].job->state, JobState::kQueued);
  EXPECT_EQ(all[2].job->id, "j-1");
}

// What protects from making the same twice is the sound's row, not the job's.
TEST_F(MixStoreTest, ASoundIsFoundByItsKeysHoweverOldItsJobIs) {
  store_.save({"r-1", "key", 10, 100, 1, "song"});
  store_.save({"r-2", "other", 10, 100, 2, "song"});
  EXPECT_EQ(store_.alike("song")->recording, "r-2") << "the one that was used last";
  EXPECT_EQ(store_.use("key")->recording, "r-1");
  EXPECT_EQ(store_.alike("song")->recording, "r-1");
  EXPECT_FALSE(store_.alike("none"));
  EXPECT_FALSE(store_.use("none"));
}

}  // namespace
}  // namespace dju::storage
