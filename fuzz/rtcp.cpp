// RTCP as it is after decryption.
#include "server/webrtc/rtcp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dju::server::webrtc;
  ViewerFeedback feedback;
  parseRtcp({data, size}, feedback);
  return 0;
}
