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

// Switches by their control's name, as the engine has them: it turns some off itself.
json switches(const engine::DeckTelemetry& now) {
  json states = json::object();
  for (const auto& [name, flag] : std::initializer_list<std::pair<const char*, std::uint32_t>>{
           {"sync", engine::kDeckSync},
           {"quantize", engine::kDeckQuantize},
           {"slip", engine::kDeckSlip},
           {"reverse", engine::kDeckReverse},
           {"loop", engine::kDeckLooping},
           {"keylock", engine::kDeckKeylock},
           {"fader_start", engine::kDeckFaderStart},
           {"auto_gain", engine::kDeckAutoGain}})
    states[name] = (now.flags & flag) != 0;
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
      {"switches", switches(now)},
      {"leader", (now.flags & engine::kDeckLeader) != 0},
      {"braking", (now.flags & engine::kDeckBraking) != 0},
      {"loopIn", now.loopOut > now.loopIn ? now.loopIn : -1.0},
      {"loopOut", now.loopOut > now.loopIn ? now.loopOut : -1.0},
      {"loopBeats", now.loopBeats},
      {"slipFrame", now.slipPosition},
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
