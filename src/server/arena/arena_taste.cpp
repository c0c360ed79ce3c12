// The arena's dealings with mixers over all tournaments, and with one listener's taste: what it is,
// and the trial whether mixes chosen by it are liked better.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cmath>

#include "arena/taste/trial.h"
#include "mixer/strict_json.h"
#include "server/arena/arena.h"
#include "storage/random_id.h"

namespace dju::server {
namespace {

using nlohmann::json;

constexpr std::string_view kTrial = "taste-1";
constexpr std::size_t kMostOffers = 5000, kRecommendedBy = 3;
constexpr auto kOverallPause = std::chrono::seconds(5);

double rounded(double value, double steps) {
  return std::round(value * steps) / steps;
}

json mixerJson(const OverallMixer& mixer) {
  const arena::ContestantRating& rating = mixer.rating;
  return {{"name", mixer.name},
          {"model", mixer.who.model},
          {"preset", mixer.who.preset.empty() ? json() : json(mixer.who.preset)},
          {"parameters", mixer.who.parameters},
          {"tournaments", mixer.tournaments},
          {"points", rounded(rating.points, 10)},
          {"interval", {rounded(rating.interval.low, 10), rounded(rating.interval.high, 10)}},
          {"rank", {rating.rank.best, rating.rank.worst}},
          {"wins", rating.wins},
          {"losses", rating.losses},
          {"ties", rating.ties},
          {"stars",
           {{"mean", mixer.starred > 0
                         ? json(rounded(static_cast<double>(mixer.stars) / mixer.starred, 100))
                         : json()},
            {"count", mixer.starred}}}};
}

arena::TrialArm armOf(const std::string& name) {
  return name == arena::kTrialArmNames[0] ? arena::TrialArm::kGlobal : arena::TrialArm::kPersonal;
}

}  // namespace

std::size_t Arena::totalVotes() const {
  std::size_t votes = 0;
  for (const auto& [id, entry] : tournaments_) votes += entry.tournament->votes().size();
  return votes;
}

// Calls `then` with what is known, at once where something is; makes it anew where votes came.
void Arena::withOverall(std::function<void(const std::shared_ptr<const Overall>&)> then) {
  const auto now = std::chrono::steady_clock::now();
  const bool old = !overall_ || (overall_->votes != totalVotes() && now >= overallAt_);
  if (overall_)
    then(overall_);
  else
    overallWanted_.push_back(std::move(then));
  if (!old || overallBeingMade_ || !running_) return;
  overallBeingMade_ = true;
  std::map<std::string, std::map<std::string, arena::Trust>> trust;
  for (const auto& [id, entry] : tournaments_) trust[id] = entry.tournament->standings().trust;
  boost::asio::post(raters_, [this, trust = std::move(trust)] {
    std::vector<OverallTournament> all;
    for (storage::ArenaTournament& row : store_.tournaments()) {
      const std::string id = row.id;
      const auto doubted = trust.find(id);
      all.push_back(
          {std::move(row), store_.clips(id), store_.votes(id),
           doubted == trust.end() ? std::map<std::string, arena::Trust>() : doubted->second});
    }
    auto made = std::make_shared<const Overall>(overallOf(all));
    inOrder([this, made] {
      overall_ = made;
      overallBeingMade_ = false;
      overallAt_ = std::chrono::steady_clock::now() + kOverallPause;
      for (const auto& wanted : std::exchange(overallWanted_, {})) wanted(overall_);
    });
  });
}

void Arena::leaderboard(Reply reply) {
  withOverall([this, reply = std::move(reply)](const std::shared_ptr<const Overall>& overall) {
    json mixers = json::array();
    for (const OverallMixer& each : overall->mixers) mixers.push_back(mixerJson(each));
    Tournament::Participants participants;
    for (const auto& [id, entry] : tournaments_) {
      participants.began += entry.tournament->participants().began;
      participants.finished += entry.tournament->participants().finished;
    }
    reply(json{{"votes", overall->votes},
               {"mixers", std::move(mixers)},
               {"participants", participantsJson(participants)},
               {"meanStars", meanStarsJson(overall->stars)}});
  });
}

// All votes of a listener on mixers, and the sets they were about, the last first.
TasteQuestion Arena::tasteQuestion(const std::string& listener) const {
  TasteQuestion question;
  std::vector<std::pair<std::int64_t, std::pair<std::string, std::string>>> sets;
  for (const auto& [id, entry] : tournaments_) {
    const Tournament& tournament = *entry.tournament;
    for (const storage::ArenaVote* vote : tournament.votesOf(listener)) {
      if (vote->a >= tournament.contestants()) continue;
      const auto comparison = comparisonOf(*vote, tournament.clip(vote->a, vote->set),
                                           tournament.clip(vote->b, vote->set));
      if (!comparison) continue;
      question.votes.push_back(*comparison);
      sets.emplace_back(-vote->castAt, tournament.row().sets[static_cast<std::size_t>(vote->set)]);
    }
  }
  std::sort(sets.begin(), sets.end());
  for (const auto& [when, set] : sets) {
    const bool known =
        std::find(question.sets.begin(), question.sets.end(), set) != question.sets.end();
    if (!known && question.sets.size() < kRecommendedBy) question.sets.push_back(set);
  }
  return question;
}

void Arena::taste(const Identity& who, Reply reply) {
  withOverall([this, listener = who.playerId,
               reply = std::move(reply)](const std::shared_ptr<const Overall>& overall) {
    TasteQuestion question = tasteQuestion(listener);
    question.overall = overall;
    boost::asio::post(raters_, [this, question = std::move(question), reply] {
      try {
        reply(tasteJson(question, parts_.shelf));
      } catch (const Error& error) {
        reply(error);
      } catch (const std::exception& error) {
        reply(Error(ErrorCode::kInternal, error.what()));
      }
    });
  });
}

const storage::TrialListener& Arena::trialListener(const std::string& id) {
  const auto found = trial_.find(id);
  if (found != trial_.end()) return found->second;
  const auto arm = arena::assignArm(kTrial, id);
  const storage::TrialListener listener{
      id, std::string(arena::kTrialArmNames[static_cast<std::size_t>(arm)]), storage::nowMs()};
  writer_.post([listener](storage::ArenaStore& store) { store.assign(listener); });
  return trial_.emplace(id, listener).first->second;
}

Arena::Offer Arena::newOffer(const Identity& who, const Overall& overall) {
  if (overall.mixers.empty() || overall.votes == 0)
    throw Error(ErrorCode::kConflict, "offer: nobody has voted yet, so no mix is better known");
  const storage::TrialListener& listener = trialListener(who.playerId);
  const OverallMixer* chosen = &overall.mixers.front();
  if (armOf(listener.arm) == arena::TrialArm::kPersonal) {
    const arena::TasteProfile profile(tasteQuestion(who.playerId).votes);
    const auto ranking = personalRanking(profile, overall);
    if (!ranking.empty()) chosen = overall.find(ranking.front().mixer);
  }
  std::vector<const OverallClip*> fresh;
  for (const OverallClip& clip : chosen->clips) {
    const bool rated =
        std::any_of(trialStars_.begin(), trialStars_.end(), [&](const storage::TrialStars& each) {
          return each.listener == who.playerId && each.clip == clip.key;
        });
    if (!rated) fresh.push_back(&clip);
  }
  if (fresh.empty())
    throw Error(ErrorCode::kConflict, "offer: you have rated every mix that there is for you now");
  const OverallClip& clip =
      *fresh[static_cast<std::size_t>(random_.below(static_cast<int>(fresh.size())))];
  const auto bytes =
      static_cast<std::int64_t>(std::filesystem::file_size(clipMaker_.file(clip.key)));
  const auto now = Hearing::Clock::now();
  return {storage::randomId(),
          storage::randomId(),
          who.playerId,
          listener.arm,
          chosen->name,
          clip,
          Hearing({clip.seconds, bytes}, {}, now)};
}

json Arena::offerJson(const Offer& offer) {
  return {
      {"id", offer.id},
      {"clip",
       {{"url", "/api/v1/arena/clips/" + offer.secret + ".opus"}, {"seconds", offer.clip.seconds}}},
      {"needSeconds", kNeededSeconds},
      {"heard", offer.hearing.heard(0)},
      {"tracks", {trackName(offer.clip.tracks.first), trackName(offer.clip.tracks.second)}}};
}

void Arena::offer(const Identity& who, Reply reply) {
  withOverall([this, who, reply = std::move(reply)](const std::shared_ptr<const Overall>& overall) {
    try {
      auto found = offers_.find(who.playerId);
      if (found == offers_.end()) {
        if (offers_.size() >= kMostOffers) offers_.erase(offers_.begin());
        found = offers_.emplace(who.playerId, newOffer(who, *overall)).first;
      }
      reply(offerJson(found->second));
    } catch (const Error& error) {
      reply(error);
    }
  });
}

Arena::Offer& Arena::findOffer(const std::string& id, const Identity& who) {
  const auto found = offers_.find(who.playerId);
  if (found == offers_.end() || found->second.id != id)
    throw Error(ErrorCode::kNotFound,
                fmt::format("offer {}: it is not there, or has been rated; ask for the next with "
                            "POST /api/v1/arena/offers",
                            id.substr(0, 40)));
  return found->second;
}

json Arena::offerHeard(const Identity& who, const std::string& id, const json& asked) {
  Offer& offer = findOffer(id, who);
  mayReport(offer.reports);
  const mixer::StrictObject object(asked, "heard");
  object.allow({"from", "to"});
  offer.hearing.played(0, object.number("from"), object.number("to"), Hearing::Clock::now())
      .valueOrThrow();
  return {{"heard", rounded(offer.hearing.heard(0), 10)},
          {"enough", offer.hearing.heard(0) >= kNeededSeconds}};
}

void Arena::rateOffer(const Identity& who, const std::string& id, const json& asked, Reply reply) {
  Offer& offer = findOffer(id, who);
  const mixer::StrictObject object(asked, "rating");
  object.allow({"stars"});
  const int stars = object.whole("stars");
  if (stars < 1 || stars > 5)
    mixer::StrictObject::fail(object.at("stars"), fmt::format("is {}; 1 to 5 are possible", stars));
  if (offer.hearing.heard(0) < kNeededSeconds)
    throw Error(ErrorCode::kConflict, fmt::format("rating: {:.1f} s were heard; {} s are needed",
                                                  offer.hearing.heard(0), kNeededSeconds));
  const storage::TrialStars given{who.playerId, offer.clip.key, offer.arm,
                                  offer.mixer,  stars,          storage::nowMs()};
  offers_.erase(who.playerId);
  writer_.post([this, given, reply = std::move(reply)](storage::ArenaStore& store) {
    Result<void> written;
    try {
      written = store.rate(given);
    } catch (const Error& error) {
      written = error;
    }
    inOrder([this, given, written, reply] {
      if (!written) return reply(written.error());
      trialStars_.push_back(given);
      reply(json{{"stars", given.stars}});
    });
  });
}

json Arena::trial() const {
  std::map<std::string, std::uint32_t> numbers;
  std::vector<arena::TrialRating> ratings;
  for (const storage::TrialStars& each : trialStars_)
    ratings.push_back(
        {numbers.try_emplace(each.listener, static_cast<std::uint32_t>(numbers.size()))
             .first->second,
         armOf(each.arm), each.stars});
  const arena::TrialResult result = arena::analyse(ratings);
  std::map<std::string, int> assigned;
  for (const auto& [id, listener] : trial_) ++assigned[listener.arm];
  json out = {{"trial", kTrial}};
  for (const auto& [name, mean] :
       {std::pair("global", &result.global), std::pair("personal", &result.personal)}) {
    out[name] = meanStarsJson(*mean);
    out[name]["assigned"] = assigned[name];
  }
  if (result.difference) {
    out["difference"] = rounded(*result.difference, 1000);
    out["interval"] = {rounded(result.interval.low, 1000), rounded(result.interval.high, 1000)};
  }
  return out;
}

}  // namespace dju::server
