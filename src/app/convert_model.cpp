// `dju models convert`: an exported model in fewer bytes, or as TensorFlow Lite.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "app/commands.h"
#include "core/error.h"
#include "inference/conversion/smaller_model.h"
#include "inference/conversion/tflite_model.h"
#include "inference/onnx/onnx_file.h"
#include "learning/data/dataset.h"
#include "learning/data/npy.h"
#include "learning/data/whole_file.h"

namespace dju::app {
namespace {

struct Options {
  std::string file, out, precision = "float32", calibrate;
  std::size_t items = 64;
};

// Windows of a file [items, frames, columns], or evenly from a data set's training split, which
// calibration may see.
std::vector<inference::SampleInputs> samplesOf(const Options& options) {
  std::vector<inference::SampleInputs> samples;
  const auto next = [&](std::size_t elements) -> std::span<float> {
    std::vector<float>& features = samples.emplace_back()["features"];
    features.resize(elements);
    return features;
  };
  if (options.calibrate.ends_with(".npy")) {
    const learning::NpyFile file(options.calibrate);
    const std::size_t count = std::min(options.items, file.header().shape.at(0));
    for (std::size_t i = 0; i < count; ++i) file.copyRow(i, next(file.rowElements()));
    return samples;
  }
  const learning::Dataset dataset(options.calibrate);
  const learning::Split split = dataset.open(learning::SplitName::kTrain);
  const std::size_t count = std::min(options.items, split.items());
  for (std::size_t i = 0; i < count; ++i)
    split.copyFeatures(i * split.items() / count,
                       next(dataset.info().frames * dataset.info().columns.size()));
  return samples;
}

inference::OnnxModel converted(const inference::OnnxModel& model, const Options& options) {
  if (options.precision == "float16") return inference::inHalfPrecision(model);
  if (options.precision == "int8") {
    if (options.calibrate.empty())
      throw Error(ErrorCode::kInvalid,
                  "--precision int8 needs --calibrate DATA, a data set or .npy file of "
                  "windows as the model hears them");
    return inference::inEightBits(model, samplesOf(options));
  }
  return model;
}

void convert(const Options& options) {
  const inference::OnnxModel model = inference::readOnnx(options.file);
  std::string bytes;
  if (options.out.ends_with(".tflite")) {
    if (options.precision != "float32")
      throw Error(ErrorCode::kUnsupported, ".tflite is written in float32 only");
    bytes = inference::tfliteBytesOf(inference::asTflite(model));
  } else if (options.out.ends_with(".onnx")) {
    bytes = inference::onnxBytesOf(converted(model, options));
  } else {
    throw Error(ErrorCode::kInvalid, options.out + ": neither .onnx nor .tflite");
  }
  learning::writeWholeFile(options.out, bytes);
  fmt::print("{}: {} kB\n", options.out, (bytes.size() + 512) / 1024);
}

}  // namespace

void addModelConvert(CLI::App& models) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      models.add_subcommand("convert", "Write a model in fewer bytes, or as TensorFlow Lite");
  command->add_option("FILE", options->file, "An .onnx file of dju models export")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--out", options->out, "The .onnx or .tflite file to write")->required();
  command->add_option("--precision", options->precision, "Of an .onnx file")
      ->capture_default_str()
      ->check(CLI::IsMember({"float32", "float16", "int8"}));
  command
      ->add_option("--calibrate", options->calibrate,
                   "Data set, or windows as .npy, that show how far numbers reach")
      ->check(CLI::ExistingPath);
  command->add_option("--items", options->items, "Windows of it to look at")
      ->capture_default_str()
      ->check(CLI::Range(1, 100000));
  command->callback([options] { convert(*options); });
}

}  // namespace dju::app
