// A float32 model in fewer bytes, as another ONNX model with the same inputs and outputs, which our
// runtime and ONNX Runtime run.
//
//   float16  large constants are stored in half precision and unpacked when the model is loaded;
//            what is computed stays float32.
//   int8     weights of convolutions and of wide dense layers in 8 bits, with a scale an output
//            channel; what flows between them in 8 bits, with ranges seen on sample inputs (QDQ
//            form: a QuantizeLinear and a DequantizeLinear around each). LSTMs and heads, which
//            lose most and gain least, are kept as in float16, and what chooses (choices.h) as it
//            is.
//
// Callers: app/models.cpp, bench/inference.cpp. Any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "inference/onnx/onnx_model.h"

namespace dju::inference {

// One item: elements of each input by its name.
using SampleInputs = std::map<std::string, std::vector<float>>;

OnnxModel inHalfPrecision(const OnnxModel& model);
// Throws Error(kInvalid) without samples, or when one does not fit the inputs, or is no number.
OnnxModel inEightBits(const OnnxModel& model, const std::vector<SampleInputs>& samples);

}  // namespace dju::inference
