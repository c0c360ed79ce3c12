// The arena's dealings with voters: pairs, what they heard of them, votes.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "mixer/strict_json.h"
#include "server/arena/arena.h"
#include "server/net/http_text.h"
#include "storage/random_id.h"

namespace dju::server {
namespace {

using nlohmann::json;

int starsFrom(const mixer::StrictObject& stars, std::string_view side) {
  const int value = stars.whole(side);
  if (value < 1 || value > 5)
    mixer::StrictObject::fail(stars.at(side), fmt::format("is {}; 1 to 5 are possible", value));
  return value;
}

// What is asked of a vote; sides as they were presented.
struct VoteRequest {
  std::string choice;
  int starsA = 0, starsB = 0;  // 0: not given
};

VoteRequest voteFrom(const json& asked) {
  constexpr std::array<std::string_view, 4> kChoices = {"A", "B", "tie", "bothBad"};
  const mixer::StrictObject object(asked, "vote");
  object.allow({"choice", "stars"});
  VoteRequest vote;
  vote.choice = std::string(kChoices[object.choice("choice", kChoices)]);
  if (!object.has("stars")) return vote;
  const mixer::StrictObject stars(object.get("stars"), object.at("stars"));
  stars.allow({"A", "B"});
  vote.starsA = starsFrom(stars, "A");
  vote.starsB = starsFrom(stars, "B");
  return vote;
}

// The vote as it is stored: about the pair's a and b, whichever side they were on.
storage::ArenaVote storedVote(const Ballot& ballot, const VoteRequest& asked) {
  storage::ArenaVote vote;
  vote.match = ballot.pair.match;
  vote.a = ballot.pair.a;
  vote.b = ballot.pair.b;
  vote.set = ballot.pair.set;
  vote.voter = ballot.voter;
  vote.choice = asked.choice;
  vote.side = ballot.side;
  vote.heardA = ballot.hearing.heard(0);
  vote.heardB = ballot.hearing.heard(1);
  vote.starsA = asked.starsA;
  vote.starsB = asked.starsB;
  vote.castAt = storage::nowMs();
  if (ballot.side > 0) return vote;
  if (asked.choice == "A" || asked.choice == "B")
    vote.choice.front() = asked.choice == "A" ? 'B' : 'A';
  std::swap(vote.heardA, vote.heardB);
  std::swap(vote.starsA, vote.starsB);
  return vote;
}

}  // namespace

json Arena::ballot(const Identity& who, const std::string& address, const std::string& id) {
  Entry& entry = find(id);
  Tournament& tournament = *entry.tournament;
  const auto name = [this](const auto& track) { return trackName(track); };
  Ballot* given = ballots_.of(id, who.playerId);
  if (given != nullptr && given->pair.match >= 0 &&
      tournament.bracket()->matches[static_cast<std::size_t>(given->pair.match)].state !=
          arena::MatchState::kOpen) {
    ballots_.remove(given->id);
    given = nullptr;
  }
  if (given != nullptr && !tournament.ended()) return ballotJson(*given, tournament, name);
  const VotingPair pair = tournament.next(who.playerId, random_).valueOrThrow();
  if (!voters_.contains(who.playerId)) {
    const storage::ArenaVoter voter{who.playerId, addresses_.pseudonym(address), storage::nowMs()};
    writer_.post([voter](storage::ArenaStore& store) { store.meet(voter); });
    voters_[voter.id] = voter;
  }
  if (tournament.begin(who.playerId)) {
    entry.body = nullptr;
    writer_.post([id, voter = who.playerId](storage::ArenaStore& store) {
      store.save(id, storage::ArenaParticipant{voter, false});
    });
  }
  Ballot made{storage::randomId(),          id, who.playerId, pair,
              random_.chance(0.5) ? 1 : -1, {}, {},           {{}, {}, Hearing::Clock::now()}};
  std::array<Hearing::Clip, 2> clips;
  for (std::size_t shown : {0U, 1U}) {
    const storage::ArenaClip& clip = tournament.clip(made.contestant(shown), pair.set);
    made.sound[shown] = storage::randomId();
    made.keys[shown] = clip.key;
    clips[shown] = {clip.seconds, static_cast<std::int64_t>(
                                      std::filesystem::file_size(clipMaker_.file(clip.key)))};
  }
  made.hearing = Hearing(clips[0], clips[1], Hearing::Clock::now());
  return ballotJson(ballots_.add(std::move(made)), tournament, name);
}

Ballot& Arena::findBallot(const std::string& id, const Identity& who) {
  Ballot* ballot = ballots_.find(id);
  if (ballot == nullptr || ballot->voter != who.playerId)
    throw Error(ErrorCode::kNotFound,
                fmt::format("ballot {}: it is not there, or has been voted on; ask for the next "
                            "with POST /api/v1/arena/tournaments/ID/ballots",
                            id.substr(0, 40)));
  return *ballot;
}

void Arena::mayReport(RateLimit& reports) {
  if (!reports.allow())
    throw Error(ErrorCode::kTooMany, "heard: say every second or two what was played, not oftener");
}

json Arena::heard(const Identity& who, const std::string& id, const json& asked) {
  constexpr std::array<std::string_view, 2> kSides = {"A", "B"};
  Ballot& ballot = findBallot(id, who);
  mayReport(ballot.reports);
  const mixer::StrictObject object(asked, "heard");
  object.allow({"side", "from", "to"});
  ballot.hearing
      .played(object.choice("side", kSides), object.number("from"), object.number("to"),
              Hearing::Clock::now())
      .valueOrThrow();
  return heardJson(ballot.hearing);
}

void Arena::vote(const Identity& who, const std::string& id, const json& asked, Reply reply) {
  Ballot& ballot = findBallot(id, who);
  const VoteRequest wish = voteFrom(asked);
  if (!ballot.hearing.enough())
    throw Error(ErrorCode::kConflict,
                fmt::format("vote: {:.1f} s of A and {:.1f} s of B were heard; {} s of each are "
                            "needed",
                            ballot.hearing.heard(0), ballot.hearing.heard(1), kNeededSeconds));
  storage::ArenaVote vote = storedVote(ballot, wish);
  vote.tournament = ballot.tournament;
  find(ballot.tournament).tournament->reserve(vote).valueOrThrow();
  writer_.cast(vote, [this, vote, ballot, choice = wish.choice,
                      reply = std::move(reply)](const Result<std::int64_t>& number) {
    inOrder([this, vote, ballot, choice, reply, number] {
      counted(ballot, choice, vote, number, reply);
    });
  });
}

void Arena::counted(const Ballot& ballot, const std::string& choice, const storage::ArenaVote& vote,
                    const Result<std::int64_t>& number, const Reply& reply) {
  Entry& entry = tournaments_.at(vote.tournament);
  Tournament& tournament = *entry.tournament;
  if (!number) {
    tournament.release(vote);
    return reply(number.error());
  }
  storage::ArenaVote written = vote;
  written.number = *number;
  tournament.take(written);
  if (tournament.finish(vote.voter))
    writer_.post([vote](storage::ArenaStore& store) {
      store.save(vote.tournament, storage::ArenaParticipant{vote.voter, true});
    });
  tournament.settle(storage::nowMs());
  changed(entry);
  ballots_.remove(ballot.id);
  reply(revealJson(ballot, tournament, choice));
}

Buffer Arena::read(const std::string& key) {
  std::weak_ptr<const Bytes>& kept = sounds_[key];
  if (Buffer there = kept.lock()) return there;
  const std::filesystem::path file = clipMaker_.file(key);
  std::ifstream in(file, std::ios::binary);
  if (!in)
    throw Error(ErrorCode::kUnavailable,
                fmt::format("clip {}: its file cannot be read", key.substr(0, 12)));
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  Buffer read = makeBuffer(bytes);
  kept = read;
  return read;
}

Buffer Arena::sound(const std::string& secret, std::string_view range) {
  const auto found = ballots_.bySound(secret);
  Ballot* const ballot = found.first;
  const std::size_t shown = found.second;
  const auto offer = std::find_if(offers_.begin(), offers_.end(), [&](const auto& each) {
    return ballot == nullptr && each.second.secret == secret;
  });
  if (ballot == nullptr && offer == offers_.end())
    throw Error(ErrorCode::kNotFound, "clip: its ballot is not there any more; ask for the next");
  Hearing& hearing = ballot != nullptr ? ballot->hearing : offer->second.hearing;
  Buffer bytes = read(ballot != nullptr ? ballot->keys[shown] : offer->second.clip.key);
  const ByteRange asked = parseRange(range, bytes->size());
  if (asked.kind == ByteRange::Kind::kNone)
    hearing.fetched(shown, 0, static_cast<std::int64_t>(bytes->size()));
  if (asked.kind == ByteRange::Kind::kRange)
    hearing.fetched(shown, static_cast<std::int64_t>(asked.first),
                    static_cast<std::int64_t>(asked.last) + 1);
  return bytes;
}

Buffer Arena::namedSound(const std::string& id, int contestant, int set) {
  const Tournament& tournament = *find(id).tournament;
  const auto& row = tournament.row();
  if (contestant < 0 || contestant >= tournament.contestants() || set < 0 ||
      set >= static_cast<int>(row.sets.size()))
    throw Error(
        ErrorCode::kNotFound,
        fmt::format("tournament {}: it has no clip {} of contestant {}", id, set, contestant));
  if (!tournament.ended())
    throw Error(ErrorCode::kConflict,
                fmt::format("tournament {}: while people vote, nobody hears whose a mix is", id));
  const storage::ArenaClip& clip = tournament.clip(contestant, set);
  if (clip.state != "ready")
    throw Error(
        ErrorCode::kNotFound,
        fmt::format("tournament {}: contestant {} has no mix of set {}", id, contestant, set));
  return read(clip.key);
}

}  // namespace dju::server
