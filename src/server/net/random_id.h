// Names that cannot be guessed, for sessions. Internal to net/; any thread.
#pragma once

#include <string>

namespace dju::server {

// 20 characters of base64url: 120 random bits.
std::string randomId();

}  // namespace dju::server
