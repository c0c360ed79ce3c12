// A float32 ONNX model as TensorFlow Lite, for phones and for LiteRT in browsers: the same inputs
// (integers as int32) and outputs. LSTMs are written out step by step, since TensorFlow Lite's own
// keeps its state from one run to the next.
//
// Throws Error naming the node when an operator has no counterpart here. Any thread.
#pragma once

#include "inference/conversion/tflite_file.h"
#include "inference/onnx/onnx_model.h"

namespace dju::inference {

TfliteModel asTflite(const OnnxModel& model);

}  // namespace dju::inference
