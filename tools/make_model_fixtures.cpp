// Writes small models of every class with what LibTorch makes of an input, by which runtimes are
// tested where LibTorch is not installed: NAME.onnx, NAME.features.npy, NAME.words.npy (of a model
// that is told words) and NAME.scores.npy. The same program writes the same bytes.
#include <cstdio>
#include <filesystem>
#include <span>

#include "inference/onnx/onnx_file.h"
#include "learning/data/npy.h"
#include "learning/data/whole_file.h"
#include "learning/export/export_model.h"
#include "learning/models/creative.h"
#include "learning/models/crowd.h"
#include "learning/models/genre.h"
#include "learning/models/technical.h"
#include "learning/models/transition.h"

namespace dju::learning {
namespace {

constexpr std::int64_t kOnsetColumns = 20;

DatasetInfo infoOf(std::size_t frames, int bands) {
  DatasetInfo info;
  info.definition = "fixture";
  info.frames = frames;
  for (int i = 0; i < bands; ++i) info.columns.push_back("mel" + std::to_string(i));
  for (int i = 0; i < kOnsetColumns; ++i) info.columns.push_back("onset" + std::to_string(i));
  info.labels = {"bpm_accuracy",     "beat_alignment",   "transition_quality", "pitch_stability",
                 "track_selection",  "energy_flow",      "genre_mixing",       "originality",
                 "crowd_engagement", "transition_start", "transition_end"};
  return info;
}

// Normalisations as if they had seen data, and weights as large as trained ones, so that scores
// spread.
void settle(Model& model, std::int64_t columns) {
  model.setScale(torch::randn({columns}) * 3 - 30, torch::rand({columns}) * 10 + 10);
  const torch::NoGradGuard guard;
  for (const auto& buffer : model.named_buffers()) {
    if (buffer.key().ends_with("running_mean")) buffer.value().normal_(0, 0.2);
    if (buffer.key().ends_with("running_var")) buffer.value().uniform_(0.3, 2);
  }
  for (const auto& parameter : model.named_parameters()) parameter.value().mul_(2.5);
  model.eval();
}

void writeTensor(const std::filesystem::path& file, const torch::Tensor& tensor) {
  const torch::Tensor values = tensor.to(torch::kFloat32).contiguous();
  std::vector<std::size_t> shape(values.sizes().begin(), values.sizes().end());
  writeNpy(file, shape,
           std::span(values.data_ptr<float>(), static_cast<std::size_t>(values.numel())),
           NpyType::kFloat32);
}

void write(const std::filesystem::path& folder, const std::string& name, const ModelPtr& model,
           const DatasetInfo& info) {
  const auto columns = static_cast<std::int64_t>(info.columns.size());
  const auto frames = static_cast<std::int64_t>(info.frames);
  settle(*model, columns);
  const torch::Tensor levels = torch::randn({1, frames, columns - kOnsetColumns}) * 20 - 40;
  const torch::Tensor onsets = (torch::rand({1, frames, kOnsetColumns}) - 0.7).clamp_min(0) * 3;
  const auto words = static_cast<std::int64_t>(model->wordsAnItem());
  const Inputs inputs{torch::cat({levels, onsets}, 2),
                      torch::randint(0, 60, {1, words}, torch::kInt64)};
  const torch::NoGradGuard guard;
  writeTensor(folder / (name + ".features.npy"), inputs.features);
  if (words > 0) writeTensor(folder / (name + ".words.npy"), inputs.words);
  writeTensor(folder / (name + ".scores.npy"), model->scores(model->forward(inputs)));
  const ModelCard card = cardOf(name, Recipe::kShipped, LabelOrder::kTrue, info);
  writeWholeFile(folder / (name + ".onnx"), inference::onnxBytesOf(onnxOf(*model, card)));
}

void writeRecipe(const std::filesystem::path& folder, Recipe recipe) {
  const DatasetInfo info = infoOf(1024, 84);
  for (const std::string& name : modelNames())
    write(folder, name, makeModel(name, recipe, info), info);
}

void writeSmall(const std::filesystem::path& folder) {
  const DatasetInfo info = infoOf(128, 20);
  const SpectrumShape spectrum{4, {4, 6, 8}};
  const LagShape lags{6, 8, 96, 400};
  const BeatPictureShape beats{{3, 4, 4, 6}, 8, 0};
  write(folder, "technical",
        std::make_shared<TechnicalModel>(info, TechnicalShape{spectrum, beats, 12, 12, 2, 6, 0}),
        info);
  write(folder, "creative",
        std::make_shared<CreativeModel>(info, CreativeShape{8, 8, 10, 8, 64, 6, 6, 8}), info);
  write(folder, "genre", std::make_shared<GenreModel>(info, GenreShape{spectrum, lags, 12, 0}),
        info);
  write(folder, "transition",
        std::make_shared<TransitionModel>(info, TransitionShape{{1, {4, 6, 8}}, 8, 0}), info);
  write(folder, "crowd", std::make_shared<CrowdModel>(info, CrowdShape{spectrum, 8, 0}), info);
}

}  // namespace
}  // namespace dju::learning

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fprintf(stderr, "dju_make_model_fixtures FOLDER [shipped|document]\n");
    return 2;
  }
  std::filesystem::create_directories(argv[1]);
  torch::manual_seed(11);
  torch::set_num_threads(1);
  if (argc == 2) {
    dju::learning::writeSmall(argv[1]);
  } else {
    dju::learning::writeRecipe(argv[1], dju::learning::recipeNamed(argv[2]));
  }
  return 0;
}
