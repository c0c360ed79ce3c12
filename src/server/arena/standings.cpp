#include "server/arena/standings.h"

#include <algorithm>
#include <cmath>

#include "arena/honesty/honesty.h"

namespace dju::server {
namespace {

// The statistics' view of votes; voters and weights are left to the caller.
class VoteReader {
 public:
  explicit VoteReader(const StandingsQuestion& question) : question_(question) {
    for (const storage::ArenaClip& clip : question.clips) genres_.push_back(clip.genre);
    std::sort(genres_.begin(), genres_.end());
    genres_.erase(std::unique(genres_.begin(), genres_.end()), genres_.end());
  }

  std::size_t genres() const { return std::max<std::size_t>(genres_.size(), 1); }

  arena::RatedVote read(const storage::ArenaVote& vote) const {
    const storage::ArenaClip& a = clip(vote.a, vote.set);
    const storage::ArenaClip& b = clip(vote.b, vote.set);
    arena::RatedVote rated = ratedVote(vote, a, b);
    rated.at.genre = static_cast<std::uint32_t>(
        std::lower_bound(genres_.begin(), genres_.end(), a.genre) - genres_.begin());
    return rated;
  }
  // The same number for the same two mixes.
  std::uint32_t subject(const storage::ArenaVote& vote) const {
    const int low = std::min(vote.a, vote.b), high = std::max(vote.a, vote.b);
    return static_cast<std::uint32_t>((low * question_.contestants + high) * question_.sets +
                                      vote.set);
  }

 private:
  const storage::ArenaClip& clip(int contestant, int set) const {
    return question_.clips[static_cast<std::size_t>(contestant * question_.sets + set)];
  }

  const StandingsQuestion& question_;
  std::vector<std::string> genres_;
};

// A vote on a pair whose answer is known: whether the voter heard which is worse. Who calls it a
// tie is neither right nor wrong.
void countKnown(const storage::ArenaVote& vote, arena::Voter& voter) {
  if (vote.choice != "A" && vote.choice != "B") return;
  ++voter.knownAsked;
  voter.knownRight += vote.choice == "A" ? 1 : 0;
}

// Who voted, by number, and what they said of contestants.
struct Electorate {
  std::map<std::string, std::uint32_t> numbers;
  std::vector<arena::Voter> voters;
  std::vector<arena::CastVote> votes;
};

Electorate electorateOf(const StandingsQuestion& question, const VoteReader& reader) {
  Electorate all;
  for (const storage::ArenaVote& vote : question.votes) {
    const auto [entry, isNew] =
        all.numbers.try_emplace(vote.voter, static_cast<std::uint32_t>(all.voters.size()));
    if (isNew) {
      all.voters.emplace_back();
      const auto known = question.voters.find(vote.voter);
      if (known != question.voters.end()) {
        all.voters.back().address = known->second.address;
        all.voters.back().firstSeen = known->second.firstSeen;
      }
    }
    if (vote.a >= question.contestants) {
      countKnown(vote, all.voters[entry->second]);
      continue;
    }
    arena::CastVote cast{reader.read(vote), reader.subject(vote), vote.castAt};
    cast.vote.voter = entry->second;
    all.votes.push_back(cast);
  }
  return all;
}

// By who gave them.
arena::MeanRating starsOf(const std::vector<storage::ArenaVote>& votes) {
  std::map<std::string, std::uint32_t> listeners;
  std::vector<arena::TrialRating> ratings;
  for (const storage::ArenaVote& vote : votes) {
    const auto listener =
        listeners.try_emplace(vote.voter, static_cast<std::uint32_t>(listeners.size()))
            .first->second;
    for (const int stars : {vote.starsA, vote.starsB}) {
      if (stars > 0) ratings.push_back({listener, arena::TrialArm::kGlobal, stars});
    }
  }
  return arena::meanRating(ratings);
}

}  // namespace

arena::Choice choiceOf(const std::string& choice) {
  if (choice == "A") return arena::Choice::kA;
  if (choice == "B") return arena::Choice::kB;
  return choice == "tie" ? arena::Choice::kTie : arena::Choice::kBothBad;
}

arena::RatedVote ratedVote(const storage::ArenaVote& vote, const storage::ArenaClip& a,
                           const storage::ArenaClip& b) {
  arena::RatedVote rated;
  rated.a = static_cast<std::uint32_t>(vote.a);
  rated.b = static_cast<std::uint32_t>(vote.b);
  rated.choice = choiceOf(vote.choice);
  rated.at.loudnessDb = a.lufs - b.lufs;
  rated.at.lengthLog = a.seconds > 0 && b.seconds > 0 ? std::log(a.seconds / b.seconds) : 0;
  rated.at.side = vote.side;
  return rated;
}

Standings standingsOf(const StandingsQuestion& question) {
  const VoteReader reader(question);
  const Electorate all = electorateOf(question, reader);
  arena::RatingQuestion asked;
  asked.contestants = static_cast<std::size_t>(question.contestants);
  asked.genres = reader.genres();
  const auto trust = arena::trustOf({all.votes, all.voters, asked.contestants, asked.genres});
  Standings standings;
  standings.votes = question.votes.size();
  for (const auto& [name, number] : all.numbers) {
    if (trust[number].doubt != arena::Doubt::kNone) standings.trust[name] = trust[number];
  }
  std::vector<arena::RatedVote> votes;
  for (const arena::CastVote& each : all.votes) {
    votes.push_back(each.vote);
    const arena::Trust& of = trust[each.vote.voter];
    votes.back().weight = of.weight;
    if (of.weight > 0)
      ++standings.counted;
    else
      ++standings.setAside[std::string(arena::kDoubtNames[static_cast<std::size_t>(of.doubt)])];
  }
  standings.ratings = arena::rate(votes, asked);
  const arena::VoteCells cells(votes);
  standings.fit = arena::BradleyTerry(cells, {asked.contestants, 1}).fit(cells.counts());
  standings.stars = starsOf(question.votes);
  return standings;
}

}  // namespace dju::server
