#include "learning/report/model_card.h"

#include <cstdio>
#include <fstream>
#include <sstream>

#include "core/error.h"
#include "learning/data/json.h"

namespace dju::learning {
namespace {

namespace fs = std::filesystem;

Json jsonOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error(ErrorCode::kNotFound, file.string() + ": cannot be read");
  std::ostringstream text;
  text << in.rdbuf();
  auto json = Json::parse(text.str());
  if (!json) throw Error(ErrorCode::kInvalid, file.string() + ": " + json.error().what());
  return std::move(json).valueOrThrow();
}

// A value as a table shows it; nothing for what is not there.
std::string plain(const Json* value) {
  if (value == nullptr) return "–";
  if (value->string() != nullptr) return *value->string();
  if (value->number() != nullptr) return jsonNumber(*value->number());
  if (value->boolean() != nullptr) return *value->boolean() ? "yes" : "no";
  std::string text;
  if (value->array() != nullptr)
    for (const Json& each : *value->array())
      text.append(text.empty() ? "" : ", ").append(plain(&each));
  if (value->object() != nullptr)
    for (const auto& [name, inner] : *value->object())
      text.append(text.empty() ? "" : ", ").append(name).append(" ").append(plain(&inner));
  return text.empty() ? "–" : text;
}

std::string fixed(const Json& row, const char* key) {
  const Json* value = row.find(key);
  if (value == nullptr || value->number() == nullptr) return "–";
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", *value->number());
  return text;
}

void addRow(std::string& text, const std::string& name, const std::string& value) {
  text += "| " + name + " | " + value + " |\n";
}

std::string kilobytes(const fs::path& file) {
  std::error_code missing;
  const auto bytes = fs::file_size(file, missing);
  return missing ? "–" : std::to_string((bytes + 512) / 1024) + " KiB with the optimizer's memory";
}

std::string factsOf(const CardSources& sources, const Json& model) {
  const Json training = jsonOf(sources.model / "training.json");
  const Json data = jsonOf(sources.data / "dataset.json");
  const Json* const columns = model.find("columns");
  const std::size_t count =
      columns != nullptr && columns->array() != nullptr ? columns->array()->size() : 0;
  std::string text = "| | |\n|---|---|\n";
  addRow(text, "Recipe", plain(model.find("recipe")));
  addRow(text, "Hears",
         plain(model.find("frames")) + " frames of " + std::to_string(count) +
             " columns, definition `" + plain(model.find("definition")) + "`");
  addRow(text, "Weights",
         plain(training.find("weights")) + ", " + kilobytes(sources.model / "best.pt"));
  const Json* const shape = model.find("shape");
  if (shape != nullptr && shape->object() != nullptr && !shape->object()->empty())
    addRow(text, "Differs from its recipe", plain(shape));
  addRow(text, "Training",
         plain(training.find("settings")) + "; " + plain(training.find("epochs")) +
             " epochs, the best the " + plain(training.find("best_epoch")) + "., " +
             plain(training.find("processes")) + " process(es), " + fixed(training, "minutes") +
             " minutes");
  addRow(text, "Data", plain(data.find("kind")) + ": " + plain(data.find("recipe")));
  addRow(text, "Windows", plain(data.find("windows")));
  const Json* const splits = data.find("splits");
  addRow(text, "Splits", splits != nullptr ? plain(splits->find("hash")) : "–");
  addRow(text, "License of the data", plain(data.find("license")));
  return text;
}

std::string metricsOf(const Json& report) {
  std::string text =
      "| judges | by | items (performances) | r | 95 % | MAE | ECE "
      "|\n|---|---|---|---|---|---|---|\n";
  const Json* const rows = report.find("measurements");
  if (rows == nullptr || rows->array() == nullptr) return text;
  for (const Json& row : *rows->array()) {
    if (plain(row.find("subset")) != "all") continue;
    text += "| " + plain(row.find("target")) + " | " + plain(row.find("predictor")) + " | " +
            plain(row.find("items")) + " (" + plain(row.find("groups")) + ") | " +
            fixed(row, "pearson") + " | " + fixed(row, "pearson_low") + " … " +
            fixed(row, "pearson_high") + " | " + fixed(row, "mean_absolute_error") + " | " +
            fixed(row, "calibration_error") + " |\n";
  }
  return text + "\nA window takes " + fixed(report, "milliseconds_per_window") +
         " ms in one thread of the machine that measured it.\n";
}

}  // namespace

std::string modelCard(const CardSources& sources) {
  const Json model = jsonOf(sources.model / "model.json");
  const Json report = jsonOf(sources.evaluation / "report.json");
  std::string text = "# Model card: " + plain(model.find("model")) + "\n\n" +
                     factsOf(sources, model) + "\n## Metrics\n" + plain(report.find("title")) +
                     ".\n\n" + metricsOf(report) + "\n## Limits\n";
  const Json* const notes = report.find("notes");
  if (notes != nullptr && notes->array() != nullptr)
    for (const Json& note : *notes->array()) text += "- " + plain(&note) + "\n";
  for (const std::string& limit : sources.limits) text += "- " + limit + "\n";
  return text;
}

}  // namespace dju::learning
