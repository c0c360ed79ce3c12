#include "storage/interchange/beat_markers.h"

#include <cmath>
#include <vector>

namespace dju::storage {
namespace {

constexpr double kToleranceSeconds = 0.002;
constexpr double kMinBpm = 10, kMaxBpm = 1000;  // beyond it is no tempo

bool saneTempo(double bpm) {
  return bpm >= kMinBpm && bpm <= kMaxBpm;
}

bool ascending(std::span<const BeatMarker> markers) {
  for (std::size_t i = 0; i < markers.size(); ++i) {
    const BeatMarker& marker = markers[i];
    if (!(std::fabs(marker.beat) < 1e7 && std::fabs(marker.seconds) < 1e6)) return false;
    if (marker.beat != std::floor(marker.beat)) return false;
    if (i == 0) continue;
    const BeatMarker& before = markers[i - 1];
    if (!(marker.beat > before.beat && marker.seconds > before.seconds)) return false;
    const double bpm = 60 * (marker.beat - before.beat) / (marker.seconds - before.seconds);
    if (!saneTempo(bpm)) return false;
  }
  return true;
}

double secondsPerBeat(const BeatMarker& a, const BeatMarker& b) {
  return (b.seconds - a.seconds) / (b.beat - a.beat);
}

// The farthest marker to which a line from `from` passes near all in between.
std::size_t lineFrom(std::span<const BeatMarker> markers, std::size_t from, double tolerance) {
  constexpr std::size_t kMaxReach = 4096;  // keeps hostile lists from taking quadratic time
  std::size_t best = from + 1;
  for (std::size_t to = from + 2; to < std::min(markers.size(), from + kMaxReach); ++to) {
    const double step = secondsPerBeat(markers[from], markers[to]);
    bool near = true;
    for (std::size_t i = from + 1; near && i < to; ++i) {
      const double there = markers[from].seconds + (markers[i].beat - markers[from].beat) * step;
      near = std::fabs(there - markers[i].seconds) <= tolerance;
    }
    if (!near) break;
    best = to;
  }
  return best;
}

struct Part {
  BeatMarker at;
  double secondsPerBeat;
};

std::vector<Part> partsOf(std::span<const BeatMarker> markers, double lastBpm, double tolerance) {
  std::vector<Part> parts;
  std::size_t from = 0;
  while (from + 1 < markers.size()) {
    const std::size_t to = lineFrom(markers, from, tolerance);
    parts.push_back({markers[from], secondsPerBeat(markers[from], markers[to])});
    from = to;
  }
  if (!saneTempo(lastBpm)) return parts;
  const double last = 60 / lastBpm;
  // A tempo that says the same as the markers before it begins no part of its own.
  if (parts.empty() || std::fabs(parts.back().secondsPerBeat / last - 1) > 1e-3) {
    parts.push_back({markers.back(), last});
  }
  return parts;
}

// The anchor has to lie within the track; beats are counted in bars of four.
BeatGrid anchored(const std::vector<Part>& parts) {
  const double step = parts[0].secondsPerBeat;
  double anchor = parts[0].at.seconds - parts[0].at.beat * step;
  double count = 0;
  if (anchor < 0) count = 4 * std::ceil(-anchor / (4 * step));
  anchor += count * step;
  BeatGrid grid{anchor * kSampleRate, step * kSampleRate, 0, {}};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    grid.addChange({parts[i].at.beat - count, parts[i].at.seconds * kSampleRate,
                    parts[i].secondsPerBeat * kSampleRate});
  }
  return grid;
}

}  // namespace

std::optional<BeatGrid> gridThrough(std::span<const BeatMarker> markers, double lastBpm) {
  if (markers.empty() || !ascending(markers)) return std::nullopt;
  std::vector<Part> parts;
  for (double tolerance = kToleranceSeconds;; tolerance *= 2) {
    parts = partsOf(markers, lastBpm, tolerance);
    if (parts.empty()) return std::nullopt;
    if (parts.size() <= BeatGrid::kMaxChanges + 1) break;
    if (tolerance > 60) return std::nullopt;
  }
  const BeatGrid grid = anchored(parts);
  return grid.sane() ? std::optional(grid) : std::nullopt;
}

}  // namespace dju::storage
