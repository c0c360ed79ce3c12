// An SDP offer, its answer, and the same bytes as a trickled candidate.
#include "server/webrtc/sdp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dju::server::webrtc;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  validCandidate(text);
  const auto offer = parseOffer(text);
  if (offer.ok()) formatAnswer(*offer, {});
  return 0;
}
