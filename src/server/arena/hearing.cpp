#include "server/arena/hearing.h"

#include <fmt/format.h>

#include <algorithm>

namespace dju::server {
namespace {

constexpr double kMostAtOnce = 15;  // seconds a report
// A page's clock and ours are not one, and reports come late and together.
constexpr double kSlack = 1;
// Opus frames differ in size: where a second lies in the file is known within a tenth.
constexpr double kPlaceSlack = 0.1;

}  // namespace

void Stretches::add(double from, double to) {
  std::vector<std::pair<double, double>> merged;
  for (const auto& part : parts_) {
    if (part.second < from || part.first > to) {
      merged.push_back(part);
    } else {
      from = std::min(from, part.first);
      to = std::max(to, part.second);
    }
  }
  merged.emplace_back(from, to);
  std::sort(merged.begin(), merged.end());
  parts_ = std::move(merged);
}

bool Stretches::covers(double from, double to) const {
  return std::any_of(parts_.begin(), parts_.end(),
                     [&](const auto& part) { return part.first <= from && part.second >= to; });
}

double Stretches::total() const {
  double sum = 0;
  for (const auto& [from, to] : parts_) sum += to - from;
  return sum;
}

Hearing::Hearing(const Clip& a, const Clip& b, Clock::time_point now) : clips_{a, b}, began_(now) {}

void Hearing::fetched(std::size_t clip, std::int64_t from, std::int64_t to) {
  fetched_[clip].add(static_cast<double>(from), static_cast<double>(to));
}

Result<void> Hearing::played(std::size_t clip, double from, double to, Clock::time_point now) {
  const Clip& about = clips_[clip];
  if (!(from >= 0 && from < to && to <= about.seconds + kSlack && to - from <= kMostAtOnce))
    return Error(
        ErrorCode::kInvalid,
        fmt::format("heard {:.1f} to {:.1f}: a stretch of at most {} s within the {:.0f} s "
                    "of the clip is expected",
                    from, to, kMostAtOnce, about.seconds));
  const double gone = std::chrono::duration<double>(now - began_).count();
  if (claimed_ + to - from > gone + kSlack)
    return Error(ErrorCode::kConflict,
                 fmt::format("heard {:.1f} s in {:.1f} s: a clip is heard no faster than it plays",
                             claimed_ + to - from, gone));
  const auto bytes = static_cast<double>(about.bytes);
  const auto byteAt = [&](double seconds, double slack) {
    return std::clamp(seconds / about.seconds + slack, 0.0, 1.0) * bytes;
  };
  if (!fetched_[clip].covers(byteAt(from, kPlaceSlack), byteAt(to, -kPlaceSlack)))
    return Error(
        ErrorCode::kConflict,
        fmt::format("heard {:.1f} to {:.1f}: that part of the clip was not fetched", from, to));
  claimed_ += to - from;
  played_[clip].add(from, std::min(to, about.seconds));
  return {};
}

}  // namespace dju::server
