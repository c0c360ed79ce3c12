// How long models take in our own runtime, and what they need. One thread.
//
//   build/bench_inference FILE.onnx … [--runs N]
//
// Prints a JSON line a file: milliseconds of a run (median, 99th percentile), bytes of the file, of
// the loaded weights and of a run's memory. bench/inference.mjs sets ONNX Runtime beside it.
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

namespace {

using dju::inference::Network;
using dju::inference::NetworkRunner;

void measure(const std::string& file, int runs) {
  const Network network(dju::inference::readOnnx(file));
  NetworkRunner runner(network);
  dju::Random random(1);
  for (const auto& input : network.inputs()) {
    if (input.type != dju::inference::ElementType::kFloat32) continue;
    for (float& value : runner.input(input.name)) value = static_cast<float>(random.uniform(-1, 1));
  }
  std::vector<double> took;
  for (int i = 0; i < runs + 3; ++i) {
    const auto began = std::chrono::steady_clock::now();
    runner.run();
    const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - began;
    if (i >= 3) took.push_back(time.count());  // the first ones warm the caches up
  }
  std::sort(took.begin(), took.end());
  std::printf(
      "{\"file\": \"%s\", \"medianMs\": %.4f, \"p99Ms\": %.4f, \"fileBytes\": %ju, "
      "\"weightBytes\": %zu, \"runBytes\": %zu}\n",
      file.c_str(), took[took.size() / 2], took[took.size() * 99 / 100],
      static_cast<std::uintmax_t>(std::filesystem::file_size(file)), network.weightBytes(),
      network.runBytes());
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> files;
  int runs = 50;
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--runs" && i + 1 < argc) {
      runs = std::max(1, std::atoi(argv[++i]));
    } else {
      files.emplace_back(argv[i]);
    }
  }
  if (files.empty()) {
    std::fprintf(stderr, "bench_inference FILE.onnx … [--runs N]\n");
    return 2;
  }
  for (const std::string& file : files) measure(file, runs);
  return 0;
}
