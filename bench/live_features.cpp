// What the features for DJs' pages cost: the master and two decks that sound, block by block as
// they come live. Prints microseconds a block of 5 ms and the share of one core for one battle that
// is watched. Usage: bench_live_features [SECONDS]
#include "server/battle/live_features.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/random.h"

int main(int argc, char** argv) {
  using namespace dju;  // NOLINT(google-build-using-namespace)
  const int seconds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 20;
  Random random(1);
  auto frame = std::make_unique<server::VisualFrame>();
  frame->hasStems = true;
  frame->block.telemetry.deckCount = 2;
  for (float& sample : frame->block.master) sample = static_cast<float>(random.uniform(-0.5, 0.5));
  for (auto& stem : frame->stems)
    for (float& sample : stem) sample = static_cast<float>(random.uniform(-0.5, 0.5));
  server::LiveFeatures features;
  std::vector<double> micros;
  std::size_t told = 0;
  for (int block = 0; block < seconds * kSampleRate / kBlockFrames; ++block) {
    frame->block.telemetry.frame = Frame(std::int64_t{block} * kBlockFrames);
    const auto start = std::chrono::steady_clock::now();
    features.add(*frame);
    if (const auto data = features.take()) told += data->dump().size();
    micros.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
            .count());
  }
  double sum = 0;
  for (const double value : micros) sum += value;
  std::sort(micros.begin(), micros.end());
  const double mean = sum / static_cast<double>(micros.size());
  fmt::print(
      "master and two decks: mean {:.1f} us a block, max {:.0f} us, {:.2f} % of a core; "
      "{:.1f} kB/s of JSON a DJ\n",
      mean, micros.back(), 100 * mean / (1e6 * kBlockFrames / kSampleRate),
      static_cast<double>(told) / seconds / 1000);
}
