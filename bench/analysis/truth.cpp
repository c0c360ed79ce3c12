#include "analysis/truth.h"

#include <algorithm>

namespace dju::bench {
namespace {

std::vector<double> timesOf(const std::vector<double>& times, double from, double seconds) {
  std::vector<double> inside;
  for (const double time : times) {
    if (time >= from && time < from + seconds) inside.push_back(time - from);
  }
  return inside;
}

}  // namespace

std::optional<Key> keyOf(std::string_view text) {
  const Result<Key> key = music::parseKey(text);
  return key ? std::optional<Key>(*key) : std::nullopt;
}

Truth excerptOf(const Truth& truth, double from, double seconds) {
  Truth part = truth;
  part.beats = timesOf(truth.beats, from, seconds);
  part.downbeats = timesOf(truth.downbeats, from, seconds);
  part.sections.clear();
  for (LabelledSection section : truth.sections) {
    section.start = std::max(0.0, section.start - from);
    section.end = std::min(seconds, section.end - from);
    if (section.end > section.start) part.sections.push_back(section);
  }
  if (truth.vocals) {
    part.vocals->clear();
    for (const Interval& sung : *truth.vocals) {
      const Interval cut{std::max(0.0, sung.start - from), std::min(seconds, sung.end - from)};
      if (cut.end > cut.start) part.vocals->push_back(cut);
    }
  }
  part.energy = {};
  for (std::size_t i = 0; i < truth.energy.times.size(); ++i) {
    const double time = truth.energy.times[i] - from;
    if (time < 0 || time >= seconds) continue;
    part.energy.times.push_back(time);
    part.energy.values.push_back(truth.energy.values[i]);
  }
  return part;
}

}  // namespace dju::bench
