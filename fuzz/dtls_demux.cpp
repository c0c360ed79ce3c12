// Any datagram: what kind it is and, if it is DTLS, what a fresh server connection makes of it.
#include "server/webrtc/dtls.h"
#include "server/webrtc/packet_kind.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dju::server::webrtc;
  if (packetKind({data, size}) != PacketKind::kDtls) return 0;
  static const DtlsIdentity identity;
  DtlsConnection connection(identity, DtlsConnection::Role::kServer, {}, [](ByteView) {});
  connection.receive({data, size});
  return 0;
}
