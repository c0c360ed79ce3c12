#include "evolution/audience.h"

#include "mixer/model_breeding.h"

namespace dju::bench {
namespace {

constexpr int kGenres = 4, kFirstFamily = 7000;

}  // namespace

using arena::Lineage;
using arena::LineageVote;
using arena::Stage;

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

std::vector<mixer::MixerModel> mutants(int count, int mutations, std::uint64_t seed) {
  std::vector<mixer::MixerModel> sorts;
  Random random(seed);
  for (int i = 0; i < count; ++i) {
    mixer::MixerModel model = mixer::blankModel("any", 5);
    for (int n = 0; n < mutations; ++n) model = mixer::mutate(model, {1, 1}, random);
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

}  // namespace dju::bench
