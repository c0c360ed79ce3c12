#include "server/arena/my_taste.h"

#include <algorithm>
#include <cmath>

#include "arena/taste/explanation.h"
#include "arena/taste/recommendation.h"

namespace dju::server {
namespace {

using nlohmann::json;

double rounded(double value) {
  return std::round(value * 1000) / 1000;
}

json leaningsJson(const arena::TasteProfile& profile) {
  json leanings = json::array();
  for (std::size_t i = 0; i < arena::kTasteAxisCount; ++i) {
    const arena::Leaning& leaning = profile.leanings()[i];
    leanings.push_back(
        {{"trait", arena::kTraitNames[static_cast<std::size_t>(arena::kTasteAxes[i].trait)]},
         {"logOdds", rounded(leaning.logOdds)},
         {"interval", {rounded(leaning.interval.low), rounded(leaning.interval.high)}},
         {"sure", leaning.sure()}});
  }
  return leanings;
}

json rankingJson(const arena::TasteProfile& profile, const Overall& overall) {
  json ranking = json::array();
  for (const arena::TasteProfile::Ranked& ranked : personalRanking(profile, overall)) {
    const OverallMixer& mixer = *overall.find(ranked.mixer);
    ranking.push_back(
        {{"name", mixer.name},
         {"model", mixer.who.model},
         {"preset", mixer.who.preset.empty() ? json() : json(mixer.who.preset)},
         {"parameters", mixer.who.parameters},
         {"worth", rounded(ranked.worth)},
         {"interval", {rounded(ranked.interval.low), rounded(ranked.interval.high)}}});
  }
  return ranking;
}

json recommendedJson(const arena::TasteProfile& profile, const TasteQuestion& question,
                     mixes::Shelf& shelf) {
  std::vector<std::string> ids;
  std::vector<arena::Stage::Pair> pairs;
  for (const auto& [first, second] : question.sets) {
    pairs.push_back({ids.size(), ids.size() + 1});
    ids.push_back(first);
    ids.push_back(second);
  }
  const mixes::Selection tracks = shelf.look(ids);
  const arena::Recommendation best = arena::recommend(profile, tracks.views, pairs);
  const json whole = mixer::toJson(best.parameters);
  json parameters = json::object();
  for (const std::string& name : best.changed) parameters[name] = whole.at(name);
  return {{"parameters", parameters}, {"worth", rounded(best.worth)}};
}

}  // namespace

std::optional<arena::Comparison> comparisonOf(const storage::ArenaVote& vote,
                                              const storage::ArenaClip& a,
                                              const storage::ArenaClip& b) {
  const auto first = traitsOf(a), second = traitsOf(b);
  if (!first || !second || vote.choice == "bothBad") return {};
  return arena::Comparison{*first, *second,
                           vote.choice == "A"   ? 1.0
                           : vote.choice == "B" ? 0.0
                                                : 0.5,
                           1};
}

std::vector<arena::TasteProfile::Ranked> personalRanking(const arena::TasteProfile& profile,
                                                         const Overall& overall) {
  std::vector<arena::TasteProfile::Entry> entries;
  for (const OverallMixer& mixer : overall.mixers) {
    if (mixer.traits)
      entries.push_back({mixer.name, *mixer.traits, mixer.rating.points / arena::kPointsAStrength});
  }
  return profile.rank(entries);
}

json tasteJson(const TasteQuestion& question, mixes::Shelf& shelf) {
  const arena::TasteProfile profile(question.votes);
  json sentences = json::array();
  for (const arena::TasteSentence& each : arena::explain(profile))
    sentences.push_back({{"key", each.key}, {"en", each.en}, {"es", each.es}});
  json taste = {{"votes", profile.votes()},
                {"leanings", leaningsJson(profile)},
                {"sentences", std::move(sentences)},
                {"ranking", rankingJson(profile, *question.overall)}};
  // Of a taste that nothing is known of, nothing follows.
  if (!question.sets.empty()) taste["recommended"] = recommendedJson(profile, question, shelf);
  return taste;
}

}  // namespace dju::server
