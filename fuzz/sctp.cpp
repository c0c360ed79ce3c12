// A data channel's packets inside DTLS. Two bytes of length, then a packet, again and again; what
// needs our tag and a checksum gets them, so that more than those checks is reached.
#include "server/webrtc/sctp_receiver.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dju::server::webrtc;
  constexpr std::uint32_t kTag = 0x01020304;
  SctpReceiver receiver(kTag, {});
  while (size >= 2) {
    const std::size_t length = std::min<std::size_t>(read16(data) % 1500, size - 2);
    Bytes packet(data + 2, data + 2 + length);
    data += 2 + length;
    size -= 2 + length;
    if (packet.size() >= 16) {
      packet.resize(packet.size() / 4 * 4);
      write32(packet.data() + 4, packet[12] == 1 ? 0 : kTag);
      write32(packet.data() + 8, sctpChecksum(packet));
    }
    Bytes answer;
    receiver.receive(packet, answer, [](ByteView) {});
  }
  return 0;
}
