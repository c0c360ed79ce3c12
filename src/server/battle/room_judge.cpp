// The judging half of Room: what its judge has found out, passed on to people.
#include "server/battle/room.h"

namespace dju::server {
namespace {

// A thousand spectators are told the scores less often than the two who play.
constexpr auto kSpectatorScores = std::chrono::seconds(1);

}  // namespace

void Room::passOnJudgement(Clock::time_point now) {
  if (!judge_) return;
  const BattleJudge::News news = judge_->take();
  for (const auto& transition : news.transitions)
    output_.send(Audience::kAll, "transition-detected", transition, Delivery::kMust);
  for (const auto& feedback : news.feedback)
    output_.send(Audience::kAll, "ai-feedback", feedback, Delivery::kMust);
  if (news.scores.is_null()) return;
  output_.send(Audience::kDjs, "score-update", news.scores, Delivery::kLatest);
  if (now - scoresSent_ < kSpectatorScores && state_ != State::kEnded) return;
  scoresSent_ = now;
  output_.send(Audience::kSpectators, "score-update", news.scores, Delivery::kLatest);
}

// Who joins late knows as much as the others.
void Room::tellPastTo(const ClientId& client) {
  if (!judge_) return;
  const BattleJudge::News past = judge_->past();
  for (const auto& transition : past.transitions)
    output_.sendTo(client, "transition-detected", transition);
  if (!past.scores.is_null()) output_.sendTo(client, "score-update", past.scores);
}

}  // namespace dju::server
