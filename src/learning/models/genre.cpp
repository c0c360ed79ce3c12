#include "learning/models/genre.h"

#include <algorithm>
#include <limits>

#include "learning/models/class_loss.h"

namespace dju::learning {
namespace {

// Whether all that an item's line says is heard is of this genre. A synthesised track's family is
// called GENRE/NUMBER, another one has no slash.
bool allOf(const Json& about, std::string_view genre) {
  const Json* families = about.find("families");
  if (families == nullptr || families->array() == nullptr) return true;
  const auto& names = *families->array();
  return std::all_of(names.begin(), names.end(), [&](const Json& name) {
    if (name.string() == nullptr) return true;
    const std::size_t slash = name.string()->find('/');
    return slash == std::string::npos || name.string()->substr(0, slash) == genre;
  });
}

}  // namespace

const std::vector<std::string>& GenreModel::targets() const {
  // As demo/genres.h calls them.
  static const std::vector<std::string> kGenres = {
      "house", "hard_techno", "dubstep", "drum_and_bass", "trance", "hip_hop", "disco", "electro"};
  return kGenres;
}

GenreModel::GenreModel(const DatasetInfo& info, const GenreShape& shape)
    : Model(info), dropout_(shape.dropout) {
  spectrum_ = register_module("spectrum", SpectrumEncoder(info, shape.spectrum));
  lags_ = register_module("lags", LagEncoder(info, shape.lags, shape.spectrum.framesPerStep()));
  const std::int64_t heard = spectrum_->width() + lags_->width();
  hidden_ = register_module("hidden", torch::nn::Linear(2 * heard, shape.hidden));
  out_ = register_module(
      "out", torch::nn::Linear(shape.hidden, static_cast<std::int64_t>(targets().size())));
  register_module("dropout", dropout_);
}

torch::Tensor GenreModel::forward(const Inputs& inputs) {
  const torch::Tensor heard = spectrum_(scaled(inputs.features));
  const torch::Tensor x = torch::cat({heard, lags_(inputs.features).to(heard.dtype())}, 2);
  const torch::Tensor overTime = torch::cat({x.mean(1), std::get<0>(x.max(1))}, 1);
  return out_(dropout_(torch::relu(hidden_(overTime))));
}

void GenreModel::copyTargets(const Split& split, std::size_t item, std::span<float> out) const {
  const auto& genres = targets();
  const auto own = std::find(genres.begin(), genres.end(), split.textOf(item, "genre"));
  const bool known = own != genres.end() && allOf(split.about(item), *own);
  std::fill(out.begin(), out.end(), known ? 0.0F : std::numeric_limits<float>::quiet_NaN());
  if (known) out[static_cast<std::size_t>(own - genres.begin())] = 1;
}

torch::Tensor GenreModel::loss(const torch::Tensor& logits, const torch::Tensor& targets) const {
  return maskedClassLoss(logits, targets);
}

}  // namespace dju::learning
