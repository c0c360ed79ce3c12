// midi-command payloads as strangers send them.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "server/battle/command_parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto payload = nlohmann::json::parse(data, data + size, nullptr, false);
  if (payload.is_discarded()) return 0;
  const auto intent = dju::server::parseCommand(payload, 2);
  // What passes is something that the engine may be given.
  if (intent && dju::engine::sanitize(intent->control, intent->value) != intent->value)
    __builtin_trap();
  return 0;
}
