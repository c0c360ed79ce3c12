#include "server/battle/command_parser.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace dju::server {
namespace {

using engine::ControlId;
using nlohmann::json;

Result<Intent> parse(const char* command) {
  return parseCommand(
      json{{"battleId", "b"}, {"command", json::parse(command)}, {"sent", 12}, {"heard", 480}}, 2);
}

TEST(ParseCommand, TakesTheDocumentsMidi) {
  auto play = parse(R"({"type":"note","deck":"B","note":60,"velocity":127})");
  ASSERT_TRUE(play.ok());
  EXPECT_EQ(play->control, ControlId::kPlay);
  EXPECT_EQ(play->target, 1);
  EXPECT_EQ(play->value, 1);
  EXPECT_EQ(play->sentMs, 12);
  EXPECT_EQ(play->heardFrame, 480);
  EXPECT_EQ(parse(R"({"type":"note","deck":"A","note":60,"velocity":0})")->value, 0);
  EXPECT_EQ(parse(R"({"type":"note","deck":"A","note":65,"velocity":1})")->control,
            ControlId::kHotcue4);
  EXPECT_EQ(parse(R"({"type":"cc","deck":"A","controller":5,"value":0})")->value, 0);
  EXPECT_EQ(parse(R"({"type":"cc","deck":"A","controller":5,"value":64})")->value, 0.5);
  EXPECT_EQ(parse(R"({"type":"cc","controller":6,"value":127})")->value, 1);
  EXPECT_EQ(parse(R"({"type":"pitch_bend","deck":"A","value":8192})")->value, 0);
  EXPECT_LT(parse(R"({"type":"pitch_bend","deck":"A","value":0})")->value, 0);
}

TEST(ParseCommand, TakesTheReadableForm) {
  EXPECT_EQ(parse(R"({"control":"eq_low","deck":"A","value":0.25})")->value, 0.25);
  EXPECT_EQ(parse(R"({"control":"eq_low","deck":"A","value":7})")->value, 1);
  EXPECT_EQ(parse(R"({"control":"headphone_mix","monitor":"B","value":1})")->target, 1);
  EXPECT_EQ(parse(R"({"control":"load","deck":"A","trackId":"3f2a"})")->trackId, "3f2a");
  EXPECT_EQ(parse(R"({"control":"sampler_load","sampler":8,"trackId":"3f2a"})")->trackId, "3f2a");
  EXPECT_EQ(parse(R"({"control":"sampler_play","sampler":8,"value":1})")->target, 7);
}

TEST(ParseCommand, NamesWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"type":"note","deck":"C","note":60})", "deck"},
      {R"({"type":"note","deck":"A","note":3})", "note"},
      {R"({"type":"note","deck":"A","note":1.5})", "note"},
      {R"({"type":"note","deck":"A","note":60,"velocity":128})", "velocity"},
      {R"({"type":"cc","deck":"A","controller":99,"value":1})", "controller"},
      {R"({"type":"cc","deck":"A","controller":2,"value":-1})", "value"},
      {R"({"type":"sysex","deck":"A"})", "type"},
      {R"({"type":7})", "type"},
      {R"({"control":"warp","deck":"A","value":1})", "control"},
      {R"({"control":"eq_low","deck":"A"})", "value"},
      {R"({"control":"eq_low","value":1})", "deck"},
      {R"({"control":"load","deck":"A"})", "trackId"},
      {R"({"control":"sampler_play","value":1})", "sampler"},
      {R"({"control":"sampler_play","sampler":0,"value":1})", "sampler"},
      {R"({"control":"sampler_play","sampler":9,"value":1})", "sampler"},
      {R"({"control":"sampler_play","sampler":"A","value":1})", "sampler"},
      {R"({"control":"sampler_load","sampler":1})", "trackId"},
      {R"({})", "control"},
      {R"([])", "command"},
  };
  for (const auto& [command, field] : cases) {
    const auto result = parse(command);
    ASSERT_FALSE(result.ok()) << command;
    EXPECT_NE(std::string(result.error().what()).find(field), std::string::npos)
        << result.error().what();
  }
}

}  // namespace
}  // namespace dju::server
