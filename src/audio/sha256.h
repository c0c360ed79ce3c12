// SHA-256 (FIPS 180-4) by OpenSSL: the name of tracks, blobs and PCM. It lives here, not in core/,
// because the engine, which may use all of core/, must build without OpenSSL.
// One instance, one thread; sha256Hex: any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace dju {

using Sha256Digest = std::array<std::uint8_t, 32>;

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(const void* data, std::size_t size);
  // Ends the instance: no update afterwards.
  Sha256Digest finish();

 private:
  evp_md_ctx_st* context_;
};

// 64 lower-case hexadecimal digits.
std::string toHex(const Sha256Digest& digest);
std::string sha256Hex(std::string_view bytes);
// Whether the text has exactly the form toHex gives; everything that becomes a file name is asked.
bool isSha256Hex(std::string_view text);

}  // namespace dju
