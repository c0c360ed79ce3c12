// What is computed of the sound for DJs' pages: features of the master and of two decks that sound,
// ten times a second, and the master's picture (server/battle/visual.h), thirty times, block by
// block as they come live. Prints the CPU time, best of five, as the share of one core for a battle
// that is watched. Usage: bench_live_features [SECONDS]
#include "server/battle/live_features.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/random.h"
#include "server/battle/visual.h"
#include "support/cpu.h"

namespace {

constexpr int kPicturesASecond = 30;

}  // namespace

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
  const int blocks = seconds * kSampleRate / kBlockFrames;
  std::size_t told = 0;
  const double features = bench::best([&] {
    server::LiveFeatures listening;
    told = 0;
    for (int block = 0; block < blocks; ++block) {
      frame->block.telemetry.frame = Frame(std::int64_t{block} * kBlockFrames);
      listening.add(*frame);
      if (const auto data = listening.take()) told += data->dump().size();
    }
  });
  std::size_t drawn = 0;
  const double picture = bench::best([&] {
    server::Visual visual;
    int pictures = 0;
    for (int block = 0; block < blocks; ++block) {
      visual.add(frame->block);
      if (block * kPicturesASecond < pictures * kSampleRate / kBlockFrames) continue;
      ++pictures;
      drawn += visual.pack().size() + visual.audioVisualization().dump().size();
    }
  });
  const auto share = [&](double cpu) { return 100 * cpu / seconds; };
  fmt::print(
      "{}: features of master and two decks {:.2f} % of a core ({:.1f} kB/s of JSON a DJ), picture "
      "{:.2f} %, together {:.2f} %\n",
      bench::cpuName(), share(features), static_cast<double>(told) / seconds / 1000, share(picture),
      share(features + picture));
  return drawn > 0 ? 0 : 1;
}
