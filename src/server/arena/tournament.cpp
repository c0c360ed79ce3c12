#include "server/arena/tournament.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace dju::server {
namespace {

using arena::Decision;
using arena::MatchState;

constexpr int kKnownEvery = 8;  // pairs, on the average

std::optional<arena::Format> formatOf(const std::string& name) {
  for (std::size_t i = 0; i < arena::kFormatNames.size(); ++i) {
    if (arena::kFormatNames[i] == name) return static_cast<arena::Format>(i);
  }
  return {};
}

bool isElimination(const std::string& format) {
  return format == "single" || format == "double";
}

Decision decisionOf(const std::string& name) {
  if (name == "A") return Decision::kA;
  if (name == "B") return Decision::kB;
  return name == "draw" ? Decision::kDraw : Decision::kNeither;
}

}  // namespace

Tournament::Tournament(storage::ArenaStore& store, storage::ArenaTournament row)
    : store_(store),
      row_(std::move(row)),
      clips_(store.clips(row_.id)),
      results_(store.results(row_.id)) {
  for (const storage::ArenaContestant& each : row_.contestants)
    contestants_ += each.kind == "control" ? 0 : 1;
  // Of no votes: what is known before anything was counted.
  standings_ = standingsOf(question());
  for (const storage::ArenaVote& vote : store.votes(row_.id)) count(vote);
  for (storage::ArenaParticipant& each : store.participants(row_.id))
    participants_[std::move(each.voter)] = each.finished;
  findBracket();
}

const storage::ArenaClip& Tournament::clip(int contestant, int set) const {
  return clips_[static_cast<std::size_t>(contestant) * row_.sets.size() +
                static_cast<std::size_t>(set)];
}
const storage::ArenaContestant& Tournament::contestant(int number) const {
  return row_.contestants[static_cast<std::size_t>(number)];
}

bool Tournament::preparing() const {
  return std::any_of(clips_.begin(), clips_.end(),
                     [](const storage::ArenaClip& clip) { return clip.state == "waiting"; });
}

bool Tournament::ownedBy(int number, std::string_view player) const {
  const storage::ArenaContestant& who = contestant(number);
  return !player.empty() &&
         (who.owner == player ||
          std::find(who.players.begin(), who.players.end(), player) != who.players.end());
}

void Tournament::take(const storage::ArenaClip& made) {
  clips_[static_cast<std::size_t>(made.contestant) * row_.sets.size() +
         static_cast<std::size_t>(made.set)] = made;
}

bool Tournament::hasControls() const {
  return row_.contestants.size() > static_cast<std::size_t>(contestants_);
}

bool Tournament::usable(int number) const {
  for (std::size_t set = 0; set < row_.sets.size(); ++set) {
    if (clip(number, static_cast<int>(set)).state == "ready") return true;
  }
  return false;
}

bool Tournament::canMeet(int a, int b, int set) const {
  return clip(a, set).state == "ready" && clip(b, set).state == "ready";
}

bool Tournament::hasVoted(const VotingPair& pair, const std::string& voter) const {
  const auto pairs = voted_.find(voter);
  return pairs != voted_.end() && pairs->second.contains({pair.match, pair.a, pair.b, pair.set});
}

std::vector<VotingPair> Tournament::openPairs(const std::string& voter) const {
  std::vector<VotingPair> open;
  const auto add = [&](int match, int a, int b) {
    for (int set = 0; set < static_cast<int>(row_.sets.size()); ++set) {
      const VotingPair pair{match, a, b, set};
      if (canMeet(a, b, set) && !hasVoted(pair, voter)) open.push_back(pair);
    }
  };
  if (bracket_) {
    for (const arena::Match& match : bracket_->matches) {
      if (match.state == MatchState::kOpen) add(match.number, *match.a, *match.b);
    }
  } else {
    for (int a = 0; a < contestants_; ++a) {
      for (int b = a + 1; b < contestants_; ++b) add(-1, a, b);
    }
  }
  return open;
}

std::optional<VotingPair> Tournament::knownPair(const std::string& voter, Random& random) const {
  if (!hasControls() || !random.chance(1.0 / kKnownEvery)) return {};
  for (int set = 0; set < static_cast<int>(row_.sets.size()); ++set) {
    const VotingPair pair{-1, contestants_, contestants_ + 1, set};
    if (canMeet(pair.a, pair.b, set) && !hasVoted(pair, voter)) return pair;
  }
  return {};
}

VotingPair Tournament::thompsonPair(const std::vector<VotingPair>& open, Random& random) const {
  const auto entrants = static_cast<std::size_t>(contestants_);
  std::vector<bool> canBeAsked(entrants * entrants);
  for (const VotingPair& pair : open) {
    const auto a = static_cast<std::size_t>(pair.a), b = static_cast<std::size_t>(pair.b);
    canBeAsked[a * entrants + b] = canBeAsked[b * entrants + a] = true;
  }
  const auto chosen =
      arena::topTwoPair(standings_.fit, entrants, random,
                        [&](std::size_t a, std::size_t b) { return canBeAsked[a * entrants + b]; });
  const auto [low, high] = std::minmax(chosen->first, chosen->second);
  std::vector<VotingPair> sets;
  for (const VotingPair& pair : open) {
    if (pair.a == static_cast<int>(low) && pair.b == static_cast<int>(high)) sets.push_back(pair);
  }
  return sets[static_cast<std::size_t>(random.below(static_cast<int>(sets.size())))];
}

Result<VotingPair> Tournament::next(const std::string& voter, Random& random) const {
  if (ended())
    return Error(ErrorCode::kConflict,
                 fmt::format("tournament \"{}\": it has ended; see its result", row_.name));
  if (preparing())
    return Error(ErrorCode::kConflict,
                 fmt::format("tournament \"{}\": its mixes are still being made", row_.name));
  if (const auto known = knownPair(voter, random)) return *known;
  std::vector<VotingPair> open = openPairs(voter);
  const bool any = !open.empty();
  std::erase_if(open, [&](const VotingPair& pair) {
    return ownedBy(pair.a, voter) || ownedBy(pair.b, voter);
  });
  if (open.empty() && any)
    return Error(ErrorCode::kForbidden,
                 "vote: only pairs with your own mix are left; others judge those");
  if (open.empty())
    return Error(ErrorCode::kConflict, "vote: you have judged every pair that is open now");
  if (!bracket_) return thompsonPair(open, random);
  // The match that waits for most votes, so that rounds end.
  std::size_t fewest = votes_.size();
  for (const VotingPair& pair : open) fewest = std::min(fewest, votesIn(pair.match).size());
  std::erase_if(open, [&](const VotingPair& pair) { return votesIn(pair.match).size() != fewest; });
  return open[static_cast<std::size_t>(random.below(static_cast<int>(open.size())))];
}

int Tournament::left(const std::string& voter) const {
  const auto open = openPairs(voter);
  return static_cast<int>(std::count_if(open.begin(), open.end(), [&](const VotingPair& pair) {
    return !ownedBy(pair.a, voter) && !ownedBy(pair.b, voter);
  }));
}

void Tournament::count(const storage::ArenaVote& vote) {
  byMatch_[vote.match].push_back(votes_.size());
  votes_.push_back(vote);
  voted_[vote.voter].insert({vote.match, vote.a, vote.b, vote.set});
}

const std::vector<std::size_t>& Tournament::votesIn(int match) const {
  static const std::vector<std::size_t> kNone;
  const auto found = byMatch_.find(match);
  return found == byMatch_.end() ? kNone : found->second;
}

Result<void> Tournament::reserve(const storage::ArenaVote& vote) {
  if (ended())
    return Error(ErrorCode::kConflict, fmt::format("vote: tournament \"{}\" has ended", row_.name));
  const auto closed = [&] {
    const arena::Match& match = bracket_->matches[static_cast<std::size_t>(vote.match)];
    return match.state != MatchState::kOpen;
  };
  if (vote.match >= 0 && closed())
    return Error(ErrorCode::kConflict, "vote: this match has been decided; ask for the next pair");
  if (!voted_[vote.voter].insert({vote.match, vote.a, vote.b, vote.set}).second)
    return Error(ErrorCode::kConflict, "vote: you have voted on these two; each counts once");
  ++reserved_;
  return {};
}

// What is on the disk counts, whatever was decided meanwhile: so it would after a restart.
void Tournament::take(const storage::ArenaVote& written) {
  --reserved_;
  count(written);
}

void Tournament::release(const storage::ArenaVote& lost) {
  --reserved_;
  voted_[lost.voter].erase({lost.match, lost.a, lost.b, lost.set});
}

bool Tournament::begin(const std::string& voter) {
  return participants_.try_emplace(voter, false).second;
}

bool Tournament::finish(const std::string& voter) {
  bool& finished = participants_[voter];
  if (finished) return false;
  const auto pairs = voted_.find(voter);
  const std::size_t judged = pairs == voted_.end() ? 0 : pairs->second.size();
  return finished = judged >= kCardPairs || (judged > 0 && left(voter) == 0);
}

std::optional<bool> Tournament::participation(const std::string& voter) const {
  const auto found = participants_.find(voter);
  if (found == participants_.end()) return {};
  return found->second;
}

std::vector<const storage::ArenaVote*> Tournament::votesOf(const std::string& voter) const {
  std::vector<const storage::ArenaVote*> votes;
  if (!voted_.contains(voter)) return votes;
  for (const storage::ArenaVote& vote : votes_) {
    if (vote.voter == voter) votes.push_back(&vote);
  }
  return votes;
}

Tournament::Participants Tournament::participants() const {
  Participants count;
  for (const auto& [voter, finished] : participants_) {
    ++count.began;
    count.finished += finished ? 1 : 0;
  }
  return count;
}

double Tournament::weightOf(const storage::ArenaVote& vote) const {
  const auto trust = standings_.trust.find(vote.voter);
  return trust == standings_.trust.end() ? 1 : trust->second.weight;
}

double Tournament::points(int number) const {
  return standings_.ratings.contestants[static_cast<std::size_t>(number)].points;
}

Tournament::Tally Tournament::tally(int match) const {
  Tally tally;
  for (const std::size_t i : votesIn(match)) {
    if (weightOf(votes_[i]) > 0) tally.add(votes_[i].choice);
  }
  return tally;
}

Tournament::Tally Tournament::tally(const VotingPair& pair) const {
  Tally tally;
  for (const storage::ArenaVote& vote : votes_) {
    if (vote.a == pair.a && vote.b == pair.b && vote.set == pair.set) tally.add(vote.choice);
  }
  return tally;
}

void Tournament::Tally::add(const std::string& choice) {
  ++(choice == "A" ? a : choice == "B" ? b : choice == "tie" ? tie : bothBad);
}

const storage::ArenaResult* Tournament::result(int match) const {
  for (const storage::ArenaResult& each : results_) {
    if (each.match == match) return &each;
  }
  return nullptr;
}

std::optional<storage::ArenaResult> Tournament::walkover(const arena::Match& match) const {
  const bool a = usable(*match.a), b = usable(*match.b);
  if (a && b) {
    for (std::size_t set = 0; set < row_.sets.size(); ++set) {
      if (canMeet(*match.a, *match.b, static_cast<int>(set))) return {};
    }
    // Each has mixes, but none of the same tracks.
    return storage::ArenaResult{match.number, *match.a < *match.b ? "A" : "B", "seed"};
  }
  return storage::ArenaResult{match.number, a ? "A" : b ? "B" : "neither", "walkover"};
}

std::optional<storage::ArenaResult> Tournament::decide(const arena::Match& match, bool now) const {
  double forA = 0, forB = 0;
  int counted = 0;
  for (const std::size_t i : votesIn(match.number)) {
    const storage::ArenaVote& vote = votes_[i];
    if (weightOf(vote) == 0) continue;
    ++counted;
    if (vote.choice == "A") forA += weightOf(vote);
    if (vote.choice == "B") forB += weightOf(vote);
  }
  if (counted < row_.votesPerMatch && !now) return {};
  if (forA != forB) return storage::ArenaResult{match.number, forA > forB ? "A" : "B", "votes"};
  if (!isElimination(row_.format)) return storage::ArenaResult{match.number, "draw", "votes"};
  const double lead = points(*match.a) - points(*match.b);
  if (std::abs(lead) > 1e-6)
    return storage::ArenaResult{match.number, lead > 0 ? "A" : "B", "rating"};
  return storage::ArenaResult{match.number, *match.a < *match.b ? "A" : "B", "seed"};
}

void Tournament::findBracket() {
  const auto format = formatOf(row_.format);
  if (!format) return;
  std::vector<arena::MatchResult> results;
  for (const storage::ArenaResult& each : results_)
    results.push_back({each.match, decisionOf(each.decision)});
  bracket_ = arena::bracketAfter(*format, contestants_, results).valueOrThrow();
}

bool Tournament::decideOpen(bool now) {
  bool any = false;
  for (const arena::Match& match : bracket_->matches) {
    if (match.state != MatchState::kOpen) continue;
    auto result = walkover(match);
    if (!result) result = decide(match, now);
    if (!result) continue;
    store_.add(row_.id, *result);
    results_.push_back(*result);
    any = true;
  }
  if (any) findBracket();
  return any;
}

void Tournament::finishAt(std::int64_t now) {
  row_.endedAt = now;
  store_.end(row_.id, now);
}

void Tournament::settle(std::int64_t now) {
  if (ended() || preparing()) return;
  if (!bracket_) {
    int fit = 0;
    for (int i = 0; i < contestants_; ++i) fit += usable(i) ? 1 : 0;
    if (fit < arena::kFewestEntrants) finishAt(now);
    return;
  }
  while (!bracket_->ended && decideOpen(false)) {
  }
  if (bracket_->ended) finishAt(now);
}

void Tournament::end(std::int64_t now) {
  if (ended()) return;
  while (bracket_ && !bracket_->ended && decideOpen(true)) {
  }
  finishAt(now);
}

void Tournament::rename(const std::string& player, const std::string& pseudonym) {
  for (storage::ArenaVote& vote : votes_) {
    if (vote.voter == player) vote.voter = pseudonym;
  }
  if (auto pairs = voted_.extract(player)) {
    pairs.key() = pseudonym;
    voted_.insert(std::move(pairs));
  }
  if (auto participant = participants_.extract(player)) {
    participant.key() = pseudonym;
    participants_.insert(std::move(participant));
  }
  for (storage::ArenaContestant& each : row_.contestants) {
    std::replace(each.players.begin(), each.players.end(), player, pseudonym);
    if (each.owner != player) continue;
    each.owner = pseudonym;
    each.ownerName = "";
    each.name = "–";
  }
  if (row_.creator != player) return;
  row_.creator = pseudonym;
  row_.creatorName = "";
}

StandingsQuestion Tournament::question() const {
  return {contestants_, static_cast<int>(row_.sets.size()), clips_, votes_, {}};
}

std::optional<Tournament::Outcome> Tournament::outcome() const {
  if (!ended()) return {};
  std::vector<int> fit;
  for (int i = 0; i < contestants_; ++i) {
    if (usable(i)) fit.push_back(i);
  }
  if (fit.empty()) return Outcome{{}, "nothingToHear"};
  if (fit.size() == 1) return Outcome{fit.front(), "walkover"};
  if (votes_.empty()) return Outcome{{}, "noVotes"};
  if (bracket_) {
    const auto by = arena::kChampionByNames[static_cast<std::size_t>(bracket_->by)];
    return Outcome{bracket_->champion, std::string(by)};
  }
  const auto best =
      std::max_element(fit.begin(), fit.end(), [&](int x, int y) { return points(x) < points(y); });
  return Outcome{*best, "rating"};
}

}  // namespace dju::server
