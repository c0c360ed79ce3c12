// What evolution by votes brings (docs/evolution.md): populations that hear only the votes of
// listeners with a hidden taste, against their generation 0, on pairs of records and by voters that
// had no part in it; and what mutating networks, merging and the reward model add. Records are
// synthesised; what is voted on is planned, not rendered. Then, with --speed, how long a generation
// takes until people can hear it.
#include "arena/evolution/evolution.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <functional>
#include <set>
#include <thread>

#include "audio/encode.h"
#include "evolution/listeners.h"
#include "mixer/model_breeding.h"
#include "mixer/play.h"
#include "mixer/quality.h"
#include "simulator/crate.h"

namespace {

using namespace dju;         // NOLINT(google-build-using-namespace)
using namespace dju::arena;  // NOLINT(google-build-using-namespace)
using namespace dju::bench;  // NOLINT(google-build-using-namespace)

constexpr int kGenres = 4, kFirstFamily = 7000;
constexpr std::size_t kEverybody = kTasteCount;  // all five tastes in one audience

struct Crate {
  std::vector<simulator::CrateTrack> tracks;
  std::vector<mixer::TrackView> views;
};

std::unique_ptr<Crate> makeCrate(int family, int perGenre) {
  auto crate = std::make_unique<Crate>();
  for (int genre = 0; genre < kGenres; ++genre) {
    for (int i = 0; i < perGenre; ++i)
      crate->tracks.push_back(simulator::synthesizeCrateTrack(simulator::familyRecipe(
          31, static_cast<demo::Genre>(genre), kFirstFamily + family + i, i, 150)));
  }
  crate->views = std::vector<mixer::TrackView>(crate->tracks.begin(), crate->tracks.end());
  return crate;
}

// Pairs of one genre three times out of four, else of any two records.
Stage stageOf(const Crate& crate, int count, std::uint64_t seed) {
  Random random(seed);
  std::vector<Stage::Pair> pairs;
  const auto any = [&] {
    return static_cast<std::size_t>(random.below(static_cast<int>(crate.views.size())));
  };
  while (static_cast<int>(pairs.size()) < count) {
    const std::size_t a = any(), b = any();
    const bool kin = crate.tracks[a].genre == crate.tracks[b].genre;
    if (a != b && kin == (pairs.size() % 4 != 3)) pairs.push_back({a, b});
  }
  return {crate.views, pairs};
}

std::vector<mixer::MixerModel> allSorts() {
  std::vector<mixer::MixerModel> sorts;
  Random random(99);
  for (int i = 0; i < 60; ++i) {
    mixer::MixerModel model = mixer::blankModel("any", 5);
    for (int n = 0; n < 4; ++n) model = mixer::mutate(model, {1, 1}, random);
    sorts.push_back(model);
  }
  return sorts;
}

std::size_t tasteOf(std::size_t audience, std::uint32_t voter) {
  return audience == kEverybody ? voter % kTasteCount : audience;
}

std::vector<LineageVote> vote(const Lineage& lineage, Stage& stage, const Listeners& listeners,
                              std::size_t audience, int count, Random random) {
  constexpr int kVoters = 40;
  std::vector<LineageVote> votes;
  const int size = static_cast<int>(lineage.population.size());
  for (int i = 0; i < count; ++i) {
    LineageVote ballot;
    ballot.voter = static_cast<std::uint32_t>(random.below(kVoters));
    const int a = random.below(size), b = (a + 1 + random.below(size - 1)) % size;
    ballot.a = lineage.population[static_cast<std::size_t>(a)];
    ballot.b = lineage.population[static_cast<std::size_t>(b)];
    ballot.pair = static_cast<std::uint32_t>(random.below(static_cast<int>(stage.size())));
    const auto of = [&](const std::string& id) {
      return stage.performances(lineage.member(id).model)[ballot.pair].transition;
    };
    ballot.choice = listeners.choose(tasteOf(audience, ballot.voter), stage, ballot.pair,
                                     of(ballot.a), of(ballot.b), random);
    votes.push_back(ballot);
  }
  return votes;
}

struct Share {
  double percent = 0, low = 0, high = 0;
};

// Of points won by the later side, a tie being half of one, by pair; the interval is a bootstrap
// over pairs, since votes on one pair are not independent.
Share shareOf(const std::vector<std::vector<double>>& byPair) {
  const auto mean = [&](const std::function<std::size_t(std::size_t)>& pick) {
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < byPair.size(); ++i) {
      for (const double won : byPair[pick(i)]) {
        sum += won;
        ++count;
      }
    }
    return 100 * sum / std::max(1.0, count);
  };
  Random random(1);
  std::vector<double> draws;
  for (int round = 0; round < 2000; ++round)
    draws.push_back(mean([&](std::size_t) {
      return static_cast<std::size_t>(random.below(static_cast<int>(byPair.size())));
    }));
  std::sort(draws.begin(), draws.end());
  return {mean([](std::size_t i) { return i; }), draws[50], draws[1949]};
}

using Chooser = std::function<const mixer::MixerModel&(Random&)>;

// `votes` of fresh voters on each held-out pair.
std::vector<std::vector<double>> duel(Stage& heldOut, const Listeners& listeners,
                                      std::size_t audience, int votes, const Chooser& later,
                                      const Chooser& earlier, Random random) {
  std::vector<std::vector<double>> byPair(heldOut.size());
  for (std::size_t pair = 0; pair < heldOut.size(); ++pair) {
    for (int i = 0; i < votes; ++i) {
      const mixer::MixerModel &a = later(random), &b = earlier(random);
      const Choice choice =
          listeners.choose(tasteOf(audience, static_cast<std::uint32_t>(i)), heldOut, pair,
                           heldOut.performances(a)[pair].transition,
                           heldOut.performances(b)[pair].transition, random);
      byPair[pair].push_back(choice == Choice::kA ? 1 : choice == Choice::kB ? 0 : 0.5);
    }
  }
  return byPair;
}

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
  std::vector<std::vector<double>> champions, populations;
  double coverageBegin = 0, coverageEnd = 0;  // of the archive
  double kindsBegin = 0, kindsEnd = 0;        // cells in which somebody of the population is
  int mergesTried = 0, mergesKept = 0;
};

double kindsOf(const std::vector<std::string>& population, const Lineage& lineage, Stage& stage) {
  std::set<int> cells;
  for (const std::string& id : population)
    cells.insert(archiveCell(stage.meanTraits(lineage.member(id).model)));
  return static_cast<double>(cells.size());
}

struct Experiment {
  Stage& stage;
  Stage& quality;  // pairs for deciding on merges
  Stage& heldOut;  // pairs for the result
  const Listeners& listeners;
  int generations, votes;
};

Outcome evolve(const Experiment& on, std::size_t audience, EvolutionSettings settings) {
  Lineage lineage = foundLineage(settings);
  const Random random = Random(settings.seed).fork(audience + 100);
  for (int generation = 0; generation <= on.generations; ++generation) {
    auto votes = vote(lineage, on.stage, on.listeners, audience, on.votes,
                      random.fork(static_cast<std::uint64_t>(generation)));
    closeRound(lineage, std::move(votes), on.stage, [&](const mixer::MixerModel& model) {
      const RewardModel reward = rewardOf(lineage, on.stage);
      double worth = 0;
      for (const Performance& each : on.quality.performances(model))
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

void append(std::vector<std::vector<double>>& all, const std::vector<std::vector<double>>& more) {
  all.resize(std::max(all.size(), more.size()));
  for (std::size_t i = 0; i < more.size(); ++i)
    all[i].insert(all[i].end(), more[i].begin(), more[i].end());
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

std::string text(const std::vector<std::vector<double>>& byPair) {
  const Share share = shareOf(byPair);
  std::size_t count = 0;
  for (const auto& votes : byPair) count += votes.size();
  return fmt::format("{:5.1f} [{:4.1f}, {:4.1f}] {:>5}", share.percent, share.low, share.high,
                     count);
}

void printRow(const std::string& name, const Outcome& outcome, int runs) {
  fmt::print("{:<46} {:<28} {:<28} {:>4.0f} -> {:<4.0f} {:>4.1f} -> {:<4.1f} {}/{}\n", name,
             text(outcome.champions), text(outcome.populations), 100 * outcome.coverageBegin / runs,
             100 * outcome.coverageEnd / runs, outcome.kindsBegin / runs, outcome.kindsEnd / runs,
             outcome.mergesKept, outcome.mergesTried);
  std::fflush(stdout);
}

// `arms` and `audiences`: places in kArms and kTastes, kEverybody for all in one audience.
void experiment(const Experiment& on, int seeds, const std::vector<std::size_t>& arms,
                const std::vector<std::size_t>& audiences) {
  fmt::print(
      "\ngeneration {} against generation 0, {} votes a generation, {} runs; 10 votes a held-out "
      "pair ({}) and run\n{:<46} {:<28} {:<28} {:<12} {:<12} {}\n",
      on.generations, on.votes, seeds, on.heldOut.size(), "", "champions, % [95 %] n",
      "anybody, % [95 %] n", "archive %", "kinds", "merges");
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
      const auto name = audience == kEverybody ? "everybody" : kTastes[audience];
      printRow(fmt::format("{}, {}", name, kArms[arm].name), outcome, seeds);
      if (audience == kEverybody) continue;
      add(all, outcome);
      runs += seeds;
    }
    if (runs > seeds) printRow(fmt::format("these tastes, {}", kArms[arm].name), all, runs);
  }
}

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// A generation of 20 over 10 pairs, from the votes to clips that can be heard: two threads.
void speed(Stage& stage, const Listeners& listeners) {
  Lineage lineage = foundLineage({});
  auto votes = vote(lineage, stage, listeners, 0, 400, Random(1));
  const double begin = now();
  closeRound(lineage, std::move(votes), stage, [&](const mixer::MixerModel& model) {
    return trait(stage.meanTraits(model), Trait::kTogether);
  });
  const double bred = now();
  const auto folder = std::filesystem::temp_directory_path() / "dju-bench-evolution";
  std::filesystem::create_directories(folder);
  std::array<double, 2> sound{};
  const auto render = [&](std::size_t part) {
    for (std::size_t i = part; i < lineage.population.size() * stage.size(); i += 2) {
      const std::size_t pair = i % stage.size();
      const auto& tracks = stage.tracks(pair);
      const mixer::Plan plan =
          stage.plan(lineage.member(lineage.population[i / stage.size()]).model, pair);
      mixer::MixOptions options;
      options.preview = mixer::MixPreview{0, 60};
      mixer::QualityListener listener(plan, tracks);
      const auto encoder =
          audio::openOpus(folder / fmt::format("{}.opus", part), {"", "", {}}, {64000});
      const auto mix = mixer::playMix(plan, tracks, options, [&](const mixer::MixBlock& block) {
        if (block.wanted) encoder->push(block.master);
        listener.hear(block);
        return true;
      });
      encoder->finish();
      listener.finish(mix);
      sound[part] += mix.log.end->frame.seconds();
    }
  };
  std::thread other(render, 1);
  render(0);
  other.join();
  std::filesystem::remove_all(folder);
  fmt::print(
      "\nspeed: {} contestants x {} pairs: rated, bred and filtered ({} children) in {:.1f} s; "
      "{:.0f} s of clips of 60 s played, reported and encoded to Opus (64 kbit/s) in {:.1f} s, two "
      "threads\n",
      lineage.population.size(), stage.size(), lineage.settings.brood, bred - begin,
      sound[0] + sound[1], now() - bred);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Evolution of mixers by simulated votes");
  int generations = 10, votes = 400, seeds = 3, perGenre = 4;
  bool timed = false;
  std::vector<std::size_t> arms{0}, audiences{0, 1, 2, 3, 4, kEverybody};
  app.add_option("--generations", generations, "Behind generation 0")->capture_default_str();
  app.add_option("--votes", votes, "A generation")->capture_default_str();
  app.add_option("--seeds", seeds, "Runs of each")->capture_default_str();
  app.add_option("--per-genre", perGenre, "Tracks of each of four genres, in each crate")
      ->capture_default_str();
  app.add_option("--arms", arms,
                 "0 whole, 1 no mutation of networks, 2 no merging, 3 no reward model, 4 none of "
                 "these")
      ->check(CLI::Range(std::size_t{0}, kArms.size() - 1))
      ->capture_default_str();
  app.add_option("--audiences", audiences, "0 to 4 a taste, 5 all five in one audience")
      ->check(CLI::Range(std::size_t{0}, kEverybody))
      ->capture_default_str();
  app.add_flag("--speed", timed, "Only how long a generation takes");
  CLI11_PARSE(app, argc, argv);
  const auto crate = makeCrate(0, perGenre);
  Stage stage = stageOf(*crate, 10, 1);
  const Listeners listeners(stage, allSorts());
  if (timed) {
    speed(stage, listeners);
    return 0;
  }
  // Records of other families.
  const auto other = makeCrate(100, perGenre);
  Stage quality = stageOf(*crate, 8, 2), heldOut = stageOf(*other, 24, 3);
  experiment({stage, quality, heldOut, listeners, generations, votes}, seeds, arms, audiences);
  return 0;
}
