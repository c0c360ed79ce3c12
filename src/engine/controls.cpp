#include "engine/controls.h"

#include <algorithm>
#include <cmath>

namespace dju::engine {
namespace {

template <typename Predicate>
std::optional<ControlId> find(Predicate matches) {
  const auto row = std::find_if(std::begin(kControls), std::end(kControls), matches);
  if (row == std::end(kControls)) return std::nullopt;
  return row->id;
}

}  // namespace

std::optional<ControlId> findControl(std::string_view name) {
  return find([&](const ControlInfo& row) { return row.name == name; });
}

std::optional<ControlId> findNote(int note) {
  if (note < 0) return std::nullopt;
  return find([&](const ControlInfo& row) { return row.note == note; });
}

std::optional<ControlId> findController(int cc) {
  if (cc < 0) return std::nullopt;
  return find([&](const ControlInfo& row) { return row.cc == cc; });
}

std::optional<double> sanitize(ControlId id, double value) {
  if (!std::isfinite(value)) return std::nullopt;
  const ControlInfo& row = info(id);
  switch (row.kind) {
    case ControlKind::kToggle:
    case ControlKind::kHold:
    case ControlKind::kTrigger:
      return value > 0 ? 1.0 : 0.0;
    case ControlKind::kChoice:
      return *std::min_element(row.choices, row.choices + row.choiceCount, [&](double a, double b) {
        return std::abs(a - value) < std::abs(b - value);
      });
    default:
      return std::clamp(value, row.min, row.max);
  }
}

double fromMidi(ControlId id, int value, int maximum) {
  const ControlInfo& row = info(id);
  const int centre = (maximum + 1) / 2;
  const int clamped = std::clamp(value, 0, maximum);
  const double middle = (row.min + row.max) / 2;
  if (clamped <= centre) return row.min + (middle - row.min) * clamped / centre;
  return middle + (row.max - middle) * (clamped - centre) / (maximum - centre);
}

}  // namespace dju::engine
