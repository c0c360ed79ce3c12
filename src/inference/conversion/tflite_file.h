// The parts of a TensorFlow Lite model that we write, and its bytes (FlatBuffers; the schema is
// TensorFlow's tensorflow/compiler/mlir/lite/schema/schema.fbs, version 3). Plain values; any
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "inference/onnx/onnx_model.h"

namespace dju::inference {

// Numbers of BuiltinOperator.
enum class TfliteOp : std::int32_t {
  kAdd = 0,
  kConcatenation = 2,
  kConv2d = 3,
  kFullyConnected = 9,
  kLogistic = 14,
  kMaxPool2d = 17,
  kMul = 18,
  kRelu = 19,
  kReshape = 22,
  kSoftmax = 25,
  kTanh = 28,
  kPad = 34,
  kGather = 36,
  kTranspose = 39,
  kMean = 40,
  kSub = 41,
  kDiv = 42,
  kCast = 53,
  kMaximum = 55,
  kMinimum = 57,
  kSlice = 65,
  kSum = 74,
  kSqrt = 75,
  kReduceMax = 82,
  kBatchMatmul = 126,
};

// Numbers of the union BuiltinOptions.
enum class TfliteOptions : std::uint8_t {
  kNone = 0,
  kConv2d = 1,
  kPool2d = 5,
  kFullyConnected = 8,
  kSoftmax = 9,
  kConcatenation = 10,
  kAdd = 11,
  kReshape = 17,
  kMul = 21,
  kPad = 22,
  kGather = 23,
  kTranspose = 26,
  kReducer = 27,
  kSub = 28,
  kDiv = 29,
  kMaximumMinimum = 39,
  kSlice = 48,
  kBatchMatMul = 101,
};

struct TfliteField {
  std::uint16_t number;                           // in the table of the options
  std::variant<std::int32_t, float, bool> value;  // bool: bytes of enumerations, too
};

enum class TfliteType : std::int8_t { kFloat32 = 0, kInt32 = 2 };

struct TfliteTensor {
  std::string name;
  TfliteType type = TfliteType::kFloat32;
  std::vector<std::int32_t> shape;
  std::string data;  // of a constant, little-endian
};

struct TfliteNode {
  TfliteOp op;
  std::vector<std::int32_t> inputs, outputs;  // tensors by index; -1 = left out
  TfliteOptions options = TfliteOptions::kNone;
  std::vector<TfliteField> fields;
};

struct TfliteModel {
  std::string description;
  std::vector<TfliteTensor> tensors;
  std::vector<TfliteNode> nodes;
  std::vector<std::int32_t> inputs, outputs;
};

std::string tfliteBytesOf(const TfliteModel& model);

}  // namespace dju::inference
