// What a person asks of a mix, without naming a single fader. Data: JSON in both directions, a
// table of what there is for pages and for checking. Plain values; any thread.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace dju::mixer {

enum class EnergyShape { kFlat, kBuild, kPeak, kWave, kDrawn };
inline constexpr std::array<std::string_view, 5> kEnergyShapes = {"flat", "build", "peak", "wave",
                                                                  "drawn"};
enum class TrackOrder { kGiven, kFixedEnds, kFree };
inline constexpr std::array<std::string_view, 3> kTrackOrders = {"given", "fixedEnds", "free"};

struct MixParameters {
  int transitionBars = 16;  // a wish; styles with a length of their own keep it
  double boldness = 0.4;    // 0 blends only … 1 rolls, cuts and double drops
  EnergyShape energy = EnergyShape::kFlat;
  std::vector<double> energyCurve;      // drawn: 0 to 1, evenly over the mix; 2 … 64 values
  double harmonicStrictness = 0.6;      // 0 any key after any … 1 no clash at any price
  double tempoRangePercent = 5;         // how far a record may be moved from its own tempo
  double effects = 0.4;                 // 0 none … 1 much
  double vocalCare = 0.7;               // 0 voices may cross … 1 never
  std::optional<double> targetMinutes;  // of the whole mix
  TrackOrder order = TrackOrder::kFixedEnds;

  friend bool operator==(const MixParameters&, const MixParameters&) = default;
};

// What a number may be, for checks, documentation and pages.
struct NumberRange {
  std::string_view name;  // as in JSON
  double min, max;
  double multiple = 0;  // of which it must be one; 0: any number
};
inline constexpr NumberRange kParameterRanges[] = {
    {"transitionBars", 4, 64, 4}, {"boldness", 0, 1}, {"harmonicStrictness", 0, 1},
    {"tempoRangePercent", 0, 16}, {"effects", 0, 1},  {"vocalCare", 0, 1},
    {"targetMinutes", 1, 180}};
inline constexpr std::size_t kFewestCurvePoints = 2, kMostCurvePoints = 64;

nlohmann::json toJson(const MixParameters& parameters);
// `json`'s fields over `base`. Expected to fail, naming the field, its value and its range.
Result<MixParameters> withChanges(const MixParameters& base, const nlohmann::json& json);
// One change as text, "boldness=0.8": what a command line has.
Result<MixParameters> withChange(const MixParameters& base, std::string_view assignment);

// The energy that is wanted at `place` of the mix, 0 to 1.
double wantedEnergy(const MixParameters& parameters, double place);

// Parameters with a name, data/mixer-presets.json.
struct Preset {
  std::string id;
  std::string nameEn, nameEs;
  MixParameters parameters;
};

Result<std::vector<Preset>> parsePresets(std::string_view json);
// Those that ship.
const std::vector<Preset>& standardPresets();
// Expected to fail with the names that there are.
Result<Preset> findPreset(std::string_view id);

}  // namespace dju::mixer
