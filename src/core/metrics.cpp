#include "core/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace dju::metrics {
namespace {

bool isMetricName(const std::string& name) {
  auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
  };
  return !name.empty() && letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
    return letter(c) || (c >= '0' && c <= '9');
  });
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

// name="value",… without braces; the identity of a series within its family.
std::string series(const Labels& labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    if (!out.empty()) out += ',';
    out += name + "=\"" + escaped(value) + '"';
  }
  return out;
}

std::string braced(const std::string& labels) {
  return labels.empty() ? "" : "{" + labels + "}";
}

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

enum Kind { kCounter, kGauge, kHistogram };
constexpr const char* kKindNames[] = {"counter", "gauge", "histogram"};

}  // namespace

void Gauge::add(double n) noexcept {
  double before = value_.load(std::memory_order_relaxed);
  while (!value_.compare_exchange_weak(before, before + n, std::memory_order_relaxed)) {
  }
}

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)),
      buckets_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds_.size() + 1)) {}

void Histogram::observe(double value) noexcept {
  const auto at = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  buckets_[static_cast<std::size_t>(at)].fetch_add(1, std::memory_order_relaxed);
  sum_.add(value);
}

std::uint64_t Histogram::bucket(std::size_t i) const noexcept {
  return buckets_[i].load(std::memory_order_relaxed);
}

std::uint64_t Histogram::count() const noexcept {
  std::uint64_t total = 0;
  for (std::size_t i = 0; i <= bounds_.size(); ++i) total += bucket(i);
  return total;
}

double Histogram::quantile(double q) const noexcept {
  const double wanted = q * static_cast<double>(count());
  double seen = 0;
  for (std::size_t i = 0; i < bounds_.size(); ++i) {
    seen += static_cast<double>(bucket(i));
    if (seen >= wanted) return bounds_[i];
  }
  return HUGE_VAL;
}

std::vector<double> latencyBounds() {
  return {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10};
}

struct Registry::Family {
  std::string help;
  int kind = kCounter;
  std::map<std::string, std::unique_ptr<Counter>> counters;
  std::map<std::string, std::unique_ptr<Gauge>> gauges;
  std::map<std::string, std::function<double()>> readers;
  std::map<std::string, std::unique_ptr<Histogram>> histograms;
};

Registry::Registry() = default;
Registry::~Registry() = default;

Registry::Family& Registry::family(const std::string& name, const std::string& help, int kind) {
  auto& slot = families_[name];
  if (!slot) {
    if (!isMetricName(name)) {
      families_.erase(name);
      throw Error(ErrorCode::kInternal, fmt::format("metric \"{}\": not a Prometheus name", name));
    }
    slot = std::make_unique<Family>();
    slot->help = help;
    slot->kind = kind;
  }
  if (slot->kind != kind) {
    throw Error(ErrorCode::kInternal, fmt::format("metric \"{}\": already registered as a {}", name,
                                                  kKindNames[slot->kind]));
  }
  return *slot;
}

Counter& Registry::counter(const std::string& name, const std::string& help, const Labels& labels) {
  std::lock_guard lock(mutex_);
  auto& slot = family(name, help, kCounter).counters[series(labels)];
  if (!slot) slot = std::make_unique<Counter>();
  return *slot;
}

Gauge& Registry::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  std::lock_guard lock(mutex_);
  auto& slot = family(name, help, kGauge).gauges[series(labels)];
  if (!slot) slot = std::make_unique<Gauge>();
  return *slot;
}

Histogram& Registry::histogram(const std::string& name, const std::string& help,
                               std::vector<double> bounds, const Labels& labels) {
  std::lock_guard lock(mutex_);
  auto& slot = family(name, help, kHistogram).histograms[series(labels)];
  if (!slot) slot = std::make_unique<Histogram>(std::move(bounds));
  return *slot;
}

void Registry::gaugeFrom(const std::string& name, const std::string& help,
                         std::function<double()> read, const Labels& labels) {
  std::lock_guard lock(mutex_);
  family(name, help, kGauge).readers[series(labels)] = std::move(read);
}

namespace {

void exposeHistogram(std::string& out, const std::string& name, const std::string& labels,
                     const Histogram& histogram) {
  const std::string prefix = labels.empty() ? "" : labels + ",";
  std::uint64_t below = 0;
  for (std::size_t i = 0; i <= histogram.bounds().size(); ++i) {
    below += histogram.bucket(i);
    const bool last = i == histogram.bounds().size();
    out += fmt::format("{}_bucket{{{}le=\"{}\"}} {}\n", name, prefix,
                       last ? "+Inf" : number(histogram.bounds()[i]), below);
  }
  out += fmt::format("{}_sum{} {}\n", name, braced(labels), number(histogram.sum()));
  out += fmt::format("{}_count{} {}\n", name, braced(labels), below);
}

}  // namespace

std::string Registry::exposition() const {
  std::lock_guard lock(mutex_);
  std::string out;
  for (const auto& [name, family] : families_) {
    out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, family->help, name,
                       kKindNames[family->kind]);
    for (const auto& [labels, counter] : family->counters) {
      out += fmt::format("{}{} {}\n", name, braced(labels), counter->value());
    }
    for (const auto& [labels, gauge] : family->gauges) {
      out += fmt::format("{}{} {}\n", name, braced(labels), number(gauge->value()));
    }
    for (const auto& [labels, read] : family->readers) {
      out += fmt::format("{}{} {}\n", name, braced(labels), number(read()));
    }
    for (const auto& [labels, histogram] : family->histograms) {
      exposeHistogram(out, name, labels, *histogram);
    }
  }
  return out;
}

Registry& registry() {
  static Registry instance;
  return instance;
}

}  // namespace dju::metrics
