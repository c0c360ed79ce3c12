// What the program measures about itself, in the form that Prometheus scrapes: counters, gauges and
// histograms with labels, registered once by name and then incremented without a lock.
//
// Threads: registration (counter, gauge, histogram) locks and may allocate, from any thread but an
// engine thread; keep the reference it returns, which stays valid as long as the registry.
// add, set and observe are lock-free and noexcept, from any thread. Units are in the names, base
// units (`_seconds`, `_bytes`), counters end in `_total`, as Prometheus asks.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace dju::metrics {

// Label names and values, e.g. {{"route", "/api/v1/tracks"}, {"status", "200"}}.
using Labels = std::vector<std::pair<std::string, std::string>>;

// Only grows.
class Counter {
 public:
  void add(std::uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Goes up and down.
class Gauge {
 public:
  void set(double value) noexcept { value_.store(value, std::memory_order_relaxed); }
  void add(double n) noexcept;
  double value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

// Counts observations into buckets with fixed upper bounds.
class Histogram {
 public:
  // `bounds`: upper bounds, ascending; +Inf is added.
  explicit Histogram(std::vector<double> bounds);
  void observe(double value) noexcept;
  std::uint64_t count() const noexcept;
  double sum() const noexcept { return sum_.value(); }
  // The bound below which the share `q` of the observations lies (upper edge of its bucket).
  double quantile(double q) const noexcept;
  const std::vector<double>& bounds() const noexcept { return bounds_; }
  std::uint64_t bucket(std::size_t i) const noexcept;

 private:
  std::vector<double> bounds_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> buckets_;  // bounds_.size() + 1
  Gauge sum_;
};

// 0.5 ms to 10 s, for latencies of requests and commands.
std::vector<double> latencyBounds();

class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  // The metric of this name and these labels, made on the first call. Throws Error when the name is
  // already used for another kind of metric, or is no Prometheus name.
  Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  Histogram& histogram(const std::string& name, const std::string& help, std::vector<double> bounds,
                       const Labels& labels = {});
  // A gauge whose value is asked for at each scrape; `read` must be safe on any thread.
  void gaugeFrom(const std::string& name, const std::string& help, std::function<double()> read,
                 const Labels& labels = {});

  // The text exposition format, version 0.0.4. Any thread.
  std::string exposition() const;

 private:
  struct Family;
  Family& family(const std::string& name, const std::string& help, int kind);

  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Family>> families_;  // guarded by mutex_
};

// The registry of the program, which /metrics shows.
Registry& registry();

}  // namespace dju::metrics
