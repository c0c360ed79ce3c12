// The first lines of an answer. Internal to net/; any thread.
#pragma once

#include <string>
#include <string_view>

#include "server/net/outgoing.h"

namespace dju::server {

struct HeadContext {
  std::string_view commonHeaders;
  std::string corsOrigin;  // empty: no cross-origin reader
  bool keepAlive = true;
  bool chunked = false;
};

std::string_view reasonPhrase(int status);
// Status line and header fields up to and including the empty line.
std::string responseHead(const Outgoing& out, const HeadContext& context);

}  // namespace dju::server
