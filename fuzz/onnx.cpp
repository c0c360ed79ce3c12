// ONNX files against anything; what is accepted as a model must be made a network or be refused,
// and what becomes a network must run.
#include <cstdint>
#include <string_view>

#include "core/error.h"
#include "inference/network/network_runner.h"
#include "inference/onnx/onnx_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto model = dju::inference::parseOnnx({reinterpret_cast<const char*>(data), size});
  if (!model.ok()) return 0;
  try {
    const dju::inference::Network network(*model);
    // A small file may ask for much memory and time; that is for the caller to weigh.
    constexpr std::size_t kMost = std::size_t{1} << 22;
    if (network.runBytes() > kMost || network.weightBytes() > kMost) return 0;
    dju::inference::NetworkRunner(network).run();
  } catch (const dju::Error&) {
  }
  return 0;
}
