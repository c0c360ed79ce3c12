#include <algorithm>
#include <cmath>
#include <set>

#include "core/half.h"
#include "inference/conversion/choices.h"
#include "inference/conversion/smaller_model.h"

namespace dju::inference {
namespace {

// Below that a Cast node is larger than what it saves.
constexpr std::int64_t kWorthwhile = 256;

// Whether halves can stand for it: not beyond their largest number.
bool fits(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(),
                     [](float value) { return std::fabs(value) < 65504; });
}

// Steps of quantised tensors, which halves would shift or lose.
std::set<std::string> stepsIn(const OnnxModel& model) {
  std::set<std::string> names;
  for (const OnnxNode& node : model.nodes)
    if (node.op == "QuantizeLinear" || node.op == "DequantizeLinear") names.insert(node.inputs[1]);
  return names;
}

}  // namespace

OnnxModel inHalfPrecision(const OnnxModel& model) {
  OnnxModel half = model;
  const std::set<std::string> steps = stepsIn(model), choosing = tensorsThatChoose(model);
  std::vector<OnnxNode> casts;
  for (OnnxTensor& constant : half.constants) {
    if (constant.type != ElementType::kFloat32 || elementsOf(constant.shape) < kWorthwhile ||
        steps.contains(constant.name) || choosing.contains(constant.name))
      continue;
    const std::vector<float> values = constant.floats();
    if (!fits(values)) continue;
    std::string data;
    for (const float value : values) {
      const std::uint16_t bits = halfOfFloat(value);
      data.append(reinterpret_cast<const char*>(&bits), sizeof bits);
    }
    const std::string name = constant.name;
    constant = {name + "_half", ElementType::kFloat16, constant.shape, std::move(data)};
    casts.push_back({name + "_cast",
                     "Cast",
                     {constant.name},
                     {name},
                     {{"to", static_cast<std::int64_t>(ElementType::kFloat32)}}});
  }
  half.nodes.insert(half.nodes.begin(), casts.begin(), casts.end());
  half.metadata["precision"] = "float16";
  return half;
}

}  // namespace dju::inference
