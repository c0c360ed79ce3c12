#include "server/arena/arena_json.h"

#include <algorithm>
#include <cmath>

namespace dju::server {
namespace {

using nlohmann::json;

double rounded(double value) {
  return std::round(value * 10) / 10;
}

double thousandths(double value) {
  return std::round(value * 1000) / 1000;
}

json numberOrNull(const std::optional<int>& value) {
  return value ? json(*value) : json();
}

const char* stateOf(const Tournament& tournament) {
  if (tournament.ended()) return "ended";
  return tournament.preparing() ? "preparing" : "running";
}

json contestantJson(const storage::ArenaContestant& contestant) {
  json out = {{"number", contestant.number}, {"name", contestant.name}, {"kind", contestant.kind}};
  if (contestant.kind == "person") {
    out["recordings"] = contestant.recordings;
    out["owner"] = {{"playerId", contestant.owner}, {"name", contestant.ownerName}};
    return out;
  }
  out["model"] = contestant.model;
  out["preset"] = contestant.preset.empty() ? json() : json(contestant.preset);
  out["parameters"] = contestant.parameters;
  return out;
}

json clipsJson(const Tournament& tournament) {
  int ready = 0, failed = 0, total = 0;
  json failures = json::array();
  for (const storage::ArenaClip& clip : tournament.clips()) {
    if (clip.contestant >= tournament.contestants()) continue;
    ++total;
    ready += clip.state == "ready" ? 1 : 0;
    if (clip.state != "failed") continue;
    ++failed;
    failures.push_back({{"contestant", clip.contestant}, {"set", clip.set}, {"error", clip.error}});
  }
  return {{"ready", ready}, {"failed", failed}, {"total", total}, {"failures", failures}};
}

json tallyJson(const Tournament::Tally& tally) {
  return {{"a", tally.a}, {"b", tally.b}, {"tie", tally.tie}, {"bothBad", tally.bothBad}};
}

json originJson(const std::optional<arena::Origin>& origin) {
  if (!origin) return nullptr;
  return {{"match", origin->match}, {"winner", origin->winner}};
}

json matchJson(const Tournament& tournament, const arena::Match& match) {
  json out = {{"number", match.number},
              {"a", numberOrNull(match.a)},
              {"b", numberOrNull(match.b)},
              {"aFrom", originJson(match.aFrom)},
              {"bFrom", originJson(match.bFrom)},
              {"state", arena::kMatchStateNames[static_cast<std::size_t>(match.state)]},
              {"votes", tallyJson(tournament.tally(match.number))}};
  const storage::ArenaResult* result = tournament.result(match.number);
  if (result == nullptr) return out;
  out["decidedBy"] = result->by;
  if (match.decision == arena::Decision::kA) out["winner"] = *match.a;
  if (match.decision == arena::Decision::kB) out["winner"] = *match.b;
  return out;
}

json bracketJson(const Tournament& tournament) {
  json rounds = json::array();
  const arena::Bracket& bracket = *tournament.bracket();
  for (const arena::Match& match : bracket.matches) {
    const auto part = arena::kPartNames[static_cast<std::size_t>(match.part)];
    const auto same = std::find_if(rounds.begin(), rounds.end(), [&](const json& round) {
      return round["part"] == part && round["round"] == match.round;
    });
    json& round = same != rounds.end()
                      ? *same
                      : rounds.emplace_back(json{
                            {"part", part}, {"round", match.round}, {"matches", json::array()}});
    round["matches"].push_back(matchJson(tournament, match));
  }
  json table = json::array();
  for (const arena::TableRow& row : bracket.table)
    table.push_back({{"contestant", row.entrant}, {"points", row.points}, {"played", row.played}});
  return {{"rounds", rounds}, {"table", table}};
}

// Best first. A rank never stands without its interval.
json standingsJson(const Tournament& tournament) {
  json rows = json::array();
  const auto& contestants = tournament.standings().ratings.contestants;
  for (std::size_t i = 0; i < contestants.size(); ++i) {
    const arena::ContestantRating& rating = contestants[i];
    rows.push_back({{"contestant", i},
                    {"points", rounded(rating.points)},
                    {"interval", {rounded(rating.interval.low), rounded(rating.interval.high)}},
                    {"rank", {rating.rank.best, rating.rank.worst}},
                    {"wins", rating.wins},
                    {"losses", rating.losses},
                    {"ties", rating.ties}});
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const json& x, const json& y) { return x["points"] > y["points"]; });
  return rows;
}

json effectsJson(const arena::Ratings& ratings) {
  constexpr std::array<const char*, arena::kCovariates> kNames = {"loudnessLu", "lengthLog",
                                                                  "side"};
  json effects = json::object();
  for (std::size_t i = 0; i < arena::kCovariates; ++i) {
    const arena::CovariateEffect& effect = ratings.effects[i];
    effects[kNames[i]] = {
        {"points", rounded(effect.points)},
        {"interval", {rounded(effect.interval.low), rounded(effect.interval.high)}}};
  }
  return effects;
}

// Mean of one to five, with how many gave it; null where nobody did.
json starsJson(const Tournament& tournament) {
  std::vector<std::pair<int, int>> sums(static_cast<std::size_t>(tournament.contestants()));
  const auto add = [&](int contestant, int stars) {
    if (stars == 0 || contestant >= tournament.contestants()) return;
    sums[static_cast<std::size_t>(contestant)].first += stars;
    ++sums[static_cast<std::size_t>(contestant)].second;
  };
  for (const storage::ArenaVote& vote : tournament.votes()) {
    add(vote.a, vote.starsA);
    add(vote.b, vote.starsB);
  }
  json out = json::array();
  for (const auto& [sum, count] : sums)
    out.push_back(
        {{"mean", count > 0 ? json(static_cast<double>(sum) / count) : json()}, {"count", count}});
  return out;
}

json revealedJson(const Ballot& ballot, const Tournament& tournament, std::size_t shown) {
  const storage::ArenaContestant& who = tournament.contestant(ballot.contestant(shown));
  json out = contestantJson(who);
  if (who.kind == "control") {
    out["kind"] = "mixer";
    out.erase("number");
  }
  return out;
}

}  // namespace

json summaryJson(const Tournament& tournament) {
  const storage::ArenaTournament& row = tournament.row();
  const auto outcome = tournament.outcome();
  json out = {{"id", row.id},
              {"name", row.name},
              {"format", row.format},
              {"state", stateOf(tournament)},
              {"creator", {{"playerId", row.creator}, {"name", row.creatorName}}},
              {"createdAt", row.createdAt},
              {"contestants", tournament.contestants()},
              {"sets", row.sets.size()},
              {"votes", tournament.votes().size()}};
  if (row.endsAt != 0) out["endsAt"] = row.endsAt;
  if (row.endedAt != 0) out["endedAt"] = row.endedAt;
  if (outcome && outcome->champion)
    out["champion"] = tournament.contestant(*outcome->champion).name;
  return out;
}

json tournamentJson(const Tournament& tournament, const TrackName& nameOf) {
  const storage::ArenaTournament& row = tournament.row();
  const Standings& standings = tournament.standings();
  json out = summaryJson(tournament);
  out["votesPerMatch"] = row.votesPerMatch;
  out["clipSeconds"] = row.clipSeconds;
  out["sets"] = json::array();
  for (const auto& [first, second] : row.sets)
    out["sets"].push_back({{"tracks", {nameOf(first), nameOf(second)}}});
  out["contestants"] = json::array();
  for (int i = 0; i < tournament.contestants(); ++i)
    out["contestants"].push_back(contestantJson(tournament.contestant(i)));
  out["clips"] = clipsJson(tournament);
  out["votes"] = {{"total", tournament.votes().size()},
                  {"counted", standings.counted},
                  {"setAside", standings.setAside}};
  out["standings"] = standingsJson(tournament);
  out["stars"] = starsJson(tournament);
  out["participants"] = participantsJson(tournament.participants());
  out["meanStars"] = meanStarsJson(standings.stars);
  out["flips"] = numberOrNull(standings.ratings.flips);
  out["tieShare"] = std::round(standings.ratings.tieShare * 1000) / 1000;
  out["effects"] = effectsJson(standings.ratings);
  if (tournament.bracket()) out["bracket"] = bracketJson(tournament);
  out.erase("champion");
  if (const auto outcome = tournament.outcome())
    out["outcome"] = {{"champion", numberOrNull(outcome->champion)}, {"by", outcome->by}};
  return out;
}

json ballotJson(const Ballot& ballot, const Tournament& tournament, const TrackName& nameOf) {
  const auto& set = tournament.row().sets[static_cast<std::size_t>(ballot.pair.set)];
  const auto clip = [&](std::size_t shown) {
    const int contestant = ballot.contestant(shown);
    return json{{"url", "/api/v1/arena/clips/" + ballot.sound[shown] + ".opus"},
                {"seconds", tournament.clip(contestant, ballot.pair.set).seconds}};
  };
  return {{"id", ballot.id},
          {"clips", {{"A", clip(0)}, {"B", clip(1)}}},
          {"needSeconds", kNeededSeconds},
          {"tracks", {nameOf(set.first), nameOf(set.second)}},
          {"heard", heardJson(ballot.hearing)["heard"]},
          {"left", tournament.left(ballot.voter)}};
}

json heardJson(const Hearing& hearing) {
  return {{"heard", {{"A", rounded(hearing.heard(0))}, {"B", rounded(hearing.heard(1))}}},
          {"enough", hearing.enough()}};
}

json revealJson(const Ballot& ballot, const Tournament& tournament, const std::string& choice) {
  Tournament::Tally tally = tournament.tally(ballot.pair);
  if (ballot.side < 0) std::swap(tally.a, tally.b);
  json votes = {{"A", tally.a}, {"B", tally.b}, {"tie", tally.tie}, {"bothBad", tally.bothBad}};
  return {{"choice", choice},
          {"A", revealedJson(ballot, tournament, 0)},
          {"B", revealedJson(ballot, tournament, 1)},
          {"votes", votes},
          {"left", tournament.left(ballot.voter)}};
}

json participantsJson(const Tournament::Participants& participants) {
  json out = {{"began", participants.began}, {"finished", participants.finished}};
  if (const auto share = arena::shareOf(participants.finished, participants.began)) {
    out["share"] = thousandths(share->share);
    out["interval"] = {thousandths(share->interval.low), thousandths(share->interval.high)};
  }
  return out;
}

json meanStarsJson(const arena::MeanRating& stars) {
  json out = {{"mean", stars.mean ? json(thousandths(*stars.mean)) : json()},
              {"ratings", stars.ratings},
              {"listeners", stars.listeners}};
  if (stars.mean)
    out["interval"] = {thousandths(stars.interval.low), thousandths(stars.interval.high)};
  return out;
}

json voteJson(const storage::ArenaVote& vote) {
  json out = {{"tournament", vote.tournament},
              {"a", vote.a},
              {"b", vote.b},
              {"set", vote.set},
              {"choice", vote.choice},
              {"presentedFirst", vote.side > 0 ? "a" : "b"},
              {"heardSeconds", {rounded(vote.heardA), rounded(vote.heardB)}},
              {"castAt", vote.castAt}};
  if (vote.match >= 0) out["match"] = vote.match;
  if (vote.starsA > 0) out["stars"] = {vote.starsA, vote.starsB};
  return out;
}

}  // namespace dju::server
