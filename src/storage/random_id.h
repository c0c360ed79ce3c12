// Opaque ids from the system's random source. Any thread.
#pragma once

#include <string>

namespace dju::storage {

// 22 characters, each one of 64: 132 random bits.
std::string randomId();

}  // namespace dju::storage
