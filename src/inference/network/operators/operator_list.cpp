#include "inference/network/operators/operator_list.h"

#include <array>

namespace dju::inference {
namespace {

struct Entry {
  std::string_view name;
  OperatorMaker make;
};

constexpr std::array kOperators = {
    Entry{"Add", makeAdd},
    Entry{"Cast", makeCast},
    Entry{"Clip", makeClip},
    Entry{"Concat", makeConcat},
    Entry{"Conv", makeConv},
    Entry{"DequantizeLinear", makeDequantizeLinear},
    Entry{"Div", makeDiv},
    Entry{"Gather", makeGather},
    Entry{"LSTM", makeLstm},
    Entry{"MatMul", makeMatMul},
    Entry{"MaxPool", makeMaxPool},
    Entry{"Mul", makeMul},
    Entry{"QuantizeLinear", makeQuantizeLinear},
    Entry{"ReduceMax", makeReduceMax},
    Entry{"ReduceMean", makeReduceMean},
    Entry{"ReduceSum", makeReduceSum},
    Entry{"Relu", makeRelu},
    Entry{"Reshape", makeReshape},
    Entry{"Sigmoid", makeSigmoid},
    Entry{"Slice", makeSlice},
    Entry{"Softmax", makeSoftmax},
    Entry{"Sqrt", makeSqrt},
    Entry{"Sub", makeSub},
    Entry{"Transpose", makeTranspose},
};

}  // namespace

OperatorMaker operatorNamed(std::string_view name) {
  for (const Entry& entry : kOperators)
    if (entry.name == name) return entry.make;
  return nullptr;
}

std::string operatorNames() {
  std::string names;
  for (const Entry& entry : kOperators)
    names += (names.empty() ? "" : ", ") + std::string(entry.name);
  return names;
}

}  // namespace dju::inference
