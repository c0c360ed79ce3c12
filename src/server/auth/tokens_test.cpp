#include "server/auth/tokens.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace dju::server {
namespace {

TEST(Tokens, SignedGuestVerifies) {
  const Tokens tokens(std::string(32, 'k'));
  const Identity guest = tokens.newGuest("  Núria ♥ ");
  EXPECT_EQ(guest.name, "Núria ♥");
  const auto verified = tokens.verify(tokens.sign(guest));
  ASSERT_TRUE(verified.ok());
  EXPECT_EQ(verified->playerId, guest.playerId);
  EXPECT_EQ(verified->name, guest.name);
}

TEST(Tokens, EveryChangedCharacterIsRefused) {
  const Tokens tokens(std::string(32, 'k'));
  const std::string token = tokens.sign(tokens.newGuest("Ada"));
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(tokens.verify(changed).ok()) << "position " << i;
  }
}

TEST(Tokens, OtherSecretExpiryAndRubbishAreRefused) {
  const Tokens tokens(std::string(32, 'k'));
  const std::string token = tokens.sign(tokens.newGuest("Ada"));
  EXPECT_EQ(Tokens(std::string(32, 'x')).verify(token).error().code(), ErrorCode::kUnauthorized);
  EXPECT_FALSE(
      tokens.verify(token, Tokens::Clock::now() + Tokens::kLifetime + std::chrono::hours(1)).ok());
  for (const char* rubbish : {"", ".", "a.b", "a", "....", "\xff\xfe.\x01"})
    EXPECT_FALSE(tokens.verify(rubbish).ok());
  EXPECT_FALSE(tokens.verify(std::string(5000, 'a')).ok());
}

TEST(Tokens, SecretFileIsPrivateAndKept) {
  const auto file = std::filesystem::temp_directory_path() / ("dju-secret-" + randomHex(6));
  const std::string token = Tokens::fromFile(file).sign({"g-1", "Ada"});
  EXPECT_TRUE(Tokens::fromFile(file).verify(token).ok());
  struct stat info {};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600);
  std::ofstream(file, std::ios::trunc) << "short";
  EXPECT_THROW(Tokens::fromFile(file), Error);
  std::filesystem::remove(file);
}

TEST(CleanName, RefusesWhatNobodyCanRead) {
  for (const char* bad : {"", "   ", "a\nb", "\xc3", "\xed\xff", "\x7f"})
    EXPECT_FALSE(cleanName(bad).ok());
  EXPECT_FALSE(cleanName(std::string(33, 'a')).ok());
  EXPECT_TRUE(cleanName(std::string(32, 'a')).ok());
}

}  // namespace
}  // namespace dju::server
