// What a network decides: nodes on the way to a Cast to integers, by which something is then looked
// up. A little less precision moves a score a little; here it would choose another place
// altogether. So both kinds of smaller models (smaller_model.h) keep these nodes in float32. Any
// thread.
#pragma once

#include <set>
#include <string>

#include "inference/onnx/onnx_model.h"

namespace dju::inference {

// Names of all tensors, constants among them, that such nodes read.
std::set<std::string> tensorsThatChoose(const OnnxModel& model);

}  // namespace dju::inference
