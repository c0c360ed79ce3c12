// The voting half of Room: who may vote, on what, when.
#include <fmt/format.h>

#include <algorithm>

#include "server/auth/voter_address.h"
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

std::optional<Error> Room::mayVote(const Member& member, std::optional<int> round,
                                   const std::string& network) const {
  if (seatOf(member.who.playerId))
    return Error(ErrorCode::kForbidden, "vote: the DJs of a battle do not vote on it");
  if (state_ != State::kEnded && !(round && turn_ && *round < turn_->round))
    return Error(ErrorCode::kConflict, "vote: voting opens when both have played");
  const Frame now = battle_->now();
  const FrameCount played = now - startedAt_.value_or(Frame(0));
  const auto attendance = attendances_.find(member.who.playerId);
  const FrameCount attended = attendance == attendances_.end() ? 0 : attendance->second.total(now);
  const FrameCount needed = std::min(kAttended, played / kAttendedPart);
  if (attended < needed)
    return Error(ErrorCode::kForbidden,
                 fmt::format("vote: you were here for {} s of this battle; a vote needs {} s",
                             attended / kSampleRate, needed / kSampleRate + 1));
  const auto question = voters_.find(round.value_or(0));
  if (question == voters_.end()) return {};
  const auto others = question->second.find(network);
  if (others == question->second.end() || others->second.contains(member.who.playerId) ||
      others->second.size() < static_cast<std::size_t>(config_.votersPerAddress))
    return {};
  return Error(ErrorCode::kTooMany,
               fmt::format("vote: {} have voted from your network, and no more of one count; vote "
                           "from another, or have the server's voters_per_address raised",
                           others->second.size()));
}

Result<json> Room::vote(const ClientId& client, const json& payload, const std::string& address) {
  auto found = member(client);
  if (!found) return found.error();
  Member& member = *found.value();
  if (!member.votes.allow())
    return Error(ErrorCode::kTooMany, "vote: at most 5 in 10 seconds; the last one counts");
  const auto round = votableRound(payload);
  if (!round) return round.error();
  const std::string network = voterNetwork(address);
  if (const auto refused = mayVote(member, *round, network)) return *refused;
  const auto totals = hooks_.vote(member.who, payload);
  if (!totals) return totals.error();
  voters_[round->value_or(0)][network].insert(member.who.playerId);
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
