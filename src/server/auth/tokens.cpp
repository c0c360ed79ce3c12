#include "server/auth/tokens.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

namespace dju::server {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kMaxTokenBytes = 1024;

std::string base64url(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  while (!out.empty() && out.back() == '=') out.pop_back();
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return out;
}

std::string fromBase64url(std::string_view text) {
  std::string padded(text);
  for (char& c : padded) c = c == '-' ? '+' : c == '_' ? '/' : c;
  const std::size_t padding = (4 - padded.size() % 4) % 4;
  padded.append(padding, '=');
  std::string out(3 * (padded.size() / 4) + 1, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(padded.data()),
                                     static_cast<int>(padded.size()));
  if (length < static_cast<int>(padding)) return {};
  out.resize(static_cast<std::size_t>(length) - padding);
  return out;
}

std::string hmac(std::string_view key, std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &length);
  return {reinterpret_cast<const char*>(digest), length};
}

std::string randomBytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1)
    throw Error(ErrorCode::kInternal, "the system gave no random numbers");
  return bytes;
}

Error refused(const char* why) {
  return {ErrorCode::kUnauthorized,
          fmt::format("token: {}; get one with POST /api/v1/guests", why)};
}

// Length in characters, or -1 where the bytes are no valid UTF-8 (RFC 3629) or hold controls.
int countCharacters(std::string_view text) {
  int count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const int length = lead < 0x80                   ? 1
                       : lead >= 0xc2 && lead < 0xe0 ? 2
                       : lead >= 0xe0 && lead < 0xf0 ? 3
                       : lead >= 0xf0 && lead < 0xf5 ? 4
                                                     : 0;
    if (length == 0 || i + length > text.size() || lead < 0x20 || lead == 0x7f) return -1;
    for (int k = 1; k < length; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return -1;
    i += length;
  }
  return count;
}

}  // namespace

Tokens Tokens::fromFile(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) {
    const std::string secret = randomBytes(kSecretBytes);
    const bool written =
        ::write(fd, secret.data(), secret.size()) == kSecretBytes && ::fsync(fd) == 0;
    ::close(fd);
    if (!written) {
      ::unlink(file.c_str());
      throw Error(ErrorCode::kUnavailable, fmt::format("cannot write the token secret {}: {}",
                                                       file.string(), std::strerror(errno)));
    }
    return Tokens(secret);
  }
  std::ifstream in(file, std::ios::binary);
  std::string secret((std::istreambuf_iterator<char>(in)), {});
  if (secret.size() != kSecretBytes)
    throw Error(ErrorCode::kUnavailable,
                fmt::format("token secret {}: {} bytes instead of {}; restore it, or delete it to "
                            "make a new one (all guests then need new tokens)",
                            file.string(), secret.size(), kSecretBytes));
  return Tokens(secret);
}

Identity Tokens::newGuest(std::string_view name) const {
  return {"g-" + randomHex(8), cleanName(name).valueOrThrow()};
}

std::string Tokens::sign(const Identity& identity, Clock::time_point now) const {
  const auto expires =
      std::chrono::duration_cast<std::chrono::seconds>((now + kLifetime).time_since_epoch());
  const std::string payload = nlohmann::json{
      {"id", identity.playerId},
      {"name", identity.name},
      {"exp", expires.count()}}.dump();
  return base64url(payload) + "." + base64url(hmac(secret_, payload));
}

Result<Identity> Tokens::verify(std::string_view token, Clock::time_point now) const {
  if (token.empty()) return refused("none given");
  if (token.size() > kMaxTokenBytes) return refused("too long");
  const auto dot = token.find('.');
  if (dot == std::string_view::npos) return refused("malformed");
  const std::string payload = fromBase64url(token.substr(0, dot));
  if (!sameSecret(base64url(hmac(secret_, payload)), token.substr(dot + 1)))
    return refused("the signature does not verify");
  const auto json = nlohmann::json::parse(payload, nullptr, false);
  if (json.is_discarded() || !json.contains("id") || !json.contains("name") ||
      !json.contains("exp"))
    return refused("malformed");
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  if (json["exp"].get<std::int64_t>() < seconds) return refused("expired");
  return Identity{json["id"], json["name"]};
}

std::string randomHex(int bytes) {
  std::string hex;
  for (unsigned char byte : randomBytes(static_cast<std::size_t>(bytes)))
    hex += fmt::format("{:02x}", byte);
  return hex;
}

bool sameSecret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Result<std::string> cleanName(std::string_view name) {
  const auto first = name.find_first_not_of(' ');
  const auto last = name.find_last_not_of(' ');
  const std::string trimmed(first == std::string_view::npos ? ""
                                                            : name.substr(first, last - first + 1));
  const int characters = countCharacters(trimmed);
  if (characters < 1 || characters > 32)
    return Error(ErrorCode::kInvalid,
                 fmt::format("name: {}; give 1 to 32 characters without control characters",
                             characters < 0 ? "not readable text"
                                            : fmt::format("{} characters", characters)));
  return trimmed;
}

}  // namespace dju::server
