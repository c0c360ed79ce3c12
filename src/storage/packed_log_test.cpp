#include "storage/packed_log.h"

#include <gtest/gtest.h>

#include "core/hash.h"
#include "engine/battle_log.h"

namespace dju::storage {
namespace {

// A log as a mixer leaves it: hardly any commands, marks all along.
std::string longLog() {
  engine::BattleLog log;
  log.header.battleId = "m-1";
  log.header.players = {"rules@1"};
  std::uint64_t hash = 7;
  for (int mark = 1; mark <= 3000; ++mark) {
    hash = xxh64(&hash, sizeof hash, hash);
    log.marks.push_back({Frame(mark * 4800LL), hash});
  }
  log.end = log.marks.back();
  return engine::formatLog(log);
}

TEST(PackedLog, IsTheSameTextInLessThanAThird) {
  const std::string text = longLog();
  const std::string packed = packLog(text);
  EXPECT_LT(3 * packed.size(), text.size());
  EXPECT_EQ(unpackLog(packed).valueOrThrow(), text);
  EXPECT_EQ(unpackLog(packLog("")).valueOrThrow(), "");
}

TEST(PackedLog, ABombIsRefusedBeforeItFillsTheMemory) {
  const std::string bomb = packLog(std::string(std::size_t{64} << 20, 'a'));
  EXPECT_LT(bomb.size(), 20000U);
  const auto text = unpackLog(bomb, 1 << 20);
  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.error().code(), ErrorCode::kTooLarge);
  EXPECT_TRUE(unpackLog(bomb, std::size_t{64} << 20).ok()) << "the limit itself is allowed";
}

TEST(PackedLog, WhatIsCutOffDamagedOrSomethingElseIsRefused) {
  const std::string packed = packLog(longLog());
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{3}, packed.size() / 2, packed.size() - 1})
    EXPECT_EQ(unpackLog(packed.substr(0, length)).error().code(), ErrorCode::kInvalid) << length;
  std::string damaged = packed;
  damaged[damaged.size() / 2] ^= 1;
  EXPECT_FALSE(unpackLog(damaged).ok());
  EXPECT_FALSE(unpackLog(packed + "x").ok());
  EXPECT_FALSE(unpackLog("{\"djlog\":1}").ok());
}

}  // namespace
}  // namespace dju::storage
