#include "server/net/websocket_codec.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "server/net/http_text.h"

namespace dju::server {
namespace {

bool isControl(WebSocketOpcode opcode) {
  return static_cast<std::uint8_t>(opcode) >= 8;
}

bool isKnown(std::uint8_t opcode) {
  return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

// Codes that may appear on the wire (RFC 6455, 7.4.2).
bool isSendable(unsigned code) {
  const bool defined = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
  return defined || (code >= 3000 && code <= 4999);
}

}  // namespace

void WebSocketDecoder::fail(WebSocketClose code, const char* reason) {
  failure_ = Failure{code, reason};
  stopped_ = true;
}

std::size_t WebSocketDecoder::consume(const std::uint8_t* data, std::size_t size) {
  if (!inPayload_) {
    const std::size_t take = std::min(size, headerNeed_ - headerSize_);
    std::copy_n(data, take, header_ + headerSize_);
    headerSize_ += take;
    if (headerSize_ == headerNeed_ && parseHeader()) startPayload();
    return take;
  }
  const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(size, remaining_));
  Bytes& target = isControl(opcode_) ? control_ : message_;
  const std::size_t at = target.size();
  target.resize(at + take);
  for (std::size_t i = 0; i < take; ++i) target[at + i] = data[i] ^ mask_[(maskAt_ + i) & 3];
  maskAt_ += take;
  remaining_ -= take;
  if (remaining_ == 0) endFrame();
  return take;
}

// True when the header is complete; otherwise asks for more, or fails.
bool WebSocketDecoder::parseHeader() {
  const unsigned length = header_[1] & 0x7F;
  if (headerNeed_ == 2) {
    if ((header_[0] & 0x70) != 0)
      return fail(WebSocketClose::kProtocolError, "reserved bit"), false;
    if (!isKnown(header_[0] & 0x0F)) {
      return fail(WebSocketClose::kProtocolError, "unknown opcode"), false;
    }
    if ((header_[1] & 0x80) == 0) {
      return fail(WebSocketClose::kProtocolError, "frame is not masked"), false;
    }
    headerNeed_ = 6U + (length == 126 ? 2U : length == 127 ? 8U : 0U);
    return false;
  }
  const std::size_t lengthBytes = headerNeed_ - 6;
  std::uint64_t size = lengthBytes == 0 ? length : 0;
  for (std::size_t i = 0; i < lengthBytes; ++i) size = size << 8 | header_[2 + i];
  remaining_ = size;
  std::copy_n(header_ + headerNeed_ - 4, 4, mask_);
  fin_ = (header_[0] & 0x80) != 0;
  opcode_ = static_cast<WebSocketOpcode>(header_[0] & 0x0F);
  return true;
}

void WebSocketDecoder::startPayload() {
  headerSize_ = 0;
  headerNeed_ = 2;
  maskAt_ = 0;
  if (isControl(opcode_)) {
    if (!fin_ || remaining_ > 125) {
      return fail(WebSocketClose::kProtocolError, "control frame too long or fragmented");
    }
    control_.clear();
  } else {
    const bool continues = opcode_ == WebSocketOpcode::kContinuation;
    if (continues != fragmented_.has_value()) {
      return fail(WebSocketClose::kProtocolError, "fragments out of order");
    }
    if (remaining_ > maxMessage_ - message_.size()) {
      return fail(WebSocketClose::kTooBig, "message too big");
    }
    if (!continues) fragmented_ = opcode_;
  }
  inPayload_ = true;
  if (remaining_ == 0) endFrame();
}

void WebSocketDecoder::endFrame() {
  inPayload_ = false;
  if (isControl(opcode_)) {
    complete_ = {opcode_, std::move(control_)};
    control_ = {};
    endMessage();
  } else if (fin_) {
    complete_ = {*fragmented_, std::move(message_)};
    message_ = {};
    fragmented_.reset();
    endMessage();
  }
}

void WebSocketDecoder::endMessage() {
  std::string_view text;
  if (complete_.opcode == WebSocketOpcode::kText) text = textOf(complete_.payload);
  if (complete_.opcode == WebSocketOpcode::kClose && !complete_.payload.empty()) {
    const Bytes& payload = complete_.payload;
    if (payload.size() == 1 || !isSendable(payload[0] * 256U + payload[1])) {
      return fail(WebSocketClose::kProtocolError, "bad close code");
    }
    text = textOf(payload).substr(2);
  }
  if (!isUtf8(text)) return fail(WebSocketClose::kInvalidData, "text is not UTF-8");
  ready_ = true;
}

WebSocketMessage WebSocketDecoder::takeMessage() {
  return std::move(complete_);
}

void appendFrame(Bytes& wire, WebSocketOpcode opcode, const void* data, std::size_t size) {
  wire.push_back(static_cast<std::uint8_t>(0x80 | static_cast<std::uint8_t>(opcode)));
  if (size < 126) {
    wire.push_back(static_cast<std::uint8_t>(size));
  } else {
    const bool isLong = size > 0xFFFF;
    wire.push_back(isLong ? 127 : 126);
    for (int shift = isLong ? 56 : 8; shift >= 0; shift -= 8) {
      wire.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(size) >> shift));
    }
  }
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  wire.insert(wire.end(), bytes, bytes + size);
}

Bytes closeFrame(WebSocketClose code, std::string_view reason) {
  std::size_t size = std::min<std::size_t>(reason.size(), 123);
  while (size > 0 && !isUtf8(reason.substr(0, size))) --size;  // not within a character
  const auto number = static_cast<unsigned>(code);
  Bytes payload{static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number & 0xFF)};
  payload.insert(payload.end(), reason.begin(), reason.begin() + static_cast<std::ptrdiff_t>(size));
  Bytes wire;
  appendFrame(wire, WebSocketOpcode::kClose, payload.data(), payload.size());
  return wire;
}

std::optional<std::string> webSocketAccept(std::string_view key) {
  constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455, 1.3
  std::array<unsigned char, 32> decoded{};
  if (key.size() != 24 || key.substr(22) != "==" ||
      EVP_DecodeBlock(decoded.data(), reinterpret_cast<const unsigned char*>(key.data()), 24) !=
          18) {
    return {};
  }
  const std::string text = std::string(key) + std::string(kGuid);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::array<unsigned char, 64> encoded{};
  const int length = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(size));
  return std::string(reinterpret_cast<const char*>(encoded.data()),
                     static_cast<std::size_t>(length));
}

}  // namespace dju::server
