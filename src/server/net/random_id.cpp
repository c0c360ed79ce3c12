#include "server/net/random_id.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>

#include "core/error.h"

namespace dju::server {

std::string randomId() {
  std::array<unsigned char, 15> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw Error(ErrorCode::kInternal, "no random numbers from the system");
  }
  std::array<unsigned char, 21> text{};
  EVP_EncodeBlock(text.data(), bytes.data(), static_cast<int>(bytes.size()));
  std::string id(reinterpret_cast<const char*>(text.data()), 20);
  for (char& c : id) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return id;
}

}  // namespace dju::server
