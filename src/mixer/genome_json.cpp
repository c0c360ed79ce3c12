#include "mixer/genome_json.h"

#include <algorithm>

#include "engine/controls.h"
#include "mixer/strict_json.h"

namespace dju::mixer {
namespace {

using nlohmann::json;

constexpr std::string_view kSchema = "dju-transition";

// A number where nothing moves, else {"line": […]} or {"steps": […]}.
json curveJson(const Curve& curve) {
  const auto& values = curve.values;
  if (!values.empty() && std::all_of(values.begin(), values.end(),
                                     [&](double value) { return value == values.front(); }))
    return values.front();
  return {{curve.stepped ? "steps" : "line", values}};
}

Curve curveFrom(const json& from, int bars, const std::string& place) {
  Curve curve;
  if (from.is_number()) {
    curve.values.assign(static_cast<std::size_t>(bars) + 1, from.get<double>());
    return curve;
  }
  const StrictObject object(from, place);
  object.allow({"line", "steps"});
  curve.stepped = object.has("steps");
  if (curve.stepped == object.has("line"))
    StrictObject::fail(place, "must be a number, {\"line\": [...]} or {\"steps\": [...]}");
  const std::string_view field = curve.stepped ? "steps" : "line";
  for (const json& value : object.list(field, kMostBars + 1))
    curve.values.push_back(StrictObject::asNumber(value, object.at(field)));
  return curve;
}

json deckJson(const DeckCurves& curves) {
  json deck = json::object();
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    deck[std::string(kLaneNames[lane])] = curveJson(curves[lane]);
  return deck;
}

DeckCurves deckFrom(const json& from, int bars, const std::string& place) {
  const StrictObject object(from, place);
  object.allow({"gain", "low", "mid", "high", "filter"});
  DeckCurves curves;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const auto name = kLaneNames[lane];
    curves[lane] = curveFrom(object.has(name) ? object.get(name) : json(kLaneRanges[lane].neutral),
                             bars, object.at(name));
  }
  return curves;
}

json effectJson(const EffectUse& use) {
  return {{"deck", kSideNames[static_cast<std::size_t>(use.side)]},
          {"effect", engine::kEffectIds[use.effect]},
          {"fromBar", use.fromBar},
          {"toBar", use.toBar},
          {"mix", use.mix},
          {"amount", use.amount},
          {"tone", use.tone},
          {"beats", use.beats}};
}

EffectUse effectFrom(const json& from, const std::string& place) {
  const StrictObject object(from, place);
  object.allow({"deck", "effect", "fromBar", "toBar", "mix", "amount", "tone", "beats"});
  EffectUse use;
  use.side = static_cast<Side>(object.choice("deck", kSideNames));
  use.effect = static_cast<int>(object.choice("effect", engine::kEffectIds));
  use.fromBar = object.number("fromBar");
  use.toBar = object.number("toBar");
  use.mix = object.number("mix", use.mix);
  use.amount = object.number("amount", use.amount);
  use.tone = object.number("tone", use.tone);
  use.beats = object.number("beats", use.beats);
  return use;
}

json loopJson(const LoopUse& use) {
  return {{"deck", kSideNames[static_cast<std::size_t>(use.side)]},
          {"fromBar", use.fromBar},
          {"toBar", use.toBar},
          {"beats", use.beats},
          {"rolled", use.rolled}};
}

LoopUse loopFrom(const json& from, const std::string& place) {
  const StrictObject object(from, place);
  object.allow({"deck", "fromBar", "toBar", "beats", "rolled"});
  LoopUse use;
  use.side = static_cast<Side>(object.choice("deck", kSideNames));
  use.fromBar = object.number("fromBar");
  use.toBar = object.number("toBar");
  use.beats = object.number("beats");
  use.rolled = object.flag("rolled", false);
  return use;
}

json cutJson(const CutPoint& cut) {
  return {{"bar", cut.bar}, {"heard", kHeardNames[static_cast<std::size_t>(cut.heard)]}};
}

CutPoint cutFrom(const json& from, const std::string& place) {
  const StrictObject object(from, place);
  object.allow({"bar", "heard"});
  return {object.number("bar"), static_cast<Heard>(object.choice("heard", kHeardNames))};
}

template <typename T, typename ToJson>
json listJson(const std::vector<T>& values, ToJson toJson) {
  json list = json::array();
  for (const T& value : values) list.push_back(toJson(value));
  return list;
}

template <typename T, typename From>
std::vector<T> listFrom(const StrictObject& object, std::string_view field, std::size_t most,
                        From from) {
  std::vector<T> values;
  if (!object.has(field)) return values;
  for (const json& entry : object.list(field, most))
    values.push_back(from(entry, fmt::format("{}[{}]", object.at(field), values.size())));
  return values;
}

}  // namespace

json toJson(const Genome& genome) {
  return {{"schema", kSchema},
          {"version", kGenomeVersion},
          {"style", styleName(genome.style)},
          {"bars", genome.bars},
          {"enterBar", genome.enterBar},
          {"out", deckJson(genome.decks[0])},
          {"in", deckJson(genome.decks[1])},
          {"tempo", curveJson(genome.tempo)},
          {"effects", listJson(genome.effects, effectJson)},
          {"loops", listJson(genome.loops, loopJson)},
          {"cuts", listJson(genome.cuts, cutJson)}};
}

Genome genomeFrom(const json& from) {
  const StrictObject object(from, "transition");
  object.allow({"schema", "version", "style", "bars", "enterBar", "out", "in", "tempo", "effects",
                "loops", "cuts"});
  if (object.text("schema") != kSchema)
    StrictObject::fail("transition.schema", fmt::format("must be \"{}\"", kSchema));
  if (const int version = object.whole("version"); version != kGenomeVersion)
    StrictObject::fail("transition.version",
                       fmt::format("is {}; this program reads {}", version, kGenomeVersion));
  Genome genome;
  genome.style = static_cast<Style>(object.choice("style", kStyleNames));
  genome.bars = object.whole("bars");
  if (genome.bars < 1 || genome.bars > kMostBars)
    StrictObject::fail("transition.bars",
                       fmt::format("is {}; it must be from 1 to {}", genome.bars, kMostBars));
  genome.enterBar = object.has("enterBar") ? object.whole("enterBar") : 0;
  for (std::size_t side = 0; side < genome.decks.size(); ++side) {
    const auto name = kSideNames[side];
    genome.decks[side] = deckFrom(object.has(name) ? object.get(name) : json::object(), genome.bars,
                                  object.at(name));
  }
  genome.tempo = curveFrom(object.has("tempo") ? object.get("tempo") : json(0), genome.bars,
                           "transition.tempo");
  genome.effects = listFrom<EffectUse>(object, "effects", kMostEffects, effectFrom);
  genome.loops = listFrom<LoopUse>(object, "loops", kMostLoops, loopFrom);
  genome.cuts = listFrom<CutPoint>(object, "cuts", kMostCuts, cutFrom);
  checkGenome(genome).valueOrThrow();
  return genome;
}

Result<Genome> parseGenome(std::string_view text) {
  if (text.size() > kMostGenomeBytes)
    return Error(ErrorCode::kTooLarge,
                 fmt::format("transition: {} bytes; at most {}", text.size(), kMostGenomeBytes));
  try {
    return genomeFrom(json::parse(text));
  } catch (const Error& error) {
    return error;
  } catch (const json::exception& error) {
    return Error(ErrorCode::kInvalid, fmt::format("transition: no JSON: {}", error.what()));
  }
}

}  // namespace dju::mixer
