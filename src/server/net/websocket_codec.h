// WebSocket framing (RFC 6455), server side: masked frames in, unmasked frames out. Our own rather
// than Beast's stream, because a server's frame is the same bytes for every client: an event is
// framed once and the wire bytes are shared by thousands of sockets, several in one system call.
//
// WebSocketDecoder: one connection's thread. The functions: any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/net/bytes.h"

namespace dju::server {

enum class WebSocketOpcode : std::uint8_t {
  kContinuation = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10,
};

// Status codes of a close frame (RFC 6455, 7.4.1).
enum class WebSocketClose : std::uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,
  kProtocolError = 1002,
  kInvalidData = 1007,
  kPolicy = 1008,
  kTooBig = 1009,
  kTryAgainLater = 1013,
};

// A whole message (fragments joined), or a control frame.
struct WebSocketMessage {
  WebSocketOpcode opcode = WebSocketOpcode::kText;  // never kContinuation
  Bytes payload;                                    // unmasked; text is checked UTF-8
};

class WebSocketDecoder {
 public:
  explicit WebSocketDecoder(std::size_t maxMessage) : maxMessage_(maxMessage) {}

  struct Failure {
    WebSocketClose code;
    std::string reason;
  };

  // Takes bytes as they arrive and calls sink(WebSocketMessage&&) for each complete message. After
  // a failure nothing more is decoded. sink returns false to stop (the rest is discarded).
  template <typename Sink>
  std::optional<Failure> feed(const std::uint8_t* data, std::size_t size, Sink&& sink) {
    while (size > 0 && !stopped_) {
      const std::size_t used = consume(data, size);
      data += used;
      size -= used;
      if (failure_) return failure_;
      if (ready_) {
        ready_ = false;
        if (!sink(takeMessage())) stopped_ = true;
      }
    }
    return failure_;
  }

 private:
  std::size_t consume(const std::uint8_t* data, std::size_t size);
  bool parseHeader();
  void startPayload();
  void endFrame();
  void endMessage();
  WebSocketMessage takeMessage();
  void fail(WebSocketClose code, const char* reason);

  std::size_t maxMessage_;
  std::uint8_t header_[14] = {};
  std::size_t headerSize_ = 0;
  std::size_t headerNeed_ = 2;
  bool inPayload_ = false;
  bool fin_ = false;
  WebSocketOpcode opcode_ = WebSocketOpcode::kText;
  std::uint8_t mask_[4] = {};
  std::uint64_t remaining_ = 0;
  std::size_t maskAt_ = 0;
  std::optional<WebSocketOpcode> fragmented_;  // opcode of the message being joined
  Bytes message_;                              // of the data message being joined
  Bytes control_;                              // of the control frame being read
  WebSocketMessage complete_;
  bool ready_ = false;
  bool stopped_ = false;
  std::optional<Failure> failure_;
};

// Appends one whole unmasked frame.
void appendFrame(Bytes& wire, WebSocketOpcode opcode, const void* data, std::size_t size);
// The payload of a close frame; the reason is cut to fit (123 bytes).
Bytes closeFrame(WebSocketClose code, std::string_view reason);

// Sec-WebSocket-Accept for a Sec-WebSocket-Key; nothing when the key is not 16 bytes of base64.
std::optional<std::string> webSocketAccept(std::string_view key);

}  // namespace dju::server
