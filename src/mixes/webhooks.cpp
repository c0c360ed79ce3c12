#include "mixes/webhooks.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/log.h"
#include "core/metrics.h"

namespace dju::mixes {
namespace {

using nlohmann::json;

constexpr int kAttempts = 6, kFirstRetryMs = 2000;  // the last after 2 s · 4⁴ = 8.5 minutes
constexpr int kTooManyRequests = 429, kServerErrors = 500;

metrics::Counter& delivered(const char* outcome) {
  return metrics::registry().counter("dju_webhooks_total",
                                     "Web hooks by what came of a try to deliver them",
                                     {{"outcome", outcome}});
}

}  // namespace

std::string webhookSignature(std::string_view secret, std::string_view timestamp,
                             std::string_view body) {
  const std::string text = fmt::format("{}.{}", timestamp, body);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &length);
  std::string signature = "sha256=";
  for (unsigned int i = 0; i < length; ++i) signature += fmt::format("{:02x}", digest[i]);
  return signature;
}

Webhooks::Webhooks(Mixes& mixes, storage::JobQueue& jobs, PrivateNetworks networks)
    : mixes_(mixes), networks_(networks) {
  // Both figures are there from the start.
  for (const char* outcome : {"taken", "failed"}) delivered(outcome);
  storage::JobOptions options;
  options.lane = storage::JobLane::kOutside;
  options.attempts = kAttempts;
  options.retryMs = kFirstRetryMs;
  jobs.handle(
      std::string(kWebhookJob), [this](storage::JobContext& context) { return deliver(context); },
      options);
}

json Webhooks::deliver(const storage::JobContext& context) {
  const storage::Job& job = context.job();
  const std::string id = job.payload.at("mix");
  const auto hook = mixes_.webhookOf(id);
  if (!hook) return nullptr;  // the mix was removed
  WebPost post;
  post.to = parseWebAddress(hook->url).valueOrThrow();
  post.networks = networks_;
  post.cancelled = [&context] { return context.cancelled(); };
  post.body = json{{"event", job.payload.at("event")},
                   {"mix", mixes_.describe(id, Mixes::Reader::kAnybody)}}
                  .dump();
  const std::string timestamp = std::to_string(storage::nowMs());
  post.headers = {{"X-DJU-Delivery", job.id},
                  {"X-DJU-Timestamp", timestamp},
                  {"X-DJU-Signature", webhookSignature(hook->secret, timestamp, post.body)}};
  try {
    const int status = sendPost(post);
    if (status < 200 || status >= 300)
      throw Error(status == kTooManyRequests || status >= kServerErrors ? ErrorCode::kUnavailable
                                                                        : ErrorCode::kInvalid,
                  fmt::format("{}: answered {}", post.to.origin(), status));
    mixes_.note(id, {"delivered", job.attempts, {}});
    delivered("taken").add();
    return {{"status", status}};
  } catch (const Error& error) {
    if (context.cancelled()) throw;  // the server stops; it is tried again
    const bool again = error.code() == ErrorCode::kUnavailable && job.attempts < kAttempts;
    mixes_.note(id, {again ? "waiting" : "failed", job.attempts, error.what()});
    delivered("failed").add();
    log::warn("mix {}: its web hook, try {} of {}: {}", id, job.attempts, kAttempts, error.what());
    throw;
  }
}

}  // namespace dju::mixes
