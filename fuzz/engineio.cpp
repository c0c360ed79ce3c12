// WebSocket frames of a stranger, in one piece and byte by byte: both must give the same messages,
// and no message may be larger than the limit.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "server/net/websocket_codec.h"

namespace {

using namespace dju::server;

constexpr std::size_t kLimit = 4096;

std::vector<Bytes> decode(const std::uint8_t* data, std::size_t size, std::size_t step) {
  WebSocketDecoder decoder(kLimit);
  std::vector<Bytes> messages;
  for (std::size_t at = 0; at < size; at += step) {
    const auto failure =
        decoder.feed(data + at, std::min(step, size - at), [&](WebSocketMessage&& message) {
          if (message.payload.size() > kLimit) std::abort();
          messages.push_back(std::move(message.payload));
          return true;
        });
    if (failure) break;
  }
  return messages;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (decode(data, size, size + 1) != decode(data, size, 1)) std::abort();
  webSocketAccept({reinterpret_cast<const char*>(data), size});
  return 0;
}
