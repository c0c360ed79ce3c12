// Mixes over HTTP, and what these routes work with.
#pragma once

#include <functional>

#include "server/auth/tokens.h"
#include "server/config.h"
#include "server/net/router.h"

namespace dju::mixes {
class Mixers;
class Mixes;
class Previews;
}  // namespace dju::mixes

namespace dju::server {

struct MixParts {
  mixes::Mixes& mixes;
  mixes::Previews& previews;
  const mixes::Mixers& mixers;
  // Runs something that may wait for the disk, one after the other; false when too much waits
  // already. Any thread.
  std::function<bool(std::function<void()>)> plan;
};

// All outlive the router.
void addMixRoutes(Router& router, const Tokens& tokens, const ServerConfig& config,
                  MixParts& parts);

}  // namespace dju::server
