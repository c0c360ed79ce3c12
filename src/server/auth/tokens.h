// Guest identities: tokens that the server signs and nobody else can make. A token is
// base64url(payload JSON) "." base64url(HMAC-SHA-256(payload)); the payload names the guest and
// when the token ends. Nothing is stored, so any node that shares the secret can verify it.
// Thread-safe after construction.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/error.h"

namespace dju::server {

struct Identity {
  std::string playerId;  // "g-" and 16 hexadecimal digits
  std::string name;      // 1 … 32 characters, no control characters
};

class Tokens {
 public:
  using Clock = std::chrono::system_clock;

  // Reads the 32-byte secret from `file`, or makes it (mode 0600) at the first start.
  static Tokens fromFile(const std::filesystem::path& file);
  explicit Tokens(std::string secret) : secret_(std::move(secret)) {}

  // A new guest. Throws Error(kInvalid) for an unusable name.
  Identity newGuest(std::string_view name) const;
  std::string sign(const Identity& identity, Clock::time_point now = Clock::now()) const;
  // Errors: kUnauthorized, saying what is wrong without repeating the token.
  Result<Identity> verify(std::string_view token, Clock::time_point now = Clock::now()) const;

  static constexpr std::chrono::hours kLifetime{24 * 30};

 private:
  std::string secret_;
};

// `bytes` random bytes from the system, as lower-case hexadecimal. Any thread.
std::string randomHex(int bytes);

// Equal, in a time that does not depend on where they differ.
bool sameSecret(std::string_view a, std::string_view b);

// `name` without surrounding blanks, or an error that says what a name may be: 1 … 32 characters
// of valid UTF-8 without control characters.
Result<std::string> cleanName(std::string_view name);

}  // namespace dju::server
