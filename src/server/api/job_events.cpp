#include "server/api/job_events.h"

#include <fmt/format.h>

#include <algorithm>

namespace dju::server {
namespace {

constexpr int kLookEveryMs = 250;
constexpr std::size_t kMostStreams = 256;
constexpr auto kMostPerFollower = 16;
// So often something is sent in any case, by which a connection is found to be dead.
constexpr int kQuietLooks = 60;

}  // namespace

void JobEvents::follow(const std::string& jobId, const std::string& follower, Responder responder) {
  const auto own = std::count_if(streams_.begin(), streams_.end(),
                                 [&](const Stream& stream) { return stream.follower == follower; });
  if (streams_.size() >= kMostStreams || own >= kMostPerFollower)
    throw Error(ErrorCode::kTooMany,
                fmt::format("job {}: too many jobs are followed; ask GET /api/v1/jobs/ID now and "
                            "then",
                            jobId));
  Stream stream{jobId, follower, responder.stream("text/event-stream"), {}, 0};
  if (!tell(stream)) return;
  streams_.push_back(std::move(stream));
  if (looking_) return;
  looking_ = true;
  after_(kLookEveryMs, [this] { look(); });
}

void JobEvents::look() {
  std::erase_if(streams_, [this](Stream& stream) { return !tell(stream); });
  looking_ = !streams_.empty();
  if (looking_) after_(kLookEveryMs, [this] { look(); });
}

// False when there is nothing more to tell.
bool JobEvents::tell(Stream& stream) {
  const auto job = jobs_.get(stream.job);
  if (!job) {
    stream.writer->close();
    return false;
  }
  const std::string text = storage::toJson(*job).dump();
  const bool changed = text != stream.told;
  if (!changed && ++stream.quiet < kQuietLooks) return true;
  stream.quiet = 0;
  const auto outcome = stream.writer->write(
      makeBuffer(changed ? fmt::format("event: job\ndata: {}\n\n", text) : std::string(":\n\n")));
  if (outcome == StreamWriter::Outcome::kClosed) return false;
  if (outcome == StreamWriter::Outcome::kSlow) return true;
  if (changed) stream.told = text;
  if (!storage::hasEnded(job->state)) return true;
  stream.writer->close();
  return false;
}

}  // namespace dju::server
