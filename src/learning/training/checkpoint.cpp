#include "learning/training/checkpoint.h"

#include <fstream>
#include <sstream>

#include "core/error.h"
#include "learning/data/whole_file.h"

namespace dju::learning {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kCheckpointFormat = 1;

torch::Tensor tensorOf(const RunState& state) {
  std::vector<double> values = {state.bestLoss, static_cast<double>(state.bestEpoch),
                                static_cast<double>(state.sinceBest),
                                static_cast<double>(state.sinceDrop), state.learningRate};
  for (const EpochRecord& epoch : state.epochs) {
    values.insert(values.end(), {static_cast<double>(epoch.epoch), epoch.trainingLoss,
                                 epoch.validationLoss, epoch.learningRate, epoch.seconds});
  }
  return torch::tensor(values, torch::kFloat64);
}

RunState stateOf(const torch::Tensor& tensor) {
  const auto* v = tensor.data_ptr<double>();
  RunState state{{},  v[0], static_cast<int>(v[1]), static_cast<int>(v[2]), static_cast<int>(v[3]),
                 v[4]};
  for (std::int64_t i = 5; i + 5 <= tensor.numel(); i += 5)
    state.epochs.push_back({static_cast<int>(v[i]), v[i + 1], v[i + 2], v[i + 3], v[i + 4]});
  return state;
}

// Reads parts of the file by `read`; LibTorch's own exceptions become an Error that names it.
template <typename Read>
void readArchive(const fs::path& file, Read&& read) {
  if (!fs::exists(file)) throw Error(ErrorCode::kNotFound, file.string() + ": is not there");
  try {
    torch::serialize::InputArchive archive;
    archive.load_from(file.string());
    c10::IValue format;
    archive.read("format", format);
    if (format.toInt() != kCheckpointFormat)
      throw Error(ErrorCode::kUnsupported,
                  file.string() + ": checkpoint format " + std::to_string(format.toInt()) +
                      ", this program reads " + std::to_string(kCheckpointFormat));
    read(archive);
  } catch (const c10::Error& error) {
    throw Error(ErrorCode::kInvalid, file.string() + ": damaged, or of a model of another shape (" +
                                         error.what_without_backtrace() + ")");
  }
}

}  // namespace

void saveRun(const fs::path& file, Model& model, torch::optim::Optimizer& optimizer,
             const RunState& state, const std::string& fingerprint) {
  torch::serialize::OutputArchive archive;
  torch::serialize::OutputArchive weights;
  torch::serialize::OutputArchive memory;
  model.save(weights);
  optimizer.save(memory);
  archive.write("format", c10::IValue(kCheckpointFormat));
  archive.write("fingerprint", c10::IValue(fingerprint));
  archive.write("state", tensorOf(state));
  archive.write("model", weights);
  archive.write("optimizer", memory);
  std::ostringstream bytes;
  archive.save_to(bytes);
  writeWholeFile(file, bytes.str());
}

RunState loadRun(const fs::path& file, Model& model, torch::optim::Optimizer& optimizer,
                 const std::string& fingerprint) {
  RunState state;
  readArchive(file, [&](torch::serialize::InputArchive& archive) {
    c10::IValue kept;
    archive.read("fingerprint", kept);
    if (kept.toStringRef() != fingerprint)
      throw Error(ErrorCode::kConflict, file.string() + ": trained with \"" + kept.toStringRef() +
                                            "\", now asked for \"" + fingerprint +
                                            "\"; use the same settings or another --out");
    torch::Tensor numbers;
    archive.read("state", numbers);
    torch::serialize::InputArchive weights;
    torch::serialize::InputArchive memory;
    archive.read("model", weights);
    archive.read("optimizer", memory);
    model.load(weights);
    optimizer.load(memory);
    state = stateOf(numbers);
  });
  return state;
}

void loadWeights(const fs::path& file, Model& model) {
  readArchive(file, [&](torch::serialize::InputArchive& archive) {
    torch::serialize::InputArchive weights;
    archive.read("model", weights);
    model.load(weights);
  });
}

}  // namespace dju::learning
