// A STUN message from anybody: parsed, checked, and answered.
#include "server/webrtc/stun.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dju::server::webrtc;
  const auto message = parseStun({data, size});
  if (!message) return 0;
  verifyIntegrity(*message, "password");
  stunResponse(*message, *SocketAddress::parse("192.0.2.1", 1), "password");
  return 0;
}
