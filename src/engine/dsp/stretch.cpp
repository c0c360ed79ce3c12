#include "engine/dsp/stretch.h"

#include <algorithm>

#include "engine/dsp/math.h"

namespace dju::engine {
namespace {

constexpr int kHop = 64;                 // frames between decisions
constexpr int kFade = 512;               // of a splice, where there is room
constexpr int kShortestFade = 128;       // right before a transient
constexpr int kReleaseFade = 480;        // back to the record as it turns
constexpr int kHandFade = 240;           // the same, under a hand
constexpr double kEngageMs = 15;         // a free head's speed leaves the record's
constexpr double kFarthestDrift = 1024;  // of a head from the record: 21 ms
constexpr double kDriftToSplice = 480;   // from here on a likely place is looked for
constexpr double kShortestLag = 256;
constexpr double kVoiceMs = 25;  // from one voice to the other
constexpr int kFreePlaces = 8;
constexpr double kHorizon = 14400;  // how far ahead transients matter: 300 ms
constexpr double kAttack = 960;     // of a transient, through which no crossfade goes: 20 ms
// A head that meets a transient so closely is not put right; and the likeness of waveforms may
// choose so much.
constexpr double kTolerance = 16;

double magnitude(double x) noexcept {
  return x < 0 ? -x : x;
}

float squareRoot(float x) noexcept {  // Newton's, of [1, 2]
  float root = 1.2F;
  for (int i = 0; i < 6; ++i) root = 0.5F * (root + x / root);
  return root;
}

}  // namespace

void StretchReader::lock(bool on) noexcept {
  locked_ = on;
  lockTaken_.glide(on ? 1 : 0, kEngageMs);
}

void StretchReader::shift(double semitones, double rampMs) noexcept {
  ratio_ = semitones == 0 ? 1 : exp2(semitones / 12);
  shiftRampMs_ = rampMs;
  ratioTaken_.glide(ratio_, rampMs);
}

void StretchReader::setVoice(KeyVoice voice) noexcept {
  voice_ = voice;
  if (fineTaken_.value() == 0) vocoder_.restart();
  fineTaken_.glide(voice == KeyVoice::kFine ? 1 : 0, kVoiceMs);
}

void StretchReader::restart() noexcept {
  head_ = leaving_ = {};
  vocoder_.restart();
  fadeLeft_ = untilDecision_ = 0;
  planned_ = false;
}

double StretchReader::headSpeed(double speed) const noexcept {
  const double lock = lockTaken_.value();
  const double base = lock == 1 ? 1 : speed + lock * (1 - speed);
  return base * ratioTaken_.value();
}

double StretchReader::nextHeadSpeed(double speed) noexcept {
  const double now = headSpeed(speed);
  lockTaken_.next();
  ratioTaken_.next();
  return now;
}

double StretchReader::pitch(double speed) const noexcept {
  return head_.free ? (locked_ ? 1 : speed) * ratio_ : magnitude(speed);
}

// --- Decisions: at most one every kHop frames, counted from when a head became free.

void StretchReader::decide(const TrackAudio& audio, double position, double speed,
                           Hold hold) noexcept {
  if (fadeLeft_ > 0) return;
  const double margin = head_.free ? 1 : 1.05;  // no to and fro at the edges
  const bool able =
      hold == Hold::kMotor && speed >= kSlowest * margin && speed <= kFastest / margin;
  if (!wanted() || !able) {
    if (head_.free) startFade({}, hold == Hold::kHand ? kHandFade : kReleaseFade, 0.5F);
    return;
  }
  if (!head_.free) return free(position);
  if (keepToPlan(audio, position, speed)) return;
  if (!planForTransient(position, speed)) planFreely(position, speed);
  keepToPlan(audio, position, speed);
}

// The head leaves the record where it is, at the record's own speed at first.
void StretchReader::free(double position) noexcept {
  head_ = {true, position};
  lockTaken_.jump(0);
  ratioTaken_.jump(1);
  lockTaken_.glide(locked_ ? 1 : 0, kEngageMs);
  ratioTaken_.glide(ratio_, std::max(shiftRampMs_, kEngageMs));
  fineTaken_.jump(0);
  fineTaken_.glide(voice_ == KeyVoice::kFine ? 1 : 0, kVoiceMs);
  vocoder_.restart();
  planned_ = false;
}

void StretchReader::startFade(Head to, int frames, float mismatch) noexcept {
  leaving_ = head_;
  head_ = to;
  fadeLeft_ = fadeLength_ = frames;
  planned_ = false;
  // Like sounds add up to one; unlike ones would be quieter in the middle.
  const float likeness = 1 - std::clamp(mismatch, 0.0F, 1.0F);
  fadeLift_ = squareRoot(2 / (1 + likeness)) - 1;
}

// Whether there is a plan; carries it out when its place has come.
bool StretchReader::keepToPlan(const TrackAudio& audio, double position, double speed) noexcept {
  if (!planned_) return false;
  const double pace = headSpeed(speed);
  const double away = magnitude(speed - planSpeed_);
  if (away > 0.001 || lockTaken_.moving() || ratioTaken_.moving()) {
    planned_ = false;  // the tempo changes: think again
    return false;
  }
  if (head_.position + 0.5 * kHop * pace < plan_.from) return true;
  Splice splice{head_.position, plan_.lag, 0};
  if (planTransient_ >= 0) {
    splice.lag = planTransient_ - pace * (planTransient_ - position) / speed - head_.position;
  }
  const int reach =
      planTransient_ >= 0 ? static_cast<int>(kTolerance) : 2 * TrackOutline::kCoarseFrames;
  splice = search_.refine(audio, splice, reach, static_cast<int>(planFade_ * pace));
  double target = head_.position + splice.lag;
  // At the track's own pitch its frames are heard as they are stored.
  if (pace == 1) target = static_cast<double>(floorToInt(target + 0.5));
  startFade({true, target}, planFade_, splice.mismatch);
  return true;
}

// The next transient, if it is near: one crossfade before it, and after the attack of the one
// before, puts the head where it meets the transient when the record does. True: nothing else has
// to be done now.
bool StretchReader::planForTransient(double position, double speed) noexcept {
  const double pace = headSpeed(speed);
  const double head = head_.position;
  const double drift = head - position;
  const double growth = (pace - speed) / pace;  // of the drift, per frame of the head's way
  const auto from = floorToInt(head) + 1;
  const std::int64_t transient = transients_.next(from, from + static_cast<std::int64_t>(kHorizon));
  if (transient < 0) return false;
  const auto place = static_cast<double>(transient);
  const double lag = place - pace * (place - position) / speed - head;
  if (magnitude(lag) <= kTolerance) return magnitude(drift) < kFarthestDrift;
  if (magnitude(lag) > SpliceSearch::kLongestLag) return false;
  const std::int64_t before =
      transients_.last(from - 1, from - 1 - static_cast<std::int64_t>(kAttack));
  double earliest = before < 0 ? head : std::max(head, static_cast<double>(before) + kAttack);
  // Nor farther from the record than a head may be.
  if (growth != 0) earliest = std::max(earliest, place - kFarthestDrift / magnitude(growth));
  int fade = kFade;
  double latest = 0;
  for (;; fade /= 2) {
    latest = place - pace * fade - std::max(lag, 0.0);
    if (latest >= earliest) break;
    if (fade > kShortestFade) continue;
    if (latest < head) return true;  // too late for this one
    earliest = head;
    break;
  }
  const double step = kHop * pace;
  const double first = head + step * static_cast<double>(floorToInt((earliest - head) / step));
  if (magnitude(drift + growth * (first - head)) > kFarthestDrift) return false;
  const int places = 1 + static_cast<int>((latest - first) / step);
  plan_ = search_.bestPlace(first, step, places, lag, static_cast<int>(fade * pace));
  planned_ = true;
  planFade_ = fade;
  planTransient_ = place;
  planSpeed_ = speed;
  return true;
}

// No transient tells where to go: when the head has drifted some way from the record, it goes to
// the other side of it, by whatever lag makes the least of a difference.
void StretchReader::planFreely(double position, double speed) noexcept {
  const double pace = headSpeed(speed);
  const double head = head_.position;
  const double drift = head - position;
  const double growth = pace - speed;  // per frame
  if (magnitude(drift) < kDriftToSplice || drift * growth <= 0) return;
  const double low = drift > 0 ? -drift - kFarthestDrift : -drift;
  const double high = drift > 0 ? -drift : -drift + kFarthestDrift;
  // Near the track's own tempo a head could go on for minutes; the search sees so far ahead.
  constexpr double kHopsSeen = static_cast<double>(SpliceSearch::kLongestReach) / kHop;
  const double hopsLeft =
      std::min((kFarthestDrift - magnitude(drift)) / (magnitude(growth) * kHop), kHopsSeen / pace);
  const double apart = std::max(1.0, static_cast<double>(floorToInt(hopsLeft / kFreePlaces)));
  const double step = apart * kHop * pace;
  int places = std::clamp(static_cast<int>(hopsLeft / apart), 1, kFreePlaces);
  const int fade = static_cast<int>(kFade * pace);
  // Not into or across a transient, if it can be helped.
  const auto from = floorToInt(head);
  const double reach = places * step + fade + std::max(high, 0.0);
  const std::int64_t transient = transients_.next(from, from + static_cast<std::int64_t>(reach));
  if (transient >= 0) {
    const double room = static_cast<double>(transient) - head - fade - std::max(high, 0.0);
    if (room < 0 && magnitude(drift) < 2 * kFarthestDrift) return;
    places = std::clamp(1 + static_cast<int>(room / step), 1, places);
  }
  plan_ = search_.bestLag(head, step, places, low, high, kShortestLag, fade);
  planned_ = true;
  planFade_ = kFade;
  planTransient_ = -1;
  planSpeed_ = speed;
}

// --- Reading.

StretchReader::Shares StretchReader::sharesNow() const noexcept {
  const float t = static_cast<float>(fadeLeft_) / static_cast<float>(fadeLength_);
  const float leaving = t * t * (3 - 2 * t);
  const float entering = 1 - leaving;
  const float lift = 1 + fadeLift_ * 4 * entering * leaving;
  const float free = (leaving_.free ? leaving : 0) + (head_.free ? entering : 0);
  return {lift * leaving, lift * entering, free};
}

void StretchReader::readHead(const TrackAudio& audio, Head& head, const double* positions,
                             const double* speeds, int frames, float* left, float* right) noexcept {
  if (!head.free) return reader_.read(audio, positions, speeds, frames, left, right);
  double at = head.position;
  for (int i = 0; i < frames; ++i) {
    places_[i] = at;
    at += paces_[i];
  }
  head.position = at;
  if (fine_[0] < 1 || fine_[frames - 1] < 1) {
    reader_.read(audio, places_.data(), paces_.data(), frames, left, right);
    for (int i = 0; i < frames; ++i) {
      left[i] *= 1 - fine_[i];
      right[i] *= 1 - fine_[i];
    }
  } else {
    std::fill_n(left, frames, 0.0F);
    std::fill_n(right, frames, 0.0F);
  }
}

// The fine voice, where free heads would be heard.
void StretchReader::mixVocoder(const TrackAudio& audio, const double* positions,
                               const double* speeds, int frames, float* left,
                               float* right) noexcept {
  if (voice_ == KeyVoice::kFast && fine_[0] <= 0) return;
  vocoder_.render(audio, positions, speeds, paces_.data(), frames, voiceLeft_.data(),
                  voiceRight_.data());
  for (int i = 0; i < frames; ++i) {
    const float share = fine_[i] * free_[i];
    left[i] += share * voiceLeft_[i];
    right[i] += share * voiceRight_[i];
  }
}

// Frames during which nothing is decided.
void StretchReader::readRun(const TrackAudio& audio, const double* positions, const double* speeds,
                            int frames, float* left, float* right) noexcept {
  for (int i = 0; i < frames; ++i) {
    paces_[i] = nextHeadSpeed(speeds[i]);
    fine_[i] = static_cast<float>(fineTaken_.next());
    free_[i] = 1;
  }
  readHead(audio, head_, positions, speeds, frames, left, right);
  if (fadeLeft_ == 0) {
    if (head_.free) mixVocoder(audio, positions, speeds, frames, left, right);
    return;
  }
  readHead(audio, leaving_, positions, speeds, frames, otherLeft_.data(), otherRight_.data());
  for (int i = 0; i < frames; ++i) {
    const Shares shares = sharesNow();
    left[i] = shares.entering * left[i] + shares.leaving * otherLeft_[i];
    right[i] = shares.entering * right[i] + shares.leaving * otherRight_[i];
    free_[i] = shares.free;
    --fadeLeft_;
  }
  mixVocoder(audio, positions, speeds, frames, left, right);
}

void StretchReader::read(const TrackAudio& audio, const double* positions, const double* speeds,
                         int frames, Hold hold, float* left, float* right) noexcept {
  if (!wanted() && !head_.free && fadeLeft_ == 0) {
    untilDecision_ = 0;
    reader_.read(audio, positions, speeds, frames, left, right);
    return;
  }
  if (outline_.look(audio)) transients_.forget();
  for (int done = 0; done < frames;) {
    if (untilDecision_ == 0) {
      decide(audio, positions[done], speeds[done], hold);
      untilDecision_ = kHop;
    }
    int run = std::min(frames - done, untilDecision_);
    if (fadeLeft_ > 0) run = std::min(run, fadeLeft_);
    readRun(audio, positions + done, speeds + done, run, left + done, right + done);
    untilDecision_ -= run;
    done += run;
  }
}

}  // namespace dju::engine
