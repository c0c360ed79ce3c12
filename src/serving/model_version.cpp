#include "serving/model_version.h"

namespace dju::serving {

std::string_view nameOf(ModelStatus status) {
  switch (status) {
    case ModelStatus::kCandidate:
      return "candidate";
    case ModelStatus::kCurrent:
      return "current";
    case ModelStatus::kRetired:
      return "retired";
  }
  return "";
}

std::string_view nameOf(Precision precision) {
  switch (precision) {
    case Precision::kFloat32:
      return "float32";
    case Precision::kFloat16:
      return "float16";
    case Precision::kInt8:
      return "int8";
  }
  return "";
}

std::optional<ModelStatus> statusNamed(std::string_view name) {
  for (const auto status : {ModelStatus::kCandidate, ModelStatus::kCurrent, ModelStatus::kRetired})
    if (nameOf(status) == name) return status;
  return std::nullopt;
}

std::optional<Precision> precisionNamed(std::string_view name) {
  for (const auto precision : {Precision::kFloat32, Precision::kFloat16, Precision::kInt8})
    if (nameOf(precision) == name) return precision;
  return std::nullopt;
}

const ModelFile* ModelVersion::fileFor(Precision wanted, std::string_view suffix) const {
  const ModelFile* found = nullptr;
  // Of those at least as precise the least precise, else the most precise of the others.
  const auto better = [&](const ModelFile& a, const ModelFile& b) {
    const bool aEnough = a.precision <= wanted, bEnough = b.precision <= wanted;
    if (aEnough != bEnough) return aEnough;
    return aEnough ? a.precision > b.precision : a.precision < b.precision;
  };
  for (const ModelFile& file : files)
    if (file.file.ends_with(suffix) && (found == nullptr || better(file, *found))) found = &file;
  return found;
}

}  // namespace dju::serving
