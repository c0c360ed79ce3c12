// The layers and ears of our models as nodes of an ONNX graph, for one item: what forward() of each
// does once training is over. Dropout is gone, and batch normalisation is part of the convolution
// before it where one stands there.
//
// Each takes the name of its input and gives that of its output. Callers: export/model_graphs.cpp.
// One thread.
#pragma once

#include <torch/torch.h>

#include <string>

#include "inference/onnx/graph_builder.h"
#include "learning/models/beat_picture.h"
#include "learning/models/encoders.h"

namespace dju::learning {

using inference::GraphBuilder;
using inference::Shape;

// A tensor of weights as a constant of the graph.
std::string constantOf(GraphBuilder& graph, const torch::Tensor& tensor);
// The sub-module of this name. Throws Error(kInternal) when it is another class.
template <typename Module>
const Module& part(const torch::nn::Module& of, const std::string& name) {
  return *of.named_children()[name]->as<Module>();
}

// x: [..., in]. Gives [..., out].
std::string linear(GraphBuilder& graph, const torch::nn::LinearImpl& layer, const std::string& x);
// x: [1, steps, in]. Gives [1, steps, hidden], twice as wide when it runs both ways.
std::string lstm(GraphBuilder& graph, const torch::nn::LSTMImpl& layer, const std::string& x,
                 std::int64_t steps);
// x: [n, channels, …]; each channel times a weight plus another.
std::string normalised(GraphBuilder& graph, const torch::nn::BatchNorm1dImpl& norm,
                       const std::string& x);

// features: [1, frames, columns]. Gives the same, scaled.
std::string scaled(GraphBuilder& graph, const torch::nn::Module& model,
                   const std::string& features);
// The same, after the mean level of the columns "mel…" is made as it is on the average.
std::string levelled(GraphBuilder& graph, const torch::nn::Module& model, const DatasetInfo& info,
                     const std::string& features);
// Mean over `count` frames each: [1, frames, columns] to [1, frames / count, columns].
std::string averaged(GraphBuilder& graph, const std::string& x, std::int64_t frames,
                     std::int64_t columns, std::int64_t count);

// scaled: [1, frames, columns]. Gives [1, steps, width].
std::string spectrumSteps(GraphBuilder& graph, const SpectrumEncoderImpl& ear,
                          const DatasetInfo& info, const std::string& scaled);
// x: [1, images, rows, bands]. Gives [1, channels, rows / 4, bands / 4]: the modules "convolutions"
// and "norms" of the model, with rectifiers, and pooling by two between them (models/mixer.h).
std::string imageConvolutions(GraphBuilder& graph, const torch::nn::Module& model, std::string x);
// features: [1, frames, columns] as they are. Gives [1, steps, width].
std::string lagSteps(GraphBuilder& graph, const LagEncoderImpl& ear, const DatasetInfo& info,
                     const std::string& features);
// features: [1, frames, columns] as they are. Gives [1, width].
std::string beatPicture(GraphBuilder& graph, const BeatPictureEncoderImpl& ear,
                        const DatasetInfo& info, const std::string& features);
// x: [1, steps, in]. Gives [1, width].
std::string lastStepAttention(GraphBuilder& graph, const LastStepAttentionImpl& attention,
                              const std::string& x, std::int64_t steps);

}  // namespace dju::learning
