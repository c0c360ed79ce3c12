#include "server/net/round_trip.h"

#include <gtest/gtest.h>

#include "core/random.h"

namespace dju::server {
namespace {

// Probes over a way of so many ms, 10 ms of jitter each way, of which a share waits for a resend.
RoundTrip measured(double wayMs, double heldUp, std::uint64_t seed) {
  Random random(seed);
  RoundTrip trip;
  for (int i = 0; i < 200; ++i) {
    double ms = wayMs + random.uniform(-10, 10) + random.uniform(-10, 10);
    if (random.uniform(0, 1) < heldUp) ms += wayMs * random.uniform(0.2, 2);
    trip.add(ms);
  }
  return trip;
}

TEST(RoundTrip, IsUnknownBeforeTheFirstProbe) {
  RoundTrip trip;
  EXPECT_LT(trip.ms(), 0);
  trip.add(80);
  trip.add(30);
  EXPECT_EQ(trip.ms(), 30);
  EXPECT_EQ(trip.jitterMs(), 0);
}

TEST(RoundTrip, IsThatOfTheWay) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    EXPECT_NEAR(measured(200, 0, seed).ms(), 200, 10);
    EXPECT_NEAR(measured(200, 0, seed).jitterMs(), 5, 5);
  }
}

TEST(RoundTrip, WhatALossHoldsUpDoesNotCount) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    EXPECT_NEAR(measured(400, 0.35, seed).ms(), 400, 15) << "1 % each way";
    EXPECT_NEAR(measured(400, 0.5, seed).ms(), 400, 20) << "3 % each way";
    EXPECT_LT(measured(400, 0.35, seed).jitterMs(), 25);
  }
}

TEST(RoundTrip, FollowsAnotherWayWithinTenRounds) {
  RoundTrip trip;
  for (int i = 0; i < 50; ++i) trip.add(20);
  for (int i = 0; i < 30; ++i) trip.add(300);
  EXPECT_EQ(trip.ms(), 300);
}

}  // namespace
}  // namespace dju::server
