#include "server/arena/ballots.h"

namespace dju::server {

Ballot* Ballots::of(const std::string& tournament, const std::string& voter) {
  const auto found = byVoter_.find({voter, tournament});
  return found == byVoter_.end() ? nullptr : find(found->second);
}

Ballot& Ballots::add(Ballot ballot) {
  if (ballots_.size() >= kMost) remove(std::string(oldest_.front()));
  if (oldest_.size() >= 2 * kMost)
    std::erase_if(oldest_, [&](const std::string& id) { return !ballots_.contains(id); });
  const std::string id = ballot.id;
  byVoter_[{ballot.voter, ballot.tournament}] = id;
  for (std::size_t i = 0; i < ballot.sound.size(); ++i) bySound_[ballot.sound[i]] = {id, i};
  oldest_.push_back(id);
  return ballots_.emplace(id, std::move(ballot)).first->second;
}

Ballot* Ballots::find(const std::string& id) {
  const auto found = ballots_.find(id);
  return found == ballots_.end() ? nullptr : &found->second;
}

std::pair<Ballot*, std::size_t> Ballots::bySound(const std::string& secret) {
  const auto found = bySound_.find(secret);
  if (found == bySound_.end()) return {nullptr, 0};
  return {find(found->second.first), found->second.second};
}

void Ballots::remove(const std::string& id) {
  const auto found = ballots_.find(id);
  if (found == ballots_.end()) return;
  byVoter_.erase({found->second.voter, found->second.tournament});
  for (const std::string& secret : found->second.sound) bySound_.erase(secret);
  ballots_.erase(found);
  while (!oldest_.empty() && !ballots_.contains(oldest_.front())) oldest_.pop_front();
}

void Ballots::removeOf(const std::string& voter) {
  for (auto at = byVoter_.lower_bound({voter, ""});
       at != byVoter_.end() && at->first.first == voter;) {
    const std::string id = (at++)->second;
    remove(id);
  }
}

}  // namespace dju::server
