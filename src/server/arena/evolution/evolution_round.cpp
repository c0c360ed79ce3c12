#include "server/arena/evolution/evolution_round.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "arena/evolution/evolution.h"
#include "arena/evolution/judged_quality.h"
#include "server/arena/standings.h"

namespace dju::server {
namespace {

// Tracks, each once, and pairs as places among them.
class Places {
 public:
  std::vector<arena::Stage::Pair> of(const std::vector<TrackPair>& pairs) {
    std::vector<arena::Stage::Pair> places;
    for (const auto& [first, second] : pairs) places.push_back({place(first), place(second)});
    return places;
  }
  const std::vector<std::string>& tracks() const { return tracks_; }

 private:
  std::size_t place(const std::string& id) {
    const auto found = std::find(tracks_.begin(), tracks_.end(), id);
    if (found != tracks_.end()) return static_cast<std::size_t>(found - tracks_.begin());
    tracks_.push_back(id);
    return tracks_.size() - 1;
  }

  std::vector<std::string> tracks_;
};

// What is thought of the voters of one tournament.
std::map<std::string, arena::Trust> trustIn(storage::ArenaStore& store,
                                            const std::string& tournament, int contestants,
                                            const std::vector<storage::ArenaVote>& votes) {
  StandingsQuestion question;
  question.contestants = contestants;
  question.clips = store.clips(tournament);
  for (const storage::ArenaClip& clip : question.clips)
    question.sets = std::max(question.sets, clip.set + 1);
  question.votes = votes;
  for (storage::ArenaVoter& voter : store.voters()) question.voters[voter.id] = std::move(voter);
  return standingsOf(question).trust;
}

}  // namespace

std::string roundId(std::string_view lineage, int generation) {
  return fmt::format("evo-{}-{}", lineage, generation);
}

storage::ArenaTournament roundTournament(const storage::EvolutionRow& evolution,
                                         const EvolutionRequest& request,
                                         const arena::Lineage& lineage) {
  storage::ArenaTournament round;
  round.id = roundId(evolution.lineage, lineage.generation());
  round.name = fmt::format("{} #{}", evolution.lineage, lineage.generation());
  round.format = "open";
  round.creator = evolution.creator;
  round.creatorName = evolution.creatorName;
  round.clipSeconds = request.clipSeconds;
  round.sets = request.sets;
  round.createdAt = evolution.openedAt;
  for (const std::string& id : lineage.population) {
    storage::ArenaContestant contestant;
    contestant.number = static_cast<int>(round.contestants.size());
    contestant.kind = "mixer";
    contestant.name = contestant.model = fmt::format("{}@{}", evolution.lineage, id);
    round.contestants.push_back(std::move(contestant));
  }
  return round;
}

std::vector<arena::LineageVote> roundVotes(storage::ArenaStore& store,
                                           const arena::Lineage& lineage, int generation) {
  std::map<std::string, std::uint32_t> numbers;
  std::vector<storage::ArenaVote> votes;
  // By who voted first: votes stay, and a name is changed in all of them or in none.
  for (int each = 0; each <= generation; ++each) {
    votes = store.votes(roundId(lineage.settings.lineage, each));
    for (const storage::ArenaVote& vote : votes)
      numbers.try_emplace(vote.voter, static_cast<std::uint32_t>(numbers.size()));
  }
  const auto& population = static_cast<std::size_t>(generation) < lineage.rounds.size()
                               ? lineage.rounds[static_cast<std::size_t>(generation)].population
                               : lineage.population;
  const int contestants = static_cast<int>(population.size());
  const auto trust =
      trustIn(store, roundId(lineage.settings.lineage, generation), contestants, votes);
  std::vector<arena::LineageVote> heard;
  for (const storage::ArenaVote& vote : votes) {
    if (vote.a >= contestants || vote.b >= contestants) continue;
    const auto doubted = trust.find(vote.voter);
    heard.push_back({numbers.at(vote.voter), population[static_cast<std::size_t>(vote.a)],
                     population[static_cast<std::size_t>(vote.b)],
                     static_cast<std::uint32_t>(vote.set), choiceOf(vote.choice),
                     doubted == trust.end() ? 1 : doubted->second.weight});
  }
  return heard;
}

arena::Lineage closedBy(arena::Lineage lineage, std::vector<arena::LineageVote> votes,
                        const EvolutionRequest& request, mixes::Shelf& shelf,
                        const std::function<bool()>& go) {
  Places places;
  const auto sets = places.of(request.sets), heldOut = places.of(request.heldOut);
  const mixes::Selection tracks = shelf.open(shelf.look(places.tracks()));
  arena::Stage stage(tracks.views, sets);
  const arena::Stage others(tracks.views, heldOut);
  arena::JudgedQuality quality(others, go);
  arena::closeRound(lineage, std::move(votes), stage, std::ref(quality));
  return lineage;
}

}  // namespace dju::server
