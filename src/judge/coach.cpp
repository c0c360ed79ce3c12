#include "judge/coach.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace dju::judge {
namespace {

// Adults read subtitles of 15 to 17 characters a second with ease (Netflix and BBC subtitle
// guidelines); a second to look there is added.
constexpr double kCharactersPerSecond = 15;
constexpr double kLookSeconds = 1;
// Nobody knows any more what older news is about.
constexpr FrameCount kStale = 12 * kSampleRate;

// Where a sentence begins to be worth saying: thresholds of hearing and of habit.
constexpr double kTightMs = 10;                  // two kicks as one
constexpr double kAdriftMs = 25;                 // a flam, while it can still be put right
constexpr FrameCount kAdrift = 3 * kSampleRate;  // and it lasts
constexpr FrameCount kWarnAgain = 15 * kSampleRate;
constexpr double kOffsetPaceSeconds = 1;
constexpr double kBeatsToJudge = 8;
constexpr double kBpmApart = 1;
constexpr double kBassSeconds = 4;
constexpr double kLoudnessLu = 3;
constexpr int kKeySteps = 3;

// "12", "1.5"; in Spanish "1,5".
std::string figure(double value, char point) {
  std::string text =
      std::abs(value) < 10 ? fmt::format("{:.1f}", value) : fmt::format("{:.0f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  std::replace(text.begin(), text.end(), '.', point);
  return text;
}

std::string filled(std::string text,
                   const std::vector<std::pair<std::string_view, double>>& figures, char point) {
  for (const auto& [name, value] : figures) {
    const std::string place = fmt::format("{{{}}}", name);
    if (const auto at = text.find(place); at != std::string::npos)
      text.replace(at, place.size(), figure(value, point));
  }
  return text;
}

// Where the beats first lie together for a bar, as an index; the size where they never do.
std::size_t pulledIn(const std::vector<OffsetAt>& offsets, FrameCount bar) {
  std::size_t first = 0;
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    if (std::abs(offsets[i].ms) > kTightMs) {
      first = i + 1;
    } else if (offsets[i].frame - offsets[first].frame >= bar) {
      return first;
    }
  }
  return offsets.size();
}

double meanOf(const std::vector<OffsetAt>& offsets, std::size_t end) {
  double sum = 0;
  for (std::size_t i = 0; i < end; ++i) sum += offsets[i].ms;
  return end > 0 ? sum / static_cast<double>(end) : 0;
}

}  // namespace

double Coach::beatSeconds() const {
  return 60 / (tempo_ > 0 ? static_cast<double>(tempo_) : kUnknownBpm);
}

void Coach::hear(const Evidence& evidence) {
  now_ = evidence.frame;
  noteDecks(evidence);
  if (evidence.carrier != Evidence::kNoDeck && evidence.decks[evidence.carrier].tempo > 0)
    tempo_ = evidence.decks[evidence.carrier].tempo;
  if (!evidence.pair || !evidence.pair->beatOffsetMs) {
    following_.reset();
    return;
  }
  const PairEvidence& pair = *evidence.pair;
  const std::uint32_t flags = evidence.decks[pair.first].flags | evidence.decks[pair.second].flags;
  ++compared_;
  if ((flags & engine::kDeckSync) != 0) ++synced_;
  watchNow(evidence);
}

void Coach::noteDecks(const Evidence& evidence) {
  for (std::size_t d = 0; d < engine::kMaxDecks; ++d) {
    if (!evidence.decks[d].audible)
      heardSince_[d].reset();
    else if (!heardSince_[d])
      heardSince_[d] = evidence.frame;
  }
}

// What is adrift now and can still be put right.
void Coach::watchNow(const Evidence& evidence) {
  const PairEvidence& pair = *evidence.pair;
  // Told from the deck that was there to the one that came.
  const bool secondComes = heardSince_[pair.second] >= heardSince_[pair.first];
  const double offset = secondComes ? *pair.beatOffsetMs : -*pair.beatOffsetMs;
  constexpr double kPace = static_cast<double>(kEvidenceFrames) / kSampleRate / kOffsetPaceSeconds;
  if (!following_) {
    following_ = evidence.frame;
    offsetMs_ = offset;
  }
  offsetMs_ += kPace * (offset - offsetMs_);
  if (std::abs(offsetMs_) < kAdriftMs || evidence.player >= kSeats) return;
  if (evidence.frame - *following_ < kAdrift) return;
  if (warned_ && evidence.frame - *warned_ < kWarnAgain) return;
  warned_ = evidence.frame;
  const Finding finding{evidence.frame,
                        Head::kBeatAlignment,
                        "beat_offset_ms",
                        offsetMs_,
                        "ms",
                        beatAlignment(offsetMs_),
                        {}};
  offer(offsetMs_ > 0 ? Remark::kLateNow : Remark::kEarlyNow, evidence.player, finding, 1,
        {{"ms", std::abs(offsetMs_)}});
}

void Coach::hear(const Transition& transition, std::size_t index) {
  if (transition.player < kSeats) {
    remarkOnTiming(transition, index);
    remarkOnSound(transition, index);
  }
  compared_ = synced_ = 0;
}

void Coach::remarkOnTiming(const Transition& transition, std::size_t index) {
  const auto& offsets = transition.beatOffsets;
  if (offsets.empty() || !transition.beatOffsetMs) return;
  const double beat = beatSeconds();
  const auto beatsIn = [&](Frame from, Frame to) {
    return static_cast<double>(to - from) / kSampleRate / beat;
  };
  const double beats = beatsIn(offsets.front().frame, offsets.back().frame);
  if (beats < kBeatsToJudge) return;
  Finding finding{transition.start,
                  Head::kBeatAlignment,
                  "beat_offset_ms",
                  *transition.beatOffsetMs,
                  "ms",
                  beatAlignment(*transition.beatOffsetMs),
                  index};
  const auto bar = static_cast<FrameCount>(kBeatsPerBar * beat * kSampleRate);
  const std::size_t in = pulledIn(offsets, bar);
  const double mean = meanOf(offsets, in);
  const bool late = mean > 0;
  if (in == offsets.size()) {
    // Offsets that go to and fro have a mean of nothing; their size is told.
    const double size = std::max(std::abs(mean), *transition.beatOffsetMs);
    offer(late ? Remark::kLate : Remark::kEarly, transition.player, finding, 0.9,
          {{"ms", std::round(size)}, {"beats", std::round(beats)}});
    return;
  }
  const double adrift = beatsIn(offsets.front().frame, offsets[in].frame);
  if (adrift >= 2) {
    finding.value = mean;
    finding.worth = beatAlignment(mean);
    offer(late ? Remark::kLatePulledIn : Remark::kEarlyPulledIn, transition.player, finding, 0.7,
          {{"ms", std::round(std::abs(mean))},
           {"beats", std::round(adrift)},
           {"bar", std::floor(adrift / kBeatsPerBar) + 1}});
    return;
  }
  offer(2 * synced_ > compared_ ? Remark::kTightWithSync : Remark::kTightByHand, transition.player,
        finding, 0.4,
        {{"ms", std::max(1.0, std::ceil(*transition.beatOffsetMs))}, {"beats", std::round(beats)}});
}

void Coach::remarkOnSound(const Transition& transition, std::size_t index) {
  for (const Finding& finding : findingsOf(transition, index)) {
    const double size = std::abs(finding.value), weight = 1 - finding.worth;
    const auto say = [&](Remark remark, double over, const Figures& figures) {
      offer(remark, transition.player, finding, over, figures);
    };
    if (finding.measure == "tempo_difference_bpm" && size >= kBpmApart)
      say(Remark::kTempoApart, weight, {{"bpm", size}});
    if (finding.measure == "double_bass_s" && size >= kBassSeconds)
      say(Remark::kDoubleBass, weight, {{"seconds", std::round(size)}});
    if (finding.measure == "key_distance" && size >= kKeySteps)
      say(Remark::kKeyClash, weight, {{"steps", size}});
    if (finding.measure == "loudness_step_lu" && size >= kLoudnessLu)
      say(finding.value > 0 ? Remark::kLouder : Remark::kQuieter, weight, {{"lu", size}});
    if (finding.measure == "phrase_offset_beats" && finding.value != 0)
      say(Remark::kOffPhrase, weight, {{"beats", size}});
    const double bars = transition.bothHeardSeconds / beatSeconds() / kBeatsPerBar;
    if (finding.measure == "phrase_offset_beats" && finding.value == 0 && bars >= 4)
      say(Remark::kOnPhrase, 0.3, {{"bars", std::round(bars)}});
  }
}

void Coach::offer(Remark remark, engine::PlayerIndex player, const Finding& finding, double weight,
                  const Figures& figures) {
  const RubricRemark& words = rubric_[remark];
  Feedback feedback;
  feedback.frame = now_;
  feedback.player = player;
  feedback.remark = remark;
  feedback.tone = words.tone;
  feedback.text = {filled(words.text.en, figures, '.'), filled(words.text.es, figures, ',')};
  feedback.finding = finding;
  waiting_.push_back({std::move(feedback), weight});
}

std::optional<Feedback> Coach::next(Frame now) {
  std::erase_if(waiting_, [&](const Candidate& candidate) {
    return now - candidate.feedback.frame > kStale;
  });
  if (waiting_.empty() || (silentUntil_ && now < *silentUntil_)) return {};
  // Of those that matter alike the one that came first.
  const auto best =
      std::max_element(waiting_.begin(), waiting_.end(),
                       [](const Candidate& a, const Candidate& b) { return a.weight < b.weight; });
  Feedback feedback = std::move(best->feedback);
  waiting_.erase(best);
  feedback.number = said_++;
  feedback.frame = now;
  const auto characters =
      static_cast<double>(std::max(feedback.text.en.size(), feedback.text.es.size()));
  silentUntil_ = now + static_cast<FrameCount>((kLookSeconds + characters / kCharactersPerSecond) *
                                               kSampleRate);
  return feedback;
}

}  // namespace dju::judge
