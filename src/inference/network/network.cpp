#include "inference/network/network.h"

#include "core/error.h"
#include "inference/network/operator_context.h"
#include "inference/network/operators/operator_list.h"

namespace dju::inference {

Network::Network(const OnnxModel& model)
    : inputs_(model.inputs), outputs_(model.outputs), metadata_(model.metadata) {
  for (const OnnxTensor& constant : model.constants) values_.addConstant(constant);
  for (const OnnxValue& input : model.inputs) {
    if (input.type != ElementType::kFloat32 && input.type != ElementType::kInt64)
      throw Error(ErrorCode::kUnsupported, "input \"" + input.name + "\" is of " +
                                               std::string(nameOf(input.type)) +
                                               "; float32 and int64 are supported");
    inputIds_.push_back(values_.addRunning(input.name, input.type, input.shape));
    values_.keep(inputIds_.back());
  }
  for (std::size_t step = 0; step < model.nodes.size(); ++step)
    addNode(model.nodes[step], model.opset, step);
  takeOutputs(model);
  layout_ = values_.layout(joins_);
  values_.forgetSources();
}

OnnxValue Network::value(const std::string& name) const {
  const ValueTable::Value& value = values_.at(values_.find(name));
  return {name, value.type, value.shape};
}

void Network::addNode(const OnnxNode& node, std::int64_t opset, std::size_t step) {
  values_.beginStep(step);
  OperatorContext context(node, values_, opset);
  const OperatorMaker make = operatorNamed(node.op);
  if (make == nullptr)
    context.refuse("this operator is not supported; there are " + operatorNames());
  OperatorPtr made = make(context);
  context.expectAllAttributesUsed();
  if (!made) return;
  if (made->joinsItems()) joins_.push_back(step);
  operators_.push_back(std::move(made));
}

void Network::takeOutputs(const OnnxModel& model) {
  for (const OnnxValue& output : model.outputs) {
    const ValueId id = values_.toRead(values_.find(output.name));
    const ValueTable::Value& value = values_.at(id);
    if (value.type != output.type || value.shape != output.shape)
      throw Error(ErrorCode::kInvalid, "output \"" + output.name + "\" is declared as " +
                                           std::string(nameOf(output.type)) + textOf(output.shape) +
                                           ", the nodes give " + std::string(nameOf(value.type)) +
                                           textOf(value.shape));
    values_.keep(id);
    outputIds_.push_back(id);
  }
}

}  // namespace dju::inference
