// What a command does to a battle: one place in which the registry's controls meet the decks and
// the mixer. A command that makes no sense in the present state does nothing; none fails.
// docs/controls.md has the table.
#include <algorithm>

#include "engine/battle_state.h"
#include "engine/dsp/flush_denormals.h"
#include "engine/dsp/math.h"

namespace dju::engine {
namespace {

double gainOf(const ControlInfo& control, double position) noexcept {
  switch (control.law) {
    case ControlLaw::kLinear:
      return position;
    case ControlLaw::kDouble:
      return 2 * position;
    case ControlLaw::kSquare:
      return position / control.unity * (position / control.unity);
  }
  return position;
}

// The registry's sanitize() without its std::optional of libm's isfinite.
bool cleaned(const ControlInfo& control, double value, double& clean) noexcept {
  if (!(value - value == 0)) return false;  // infinite or not a number
  switch (control.kind) {
    case ControlKind::kToggle:
    case ControlKind::kHold:
    case ControlKind::kTrigger:
      clean = value > 0 ? 1 : 0;
      return true;
    case ControlKind::kChoice: {
      const auto distance = [&](double choice) {
        return choice > value ? choice - value : value - choice;
      };
      clean = control.choices[0];
      for (int i = 1; i < control.choiceCount; ++i) {
        if (distance(control.choices[i]) < distance(clean)) clean = control.choices[i];
      }
      return true;
    }
    default:
      clean = std::clamp(value, control.min, control.max);
      return true;
  }
}

}  // namespace

double Battle::State::stored(ControlId control, int target) const noexcept {
  return values[target][static_cast<int>(control)];
}
void Battle::State::store(ControlId control, int target, double value) noexcept {
  values[target][static_cast<int>(control)] = value;
}

bool Battle::State::accepts(const Command& command) const noexcept {
  if (!takesTrack(command.control)) return true;
  const double index = command.value;
  return index >= 0 && index < static_cast<double>(tracks.size()) &&
         tracks[static_cast<std::size_t>(index)].audio.samples != nullptr;
}

void Battle::State::applyDue() noexcept {
  while (!queue.empty() && queue.first().frame <= now) apply(queue.pop());
}

void Battle::State::apply(const Command& command) noexcept {
  if (static_cast<int>(command.control) >= kControlCount) return;
  const ControlInfo& control = info(command.control);
  double value = 0;
  if (!cleaned(control, command.value, value)) return;
  switch (control.scope) {
    case ControlScope::kDeck:
      if (command.target < decks.size()) applyToDeck(command, value);
      break;
    case ControlScope::kMixer:
      applyToMixer(command.control, value);
      break;
    case ControlScope::kSampler:
      if (command.target < kSamplers) applyToSampler(command, value);
      break;
    case ControlScope::kMonitor:
      if (command.target < monitors.size()) {
        applyToMonitor(command.control, command.target, value);
      }
      break;
  }
}

void Battle::State::applyToDeck(const Command& command, double value) noexcept {
  const int d = command.target;
  const ControlInfo& control = info(command.control);
  Deck& deck = *decks[d];
  lastTouch[d] = {static_cast<std::uint16_t>(command.control), command.player};
  if (applyTransport(command, value)) return;
  if (applyKey(command, value)) return;
  const double before = stored(command.control, d);
  if (control.kind != ControlKind::kRelative) store(command.control, d, value);
  switch (command.control) {
    case ControlId::kNudge:
      if (command.position && *command.position - *command.position == 0) {
        deck.slewTo(*command.position);
      }
      deck.platter().setNudge(value, control.rampMs);
      break;
    case ControlId::kJogTouch:
      deck.touch(value > 0);
      break;
    case ControlId::kJog:
      deck.turn(value);
      break;
    case ControlId::kTrim:
      deck.trim().glide(dbToGain(value), control.rampMs);
      break;
    case ControlId::kAutoGain:
      deck.setAutoGain(value > 0, control.rampMs);
      break;
    case ControlId::kEqLow:
    case ControlId::kKillLow:
      setBand(d, kBandLow, control.rampMs);
      break;
    case ControlId::kEqMid:
    case ControlId::kKillMid:
      setBand(d, kBandMid, control.rampMs);
      break;
    case ControlId::kEqHigh:
    case ControlId::kKillHigh:
      setBand(d, kBandHigh, control.rampMs);
      break;
    case ControlId::kVolume:
      mixer.fader(d).glide(gainOf(control, value), control.rampMs);
      startByFader(d, before, value);
      break;
    case ControlId::kCrossfaderSide:
      mixer.setSide(d, static_cast<CrossfaderSide>(value), control.rampMs);
      break;
    default:
      applyToEffects(command.control, d, value);
      break;
  }
}

// Key lock and key shift.
// The deck whose key the others take: the leader, else the first other one that plays.
int Battle::State::keyLeader(int deck) const noexcept {
  const auto known = [&](int d) {
    return d != deck && d >= 0 && d < static_cast<int>(decks.size()) && decks[d]->loaded() &&
           decks[d]->key() != kNoKey;
  };
  if (known(sync.leader())) return sync.leader();
  for (int d = 0; d < static_cast<int>(decks.size()); ++d) {
    if (known(d) && decks[d]->playing()) return d;
  }
  return Sync::kNobody;
}

// Shifts the deck by the smallest move to a key that mixes with the leader's as it is heard now:
// the same, its relative, or a fifth up or down (music/key_wheel.h).
void Battle::State::matchKey(int d) noexcept {
  const int leader = keyLeader(d);
  const int own = decks[d]->key();
  if (leader == Sync::kNobody || own == kNoKey) return;
  constexpr int kTonics = kKeys / 2;
  const auto byTempo = [this](int deck) {
    if (stored(ControlId::kKeylock, deck) > 0) return 0.0;
    return 12 * log2(decks[deck]->platter().tempo());
  };
  const int theirs = decks[leader]->key();
  const bool sameMode = own / kTonics == theirs / kTonics;
  const int relative = theirs < kTonics ? 9 : 3;
  const int same[] = {0, 7, 5}, other[] = {relative};
  const std::span<const int> ways = sameMode ? std::span<const int>(same) : other;
  const double heard = theirs % kTonics + byTempo(leader) + stored(ControlId::kKeyShift, leader) -
                       own % kTonics - byTempo(d);
  double best = 2 * kTonics;
  for (const int way : ways) {
    const double shift = heard + way;
    const double least = shift - kTonics * static_cast<double>(floorToInt(shift / kTonics + 0.5));
    if (least * least < best * best - 1e-9) best = least;
  }
  store(ControlId::kKeyShift, d, best);
  decks[d]->stretch().shift(best, info(ControlId::kKeyShift).rampMs);
}

bool Battle::State::applyKey(const Command& command, double value) noexcept {
  StretchReader& stretch = decks[command.target]->stretch();
  switch (command.control) {
    case ControlId::kKeylock:
      stretch.lock(value > 0);
      break;
    case ControlId::kKeyVoice:
      stretch.setVoice(value > 0 ? KeyVoice::kFine : KeyVoice::kFast);
      break;
    case ControlId::kKeySync:
      if (value > 0) matchKey(command.target);
      return true;
    case ControlId::kKeyShift:
      stretch.shift(value, info(ControlId::kKeyShift).rampMs);
      break;
    default:
      return false;
  }
  store(command.control, command.target, value);
  return true;
}

void Battle::State::setBand(int d, Band band, double rampMs) noexcept {
  static constexpr ControlId kKnobs[] = {ControlId::kEqLow, ControlId::kEqMid, ControlId::kEqHigh};
  static constexpr ControlId kKills[] = {ControlId::kKillLow, ControlId::kKillMid,
                                         ControlId::kKillHigh};
  const bool killed = stored(kKills[band], d) > 0;
  const double gain = killed ? 0 : gainOf(info(kKnobs[band]), stored(kKnobs[band], d));
  decks[d]->isolator().gain(band).glide(gain, rampMs);
}

void Battle::State::applyToMixer(ControlId id, double value) noexcept {
  const ControlInfo& control = info(id);
  store(id, 0, value);
  if (applyToSync(id, value)) return;
  if (applyToMasterEffect(id, value)) return;
  if (id == ControlId::kMasterVolume) {
    mixer.masterVolume().glide(gainOf(control, value), control.rampMs);
    return;
  }
  mixer.setCrossfader(stored(ControlId::kCrossfader, 0), stored(ControlId::kCrossfaderCurve, 0),
                      stored(ControlId::kCrossfaderReverse, 0) > 0, control.rampMs);
}

void Battle::State::applyToSampler(const Command& command, double value) noexcept {
  const ControlInfo& control = info(command.control);
  Sampler& sampler = mixer.sampler(command.target);
  if (control.kind != ControlKind::kTrigger) store(command.control, command.target, value);
  switch (command.control) {
    case ControlId::kSamplerLoad:
      if (accepts(command)) sampler.load(tracks[static_cast<std::size_t>(value)]);
      break;
    case ControlId::kSamplerPlay:
      // Commands of a block's first frame come before it begins.
      sampler.press(value > 0, blockOffset(now) == 0 ? kBlockFrames : blockOffset(now));
      break;
    case ControlId::kSamplerStop:
      if (value > 0) sampler.stop();
      break;
    case ControlId::kSamplerVolume:
      sampler.volume().glide(gainOf(control, value), control.rampMs);
      break;
    case ControlId::kSamplerMode:
      sampler.setMode(static_cast<SamplerMode>(value));
      break;
    case ControlId::kSamplerSync:
      sampler.setSync(value > 0);
      break;
    default:
      break;
  }
}

void Battle::State::applyToMonitor(ControlId id, int m, double value) noexcept {
  const ControlInfo& control = info(id);
  Monitor& monitor = monitors[m];
  store(id, m, value);
  if (within(id, ControlId::kHeadphoneCue1, kMaxDecks)) {
    monitor.cue(indexIn(id, ControlId::kHeadphoneCue1)).glide(value, control.rampMs);
  } else if (id == ControlId::kHeadphoneMix) {
    monitor.setMix(value, control.rampMs);
  } else if (id == ControlId::kHeadphoneVolume) {
    monitor.volume().glide(gainOf(control, value), control.rampMs);
  } else if (id == ControlId::kHeadphoneSplit) {
    monitor.split().glide(value, control.rampMs);
  }
}

Accepted Battle::schedule(const Command& command) noexcept {
  State& s = *state_;
  if (command.frame < s.now) return Accepted::kTooLate;
  if (!s.accepts(command)) return Accepted::kUnknownTrack;
  if (s.queue.full()) return Accepted::kFull;
  s.queue.push(command);
  return Accepted::kYes;
}

void Battle::applyDue() noexcept {
  const FlushDenormals flush;
  state_->applyDue();
}

Battle::DeckNow Battle::deckNow(int d) const noexcept {
  DeckNow now;
  if (d < 0 || d >= static_cast<int>(state_->decks.size())) return now;
  const Deck& deck = *state_->decks[d];
  deck.describe(now.deck);
  now.speed = deck.setSpeed();
  now.owed = deck.owed();
  now.drive = deck.platter().drive();
  now.driveStep = deck.platter().driveStep();
  return now;
}

double Battle::value(ControlId control, int target) const noexcept {
  const State& s = *state_;
  const int id = static_cast<int>(control);
  if (id < 0 || id >= kControlCount || target < 0 || target >= kMaxTargets) return 0;
  if (control == ControlId::kPlay) {
    if (target >= static_cast<int>(s.decks.size())) return 0;
    const Deck& deck = *s.decks[target];
    return deck.playing() && !deck.previewing() ? 1 : 0;
  }
  return s.values[target][id];
}

}  // namespace dju::engine
