// A model's card (Mitchell et al., "Model Cards for Model Reporting", 2019) out of what lies beside
// it: model.json and training.json of its folder, report.json of its evaluation, dataset.json of
// its data. Nothing in it is typed in but the limits that its makers add.
//
// Callers: command/card_command.cpp. Reads files; any thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace dju::learning {

struct CardSources {
  std::filesystem::path model;       // a folder that training made
  std::filesystem::path evaluation;  // the folder of its report
  std::filesystem::path data;        // the data set
  std::vector<std::string> limits;   // sentences beside those of the report
};

// Markdown. Throws Error naming the file that is missing or malformed.
std::string modelCard(const CardSources& sources);

}  // namespace dju::learning
