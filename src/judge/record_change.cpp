#include "judge/record_change.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace dju::judge {
namespace {

constexpr std::size_t kBands = RecordChange::kBands;
constexpr std::size_t kHop = 5, kWidth = 20;  // moments: half a second, two seconds
constexpr double kRowSeconds = kHop * RecordChange::kMomentSeconds;
constexpr double kCentre = kWidth * RecordChange::kMomentSeconds / 2;
// In rows. What lies nearer than kNear in time is alike because it is the same bar.
constexpr std::size_t kReach = 120, kLeast = 24, kNear = 12, kApart = 40;
constexpr std::size_t kLikenesses = 2;
// Of the logarithm of how much nearer a row lies to its own side; set on half of people's pieces
// (docs/judging.md).
constexpr double kQuantile = 0.25, kChanges = 0.43;
constexpr double kLittle = 0.5;  // dB: what two rows of one loop differ by
constexpr float kFar = 40;       // dB, where a side has no row that may be compared
constexpr double kFloor = 1e-8, kDeepest = 50;
// From a place to where the middle may be, and what around it belongs to neither record.
constexpr std::size_t kLook = 36, kMargin = 12;
constexpr float kRises = 3;  // a rise counts so much

using Row = std::array<float, 2 * kBands>;

std::size_t distanceOf(std::size_t a, std::size_t b) {
  return a > b ? a - b : b - a;
}

// Between rows up to twice kReach apart; what lies nearer than kNear is kFar.
class Distances {
 public:
  explicit Distances(const std::vector<Row>& rows)
      : count_(rows.size()), values_(count_ * (2 * kReach + 1), kFar) {
    for (std::size_t i = 0; i < count_; ++i) {
      for (std::size_t j = i + kNear; j < std::min(count_, i + 2 * kReach + 1); ++j) {
        float square = 0;
        for (std::size_t b = 0; b < 2 * kBands; ++b) {
          const float change = rows[i][b] - rows[j][b];
          square += change * change;
        }
        values_[i * (2 * kReach + 1) + j - i] = std::sqrt(square / kBands);
      }
    }
  }
  std::size_t count() const { return count_; }
  float operator()(std::size_t i, std::size_t j) const {
    const std::size_t first = std::min(i, j), apart = distanceOf(i, j);
    return apart > 2 * kReach ? kFar : values_[first * (2 * kReach + 1) + apart];
  }
  // The mean of the nearest kLikenesses of rows [from, to).
  double nearest(std::size_t row, std::size_t from, std::size_t to) const {
    float first = kFar, second = kFar;
    for (std::size_t j = from; j < to; ++j) {
      const float distance = (*this)(row, j);
      if (distance >= second) continue;
      second = std::max(first, distance);
      first = std::min(first, distance);
    }
    static_assert(kLikenesses == 2);
    return (first + second) / 2;
  }

 private:
  std::size_t count_;
  std::vector<float> values_;
};

// How much nearer a row lies to rows [own, ownEnd) than to [other, otherEnd): a logarithm.
double nearer(const Distances& distances, std::size_t row, std::size_t own, std::size_t ownEnd,
              std::size_t other, std::size_t otherEnd) {
  return std::log((distances.nearest(row, other, otherEnd) + kLittle) /
                  (distances.nearest(row, own, ownEnd) + kLittle));
}

double quantile(std::vector<double>& values) {
  const auto at = values.begin() +
                  static_cast<std::ptrdiff_t>(kQuantile * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// Of a change between rows [from, fromEnd) and [to, toEnd): the less sure of the two sides.
double changeBetween(const Distances& distances, std::size_t from, std::size_t fromEnd,
                     std::size_t to, std::size_t toEnd) {
  std::vector<double> before, after;
  for (std::size_t i = from; i < fromEnd; ++i)
    before.push_back(nearer(distances, i, from, fromEnd, to, toEnd));
  for (std::size_t i = to; i < toEnd; ++i)
    after.push_back(nearer(distances, i, to, toEnd, from, fromEnd));
  return std::min(quantile(before), quantile(after));
}

double changeAt(const Distances& distances, std::size_t at) {
  return changeBetween(distances, at - std::min(at, kReach), at, at,
                       std::min(at + kReach, distances.count()));
}

// Where what is nearer to the record before ends and what is nearer to the one after begins.
double middleOf(const Distances& distances, std::size_t place) {
  const std::size_t count = distances.count();
  const std::size_t before = place - std::min(place, kReach), after = place + kMargin;
  const std::size_t from = place - std::min(place, kLook);
  double sum = 0, least = 0;
  std::size_t middle = from;
  for (std::size_t i = from; i < std::min(count, place + kLook); ++i) {
    // Positive: like what comes after.
    sum += std::clamp(
        nearer(distances, i, after, std::min(count, place + kReach), before, place - kMargin), -1.0,
        1.0);
    if (sum >= least) continue;
    least = sum;
    middle = i + 1;
  }
  return (static_cast<double>(middle) - 0.5) * kRowSeconds + kCentre;
}

std::vector<Row> rowsOf(const std::vector<std::array<float, kBands>>& moments) {
  std::vector<std::array<float, kBands>> rises(moments.size());
  const auto decibels = [](double power) { return 10 * std::log10(power + kFloor); };
  for (std::size_t m = 1; m < moments.size(); ++m) {
    for (std::size_t b = 0; b < kBands; ++b)
      rises[m][b] =
          static_cast<float>(std::max(0.0, decibels(moments[m][b]) - decibels(moments[m - 1][b])));
  }
  std::vector<Row> rows;
  for (std::size_t start = 0; start + kWidth <= moments.size(); start += kHop) {
    Row row{};
    std::array<double, kBands> level{};
    double most = -200, mean = 0;
    for (std::size_t b = 0; b < kBands; ++b) {
      double power = 0, rise = 0;
      for (std::size_t m = start; m < start + kWidth; ++m) {
        power += moments[m][b];
        rise += rises[m][b];
      }
      level[b] = decibels(power / kWidth);
      most = std::max(most, level[b]);
      row[kBands + b] = kRises * static_cast<float>(rise / kWidth);
    }
    for (double& value : level) {
      value = std::max(value, most - kDeepest);
      mean += value / kBands;
    }
    for (std::size_t b = 0; b < kBands; ++b) row[b] = static_cast<float>(level[b] - mean);
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

void RecordChange::hear(std::span<const float, kBands> powers) {
  std::copy(powers.begin(), powers.end(), moments_.emplace_back().begin());
}

std::vector<double> RecordChange::places() const {
  const Distances distances(rowsOf(moments_));
  const std::size_t count = distances.count();
  if (count < 2 * kLeast) return {};
  std::vector<double> changes(count, 0.0);
  for (std::size_t at = kLeast; at + kLeast <= count; ++at) changes[at] = changeAt(distances, at);
  std::vector<double> places;
  while (true) {
    const auto most = std::max_element(changes.begin(), changes.end());
    if (*most < kChanges) break;
    const auto at = static_cast<std::size_t>(most - changes.begin());
    places.push_back(middleOf(distances, at));
    const std::size_t from = at - std::min(at, kApart), to = std::min(at + kApart + 1, count);
    std::fill(changes.begin() + static_cast<std::ptrdiff_t>(from),
              changes.begin() + static_cast<std::ptrdiff_t>(to), 0.0);
  }
  std::sort(places.begin(), places.end());
  return places;
}

}  // namespace dju::judge
