// The voting half of Room: who may vote, on what, when.
#include <fmt/format.h>

#include <algorithm>

#include "server/battle/room.h"

namespace dju::server {
namespace {

using nlohmann::json;

// Who votes has been there for so long, or for this part of a short battle.
constexpr FrameCount kAttended = 30 * kSampleRate;
constexpr FrameCount kAttendedPart = 4;

}  // namespace

// The round that is voted on; empty: the whole battle.
Result<std::optional<int>> Room::votableRound(const json& payload) const {
  if (!payload.is_object() || !payload.contains("round") || payload["round"].is_null())
    return std::optional<int>();
  const json& round = payload["round"];
  if (!round.is_number_integer() || round < 1 || round > roundsBegun_)
    return Error(ErrorCode::kInvalid,
                 fmt::format("vote: no such round; {} have begun in this battle, counted from 1",
                             roundsBegun_));
  return std::optional(round.get<int>());
}

std::optional<Error> Room::mayVote(const Member& member, std::optional<int> round) const {
  if (seatOf(member.who.playerId))
    return Error(ErrorCode::kForbidden, "vote: the DJs of a battle do not vote on it");
  if (state_ != State::kEnded && !(round && turn_ && *round < turn_->round))
    return Error(ErrorCode::kConflict, "vote: voting opens when both have played");
  const Frame now = battle_->now();
  const FrameCount played = now - startedAt_.value_or(Frame(0));
  const auto attendance = attendances_.find(member.who.playerId);
  const FrameCount attended = attendance == attendances_.end() ? 0 : attendance->second.total(now);
  const FrameCount needed = std::min(kAttended, played / kAttendedPart);
  if (attended >= needed) return {};
  return Error(ErrorCode::kForbidden,
               fmt::format("vote: you were here for {} s of this battle; a vote needs {} s",
                           attended / kSampleRate, needed / kSampleRate + 1));
}

Result<json> Room::vote(const ClientId& client, const json& payload) {
  auto found = member(client);
  if (!found) return found.error();
  Member& member = *found.value();
  if (!member.votes.allow())
    return Error(ErrorCode::kTooMany, "vote: at most 5 in 10 seconds; the last one counts");
  const auto round = votableRound(payload);
  if (!round) return round.error();
  if (const auto refused = mayVote(member, *round)) return *refused;
  const auto totals = hooks_.vote(member.who, payload);
  if (!totals) return totals.error();
  if (!*round) votes_ = *totals;
  json votes = {{"A", totals->a},
                {"B", totals->b},
                {"tie", totals->tie},
                {"total", totals->a + totals->b + totals->tie}};
  if (*round) votes["round"] = **round;
  output_.send(Audience::kAll, "votes", votes, Delivery::kLatest);
  return json{{"votes", votes}};
}

}  // namespace dju::server
