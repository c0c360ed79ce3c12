// `dju models export`: a trained model as ONNX.
#include <cstdio>

#include "inference/onnx/onnx_file.h"
#include "learning/command/commands.h"
#include "learning/data/whole_file.h"
#include "learning/export/export_model.h"

namespace dju::learning {

int runExport(Options& options) {
  const std::filesystem::path folder = options.subject("which model? Name a folder of training");
  const std::filesystem::path out = options.takeNeeded("--out");
  options.expectNothingLeft();
  const ModelCard card = readCard(folder);
  const ModelPtr model = loadModel(folder, card, datasetOf(card));
  const std::string bytes = inference::onnxBytesOf(onnxOf(*model, card));
  writeWholeFile(out, bytes);
  std::printf("%s, recipe %s: %zu kB, %s\n", card.model.c_str(),
              std::string(nameOf(card.recipe)).c_str(), (bytes.size() + 512) / 1024, out.c_str());
  return 0;
}

}  // namespace dju::learning
