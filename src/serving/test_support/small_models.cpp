#include "serving/test_support/small_models.h"

#include <cstdlib>
#include <fstream>
#include <vector>

#include "inference/onnx/graph_builder.h"
#include "inference/onnx/onnx_file.h"

namespace dju::serving::testing {

ScratchFolder::ScratchFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "dju-serving-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) std::abort();
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path writeToyModel(const std::filesystem::path& file, float weight, int columns,
                                    const std::string& name) {
  inference::GraphBuilder graph(name);
  const inference::Shape shape = {1, 1, columns};
  const std::string in = graph.input("features", shape);
  const std::vector<float> weights(static_cast<std::size_t>(columns), weight);
  graph.output(graph.add("Add", {in, graph.constant(shape, weights)}), "scores", shape);
  std::string names = "c0";
  for (int i = 1; i < columns; ++i) names += ",c" + std::to_string(i);
  graph.model().metadata = {
      {"model", name}, {"definition", "toy-features"}, {"columns", names}, {"targets", names}};
  std::ofstream(file, std::ios::binary) << inference::onnxBytesOf(graph.model());
  return file;
}

}  // namespace dju::serving::testing
