#include "learning/search/trial_log.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>

#include "core/error.h"
#include "learning/data/json.h"
#include "learning/data/whole_file.h"

namespace dju::learning {
namespace {

constexpr std::size_t kFewestEpochs = 2, kFewestTrials = 4;

std::string listText(std::span<const double> numbers) {
  std::string text = "[";
  for (std::size_t i = 0; i < numbers.size(); ++i)
    text.append(i > 0 ? ", " : "").append(jsonNumber(numbers[i]));
  return text + "]";
}

std::string lineOf(const Trial& trial) {
  return "{\"point\": " + listText(trial.point) + ", \"settings\": " + jsonOf(trial.settings) +
         ", \"loss\": " + jsonNumber(trial.loss) + ", \"losses\": " + listText(trial.losses) +
         ", \"cut_short\": " + (trial.cutShort ? "true" : "false") + "}\n";
}

std::vector<double> numbersIn(const Json& json, const char* key) {
  std::vector<double> numbers;
  const Json* list = json.find(key);
  if (list != nullptr && list->array() != nullptr)
    for (const Json& value : *list->array())
      if (value.number() != nullptr) numbers.push_back(*value.number());
  return numbers;
}

std::optional<Trial> trialIn(const std::string& line) {
  const auto json = Json::parse(line);
  if (!json) return std::nullopt;
  const Json* settings = json->find("settings");
  const Json* loss = json->find("loss");
  const Json* cutShort = json->find("cut_short");
  if (settings == nullptr || loss == nullptr || cutShort == nullptr ||
      cutShort->boolean() == nullptr)
    return std::nullopt;
  Trial trial{numbersIn(*json, "point"), modelSettingsIn(*settings),
              loss->number() != nullptr ? *loss->number() : std::numeric_limits<double>::infinity(),
              numbersIn(*json, "losses"), *cutShort->boolean()};
  if (trial.point.empty()) return std::nullopt;
  return trial;
}

double bestUntil(std::span<const double> losses, std::size_t epochs) {
  return *std::min_element(losses.begin(), losses.begin() + static_cast<std::ptrdiff_t>(epochs));
}

}  // namespace

TrialLog::TrialLog(std::filesystem::path file, const std::string& search) : file_(std::move(file)) {
  const std::string first = "{\"search\": " + jsonQuoted(search) + "}\n";
  if (!std::filesystem::exists(file_)) {
    writeWholeFile(file_, first);
    return;
  }
  std::ifstream in(file_, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  std::string text = bytes.str();
  text.resize(text.rfind('\n') + 1);  // what follows the last line was being written
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  if (line + "\n" != first)
    throw Error(ErrorCode::kConflict, file_.string() + ": of another search (" + line +
                                          "); use the same settings or another --out");
  for (std::size_t number = 2; std::getline(lines, line); ++number) {
    auto trial = trialIn(line);
    if (!trial)
      throw Error(ErrorCode::kInvalid,
                  file_.string() + ": line " + std::to_string(number) + " is no trial");
    trials_.push_back(std::move(*trial));
  }
  writeWholeFile(file_, text);
}

const Trial* TrialLog::find(std::span<const double> point) const {
  const auto at = std::find_if(trials_.begin(), trials_.end(), [&](const Trial& trial) {
    return std::equal(point.begin(), point.end(), trial.point.begin(), trial.point.end());
  });
  return at == trials_.end() ? nullptr : &*at;
}

void TrialLog::add(Trial trial) {
  std::ofstream out(file_, std::ios::binary | std::ios::app);
  out << lineOf(trial) << std::flush;
  if (!out)
    throw Error(ErrorCode::kUnavailable, file_.string() + ": cannot be written; is the disk full?");
  trials_.push_back(std::move(trial));
}

bool TrialLog::isHopeless(std::span<const double> losses) const {
  if (losses.size() < kFewestEpochs) return false;
  std::vector<double> others;
  for (const Trial& trial : trials_)
    if (trial.losses.size() >= losses.size())
      others.push_back(bestUntil(trial.losses, losses.size()));
  if (others.size() < kFewestTrials) return false;
  const auto middle = others.begin() + static_cast<std::ptrdiff_t>(others.size() / 2);
  std::nth_element(others.begin(), middle, others.end());
  return bestUntil(losses, losses.size()) > *middle;
}

}  // namespace dju::learning
