#include "judge/rubric.h"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>
#include <cmath>
#include <nlohmann/json.hpp>

#include "judge/rubric_data.h"

namespace dju::judge {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = 1 << 16;

Text textOf(const json& text) {
  return {text.at("en").get<std::string>(), text.at("es").get<std::string>()};
}

double shareOf(const json& object, const char* field) {
  const double value = object.at(field).get<double>();
  if (value >= 0 && value <= 1) return value;
  throw Error(ErrorCode::kInvalid,
              fmt::format("rubric: {} is {}; it must be from 0 to 1", field, value));
}

void takeHeads(const json& list, Rubric& rubric) {
  std::bitset<kHeadCount> seen;
  double sum = 0;
  for (const json& entry : list) {
    const auto name = entry.at("head").get<std::string>();
    const auto found = std::find(kHeads.begin(), kHeads.end(), name);
    if (found == kHeads.end())
      throw Error(ErrorCode::kInvalid,
                  fmt::format("rubric: no head is called \"{}\"; see data/rubric.schema.json",
                              name.substr(0, 40)));
    const auto index = static_cast<std::size_t>(found - kHeads.begin());
    if (seen.test(index))
      throw Error(ErrorCode::kInvalid, fmt::format("rubric: {} is there twice", name));
    seen.set(index);
    rubric.heads[index] = {shareOf(entry, "weight"), textOf(entry.at("name")),
                           textOf(entry.at("asks"))};
    const double weight = rubric.heads[index].weight;
    if (isProxy(static_cast<Head>(index)) && weight > 0)
      throw Error(ErrorCode::kInvalid,
                  fmt::format("rubric: {} weighs {}; it stands in for people's ratings and must "
                              "weigh 0",
                              name, weight));
    sum += weight;
  }
  if (!seen.all())
    throw Error(ErrorCode::kInvalid,
                fmt::format("rubric: {} of {} heads; all must be there", seen.count(), kHeadCount));
  if (std::abs(sum - 1) > 1e-6)
    throw Error(ErrorCode::kInvalid,
                fmt::format("rubric: the weights add up to {}; they must to 1", sum));
}

TransitionType typeOf(const std::string& name) {
  for (std::size_t t = 0; t < kTransitionTypes; ++t) {
    const auto type = static_cast<TransitionType>(t);
    if (transitionName(type) == name) return type;
  }
  throw Error(ErrorCode::kInvalid,
              fmt::format("rubric: no transition is called \"{}\"", name.substr(0, 40)));
}

RubricStyle styleOf(const json& entry) {
  RubricStyle style{entry.at("style").get<std::string>(), {}, textOf(entry.at("name"))};
  for (const json& type : entry.at("types")) style.types.push_back(typeOf(type));
  return style;
}

Tone toneOf(const std::string& name) {
  for (const Tone tone : {Tone::kPraise, Tone::kAdvice, Tone::kNote})
    if (toneName(tone) == name) return tone;
  throw Error(
      ErrorCode::kInvalid,
      fmt::format("rubric: tone \"{}\"; it must be praise, advice or note", name.substr(0, 40)));
}

void takeRemarks(const json& list, Rubric& rubric) {
  std::bitset<kRemarks.size()> seen;
  for (const json& entry : list) {
    const auto name = entry.at("remark").get<std::string>();
    const auto found = std::find(kRemarks.begin(), kRemarks.end(), name);
    if (found == kRemarks.end())
      throw Error(ErrorCode::kInvalid,
                  fmt::format("rubric: no remark is called \"{}\"; see data/rubric.schema.json",
                              name.substr(0, 40)));
    const auto index = static_cast<std::size_t>(found - kRemarks.begin());
    seen.set(index);
    rubric.remarks[index] = {toneOf(entry.at("tone")), textOf(entry.at("text"))};
  }
  if (!seen.all())
    throw Error(ErrorCode::kInvalid, fmt::format("rubric: {} of {} remarks; all must be there",
                                                 seen.count(), kRemarks.size()));
}

int countOf(const json& object, const char* field) {
  const int value = object.at(field).get<int>();
  if (value >= 1) return value;
  throw Error(ErrorCode::kInvalid,
              fmt::format("rubric: {} is {}; it must be 1 or more", field, value));
}

Rubric read(const json& from) {
  Rubric rubric;
  rubric.id = from.at("id").get<std::string>();
  rubric.version = from.at("version").get<int>();
  takeHeads(from.at("heads"), rubric);
  rubric.unshown = shareOf(from, "unshown");
  rubric.probabilityScale = shareOf(from, "probabilityScale");
  if (rubric.probabilityScale == 0)
    throw Error(ErrorCode::kInvalid, "rubric: probabilityScale is 0; it must be above");
  for (const json& format : from.at("formats"))
    rubric.formats.push_back({format.at("format").get<std::string>(), shareOf(format, "crowdShare"),
                              shareOf(format, "byHandBonus")});
  rubric.fewestVotes = countOf(from, "fewestVotes");
  rubric.fewestForStyle = countOf(from, "fewestForStyle");
  for (const json& style : from.at("styles")) rubric.styles.push_back(styleOf(style));
  takeRemarks(from.at("remarks"), rubric);
  return rubric;
}

}  // namespace

RubricFormat Rubric::of(std::string_view format) const {
  for (const RubricFormat& known : formats) {
    if (known.format == format) return known;
  }
  return {};
}

std::string_view toneName(Tone tone) {
  constexpr std::array<std::string_view, 3> kNames = {"praise", "advice", "note"};
  return kNames[static_cast<std::size_t>(tone)];
}

std::string Rubric::name() const {
  return fmt::format("{}-{}", id, version);
}

Result<Rubric> parseRubric(std::string_view text) {
  if (text.size() > kMostBytes)
    return Error(ErrorCode::kTooLarge,
                 fmt::format("rubric: {} bytes; at most {}", text.size(), kMostBytes));
  try {
    return read(json::parse(text));
  } catch (const Error& error) {
    return error;
  } catch (const json::exception& error) {
    return Error(ErrorCode::kInvalid,
                 fmt::format("rubric: {}; see data/rubric.schema.json", error.what()));
  }
}

const Rubric& standardRubric() {
  static const Rubric rubric = parseRubric(kRubricJson).valueOrThrow();
  return rubric;
}
std::string_view standardRubricText() {
  return kRubricJson;
}

}  // namespace dju::judge
