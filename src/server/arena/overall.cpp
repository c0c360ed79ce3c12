#include "server/arena/overall.h"

#include <algorithm>

#include "server/arena/standings.h"

namespace dju::server {
namespace {

const storage::ArenaClip& clipAt(const OverallTournament& in, int contestant, int set) {
  return in.clips[static_cast<std::size_t>(contestant) * in.row.sets.size() +
                  static_cast<std::size_t>(set)];
}

// The control that mixes by rules (arena.cpp): what all are compared with.
const storage::ArenaContestant* rulesOf(const storage::ArenaTournament& row) {
  for (const storage::ArenaContestant& each : row.contestants) {
    if (each.kind == "control" && each.model == "rules@1") return &each;
  }
  return nullptr;
}

class Collector {
 public:
  void add(const OverallTournament& tournament) {
    std::map<int, std::size_t> places;  // by contestant, of mixers
    std::vector<std::size_t> there;
    for (const storage::ArenaContestant& who : tournament.row.contestants) {
      if (who.kind != "mixer") continue;
      const std::size_t place = placeOf(who);
      places[who.number] = place;
      addClips(tournament, who.number, place);
      if (std::find(there.begin(), there.end(), place) != there.end()) continue;
      there.push_back(place);
      ++mixers_[place].tournaments;
    }
    for (const storage::ArenaVote& vote : tournament.votes) addVote(tournament, vote, places);
  }

  Overall finish() {
    Overall overall;
    overall.votes = looked_;
    overall.stars = arena::meanRating(stars_);
    arena::RatingQuestion question;
    question.contestants = mixers_.size();
    const arena::Ratings ratings = arena::rate(votes_, question);
    for (std::size_t i = 0; i < mixers_.size(); ++i) {
      mixers_[i].rating = ratings.contestants[i];
      if (compared_[i] > 0) mixers_[i].traits = means_[i].mean();
    }
    std::stable_sort(mixers_.begin(), mixers_.end(),
                     [](const OverallMixer& x, const OverallMixer& y) {
                       return x.rating.points > y.rating.points;
                     });
    overall.mixers = std::move(mixers_);
    return overall;
  }

 private:
  std::size_t placeOf(const storage::ArenaContestant& who) {
    const std::string identity = who.model + "\n" + who.preset + "\n" + who.parameters.dump();
    const auto [found, isNew] = places_.try_emplace(identity, mixers_.size());
    if (!isNew) return found->second;
    OverallMixer mixer;
    mixer.who = who;
    mixer.name = mixerName(who);
    // Others may have been turned otherwise under the same name.
    int others = 0;
    for (const OverallMixer& each : mixers_) others += each.name.starts_with(mixer.name) ? 1 : 0;
    if (others > 0 && !who.parameters.empty()) mixer.name += std::to_string(others + 1);
    mixers_.push_back(std::move(mixer));
    means_.emplace_back();
    compared_.push_back(0);
    return mixers_.size() - 1;
  }

  void addClips(const OverallTournament& in, int contestant, std::size_t place) {
    const storage::ArenaContestant* rules = rulesOf(in.row);
    for (int set = 0; set < static_cast<int>(in.row.sets.size()); ++set) {
      const storage::ArenaClip& clip = clipAt(in, contestant, set);
      if (clip.state != "ready") continue;
      auto& clips = mixers_[place].clips;
      const bool known = std::any_of(clips.begin(), clips.end(),
                                     [&](const OverallClip& each) { return each.key == clip.key; });
      if (!known)
        clips.push_back({clip.key, clip.seconds, in.row.sets[static_cast<std::size_t>(set)]});
      const auto own = traitsOf(clip);
      const auto plain = rules == nullptr ? own : traitsOf(clipAt(in, rules->number, set));
      if (rules == nullptr || !own || !plain) continue;
      arena::Traits apart = *own;
      for (std::size_t i = 0; i < apart.size(); ++i) apart[i] -= (*plain)[i];
      means_[place].add(apart);
      ++compared_[place];
    }
  }

  void addVote(const OverallTournament& in, const storage::ArenaVote& vote,
               const std::map<int, std::size_t>& places) {
    ++looked_;
    const auto voter =
        voters_.try_emplace(vote.voter, static_cast<std::uint32_t>(voters_.size())).first->second;
    const auto a = places.find(vote.a), b = places.find(vote.b);
    addStars(voter, vote.starsA, a, places);
    addStars(voter, vote.starsB, b, places);
    if (a == places.end() || b == places.end() || a->second == b->second) return;
    arena::RatedVote rated =
        ratedVote(vote, clipAt(in, vote.a, vote.set), clipAt(in, vote.b, vote.set));
    rated.voter = voter;
    rated.a = static_cast<std::uint32_t>(a->second);
    rated.b = static_cast<std::uint32_t>(b->second);
    const auto trust = in.trust.find(vote.voter);
    rated.weight = trust == in.trust.end() ? 1 : trust->second.weight;
    votes_.push_back(rated);
  }

  void addStars(std::uint32_t voter, int stars, std::map<int, std::size_t>::const_iterator whose,
                const std::map<int, std::size_t>& places) {
    if (stars == 0) return;
    stars_.push_back({voter, arena::TrialArm::kGlobal, stars});
    if (whose == places.end()) return;
    mixers_[whose->second].stars += stars;
    ++mixers_[whose->second].starred;
  }

  std::map<std::string, std::size_t> places_;  // by what a mixer is
  std::vector<OverallMixer> mixers_;
  std::vector<arena::TraitMean> means_;
  std::vector<int> compared_;
  std::map<std::string, std::uint32_t> voters_;
  std::vector<arena::RatedVote> votes_;
  std::vector<arena::TrialRating> stars_;
  std::size_t looked_ = 0;
};

}  // namespace

const OverallMixer* Overall::find(const std::string& name) const {
  for (const OverallMixer& each : mixers) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

std::string mixerName(const storage::ArenaContestant& who) {
  return who.model + (who.preset.empty() ? "" : " · " + who.preset) +
         (who.parameters.empty() ? "" : " *");
}

std::optional<arena::Traits> traitsOf(const storage::ArenaClip& clip) {
  arena::Traits traits{};
  if (clip.traits.size() != traits.size()) return {};
  std::copy(clip.traits.begin(), clip.traits.end(), traits.begin());
  return traits;
}

Overall overallOf(const std::vector<OverallTournament>& tournaments) {
  Collector collector;
  for (const OverallTournament& each : tournaments) collector.add(each);
  return collector.finish();
}

}  // namespace dju::server
