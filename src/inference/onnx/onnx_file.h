// ONNX files to models and back. A stranger's file is met with limits: 256 MiB, 65,536 nodes and as
// many constants, 8 dimensions, 2^31 elements a tensor; what exceeds them, is malformed or is
// beyond what we write (control flow, sparse or external tensors, other operator sets) is refused
// with what and where. Fuzzed (fuzz/onnx.cpp). Any thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/error.h"
#include "inference/onnx/onnx_model.h"

namespace dju::inference {

inline constexpr std::size_t kMaxOnnxBytes = std::size_t{256} << 20;

Result<OnnxModel> parseOnnx(std::string_view bytes);
// The bytes of an ONNX file of IR version 8.
std::string onnxBytesOf(const OnnxModel& model);
// Throws Error naming the file and what is wrong with it.
OnnxModel readOnnx(const std::filesystem::path& file);

}  // namespace dju::inference
