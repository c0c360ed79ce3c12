#include "engine/sync.h"

#include "engine/dsp/math.h"

namespace dju::engine {
namespace {

constexpr double kCatchUpFrames = 2400;  // 50 ms
constexpr double kJumpBeats = 1.0 / 32;  // from here on a jump is less of a disturbance
constexpr double kRootOfTwo = 1.4142135623730951;
constexpr double kFarRatio = 1.5;    // a ratio once chosen is kept a little beyond sqrt(2)
constexpr double kUnheardBeats = 2;  // a cut of the fader is shorter

double wrapped(double beats) noexcept {
  return beats - static_cast<double>(floorToInt(beats + 0.5));
}
double magnitude(double x) noexcept {
  return x < 0 ? -x : x;
}

bool canLead(const Deck& deck) noexcept {
  return deck.loaded() && deck.playing() && !deck.previewing() && deck.grid().valid();
}

// How far the follower's beat is behind the leader's, in its own beats. At half the leader's tempo
// either of two leader's beats will do.
double behind(double leadBeat, double ownBeat, double ratio) noexcept {
  if (ratio >= 1) return wrapped(leadBeat * ratio - ownBeat);
  return wrapped(leadBeat - ownBeat / ratio) * ratio;
}

// 1, 2, 1/2 …: what brings the leader's tempo nearest to the record's own. `before` is kept where
// it is nearly as near.
double nearestRatio(double leadBpm, double ownBpm, double before) noexcept {
  double change = leadBpm * before / ownBpm;
  if (change < kFarRatio && change > 1 / kFarRatio) return before;
  double ratio = 1;
  change = leadBpm / ownBpm;
  for (int i = 0; i < 4 && change > kRootOfTwo; ++i, change /= 2) ratio /= 2;
  for (int i = 0; i < 4 && change < 1 / kRootOfTwo; ++i, change *= 2) ratio *= 2;
  return ratio;
}

}  // namespace

double Sync::clockBeat(Frame now) const noexcept {
  const auto frames = static_cast<double>(now - clockFrame_);
  return clockStart_ + frames * clockBpm_ / (60.0 * kSampleRate);
}

void Sync::setClock(double bpm, Frame now) noexcept {
  clockStart_ = clockBeat(now);
  clockFrame_ = now;
  clockBpm_ = bpm;
}

bool Sync::alignClock(Decks decks, Frame now) noexcept {
  int who = leader_ == kClock ? kNobody : leader_;
  for (int d = 0; who == kNobody && d < static_cast<int>(decks.size()); ++d) {
    if (canLead(*decks[d])) who = d;
  }
  const Lead model = lead(decks, who, now);
  if (!model.running) return false;
  clockStart_ = model.beat;
  clockFrame_ = now;
  clockBpm_ = model.bpm;
  return true;
}

void Sync::straighten(int deck) noexcept {
  followers_[deck].offset = 0;
  followers_[deck].keep = false;
}

Sync::Lead Sync::lead(Decks decks, int who, Frame now) const noexcept {
  if (who == kClock) return {clockBpm_, clockBeat(now), true};
  if (who < 0 || who >= static_cast<int>(decks.size())) return {};
  const Deck& deck = *decks[who];
  if (!deck.loaded() || !deck.grid().valid()) return {};
  const double position = deck.anchor();
  return {deck.grid().bpmAt(position) * deck.platter().beatSpeed(), deck.grid().beatAt(position),
          deck.beatsRunOn()};
}

int Sync::pick(Decks decks, std::span<const bool> audible) const noexcept {
  const int count = static_cast<int>(decks.size());
  if (choice_ > kMaxDecks) return kClock;
  if (choice_ > 0) return choice_ <= count ? choice_ - 1 : kNobody;
  const bool leads = leader_ >= 0 && leader_ < count && canLead(*decks[leader_]);
  if (leads && unheardBeats_ < kUnheardBeats) return leader_;
  for (int d = 0; d < count; ++d) {
    if (audible[d] && canLead(*decks[d])) return d;
  }
  if (leads) return leader_;
  for (int d = 0; d < count; ++d) {
    if (canLead(*decks[d])) return d;
  }
  return kNobody;
}

void Sync::steerOne(const Lead& lead, Deck& deck, Follower& follower) noexcept {
  const double position = deck.anchor();
  const double ownBpm = deck.grid().bpmAt(position);
  follower.ratio = nearestRatio(lead.bpm, ownBpm, follower.ratio);
  double speed = lead.bpm * follower.ratio / ownBpm;
  if (lead.running && deck.beatsRunOn()) {
    const double late = behind(lead.beat, deck.grid().beatAt(position), follower.ratio);
    const double error = wrapped(late - follower.offset);
    const double frames = error * deck.grid().framesPerBeatAt(position);
    if (deck.pushed() || follower.keep) {
      follower.offset = late;
      follower.keep = deck.pushed();
    } else if (magnitude(error) > kJumpBeats) {
      deck.shiftPhase(frames);
    } else {
      speed += frames / kCatchUpFrames;
    }
  } else if (deck.playing() && deck.pushed()) {
    follower.keep = true;
  }
  deck.platter().followTempo(speed);
}

// Counts the beats of a leader that nobody hears, as long as another deck is heard and could lead.
void Sync::countUnheard(Decks decks, std::span<const bool> audible) noexcept {
  bool other = false;
  for (int d = 0; d < static_cast<int>(decks.size()); ++d) {
    other = other || (d != leader_ && audible[d] && canLead(*decks[d]));
  }
  const bool deckLeads = leader_ >= 0 && leader_ < static_cast<int>(decks.size());
  if (!other || !deckLeads || audible[leader_] || !canLead(*decks[leader_])) {
    unheardBeats_ = 0;
    return;
  }
  const Deck& deck = *decks[leader_];
  const double beat = deck.grid().framesPerBeatAt(deck.anchor());
  unheardBeats_ += kBlockFrames * deck.platter().beatSpeed() / beat;
}

void Sync::steer(Decks decks, std::span<const bool> audible, Frame now) noexcept {
  const int before = leader_;
  leader_ = pick(decks, audible);
  if (leader_ != before) unheardBeats_ = 0;
  countUnheard(decks, audible);
  const Lead model = lead(decks, leader_, now);
  if (!(model.bpm > 0)) return;
  for (int d = 0; d < static_cast<int>(decks.size()); ++d) {
    Deck& deck = *decks[d];
    if (!follows(d) || !deck.loaded() || !deck.grid().valid()) continue;
    steerOne(model, deck, followers_[d]);
  }
}

void Sync::matchTempo(Decks decks, int d, Frame now) noexcept {
  const Lead model = lead(decks, leader_, now);
  Deck& deck = *decks[d];
  if (leader_ == d || !(model.bpm > 0) || !deck.loaded() || !deck.grid().valid()) return;
  const double own = deck.grid().bpmAt(deck.anchor());
  deck.platter().followTempo(model.bpm * nearestRatio(model.bpm, own, 1) / own);
}

void Sync::matchPhase(Decks decks, int d, Frame now) noexcept {
  Deck& deck = *decks[d];
  straighten(d);
  if (!deck.beatsRunOn()) return;
  deck.shiftPhase(inPhase(decks, d, deck.anchor(), now) - deck.anchor());
}

double Sync::inPhase(Decks decks, int d, double position, Frame now) const noexcept {
  const Lead model = lead(decks, leader_, now);
  const BeatGrid& grid = decks[d]->grid();
  if (leader_ == d || !model.running || !grid.valid()) return position;
  const double beat = grid.beatAt(position);
  const double ratio = nearestRatio(model.bpm, grid.bpmAt(position), followers_[d].ratio);
  const double late = behind(model.beat, beat, ratio);
  return late == 0 ? position : grid.frameAt(beat + late);
}

}  // namespace dju::engine
