#include "server/config.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/error.h"
#include "server/auth/tokens.h"

namespace dju::server {
namespace {

class ConfigTest : public testing::Test {
 protected:
  void write(const char* text) { std::ofstream(file_) << text; }
  std::string refusal() {
    ServerConfig config;
    try {
      readConfig(file_, config);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  ~ConfigTest() override { std::filesystem::remove(file_); }
  const std::filesystem::path file_ =
      std::filesystem::temp_directory_path() / ("dju-config-" + randomHex(6));
};

TEST_F(ConfigTest, ReadsWhatIsGivenAndKeepsTheRest) {
  write(
      "port = 9000\nlisten = [\"0.0.0.0\"]\ntls = true\noperators = "
      "[\"g-1\"]\n[[ice_server]]\nurls = [\"stun:a:1\"]\n");
  ServerConfig config;
  readConfig(file_, config);
  EXPECT_EQ(config.port, 9000);
  EXPECT_EQ(config.listen, std::vector<std::string>{"0.0.0.0"});
  EXPECT_TRUE(config.tls);
  EXPECT_EQ(config.operators, std::vector<std::string>{"g-1"});
  EXPECT_EQ(config.iceServers.at(0).urls.at(0), "stun:a:1");
  EXPECT_EQ(config.maxBattles, ServerConfig().maxBattles);
}

TEST_F(ConfigTest, NamesLineKeyAndWayOut) {
  const std::pair<const char*, const char*> cases[] = {
      {"\nport = 70000", ":2: port: give a whole number from 0 to 65535"},
      {"port = \"80\"", "port"},
      {"prot = 80", "prot: there is no such setting"},
      {"listen = \"::\"", "listen: give a list"},
      {"listen = [1]", "listen: give a text"},
      {"ice_server = 1", "ice_server"},
      {"port = ", ":1"},
  };
  for (const auto& [text, expected] : cases) {
    write(text);
    EXPECT_NE(refusal().find(expected), std::string::npos) << text << " → " << refusal();
  }
}

}  // namespace
}  // namespace dju::server
