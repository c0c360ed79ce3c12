// A trained model as an ONNX graph that anything can run: `features` [1, frames, columns], as a
// data set has them, in; `scores` [1, targets] of 0 to 1 out. What the model does to its input
// (scaling, correlating onsets) is part of the graph, so that no runtime can do it otherwise. A
// model that is told words has the input `words` [1, count] of int64, too.
//
// The file says what it is: metadata `model`, `recipe`, `definition` (of the features), `columns`
// and `targets` (names with commas between).
//
// Callers: command/learn_command.cpp. One thread.
#pragma once

#include "inference/onnx/onnx_model.h"
#include "learning/recipes/trained_model.h"

namespace dju::learning {

// The data that a card tells of, as a model is made for it.
DatasetInfo datasetOf(const ModelCard& card);
// Sets the model to evaluation. Throws Error when there is no graph for its class.
inference::OnnxModel onnxOf(Model& model, const ModelCard& card);

}  // namespace dju::learning
