// What the controls of effects do: battle_commands.cpp hands them on to here.
#include "engine/battle_state.h"

namespace dju::engine {
namespace {

// The registry numbers a deck's slots in a row for each of their controls.
bool slotOf(ControlId id, ControlId first, int& slot) noexcept {
  slot = static_cast<int>(id) - static_cast<int>(first);
  return slot >= 0 && slot < kEffectSlots;
}

}  // namespace

void Battle::State::applyToEffects(ControlId id, int deck, double value) noexcept {
  ChannelEffects& effects = mixer.effects(deck);
  const double rampMs = info(id).rampMs;
  int n = 0;
  if (slotOf(id, ControlId::kFxType1, n)) {
    effects.slots[n].setType(static_cast<EffectType>(value));
  } else if (slotOf(id, ControlId::kFxOn1, n)) {
    effects.slots[n].setOn(value > 0);
  } else if (slotOf(id, ControlId::kFxMix1, n)) {
    effects.slots[n].setMix(value);
  } else if (slotOf(id, ControlId::kFxAmount1, n)) {
    effects.slots[n].setAmount(value, rampMs);
  } else if (slotOf(id, ControlId::kFxTone1, n)) {
    effects.slots[n].setTone(value, rampMs);
  } else if (slotOf(id, ControlId::kFxBeats1, n)) {
    effects.slots[n].setBeats(value);
  } else if (id == ControlId::kFilter) {
    effects.quick.setKnob(value, rampMs);
  } else if (id == ControlId::kFilterResonance) {
    effects.quick.setResonance(value, rampMs);
  } else if (id == ControlId::kQuickType) {
    effects.quick.setType(static_cast<QuickEffectType>(value));
  }
}

bool Battle::State::applyToMasterEffect(ControlId id, double value) noexcept {
  EffectSlot& slot = mixer.masterEffect();
  const double rampMs = info(id).rampMs;
  switch (id) {
    case ControlId::kMasterFxType:
      slot.setType(static_cast<EffectType>(value));
      return true;
    case ControlId::kMasterFxOn:
      slot.setOn(value > 0);
      return true;
    case ControlId::kMasterFxMix:
      slot.setMix(value);
      return true;
    case ControlId::kMasterFxAmount:
      slot.setAmount(value, rampMs);
      return true;
    case ControlId::kMasterFxTone:
      slot.setTone(value, rampMs);
      return true;
    case ControlId::kMasterFxBeats:
      slot.setBeats(value);
      return true;
    default:
      return false;
  }
}

}  // namespace dju::engine
