// One HTTP POST to somebody else's server, with an end: resolved, connected, TLS with verified
// certificate, sent, answered, all within a time. Redirects are not followed, the answer's body is
// not read. Blocks; any thread that may wait.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "mixes/web_address.h"

namespace dju::mixes {

// Whether addresses that are not public may be called.
enum class PrivateNetworks { kRefused, kAllowed };

struct WebPost {
  WebAddress to;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // JSON
  PrivateNetworks networks = PrivateNetworks::kRefused;
  std::chrono::milliseconds timeout{10000};
  // Asked now and then; true ends it as if nobody had answered.
  std::function<bool()> cancelled;
};

// The answer's status. Throws Error: kUnavailable where nobody answers in time, kForbidden where
// the name leads to an address that may not be called, naming the host and no more.
int sendPost(const WebPost& post);

}  // namespace dju::mixes
