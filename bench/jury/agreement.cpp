#include "jury/agreement.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/random.h"
#include "judge/transitions.h"

namespace dju::jury {
namespace {

constexpr int kDraws = 1000;
constexpr std::array kHeardHeads = {judge::Head::kBpmAccuracy, judge::Head::kBeatAlignment,
                                    judge::Head::kTransitionQuality, judge::Head::kPitchStability,
                                    judge::Head::kKeyCompatibility};

FrameCount overlap(const serving::HeardTransition& heard, const judge::Transition& played) {
  return std::min(heard.end, played.end) - std::max(heard.start, played.start);
}

}  // namespace

ComparedTransitions compareTransitions(const serving::SoundModel& model,
                                       const judge::Performance& performance) {
  ComparedTransitions compared;
  const std::vector<serving::HeardTransition> heard = model.transitions();
  std::vector<bool> played(heard.size(), false);
  for (const judge::Transition& transition : judge::transitionsOf(performance)) {
    ++compared.played;
    FrameCount most = 0;
    std::size_t best = heard.size();
    for (std::size_t i = 0; i < heard.size(); ++i) {
      if (overlap(heard[i], transition) <= most || played[i]) continue;
      most = overlap(heard[i], transition);
      best = i;
    }
    if (best == heard.size()) continue;
    played[best] = true;
    Compared both{
        heard[best].heads,
        judge::headsOf(performance.window(transition.start, transition.end), performance.tracks)};
    both.telemetry[judge::Head::kTransitionQuality].reset();
    if (transition.score)
      both.telemetry[judge::Head::kTransitionQuality] = static_cast<float>(*transition.score);
    compared.found.push_back(both);
  }
  compared.madeUp = static_cast<std::size_t>(std::count(played.begin(), played.end(), false));
  return compared;
}

void Agreement::add(std::span<const Compared> ofOneBattle) {
  std::map<judge::Head, std::vector<Both>> battle;
  std::vector<Both> between;
  for (const Compared& compared : ofOneBattle) {
    for (const judge::Head head : kHeardHeads) {
      const auto& sound = compared.sound[head];
      const auto& telemetry = compared.telemetry[head];
      if (!sound || !telemetry) continue;
      const Both both{static_cast<double>(*sound), static_cast<double>(*telemetry)};
      battle[head].push_back(both);
      if (head == judge::Head::kBeatAlignment && both.telemetry < judge::beatAlignment(30) &&
          both.telemetry > judge::beatAlignment(100))
        between.push_back(both);
    }
  }
  for (auto& [head, values] : battle) battles_[head].push_back(std::move(values));
  if (!between.empty()) between_.push_back(std::move(between));
}

void Agreement::add(const ComparedTransitions& ofOneBattle) {
  found_ += ofOneBattle.found.size();
  played_ += ofOneBattle.played;
  madeUp_ += ofOneBattle.madeUp;
  add(ofOneBattle.found);
}

double Agreement::pearson(const std::vector<Both>& all) {
  const auto n = static_cast<double>(all.size());
  double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  for (const Both& both : all) {
    x += both.sound / n;
    y += both.telemetry / n;
  }
  for (const Both& both : all) {
    xx += (both.sound - x) * (both.sound - x);
    yy += (both.telemetry - y) * (both.telemetry - y);
    xy += (both.sound - x) * (both.telemetry - y);
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

void Agreement::print(std::string_view what, const Battles& battles) {
  if (battles.empty()) return;
  std::vector<double> drawn;
  Random random(1);
  for (int i = 0; i < kDraws; ++i) {
    std::vector<Both> sample;
    for (std::size_t k = 0; k < battles.size(); ++k) {
      const auto& battle =
          battles[static_cast<std::size_t>(random.below(static_cast<int>(battles.size())))];
      sample.insert(sample.end(), battle.begin(), battle.end());
    }
    drawn.push_back(pearson(sample));
  }
  std::sort(drawn.begin(), drawn.end());
  std::vector<Both> all;
  for (const auto& battle : battles) all.insert(all.end(), battle.begin(), battle.end());
  fmt::print("{}: r {:.3f} ({:.3f} to {:.3f}), n = {} in {} battles\n", what, pearson(all),
             drawn[kDraws / 40], drawn[kDraws - 1 - kDraws / 40], all.size(), battles.size());
}

void Agreement::print(std::string_view what) const {
  if (played_ > 0)
    fmt::print("{}: {} of {} found, {} heard where none was played\n", what, found_, played_,
               madeUp_);
  for (const auto& [head, battles] : battles_)
    print(fmt::format("{}, {}", what, judge::headName(head)), battles);
  print(fmt::format("{}, beat_alignment where beats are 30 to 100 ms apart", what), between_);
}

}  // namespace dju::jury
