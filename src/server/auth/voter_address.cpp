#include "server/auth/voter_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <fstream>

#include "audio/sha256.h"
#include "server/auth/tokens.h"
#include "storage/blob_store.h"

namespace dju::server {

std::string voterNetwork(const std::string& numeric) {
  in6_addr address{};
  if (inet_pton(AF_INET6, numeric.c_str(), &address) != 1) return numeric;
  constexpr int kNetworkBytes = 8;
  std::fill(address.s6_addr + kNetworkBytes, std::end(address.s6_addr), 0);
  char text[INET6_ADDRSTRLEN];
  return inet_ntop(AF_INET6, &address, text, sizeof text) != nullptr ? text : numeric;
}

VoterAddresses::VoterAddresses(const std::filesystem::path& file) {
  std::ifstream(file) >> secret_;
  if (!secret_.empty()) return;
  constexpr int kSecretBytes = 32;
  secret_ = randomHex(kSecretBytes);
  storage::writeFileAtomically(file, secret_);
  std::filesystem::permissions(
      file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

std::string VoterAddresses::pseudonym(const std::string& numeric) const {
  constexpr std::size_t kDigits = 16;
  return sha256Hex(secret_ + voterNetwork(numeric)).substr(0, kDigits);
}

}  // namespace dju::server
