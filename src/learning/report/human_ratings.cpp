#include "learning/report/human_ratings.h"

#include <fstream>
#include <set>

#include "core/error.h"

namespace dju::learning {
namespace {

constexpr std::size_t kFewest = 3;

Rating ratingIn(const std::string& line, const std::string& where) {
  const auto json = Json::parse(line);
  const Json* item = json ? json->find("item") : nullptr;
  const Json* rater = json ? json->find("rater") : nullptr;
  const Json* scores = json ? json->find("scores") : nullptr;
  if (item == nullptr || item->string() == nullptr || rater == nullptr ||
      rater->string() == nullptr || scores == nullptr || scores->object() == nullptr)
    throw Error(ErrorCode::kInvalid, where + ": no rating with \"item\", \"rater\" and \"scores\"");
  Rating rating{*item->string(), *rater->string(), {}};
  for (const auto& [head, value] : *scores->object()) {
    if (value.number() == nullptr || *value.number() < 0 || *value.number() > 1)
      throw Error(ErrorCode::kInvalid, where + ": score \"" + head + "\" is not from 0 to 1");
    rating.scores[head] = *value.number();
  }
  return rating;
}

}  // namespace

std::vector<Rating> readRatings(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw Error(ErrorCode::kNotFound, file.string() + ": cannot be read");
  std::vector<Rating> ratings;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number)
    ratings.push_back(ratingIn(line, file.string() + ":" + std::to_string(number)));
  return ratings;
}

std::vector<HumanAgreement> agreementWithPeople(const std::vector<Rating>& ratings,
                                                const Split& split,
                                                const std::vector<std::string>& targets,
                                                const std::vector<std::vector<double>>& scores) {
  std::map<std::string, std::size_t> places;
  for (std::size_t item = 0; item < split.items(); ++item) places[split.textOf(item, "id")] = item;
  std::vector<HumanAgreement> found;
  for (std::size_t target = 0; target < targets.size(); ++target) {
    std::map<std::size_t, std::pair<double, double>> sums;  // of an item: scores, raters
    std::set<std::string> raters;
    for (const Rating& rating : ratings) {
      const auto place = places.find(rating.item);
      const auto score = rating.scores.find(targets[target]);
      if (place == places.end() || score == rating.scores.end()) continue;
      sums[place->second].first += score->second;
      sums[place->second].second += 1;
      raters.insert(rating.rater);
    }
    if (sums.size() < kFewest) continue;
    std::vector<double> people;
    std::vector<double> model;
    for (const auto& [item, sum] : sums) {
      people.push_back(sum.first / sum.second);
      model.push_back(scores[target][item]);
    }
    found.push_back({targets[target], sums.size(), raters.size(), pearson(model, people),
                     spearman(model, people)});
  }
  return found;
}

}  // namespace dju::learning
