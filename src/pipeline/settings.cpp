// Every setting of the pipeline with its default: the document's, unless a comment says why not.
#include "pipeline/config.h"

namespace dju::pipeline {
namespace {

using Kind = Setting::Kind;
using nlohmann::json;

class List {
 public:
  explicit List(std::vector<Setting>& into) : into_(into) {}
  List& section(std::string name) {
    section_ = std::move(name) + ".";
    return *this;
  }
  List& whole(const char* key, std::int64_t standard, double low, double high) {
    return add({section_ + key, Kind::kWhole, standard, low, high, {}, nullptr});
  }
  List& number(const char* key, double standard, double low, double high) {
    return add({section_ + key, Kind::kNumber, standard, low, high, {}, nullptr});
  }
  List& flag(const char* key, bool standard) {
    return add({section_ + key, Kind::kFlag, standard, 0, 0, {}, nullptr});
  }
  List& text(const char* key, const char* standard, std::vector<std::string> choices = {}) {
    return add({section_ + key, Kind::kText, standard, 0, 0, std::move(choices), nullptr});
  }
  List& texts(const char* key, std::vector<std::string> standard,
              std::vector<std::string> choices) {
    return add(
        {section_ + key, Kind::kTexts, std::move(standard), 0, 0, std::move(choices), nullptr});
  }
  List& numbers(const char* key, std::vector<std::int64_t> standard, double low, double high) {
    return add({section_ + key, Kind::kNumbers, std::move(standard), low, high, {}, nullptr});
  }
  // Of our features' definition, which no configuration changes.
  List& fixed(const char* key, const json& ours, const json& documents) {
    return add({section_ + key, Kind::kNumber, ours, 0, 1e9, {}, documents});
  }

 private:
  List& add(Setting setting) {
    into_.push_back(std::move(setting));
    return *this;
  }
  std::vector<Setting>& into_;
  std::string section_;
};

std::vector<Setting> makeSettings() {
  std::vector<Setting> all;
  List list(all);
  list.section("data")
      .text("path", "")  // an existing data set; empty: one is simulated
      .whole("performances", 400, 1, 1000000)
      .whole("seed", 1, 0, 9e15)
      .whole("jobs", 1, 1, 256)
      .whole("batch_size", 32, 2, 65536)
      .fixed("sequence_length", 1024, 1024)
      .fixed("sample_rate", 48000, 44100)
      .fixed("n_mels", 84, 84)
      .fixed("hop_length", 480, 512);
  list.section("training")
      .texts("models", {"technical", "creative", "genre"},
             {"technical", "creative", "genre", "transition", "crowd", "layered"})
      .text("recipe", "document", {"document", "shipped"})
      .whole("epochs", 100, 1, 100000)
      .number("learning_rate", 0.001, 1e-9, 10)
      .whole("early_stopping_patience", 15, 1, 100000)
      .whole("reduce_lr_patience", 8, 0, 100000)
      .whole("model_checkpoint_frequency", 5, 1, 100000)
      .fixed("validation_split", 0.15, 0.2)
      .numbers("curriculum", {20, 30, 50}, 1, 100000)
      .whole("masks", 1, 0, 8)
      .text("precision", "float32", {"float32", "bfloat16"})
      .text("device", "cpu", {"cpu", "cuda"})
      .whole("processes", 1, 1, 1024)
      .whole("threads", 1, 1, 1024)
      .whole("seed", 1, 0, 9e15)
      .number("minutes", 0, 0, 1e6)   // of each model; 0: no limit
      .whole("ensemble", 3, 1, 100);  // technical models in the ensemble judge; 1: none
  list.section("models.technical")
      .numbers("conv_filters", {64, 128, 256}, 1, 4096)
      .whole("lstm_units", 128, 2, 4096)
      .whole("attention_heads", 8, 1, 64)
      .number("dropout_rate", 0.3, 0, 0.9);
  list.section("models.creative")
      .whole("embedding_dim", 64, 1, 4096)
      .whole("lstm_units", 64, 1, 4096)
      .whole("dense_units", 128, 1, 4096)
      .number("dropout_rate", 0.4, 0, 0.9);
  list.section("active_learning")
      .flag("enabled", false)
      .text("strategy", "uncertainty", {"uncertainty", "margin", "committee", "diversity"})
      .whole("iterations", 10, 1, 1000)
      .whole("samples", 100, 1, 1000000)
      .whole("epochs", 5, 1, 100000);
  list.section("hyperparameters")
      .flag("enabled", false)
      // The document's 100 are for larger machines.
      .whole("n_trials", 20, 2, 100000)
      .whole("population_size", 5, 2, 10000)
      .number("minutes", 10, 0, 1e6)
      .whole("epochs", 10, 1, 100000);
  list.section("architecture")
      .flag("enabled", false)
      .whole("population_size", 20, 2, 10000)
      .whole("generations", 50, 1, 10000)
      .number("minutes", 10, 0, 1e6)
      .whole("epochs", 10, 1, 100000);
  list.section("evaluation")
      .whole("cross_validation", 5, 0, 100)  // folds; 0: none
      .text("group", "dj", {"dj", "performance", "log"})
      .text("ratings", "")     // what people said, from `dju dataset listen`; empty: nobody yet
      .flag("control", true);  // a training with shuffled labels beside the technical model
  list.section("selection")
      .number("accuracy", 0.4, 0, 1)
      .number("inference_speed", 0.3, 0, 1)
      .number("human_correlation", 0.3, 0, 1)
      .number("threshold", 0.75, 0, 1);
  list.section("deployment")
      // "tensorflow" is the document's word for the framework's own weights: LibTorch's here.
      .texts("model_format", {"tensorflow", "tflite", "onnx"}, {"tensorflow", "tflite", "onnx"})
      .text("optimization_level", "O2", {"O2"})  // foldings of our exporter, always on
      .text("quantization", "int8", {"float32", "float16", "int8"})
      .text("registry", "")                        // folder of a model registry; empty: only files
      .number("target_latency", 100, 0.001, 1e6);  // ms a window
  return all;
}

}  // namespace

const std::vector<Setting>& settings() {
  static const std::vector<Setting> kSettings = makeSettings();
  return kSettings;
}

}  // namespace dju::pipeline
