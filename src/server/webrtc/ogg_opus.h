// Ogg pages (RFC 3533) around Opus packets that exist already (RFC 7845), so that HTTP listeners
// share the viewers' encode. One object a listener, since pages are numbered. One thread.
#pragma once

#include "server/webrtc/bytes.h"

namespace dju::server::webrtc {

class OggOpusStream {
 public:
  OggOpusStream(std::uint32_t serial, int preSkip) : serial_(serial), preSkip_(preSkip) {}

  // The identification and comment headers, two pages.
  Bytes headers();
  // Adds a packet of 20 ms; the page when one is complete (each 100 ms), otherwise empty.
  Bytes add(ByteView packet);

 private:
  Bytes page(ByteView body, ByteView lacing, std::uint8_t flags, std::uint64_t granule);

  std::uint32_t serial_;
  int preSkip_;
  std::uint32_t sequence_ = 0;
  std::uint64_t granule_ = 0;
  Bytes body_, lacing_;
  int packets_ = 0;
};

}  // namespace dju::server::webrtc
