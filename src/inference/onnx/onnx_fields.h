// Field numbers of ONNX' messages (onnx.proto, IR version 8), shared by reader and writer.
#pragma once

#include <cstdint>

namespace dju::inference::onnx_fields {

namespace model {
inline constexpr std::uint32_t kIrVersion = 1, kProducer = 2, kProducerVersion = 3, kGraph = 7,
                               kOpset = 8, kMetadata = 14, kTraining = 20, kFunctions = 25;
}
namespace opset {
inline constexpr std::uint32_t kDomain = 1, kVersion = 2;
}
namespace entry {
inline constexpr std::uint32_t kKey = 1, kValue = 2;
}
namespace graph {
inline constexpr std::uint32_t kNode = 1, kName = 2, kInitializer = 5, kInput = 11, kOutput = 12,
                               kSparse = 15;
}
namespace node {
inline constexpr std::uint32_t kInput = 1, kOutput = 2, kName = 3, kOp = 4, kAttribute = 5,
                               kDomain = 7;
}
namespace attribute {
inline constexpr std::uint32_t kName = 1, kFloat = 2, kInteger = 3, kText = 4, kIntegers = 8,
                               kType = 20;
inline constexpr std::int64_t kTypeFloat = 1, kTypeInteger = 2, kTypeText = 3, kTypeIntegers = 7;
}  // namespace attribute
namespace tensor {
inline constexpr std::uint32_t kDimensions = 1, kType = 2, kFloats = 4, kInt32s = 5, kInt64s = 7,
                               kName = 8, kRaw = 9, kLocation = 14;
}
namespace value {
inline constexpr std::uint32_t kName = 1, kType = 2;
inline constexpr std::uint32_t kTensorType = 1;                  // in the type
inline constexpr std::uint32_t kElementType = 1, kShape = 2;     // in the tensor type
inline constexpr std::uint32_t kDimension = 1;                   // in the shape
inline constexpr std::uint32_t kDimensionSize = 1, kSymbol = 2;  // in the dimension
}  // namespace value

}  // namespace dju::inference::onnx_fields
