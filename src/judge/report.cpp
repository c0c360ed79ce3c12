#include "judge/report.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace dju::judge {
namespace {

constexpr std::int64_t kMostPoints = 400;

// A reaction counts for the moment that was heard, not for when it arrived.
std::vector<Reactions> reactionsOf(const engine::BattleLog& log) {
  std::map<std::pair<std::int64_t, std::string>, int> counts;
  for (const engine::LogEvent& event : log.events) {
    if (event.kind != "reaction") continue;
    const auto data = nlohmann::json::parse(event.data, nullptr, false);
    if (!data.is_object() || !data.contains("kind") || !data["kind"].is_string()) continue;
    const bool known = data.contains("heard") && data["heard"].is_number_integer();
    const std::int64_t heard = known ? data["heard"].get<std::int64_t>() : event.frame.index();
    const std::int64_t second =
        std::clamp<std::int64_t>(heard, 0, event.frame.index()) / kSampleRate;
    ++counts[{second, data["kind"].get<std::string>()}];
  }
  std::vector<Reactions> reactions;
  for (const auto& [moment, count] : counts)
    reactions.push_back({Frame(moment.first * kSampleRate), moment.second, count});
  return reactions;
}

}  // namespace

Report reportOf(const Performance& performance, const engine::BattleLog& log, const Rubric& rubric,
                const SoundJudge* sound) {
  const std::string& format = log.header.format;
  Report report;
  report.verdict = verdictOf(performance, rubric, format, roundStartsOf(log));
  report.reactions = reactionsOf(log);
  LiveJudge judge(rubric, format);
  const FrameCount step = std::max<FrameCount>(
      2 * kSampleRate, performance.end().index() / kMostPoints / kEvidenceFrames * kEvidenceFrames);
  FrameCount since = 0;
  for (const Evidence& evidence : performance.evidence) {
    judge.push(evidence, performance.tracks);
    if ((since += kEvidenceFrames) < step) continue;
    since = 0;
    const Ruling now = judge.ruling();
    if (now.sides[0].total > 0 || now.sides[1].total > 0)
      report.curve.push_back({evidence.frame, {now.sides[0].total, now.sides[1].total}});
  }
  judge.finish();
  report.feedback = judge.feedback();
  for (int s = 0; s < kSeats; ++s) {
    const auto player = static_cast<engine::PlayerIndex>(s);
    report.styles[s] = judge.style(player);
    if (sound != nullptr) report.sound[s] = sound->opinion(player);
  }
  return report;
}

}  // namespace dju::judge
