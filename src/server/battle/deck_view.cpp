#include "server/battle/deck_view.h"

#include <algorithm>
#include <cmath>

#include "server/battle/command_parser.h"

namespace dju::server {

using engine::ControlId;
using nlohmann::json;

namespace {

bool keepsValue(engine::ControlKind kind) {
  using Kind = engine::ControlKind;
  return kind == Kind::kContinuous || kind == Kind::kToggle || kind == Kind::kChoice;
}

// Switches by their control's name: as the engine has them where telemetry tells, else as set.
json switches(const engine::DeckTelemetry& now, int deck,
              const std::function<double(ControlId, int)>& value) {
  json states = {{"auto_gain", (now.flags & engine::kDeckAutoGain) != 0}};
  for (const ControlId id :
       {ControlId::kSync, ControlId::kQuantize, ControlId::kSlip, ControlId::kReverse,
        ControlId::kLoop, ControlId::kKeylock, ControlId::kFaderStart})
    states[std::string(engine::info(id).name)] = value(id, deck) > 0.5;
  return states;
}

}  // namespace

json deckState(const engine::Telemetry& telemetry, int deck, const json& track,
               const std::function<double(ControlId, int)>& value) {
  const engine::DeckTelemetry& now = telemetry.decks[deck];
  const bool playing = now.flags & engine::kDeckPlaying;
  json hotcues = json::array();
  for (int i = 0; i < engine::kHotCues; ++i) {
    const bool active = now.hotCues & (1 << i);
    hotcues.push_back(
        {{"active", active}, {"position", active ? now.hotCuePosition[i] / kSampleRate : 0.0}});
  }
  json state = {
      // the document's fields
      {"isPlaying", playing},
      {"bpm", now.bpm},
      {"pitch", now.tempoPercent},
      {"volume", value(ControlId::kVolume, deck)},
      {"position", now.position / kSampleRate},
      {"eq",
       {{"high", value(ControlId::kEqHigh, deck)},
        {"mid", value(ControlId::kEqMid, deck)},
        {"low", value(ControlId::kEqLow, deck)}}},
      {"hotcues", hotcues},
      // ours
      {"deck", deckLetter(deck)},
      {"loaded", (now.flags & engine::kDeckLoaded) != 0},
      {"positionFrames", now.position},
      {"rate", now.rate},
      {"rateRange", value(ControlId::kRateRange, deck)},
      {"beatPhase", now.beatPhase},
      {"barBeat", now.barBeat},
      {"cueFrame", now.cuePosition},
      {"playing", playing},
      {"previewing", (now.flags & engine::kDeckPreviewing) != 0},
      {"scratching", (now.flags & engine::kDeckScratching) != 0},
      {"atEnd", (now.flags & engine::kDeckAtEnd) != 0},
      {"trim", value(ControlId::kTrim, deck)},
      {"kills",
       {{"high", (now.flags & engine::kDeckKillHigh) != 0},
        {"mid", (now.flags & engine::kDeckKillMid) != 0},
        {"low", (now.flags & engine::kDeckKillLow) != 0}}},
      {"switches", switches(now, deck, value)},
      {"keyShift", now.keyShift},
      {"autoGainDb", 20.0 * std::log10(std::max(now.autoGain, 1e-6F))},
      {"peak", now.peak},
      {"audibleShare", now.audibleShare},
      {"faderGain", now.faderGain},
      {"crossfaderGain", now.crossfaderGain},
  };
  for (const char* field : {"trackId", "title", "artist", "frames"})
    state[field] = track.is_object() && track.contains(field) ? track[field] : json();
  return state;
}

json controlValues(engine::ControlScope scope, int target,
                   const std::function<double(ControlId, int)>& value) {
  json values = json::object();
  for (const engine::ControlInfo& row : engine::kControls)
    if (row.scope == scope && keepsValue(row.kind))
      values[std::string(row.name)] = value(row.id, target);
  return values;
}

}  // namespace dju::server
