// How long models take in our own runtime, and what they need. One thread.
//
//   build/bench_inference FILE.onnx … [--runs N] [--together ITEMS]
//
// Prints a JSON line a file: milliseconds of a run (median, 99th percentile), of CPU an item (best
// of the runs, the median), of so many items together (1), bytes of the file, of the loaded weights
// of a run's memory and of each further item's. bench/inference.mjs sets ONNX Runtime beside it.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "core/random.h"
#include "inference/network/network_runner.h"
#include "inference/onnx/onnx_file.h"
#include "support/cpu.h"

namespace {

using dju::inference::Network;
using dju::inference::NetworkRunner;

void measure(const std::string& file, int runs, std::size_t together) {
  const Network network(dju::inference::readOnnx(file));
  NetworkRunner runner(network, together);
  dju::Random random(1);
  for (std::size_t item = 0; item < together; ++item) {
    for (const auto& input : network.inputs()) {
      if (input.type != dju::inference::ElementType::kFloat32) continue;
      for (float& value : runner.input(input.name, item))
        value = static_cast<float>(random.uniform(0, 1));
    }
  }
  std::vector<double> took, cpu;
  for (int i = 0; i < runs + 3; ++i) {
    const double cpuBegan = dju::bench::cpuSeconds();
    const auto began = std::chrono::steady_clock::now();
    runner.run(together);
    const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - began;
    if (i < 3) continue;  // the first ones warm the caches up
    took.push_back(time.count());
    cpu.push_back(1000 * (dju::bench::cpuSeconds() - cpuBegan) / static_cast<double>(together));
  }
  std::sort(took.begin(), took.end());
  std::sort(cpu.begin(), cpu.end());
  std::printf(
      "{\"file\": \"%s\", \"together\": %zu, \"medianMs\": %.4f, \"p99Ms\": %.4f, "
      "\"cpuMsAnItem\": {\"best\": %.4f, \"median\": %.4f}, \"fileBytes\": %ju, "
      "\"weightBytes\": %zu, \"runBytes\": %zu, \"itemBytes\": %zu}\n",
      file.c_str(), together, took[took.size() / 2], took[took.size() * 99 / 100], cpu.front(),
      cpu[cpu.size() / 2], static_cast<std::uintmax_t>(std::filesystem::file_size(file)),
      network.weightBytes(), network.runBytes(), network.itemBytes());
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> files;
  int runs = 50, together = 1;
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--runs" && i + 1 < argc) {
      runs = std::max(1, std::atoi(argv[++i]));
    } else if (std::string(argv[i]) == "--together" && i + 1 < argc) {
      together = std::clamp(std::atoi(argv[++i]), 1, 1024);
    } else {
      files.emplace_back(argv[i]);
    }
  }
  if (files.empty()) {
    std::fprintf(stderr, "bench_inference FILE.onnx … [--runs N] [--together ITEMS]\n");
    return 2;
  }
  for (const std::string& file : files) measure(file, runs, static_cast<std::size_t>(together));
  return 0;
}
