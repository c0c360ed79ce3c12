#include "arena/honesty/honesty.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "arena/bradley_terry.h"
#include "arena/honesty/favouritism.h"
#include "arena/honesty/groups.h"

namespace dju::arena {
namespace {

// False alarms that each suspicion may raise, a voter.
constexpr double kFalseAlarm = 1e-3;
// Of pairs with a known answer; who guesses is right at times.
constexpr double kAttentive = 0.9, kGuessing = 0.45;
// A vote takes twice eight seconds of listening and a moment, so one person gives at most so many.
constexpr int kMostAnHour = 200;
constexpr std::int64_t kHourMs = 3600LL * 1000;
constexpr int kMostTurns = 6;

int resultFor(const RatedVote& vote, std::uint32_t contestant) {
  if (vote.choice == Choice::kTie || vote.choice == Choice::kBothBad) return 0;
  return (vote.choice == Choice::kA) == (vote.a == contestant) ? 1 : -1;
}

class Court {
 public:
  explicit Court(const Ballots& ballots)
      : ballots_(ballots), trust_(ballots.voters.size()), byVoter_(ballots.voters.size()) {
    for (std::size_t i = 0; i < ballots.votes.size(); ++i)
      byVoter_[ballots.votes[i].vote.voter].push_back(i);
    origins_ = sharedOrigins(ballots.voters);
  }

  std::vector<Trust> judge() {
    doubtInattentive();
    doubtCrowded();
    const std::vector<Trust> known = trust_;
    for (int turn = 0; turn < kMostTurns; ++turn) {
      rate();
      const std::vector<Trust> before = std::exchange(trust_, known);
      for (std::uint32_t voter = 0; voter < trust_.size(); ++voter)
        doubtFavourite({voter}, Doubt::kFavours);
      for (const Group& group : origins_) doubtFavourite(group, Doubt::kGroupFavours);
      if (turn == 0) copies_ = findCopies();
      for (const Group& group : copies_) doubtCopies(group);
      const bool same =
          std::equal(trust_.begin(), trust_.end(), before.begin(),
                     [](const Trust& x, const Trust& y) { return x.weight == y.weight; });
      if (same) break;
    }
    return trust_;
  }

 private:
  void setAside(std::uint32_t voter, Doubt doubt, std::uint32_t contestant = 0) {
    // The first reason stays.
    if (trust_[voter].weight > 0) trust_[voter] = {0, doubt, contestant};
  }

  void doubtInattentive() {
    const double right = std::log(kGuessing / kAttentive);
    const double wrong = std::log((1 - kGuessing) / (1 - kAttentive));
    for (std::uint32_t i = 0; i < trust_.size(); ++i) {
      const Voter& voter = ballots_.voters[i];
      const double ratio = voter.knownRight * right + (voter.knownAsked - voter.knownRight) * wrong;
      if (ratio > -std::log(kFalseAlarm)) setAside(i, Doubt::kInattentive);
    }
  }

  // Votes of an address within an hour weigh together what one person's may.
  void doubtCrowded() {
    std::map<std::pair<std::string_view, std::int64_t>, int> cast;
    const auto hourOf = [&](const CastVote& vote) {
      return std::pair(std::string_view(ballots_.voters[vote.vote.voter].address),
                       vote.castAt / kHourMs);
    };
    for (const CastVote& vote : ballots_.votes) ++cast[hourOf(vote)];
    for (const CastVote& vote : ballots_.votes) {
      const auto hour = hourOf(vote);
      Trust& trust = trust_[vote.vote.voter];
      if (hour.first.empty() || cast[hour] <= kMostAnHour || trust.weight == 0) continue;
      const double weight = static_cast<double>(kMostAnHour) / cast[hour];
      if (weight < trust.weight) trust = {weight, Doubt::kCrowded};
    }
  }

  void rate() {
    std::vector<RatedVote> votes;
    for (const CastVote& cast : ballots_.votes) {
      votes.push_back(cast.vote);
      votes.back().weight = trust_[cast.vote.voter].weight;
    }
    const VoteCells cells(votes);
    const ModelShape shape{ballots_.contestants, ballots_.genres};
    const BradleyTerry model(cells, shape);
    const auto fit = model.fit(cells.counts());
    tie_ = fit.parameters[shape.tie()];
    x_.clear();
    for (std::size_t i = 0; i < votes.size(); ++i) {
      double x = 0;
      for (const auto& entry : model.entries(cells.places()[i] / kOutcomes))
        x += entry.slope * fit.parameters[entry.parameter];
      x_.push_back(votes[i].a < votes[i].b ? x : -x);  // of the vote's own a
    }
  }

  // One voter, or a group as if it were one.
  void doubtFavourite(const Group& group, Doubt doubt) {
    std::map<std::uint32_t, std::vector<SeenVote>> seen;
    for (const std::uint32_t voter : group) {
      for (const std::size_t i : byVoter_[voter]) {
        const RatedVote& vote = ballots_.votes[i].vote;
        seen[vote.a].push_back({x_[i], tie_, resultFor(vote, vote.a)});
        seen[vote.b].push_back({-x_[i], tie_, resultFor(vote, vote.b)});
      }
    }
    const double bound = std::log(static_cast<double>(ballots_.contestants) / kFalseAlarm);
    for (const auto& [contestant, votes] : seen) {
      if (favouritism(votes) <= bound) continue;
      for (const std::uint32_t voter : group) setAside(voter, doubt, contestant);
      return;
    }
  }

  std::vector<Group> findCopies() const {
    return copies(ballots_.votes, trust_.size(), [&](const CastVote& cast) {
      const std::size_t i = static_cast<std::size_t>(&cast - ballots_.votes.data());
      const double won = std::exp(x_[i] / 2), lost = 1 / won, tied = std::exp(tie_);
      const double all = won + tied + lost;
      return (won * won + tied * tied + lost * lost) / (all * all);
    });
  }

  // One voice of them counts: that of the first.
  void doubtCopies(const Group& group) {
    const auto first = *std::min_element(group.begin(), group.end(), [&](auto x, auto y) {
      return ballots_.voters[x].firstSeen < ballots_.voters[y].firstSeen;
    });
    for (const std::uint32_t voter : group) {
      if (voter != first) setAside(voter, Doubt::kCopies);
    }
  }

  const Ballots& ballots_;
  std::vector<Trust> trust_;
  std::vector<std::vector<std::size_t>> byVoter_;
  std::vector<Group> origins_, copies_;
  std::vector<double> x_;  // by vote: log odds of its a
  double tie_ = 0;
};

}  // namespace

std::vector<Trust> trustOf(const Ballots& ballots) {
  return Court(ballots).judge();
}

}  // namespace dju::arena
