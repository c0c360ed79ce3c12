#include "core/metrics.h"

#include <gtest/gtest.h>

#include <thread>

#include "core/error.h"

namespace dju::metrics {
namespace {

TEST(Metrics, ExpositionIsWhatPrometheusReads) {
  Registry registry;
  registry.counter("dju_x_total", "Things", {{"kind", "a\"b"}}).add(3);
  registry.gauge("dju_level", "A level").set(1.5);
  auto& histogram = registry.histogram("dju_wait_seconds", "Waiting", {0.1, 1});
  histogram.observe(0.05);
  histogram.observe(0.1);
  histogram.observe(7);
  registry.gaugeFrom("dju_asked", "Asked for", [] { return 4.0; });
  EXPECT_EQ(registry.exposition(),
            "# HELP dju_asked Asked for\n# TYPE dju_asked gauge\ndju_asked 4\n"
            "# HELP dju_level A level\n# TYPE dju_level gauge\ndju_level 1.5\n"
            "# HELP dju_wait_seconds Waiting\n# TYPE dju_wait_seconds histogram\n"
            "dju_wait_seconds_bucket{le=\"0.1\"} 2\n"
            "dju_wait_seconds_bucket{le=\"1\"} 2\n"
            "dju_wait_seconds_bucket{le=\"+Inf\"} 3\n"
            "dju_wait_seconds_sum 7.15\ndju_wait_seconds_count 3\n"
            "# HELP dju_x_total Things\n# TYPE dju_x_total counter\n"
            "dju_x_total{kind=\"a\\\"b\"} 3\n");
}

TEST(Metrics, SameNameAndLabelsAreTheSameMetric) {
  Registry registry;
  auto& first = registry.counter("a_total", "A", {{"x", "1"}});
  EXPECT_EQ(&first, &registry.counter("a_total", "A", {{"x", "1"}}));
  EXPECT_NE(&first, &registry.counter("a_total", "A", {{"x", "2"}}));
  EXPECT_THROW(registry.gauge("a_total", "A"), Error);
  EXPECT_THROW(registry.gauge("1 b", "B"), Error);
}

TEST(Metrics, NothingIsLostBetweenThreads) {
  Registry registry;
  auto& counter = registry.counter("n_total", "N");
  auto& histogram = registry.histogram("h", "H", {1});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10000; ++i) {
        counter.add();
        histogram.observe(1);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(counter.value(), 40000u);
  EXPECT_EQ(histogram.count(), 40000u);
  EXPECT_EQ(histogram.sum(), 40000.0);
}

TEST(Metrics, QuantileIsTheBucketsUpperEdge) {
  Histogram histogram({1, 2, 3});
  for (int i = 0; i < 99; ++i) histogram.observe(0.5);
  histogram.observe(2.5);
  EXPECT_EQ(histogram.quantile(0.5), 1);
  EXPECT_EQ(histogram.quantile(1), 3);
}

}  // namespace
}  // namespace dju::metrics
