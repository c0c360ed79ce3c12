#include "server/arena/people_ratings.h"

#include <algorithm>
#include <cmath>

#include "arena/glicko2.h"

namespace dju::server {
namespace {

using nlohmann::json;

struct Person {
  arena::PersonRating rating;
  std::string name;
  int games = 0;
};
using People = std::map<std::string, Person>;  // by player

double scoreOf(arena::Decision decision) {
  if (decision == arena::Decision::kDraw) return 0.5;
  return decision == arena::Decision::kA ? 1 : 0;
}

void playPeriod(const Tournament& tournament, People& people) {
  std::map<std::string, std::vector<arena::Game>> games;
  for (const arena::Match& match : tournament.bracket()->matches) {
    if (!match.decision || *match.decision == arena::Decision::kNeither) continue;
    const storage::ArenaContestant& a = tournament.contestant(*match.a);
    const storage::ArenaContestant& b = tournament.contestant(*match.b);
    if (a.kind != "person" || b.kind != "person" || a.owner == b.owner) continue;
    people[a.owner].name = a.ownerName;
    people[b.owner].name = b.ownerName;
    const double score = scoreOf(*match.decision);
    games[a.owner].push_back({people[b.owner].rating, score});
    games[b.owner].push_back({people[a.owner].rating, 1 - score});
  }
  for (auto& [id, person] : people) {
    person.rating = arena::afterPeriod(person.rating, games[id]);
    person.games += static_cast<int>(games[id].size());
  }
}

}  // namespace

json peopleJson(std::vector<const Tournament*> ended) {
  std::sort(ended.begin(), ended.end(), [](const Tournament* x, const Tournament* y) {
    return x->row().endedAt < y->row().endedAt;
  });
  People people;
  for (const Tournament* tournament : ended) {
    if (tournament->bracket()) playPeriod(*tournament, people);
  }
  json rows = json::array();
  for (const auto& [id, person] : people) {
    const double half = 2 * person.rating.deviation;
    rows.push_back(
        {{"playerId", id},
         {"name", person.name},
         {"points", std::round(person.rating.points)},
         {"interval",
          {std::round(person.rating.points - half), std::round(person.rating.points + half)}},
         {"games", person.games}});
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const json& x, const json& y) { return x["points"] > y["points"]; });
  return {{"people", rows}};
}

}  // namespace dju::server
