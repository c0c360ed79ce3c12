#include "storage/random_id.h"

#include <openssl/rand.h>

#include <array>

#include "core/error.h"

namespace dju::storage {

std::string randomId() {
  static constexpr char kAlphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  // 22 bytes of which six bits each are used: 132 bits.
  std::array<unsigned char, 22> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw Error(ErrorCode::kInternal, "the system gives no random numbers");
  }
  std::string id;
  for (const unsigned char byte : bytes) id += kAlphabet[byte & 63];
  return id;
}

}  // namespace dju::storage
