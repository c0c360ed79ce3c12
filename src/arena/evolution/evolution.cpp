#include "arena/evolution/evolution.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "mixer/model_breeding.h"

namespace dju::arena {
namespace {

using mixer::MixerModel;

constexpr int kBootstrapRounds = 200;
constexpr std::size_t kFewestParents = 3, kMostParents = 8;
// Of a population of 20: four stay, two champions of earlier generations are heard again, two
// merges are tried.
std::size_t outOf20(const EvolutionSettings& settings, int count) {
  return static_cast<std::size_t>(std::max(1, settings.population * count / 20));
}
constexpr int kSurvivors = 4, kReplayed = 2, kMergesTried = 2;
constexpr int kMostOfAKind = 3;  // children in one cell of the archive

// Streams of random numbers; a number of each child's follows.
constexpr std::uint64_t kFounding = 1, kBreeding = 2, kReplaying = 3;

Random streamOf(const EvolutionSettings& settings, std::uint64_t what, int generation) {
  return Random(settings.seed).fork(what).fork(static_cast<std::uint64_t>(generation) + 1);
}

const LineageMember& add(Lineage& lineage, LineageMember member) {
  member.id = mixer::contentHash(member.model);
  if (lineage.has(member.id)) return lineage.member(member.id);
  return lineage.members.emplace_back(std::move(member));
}

// By all votes so far: champions that were heard again tie the rounds together.
std::map<std::string, RatedMember> rateAll(const Lineage& lineage) {
  std::map<std::string, std::uint32_t> numbers;
  std::vector<std::string> ids;
  const auto numberOf = [&](const std::string& id) {
    const auto [place, isNew] = numbers.try_emplace(id, static_cast<std::uint32_t>(ids.size()));
    if (isNew) ids.push_back(id);
    return place->second;
  };
  std::vector<RatedVote> votes;
  for (const LineageRound& round : lineage.rounds) {
    for (const std::string& id : round.population) numberOf(id);
    for (const LineageVote& vote : round.votes)
      votes.push_back(
          {vote.voter, numberOf(vote.a), numberOf(vote.b), vote.choice, vote.weight, {}});
  }
  RatingQuestion question;
  question.contestants = ids.size();
  question.rounds = kBootstrapRounds;
  question.seed = lineage.settings.seed;
  const Ratings ratings = rate(votes, question);
  std::map<std::string, RatedMember> rated;
  for (std::size_t i = 0; i < ids.size(); ++i)
    rated[ids[i]] = {ids[i], ratings.contestants[i].points, ratings.contestants[i].interval};
  return rated;
}

void checkVotes(const Lineage& lineage, const std::vector<LineageVote>& votes, const Stage& stage) {
  if (votes.empty())
    throw Error(ErrorCode::kInvalid,
                fmt::format("generation {}: no votes; a round is closed by those that were cast",
                            lineage.generation()));
  const std::set<std::string> known(lineage.population.begin(), lineage.population.end());
  for (const LineageVote& vote : votes) {
    for (const std::string& id : {vote.a, vote.b}) {
      if (known.count(id) == 0)
        throw Error(ErrorCode::kInvalid, fmt::format("vote on mixer {}: it is not in generation {}",
                                                     id.substr(0, 40), lineage.generation()));
    }
    if (vote.a == vote.b || vote.pair >= stage.size())
      throw Error(
          ErrorCode::kInvalid,
          fmt::format("vote on {} and {}, pair {}: two mixers and a pair below {} are needed",
                      vote.a, vote.b, vote.pair, stage.size()));
  }
}

// The children of a generation.
class Breeder {
 public:
  Breeder(Lineage& lineage, Stage& stage, const Archive& archive, const RewardModel& reward)
      : lineage_(lineage), stage_(stage), archive_(archive), reward_(reward) {
    const LineageRound& round = lineage.rounds.back();
    // Whoever cannot be told from the best may have children.
    for (const RatedMember& rated : round.ratings) {
      const bool untold = rated.interval.high >= round.ratings.front().interval.low;
      if (parents_.size() < kFewestParents || (untold && parents_.size() < kMostParents))
        parents_.push_back(rated.id);
    }
    for (const auto& [cell, elite] : archive.elites()) elites_.push_back(elite.id);
  }

  std::vector<std::string> parents() const { return parents_; }

  // Weight averaging within the lineage, kept only where nothing is lost by it.
  std::vector<LineageMember> merges(const HeldOutQuality& quality, LineageRound& round) const {
    std::vector<LineageMember> kept;
    const std::size_t most = outOf20(lineage_.settings, kMergesTried);
    for (std::size_t i = 1; i < parents_.size() && i <= most; ++i) {
      const MixerModel &one = model(parents_[0]), &other = model(parents_[i]);
      LineageMember child{{}, lineage_.generation(),   Birth::kMerge, {parents_[0], parents_[i]},
                          0,  mixer::merge(one, other)};
      ++round.mergesTried;
      if (quality(child.model) < std::max(quality(one), quality(other))) continue;
      ++round.mergesKept;
      kept.push_back(std::move(child));
    }
    return kept;
  }

  // The best `count` of a brood by the reward model, no kind too often; without it the first ones.
  std::vector<LineageMember> children(std::size_t count) {
    struct Child {
      LineageMember member;
      double worth = 0;
      int cell = 0;
    };
    std::vector<Child> brood;
    std::set<std::string> known;
    for (const LineageMember& member : lineage_.members) known.insert(member.id);
    const Random stream = streamOf(lineage_.settings, kBreeding, lineage_.generation());
    for (int i = 0; i < lineage_.settings.brood; ++i) {
      Child child{breed(stream.fork(static_cast<std::uint64_t>(i)).next()), 0, 0};
      child.member.id = mixer::contentHash(child.member.model);
      if (!known.insert(child.member.id).second) continue;
      const Traits traits = stage_.meanTraits(child.member.model);
      for (const Performance& performance : stage_.performances(child.member.model))
        child.worth += reward_.worth(performance.traits);
      child.cell = archiveCell(traits);
      brood.push_back(std::move(child));
      if (!lineage_.settings.reward && brood.size() == count) break;
    }
    if (lineage_.settings.reward)
      std::stable_sort(brood.begin(), brood.end(),
                       [](const Child& a, const Child& b) { return a.worth > b.worth; });
    std::vector<LineageMember> chosen;
    std::map<int, int> ofKind;
    // A quarter of the places is for kinds that nobody has heard yet.
    take(brood, count / 4, chosen, [&](const Child& child) {
      return !archive_.holds(child.cell) && ofKind[child.cell]++ == 0;
    });
    take(brood, count, chosen,
         [&](const Child& child) { return ofKind[child.cell]++ < kMostOfAKind; });
    take(brood, count, chosen, [](const Child&) { return true; });
    return chosen;
  }

 private:
  const MixerModel& model(const std::string& id) const { return lineage_.member(id).model; }

  template <typename Brood, typename Suits>
  static void take(Brood& brood, std::size_t most, std::vector<LineageMember>& chosen,
                   const Suits& suits) {
    for (auto& child : brood) {
      if (chosen.size() >= most) return;
      // What was taken has lost its name.
      if (child.member.id.empty() || !suits(child)) continue;
      chosen.push_back(child.member);
      child.member.id.clear();
    }
  }

  LineageMember breed(std::uint64_t seed) const {
    Random random(seed);
    const auto oneOf = [&](const std::vector<std::string>& ids) {
      return ids[static_cast<std::size_t>(random.below(static_cast<int>(ids.size())))];
    };
    const auto parent = [&] {
      return oneOf(!elites_.empty() && random.chance(0.3) ? elites_ : parents_);
    };
    const double strength = random.uniform(0.15, 0.8);
    const mixer::Mutation mutation{strength, lineage_.settings.mutateHeads ? strength : 0};
    LineageMember child;
    child.generation = lineage_.generation();
    child.seed = seed;
    const std::string mother = parent(), father = parent();
    if (mother != father && random.chance(0.5)) {
      child.birth = Birth::kCross;
      child.parents = {mother, father};
      child.model =
          mixer::mutate(mixer::cross(model(mother), model(father), random), mutation, random);
    } else {
      child.birth = Birth::kMutation;
      child.parents = {mother};
      child.model = mixer::mutate(model(mother), mutation, random);
    }
    return child;
  }

  Lineage& lineage_;
  Stage& stage_;
  const Archive& archive_;
  const RewardModel& reward_;
  std::vector<std::string> parents_, elites_;
};

class Population {
 public:
  explicit Population(const Lineage& lineage)
      : most_(static_cast<std::size_t>(lineage.settings.population)) {}

  bool take(const std::string& id) {
    if (ids_.size() >= most_ || std::find(ids_.begin(), ids_.end(), id) != ids_.end()) return false;
    ids_.push_back(id);
    return true;
  }
  std::size_t room() const { return most_ - ids_.size(); }
  std::vector<std::string> ids() && { return std::move(ids_); }

 private:
  std::size_t most_;
  std::vector<std::string> ids_;
};

void replayChampions(const Lineage& lineage, Population& next) {
  Random random = streamOf(lineage.settings, kReplaying, lineage.generation());
  std::size_t taken = 0;
  for (int tries = 0; tries < 20 && taken < outOf20(lineage.settings, kReplayed); ++tries) {
    const auto round = static_cast<std::size_t>(random.below(lineage.generation()));
    taken += next.take(lineage.rounds[round].champion()) ? 1 : 0;
  }
}

Traits winnersOf(const Lineage& lineage, const LineageRound& round, Stage& stage) {
  TraitMean winners, others;
  const std::size_t upper = std::max<std::size_t>(1, round.ratings.size() / 4);
  for (std::size_t i = 0; i < round.ratings.size(); ++i) {
    const Traits traits = stage.meanTraits(lineage.member(round.ratings[i].id).model);
    (i < upper ? winners : others).add(traits);
  }
  Traits difference = winners.mean();
  const Traits rest = others.mean();
  for (std::size_t i = 0; i < kTraits; ++i) difference[i] -= rest[i];
  return difference;
}

Archive archiveBy(const std::map<std::string, RatedMember>& rated, const Lineage& lineage,
                  Stage& stage) {
  Archive archive;
  for (const auto& [id, rating] : rated)
    archive.offer(id, stage.meanTraits(lineage.member(id).model), rating.points);
  return archive;
}

}  // namespace

Lineage foundLineage(const EvolutionSettings& settings) {
  Lineage lineage;
  lineage.settings = settings;
  LineageMember founder;
  founder.seed = settings.seed;
  founder.model = mixer::blankModel(settings.lineage, settings.seed);
  const LineageMember first = add(lineage, founder);
  lineage.population = {first.id};
  Random random = streamOf(settings, kFounding, 0);
  while (static_cast<int>(lineage.population.size()) < settings.population) {
    LineageMember child;
    child.birth = Birth::kMutation;
    child.parents = {first.id};
    child.seed = random.next();
    Random own(child.seed);
    constexpr double kSmall = 0.3;
    child.model = mixer::mutate(first.model, {kSmall, settings.mutateHeads ? kSmall : 0}, own);
    const std::string id = add(lineage, child).id;
    const auto& all = lineage.population;
    if (std::find(all.begin(), all.end(), id) == all.end()) lineage.population.push_back(id);
  }
  return lineage;
}

Archive archiveOf(const Lineage& lineage, Stage& stage) {
  if (lineage.rounds.empty()) return {};
  return archiveBy(rateAll(lineage), lineage, stage);
}

RewardModel rewardOf(const Lineage& lineage, Stage& stage) {
  std::vector<Comparison> comparisons;
  for (const LineageRound& round : lineage.rounds) {
    for (const LineageVote& vote : round.votes) {
      if (vote.choice == Choice::kBothBad) continue;
      const double won = vote.choice == Choice::kA ? 1 : vote.choice == Choice::kB ? 0 : 0.5;
      comparisons.push_back({stage.performances(lineage.member(vote.a).model)[vote.pair].traits,
                             stage.performances(lineage.member(vote.b).model)[vote.pair].traits,
                             won, vote.weight});
    }
  }
  return RewardModel::fit(comparisons);
}

void closeRound(Lineage& lineage, std::vector<LineageVote> votes, Stage& stage,
                const HeldOutQuality& quality) {
  checkVotes(lineage, votes, stage);
  LineageRound& round = lineage.rounds.emplace_back();
  round.generation = lineage.generation() - 1;
  round.population = lineage.population;
  round.votes = std::move(votes);
  const auto rated = rateAll(lineage);
  for (const std::string& id : round.population) round.ratings.push_back(rated.at(id));
  std::stable_sort(round.ratings.begin(), round.ratings.end(),
                   [](const RatedMember& a, const RatedMember& b) { return a.points > b.points; });
  const Archive archive = archiveBy(rated, lineage, stage);
  const RewardModel reward = rewardOf(lineage, stage);
  round.coverage = archive.coverage();
  round.reward = reward.weights();
  round.winners = winnersOf(lineage, round, stage);

  Breeder breeder(lineage, stage, archive, reward);
  Population next(lineage);
  std::size_t survivors = 0;
  for (const std::string& id : breeder.parents()) {
    if (survivors++ < outOf20(lineage.settings, kSurvivors)) next.take(id);
  }
  replayChampions(lineage, next);
  if (lineage.settings.merge) {
    for (LineageMember& merged : breeder.merges(quality, round))
      next.take(add(lineage, std::move(merged)).id);
  }
  for (LineageMember& child : breeder.children(next.room()))
    next.take(add(lineage, std::move(child)).id);
  lineage.population = std::move(next).ids();
}

}  // namespace dju::arena
