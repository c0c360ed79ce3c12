// Tells those who asked for a mix that it is finished, or why it is not: a signed POST to the
// address that came with the wish, tried again for half an hour where nobody answers. Runs as a job
// of its own in a lane of its own, so that a server that hangs holds up nobody but other hooks.
//
// Any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "mixes/mixes.h"
#include "mixes/web_post.h"
#include "storage/jobs.h"

namespace dju::mixes {

// "sha256=" and HMAC-SHA-256 of "timestamp.body" under the secret, in hexadecimal digits: with the
// time in it, an old message cannot be sent again as a new one.
std::string webhookSignature(std::string_view secret, std::string_view timestamp,
                             std::string_view body);

class Webhooks {
 public:
  // Registers the job kind "webhook": before jobs.start().
  Webhooks(Mixes& mixes, storage::JobQueue& jobs, PrivateNetworks networks);

 private:
  nlohmann::json deliver(const storage::JobContext& context);

  Mixes& mixes_;
  PrivateNetworks networks_;
};

}  // namespace dju::mixes
