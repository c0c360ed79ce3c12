// The operators that networks may have, by their ONNX names (onnx.ai/onnx/operators), sets 13
// to 17. Each maker checks what its node asks for, declares the output and gives what runs it;
// nothing, where nothing needs to run. A use that we never export is refused with what was met. One
// thread.
#pragma once

#include <string>
#include <string_view>

#include "inference/network/operator_context.h"

namespace dju::inference {

using OperatorMaker = OperatorPtr (*)(OperatorContext& context);

OperatorMaker operatorNamed(std::string_view name);  // null when there is none
std::string operatorNames();

// arithmetic.cpp
OperatorPtr makeAdd(OperatorContext& context);
OperatorPtr makeSub(OperatorContext& context);
OperatorPtr makeMul(OperatorContext& context);
OperatorPtr makeDiv(OperatorContext& context);
// functions.cpp
OperatorPtr makeRelu(OperatorContext& context);
OperatorPtr makeSigmoid(OperatorContext& context);
OperatorPtr makeSqrt(OperatorContext& context);
OperatorPtr makeClip(OperatorContext& context);
OperatorPtr makeSoftmax(OperatorContext& context);
// matmul.cpp, convolution.cpp, lstm.cpp
OperatorPtr makeMatMul(OperatorContext& context);
OperatorPtr makeConv(OperatorContext& context);
OperatorPtr makeLstm(OperatorContext& context);
// reduction.cpp
OperatorPtr makeReduceMean(OperatorContext& context);
OperatorPtr makeReduceMax(OperatorContext& context);
OperatorPtr makeReduceSum(OperatorContext& context);
OperatorPtr makeMaxPool(OperatorContext& context);
// arrangement.cpp
OperatorPtr makeReshape(OperatorContext& context);
OperatorPtr makeTranspose(OperatorContext& context);
OperatorPtr makeConcat(OperatorContext& context);
OperatorPtr makeSlice(OperatorContext& context);
OperatorPtr makeGather(OperatorContext& context);
// quantisation.cpp
OperatorPtr makeCast(OperatorContext& context);
OperatorPtr makeQuantizeLinear(OperatorContext& context);
OperatorPtr makeDequantizeLinear(OperatorContext& context);

}  // namespace dju::inference
