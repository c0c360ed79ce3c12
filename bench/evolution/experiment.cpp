#include "evolution/experiment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <set>

#include "arena/evolution/evolution.h"
#include "mixer/model_breeding.h"

namespace dju::bench {
namespace {

using arena::EvolutionSettings;
using arena::Lineage;
using arena::LineageRound;
using arena::RewardModel;
using arena::Stage;

struct Arm {
  const char* name;
  void (*change)(EvolutionSettings& settings);
};
constexpr std::array<Arm, 5> kArms = {{
    {"whole", [](EvolutionSettings&) {}},
    {"no mutation of heads", [](EvolutionSettings& settings) { settings.mutateHeads = false; }},
    {"no merging", [](EvolutionSettings& settings) { settings.merge = false; }},
    {"no reward model", [](EvolutionSettings& settings) { settings.reward = false; }},
    {"no mutation, merging, reward",
     [](EvolutionSettings& settings) {
       settings.mutateHeads = settings.merge = settings.reward = false;
     }},
}};

struct Outcome {
  Points champions, populations;
  double coverageBegin = 0, coverageEnd = 0;  // of the archive
  double kindsBegin = 0, kindsEnd = 0;        // cells in which somebody of the population is
  int mergesTried = 0, mergesKept = 0;
};

double kindsOf(const std::vector<std::string>& population, const Lineage& lineage, Stage& stage) {
  std::set<int> cells;
  for (const std::string& id : population)
    cells.insert(arena::archiveCell(stage.meanTraits(lineage.member(id).model)));
  return static_cast<double>(cells.size());
}

Outcome evolve(const Experiment& on, std::size_t audience, const EvolutionSettings& settings) {
  Lineage lineage = arena::foundLineage(settings);
  const Random random = Random(settings.seed).fork(audience + 100);
  for (int generation = 0; generation <= on.generations; ++generation) {
    auto votes = vote(lineage, on.stage, on.listeners, audience, on.votes,
                      random.fork(static_cast<std::uint64_t>(generation)));
    closeRound(lineage, std::move(votes), on.stage, [&](const mixer::MixerModel& model) {
      const RewardModel reward = arena::rewardOf(lineage, on.stage);
      double worth = 0;
      for (const arena::Performance& each : on.quality.performances(model))
        worth += reward.worth(each.traits);
      return worth;
    });
  }
  const LineageRound &first = lineage.rounds.front(), &last = lineage.rounds.back();
  const auto champion = [&lineage](const LineageRound& round) -> Chooser {
    const mixer::MixerModel* model = &lineage.member(round.champion()).model;
    return [model](Random&) -> const mixer::MixerModel& { return *model; };
  };
  const auto anybody = [&lineage](const LineageRound& round) -> Chooser {
    return [&lineage, ids = round.population](Random& draw) -> const mixer::MixerModel& {
      const int size = static_cast<int>(ids.size());
      return lineage.member(ids[static_cast<std::size_t>(draw.below(size))]).model;
    };
  };
  Outcome outcome;
  outcome.champions = duel(on.heldOut, on.listeners, audience, 10, champion(last), champion(first),
                           random.fork(7001));
  outcome.populations = duel(on.heldOut, on.listeners, audience, 10, anybody(last), anybody(first),
                             random.fork(7002));
  outcome.coverageBegin = first.coverage;
  outcome.coverageEnd = last.coverage;
  outcome.kindsBegin = kindsOf(first.population, lineage, on.stage);
  outcome.kindsEnd = kindsOf(last.population, lineage, on.stage);
  for (const LineageRound& round : lineage.rounds) {
    outcome.mergesTried += round.mergesTried;
    outcome.mergesKept += round.mergesKept;
  }
  return outcome;
}

void add(Outcome& sum, const Outcome& one) {
  append(sum.champions, one.champions);
  append(sum.populations, one.populations);
  sum.coverageBegin += one.coverageBegin;
  sum.coverageEnd += one.coverageEnd;
  sum.kindsBegin += one.kindsBegin;
  sum.kindsEnd += one.kindsEnd;
  sum.mergesTried += one.mergesTried;
  sum.mergesKept += one.mergesKept;
}

void printRow(const std::string& name, const Outcome& outcome, int runs) {
  fmt::print("{:<46} {:<28} {:<28} {:>4.0f} -> {:<4.0f} {:>4.1f} -> {:<4.1f} {}/{}\n", name,
             shareText(outcome.champions), shareText(outcome.populations),
             100 * outcome.coverageBegin / runs, 100 * outcome.coverageEnd / runs,
             outcome.kindsBegin / runs, outcome.kindsEnd / runs, outcome.mergesKept,
             outcome.mergesTried);
  std::fflush(stdout);
}

std::string audienceName(std::size_t audience) {
  return std::string(audience == kEverybody ? "everybody" : kTastes[audience]);
}

// What a model's transition is worth to an audience, all its tastes alike.
double likingOf(std::size_t audience, const Experiment& on, Stage& stage, std::size_t pair,
                const mixer::MixerModel& model) {
  const mixer::Transition& transition = stage.performances(model)[pair].transition;
  if (audience != kEverybody) return on.listeners.liking(audience, stage, pair, transition);
  double sum = 0;
  for (std::size_t taste = 0; taste < kTasteCount; ++taste)
    sum += on.listeners.liking(taste, stage, pair, transition);
  return sum / kTasteCount;
}

}  // namespace

std::vector<std::string_view> armNames() {
  std::vector<std::string_view> names;
  for (const Arm& arm : kArms) names.emplace_back(arm.name);
  return names;
}

void printExperiment(const Experiment& on, int seeds, const std::vector<std::size_t>& arms,
                     const std::vector<std::size_t>& audiences) {
  fmt::print(
      "\ngeneration {} against generation 0, {} votes a generation, {} runs; 10 votes a held-out "
      "pair ({}) and run\n{:<46} {:<28} {:<28} {:<12} {:<12} {}\n",
      on.generations, on.votes, seeds, on.heldOut.size(), "", "champions, % [95 %] n",
      "anybody, % [95 %] n", "archive %", "kinds", "merges");
  Outcome first;
  for (const std::size_t arm : arms) {
    Outcome all;
    int runs = 0;
    for (const std::size_t audience : audiences) {
      Outcome outcome;
      for (int seed = 1; seed <= seeds; ++seed) {
        EvolutionSettings settings;
        settings.seed = static_cast<std::uint64_t>(seed);
        kArms[arm].change(settings);
        add(outcome, evolve(on, audience, settings));
      }
      printRow(fmt::format("{}, {}", audienceName(audience), kArms[arm].name), outcome, seeds);
      if (audience == kEverybody) continue;
      add(all, outcome);
      runs += seeds;
    }
    if (runs == 0) continue;
    printRow(fmt::format("these tastes, {}", kArms[arm].name), all, runs);
    if (arm == arms.front()) {
      first = all;
    } else {
      fmt::print("  less than {}: champions {}, anybody {}\n", kArms[arms.front()].name,
                 differenceText(first.champions, all.champions),
                 differenceText(first.populations, all.populations));
    }
  }
}

void printReachable(const Experiment& on, const std::vector<std::size_t>& audiences) {
  std::vector<mixer::MixerModel> all;
  for (const int mutations : {1, 2, 4, 8, 16}) {
    const auto some = mutants(40, mutations, 1000 + static_cast<std::uint64_t>(mutations));
    all.insert(all.end(), some.begin(), some.end());
  }
  const mixer::MixerModel founder = mixer::blankModel("any", 5);
  const auto fixed = [](const mixer::MixerModel& model) -> Chooser {
    return [&model](Random&) -> const mixer::MixerModel& { return model; };
  };
  fmt::print("\nwhat is reachable among {} mutants of the founder, against it on {} pairs\n",
             all.size(), on.heldOut.size());
  for (const std::size_t audience : audiences) {
    const auto mean = [&](Stage& stage, const mixer::MixerModel& model) {
      double sum = 0;
      for (std::size_t pair = 0; pair < stage.size(); ++pair)
        sum += likingOf(audience, on, stage, pair, model);
      return sum / static_cast<double>(stage.size());
    };
    const auto better = [&](Stage& stage) {
      return [&](const mixer::MixerModel& a, const mixer::MixerModel& b) {
        return mean(stage, a) < mean(stage, b);
      };
    };
    const auto best = std::max_element(all.begin(), all.end(), better(on.stage));
    double gained = 0, alike = 0;
    for (std::size_t pair = 0; pair < on.heldOut.size(); ++pair) {
      const double founders = likingOf(audience, on, on.heldOut, pair, founder);
      double most = -std::numeric_limits<double>::infinity();
      for (const mixer::MixerModel& model : all)
        most = std::max(most, likingOf(audience, on, on.heldOut, pair, model));
      gained += (most - founders) / static_cast<double>(on.heldOut.size());
      alike += most - founders < kAlike ? 1 : 0;
    }
    fmt::print(
        "{:<20} best on the stage wins {}; likes it more by {:+.2f} on the stage, {:+.2f} on "
        "held-out pairs; the best of all on each pair {:+.2f}, and none is better on {:.0f} of "
        "{}\n",
        audienceName(audience),
        shareText(
            duel(on.heldOut, on.listeners, audience, 10, fixed(*best), fixed(founder), Random(1))),
        mean(on.stage, *best) - mean(on.stage, founder),
        mean(on.heldOut, *best) - mean(on.heldOut, founder), gained, alike, on.heldOut.size());
    std::fflush(stdout);
  }
}

}  // namespace dju::bench
