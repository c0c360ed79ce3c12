// A network from an ONNX model, checked and made ready: every shape is known, every constant lies
// where the arithmetic wants it, and the memory of a run is laid out. It runs the operators that
// our exporter writes (operator_list.h); any other is refused by name when the network is made.
//
//   const Network network(readOnnx("technical.onnx"));
//   NetworkRunner runner(network);                            // network_runner.h
//   std::ranges::copy(rows, runner.input("features").begin());
//   runner.run();
//   float first = runner.output("scores")[0];
//
// The same model and input give the same bits on every machine: one order of summation, no fused
// operations, no libm. Immutable after the constructor; shared by any number of threads.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "inference/network/operator.h"
#include "inference/network/value_table.h"
#include "inference/onnx/onnx_model.h"

namespace dju::inference {

class Network {
 public:
  // Throws Error naming the node: an operator, attribute or type that is not supported, shapes that
  // do not fit, an output that is declared with another shape.
  explicit Network(const OnnxModel& model);

  const std::vector<OnnxValue>& inputs() const { return inputs_; }
  const std::vector<OnnxValue>& outputs() const { return outputs_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  // Type and shape of any tensor of the graph. Throws Error when there is none of this name.
  OnnxValue value(const std::string& name) const;
  // Bytes of what all runners share, of the memory of a runner of one item, and of what each item
  // more takes of it.
  std::size_t weightBytes() const { return layout_.constantBytes; }
  std::size_t runBytes() const { return layout_.sharedBytes + layout_.ownBytes; }
  std::size_t itemBytes() const { return layout_.ownBytes; }

 private:
  friend class NetworkRunner;
  void addNode(const OnnxNode& node, std::int64_t opset, std::size_t step);
  void takeOutputs(const OnnxModel& model);

  std::vector<OnnxValue> inputs_, outputs_;
  std::vector<ValueId> inputIds_, outputIds_;
  std::map<std::string, std::string> metadata_;
  ValueTable values_;
  ValueTable::Layout layout_;
  std::vector<OperatorPtr> operators_;
  std::vector<std::size_t> joins_;  // nodes whose operators join items
};

}  // namespace dju::inference
