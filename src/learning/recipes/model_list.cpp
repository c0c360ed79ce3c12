#include "learning/recipes/model_list.h"

#include <algorithm>

#include "core/error.h"
#include "learning/models/creative.h"
#include "learning/models/crowd.h"
#include "learning/models/genre.h"
#include "learning/models/layered.h"
#include "learning/models/mixer.h"
#include "learning/models/technical.h"
#include "learning/models/transition.h"

namespace dju::learning {
namespace {

struct Entry {
  std::string name;
  ModelPtr (*make)(Recipe recipe, const DatasetInfo& info, SettingsReader& settings);
};

constexpr std::int64_t kMostUnits = 4096;

// Of the document's sizes or those that ship.
template <typename Shape>
Shape shapeOf(Recipe recipe, const Shape& shipped) {
  return recipe == Recipe::kDocument ? Shape::document() : shipped;
}

void readSpectrum(SettingsReader& settings, SpectrumShape& shape) {
  std::vector<std::int64_t> channels(shape.channels.begin(), shape.channels.end());
  settings.list("conv_filters", 1, kMostUnits, channels);
  std::copy(channels.begin(), channels.end(), shape.channels.begin());
  settings.whole("frames_a_step", 1, 64, shape.framesAStep);
  settings.whole("spectrum_units", 0, kMostUnits, shape.dense);
}

void readBeats(SettingsReader& settings, BeatPictureShape& shape) {
  std::vector<std::int64_t> channels(shape.channels.begin(), shape.channels.end());
  settings.list("beat_filters", 1, kMostUnits, channels);
  std::copy(channels.begin(), channels.end(), shape.channels.begin());
  settings.whole("beat_width", 1, kMostUnits, shape.width);
  settings.number("beat_dropout_rate", 0, 0.9, shape.dropout);
  std::int64_t varied = shape.varied ? 1 : 0;
  settings.whole("beat_variety", 0, 1, varied);
  shape.varied = varied == 1;
}

void readAttention(SettingsReader& settings, std::int64_t& heads, std::int64_t& width) {
  settings.whole("attention_heads", 1, 64, heads);
  settings.whole("attention_width", 1, kMostUnits, width);
}

ModelPtr makeTechnical(Recipe recipe, const DatasetInfo& info, SettingsReader& settings) {
  TechnicalShape shape = shapeOf(recipe, TechnicalShape::shipped());
  readSpectrum(settings, shape.spectrum);
  if (shape.beats) readBeats(settings, *shape.beats);
  const std::int64_t first = shape.firstLstm;
  settings.whole("lstm_units", 2, kMostUnits, shape.firstLstm);
  // The document's second LSTM has half as many units as its first.
  if (shape.firstLstm != first) shape.secondLstm = shape.firstLstm / 2;
  settings.whole("second_lstm_units", 1, kMostUnits, shape.secondLstm);
  readAttention(settings, shape.attentionHeads, shape.attentionWidth);
  settings.whole("dense_units", 0, kMostUnits, shape.hidden);
  settings.number("dropout_rate", 0, 0.9, shape.dropout);
  return std::make_shared<TechnicalModel>(info, shape);
}

ModelPtr makeCreative(Recipe recipe, const DatasetInfo& info, SettingsReader& settings) {
  CreativeShape shape = shapeOf(recipe, CreativeShape::shipped());
  settings.whole("frames_a_step", 1, 64, shape.framesAStep);
  settings.whole("embedding_dim", 1, kMostUnits, shape.wordWidth);
  settings.whole("lstm_units", 1, kMostUnits, shape.wordsWidth);
  settings.whole("dense_units", 1, kMostUnits, shape.audioWidth);
  settings.number("dropout_rate", 0, 0.9, shape.dropout);
  return std::make_shared<CreativeModel>(info, shape);
}

ModelPtr makeGenre(Recipe recipe, const DatasetInfo& info, SettingsReader& settings) {
  GenreShape shape = shapeOf(recipe, GenreShape{});
  readSpectrum(settings, shape.spectrum);
  settings.whole("dense_units", 1, kMostUnits, shape.hidden);
  settings.number("dropout_rate", 0, 0.9, shape.dropout);
  return std::make_shared<GenreModel>(info, shape);
}

// Transition and crowd: a spectrum and one LSTM.
template <typename M, typename Shape>
ModelPtr makeRecurrent(Recipe recipe, const DatasetInfo& info, SettingsReader& settings) {
  Shape shape = shapeOf(recipe, Shape{});
  readSpectrum(settings, shape.spectrum);
  settings.whole("lstm_units", 1, kMostUnits, shape.lstm);
  settings.number("dropout_rate", 0, 0.9, shape.dropout);
  return std::make_shared<M>(info, shape);
}

ModelPtr makeLayered(Recipe recipe, const DatasetInfo& info, SettingsReader& settings) {
  LayeredShape shape = shapeOf(recipe, LayeredShape{});
  settings.whole("frames_a_step", 1, 64, shape.framesAStep);
  settings.whole("conv_layers", 1, 4, shape.convLayers);
  settings.whole("conv_filters", 1, kMostUnits, shape.convFilters);
  settings.whole("kernel_sizes", 1, 15, shape.kernelSize);
  settings.whole("lstm_layers", 1, 3, shape.lstmLayers);
  settings.whole("lstm_units", 1, kMostUnits, shape.lstmUnits);
  settings.whole("attention_layers", 0, 2, shape.attentionLayers);
  readAttention(settings, shape.attentionHeads, shape.attentionWidth);
  settings.whole("dense_layers", 1, 3, shape.denseLayers);
  settings.whole("dense_units", 1, kMostUnits, shape.denseUnits);
  settings.number("dropout_rate", 0, 0.9, shape.dropout);
  return std::make_shared<LayeredModel>(info, shape);
}

ModelPtr makeMixer(Recipe recipe, const DatasetInfo& info, SettingsReader& settings) {
  MixerShape shape = shapeOf(recipe, MixerShape{});
  std::vector<std::int64_t> channels(shape.channels.begin(), shape.channels.end());
  settings.list("conv_filters", 1, kMostUnits, channels);
  std::copy(channels.begin(), channels.end(), shape.channels.begin());
  settings.whole("step_units", 1, kMostUnits, shape.steps);
  settings.whole("dense_units", 1, kMostUnits, shape.hidden);
  settings.number("dropout_rate", 0, 0.9, shape.dropout);
  return std::make_shared<MixerModel>(info, shape);
}

const std::vector<Entry>& entries() {
  static const std::vector<Entry> kEntries = {
      {"technical", makeTechnical},
      {"creative", makeCreative},
      {"genre", makeGenre},
      {"transition", makeRecurrent<TransitionModel, TransitionShape>},
      {"crowd", makeRecurrent<CrowdModel, CrowdShape>},
      {"layered", makeLayered},
      {"mixer", makeMixer},
  };
  return kEntries;
}

}  // namespace

std::vector<std::string> modelNames() {
  std::vector<std::string> names;
  for (const Entry& entry : entries()) names.push_back(entry.name);
  return names;
}

Recipe recipeNamed(std::string_view name) {
  if (name == "document") return Recipe::kDocument;
  if (name == "shipped") return Recipe::kShipped;
  throw Error(ErrorCode::kInvalid,
              "recipe \"" + std::string(name) + "\": there are document and shipped");
}

std::string_view nameOf(Recipe recipe) {
  return recipe == Recipe::kDocument ? "document" : "shipped";
}

ModelPtr makeModel(std::string_view name, Recipe recipe, const DatasetInfo& info,
                   const ModelSettings& settings) {
  std::string known;
  for (const Entry& entry : entries()) {
    known += (known.empty() ? "" : ", ") + entry.name;
    if (entry.name != name) continue;
    SettingsReader reader(settings);
    ModelPtr model = entry.make(recipe, info, reader);
    reader.expectNothingLeft(name);
    return model;
  }
  throw Error(ErrorCode::kInvalid,
              "model \"" + std::string(name) + "\" is unknown; there are " + known);
}

TrainingOptions trainingOf(std::string_view name, Recipe recipe) {
  TrainingOptions options;
  if (recipe == Recipe::kDocument) {
    options.curriculum = {20, 30, 50};
    options.masks = 1;
    if (name == "creative") options.optimizer = OptimizerKind::kRmsProp;
    return options;
  }
  options.optimizer = OptimizerKind::kAdamW;
  options.learningRate = 2e-3;
  if (name == "mixer") options.masks = 1;
  return options;
}

}  // namespace dju::learning
