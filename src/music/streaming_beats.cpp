#include "music/streaming_beats.h"

#include <utility>

namespace dju::music {
namespace {

// A frame is whole when half a window behind its centre has been heard.
double windowLag() {
  const FeatureDefinition& definition = standardDefinition();
  return static_cast<double>(definition.window) / 2 / definition.hop;
}

constexpr double kKnown = 0.3;  // belief with which the pointer's tempo counts as one

double bpmOf(double periodFrames) {
  return periodFrames > 0 ? 60 * standardDefinition().framesPerSecond() / periodFrames : 0;
}

}  // namespace

StreamingBeats::Evidence StreamingBeats::evidenceOf(EvidenceKind kind) {
  switch (kind) {
    case EvidenceKind::kNetwork:
      return NetworkEvidence();
    case EvidenceKind::kFlux:
      return FluxEvidence();
    case EvidenceKind::kCombined:
      break;
  }
  return CombinedEvidence();
}

double StreamingBeats::delayOf(const Evidence& evidence) {
  return std::visit([](const auto& each) { return each.delay(); }, evidence);
}

StreamingBeats::StreamingBeats(EvidenceKind kind) : StreamingBeats(evidenceOf(kind)) {}

StreamingBeats::StreamingBeats(Evidence evidence)
    : extractor_(standardDefinition(), {Feature::kLogMel}),
      evidence_(std::move(evidence)),
      decoder_(windowLag() + delayOf(evidence_), delayOf(evidence_)) {}

bool StreamingBeats::hear(std::span<const float> levels) noexcept {
  const BeatLogits logits = std::visit([&](auto& each) { return each.hear(levels); }, evidence_);
  const bool due = decoder_.hear(logits);
  const BeatPointer::Estimate& unguided = decoder_.unguided();
  const double period = unguided.confidence >= kKnown ? unguided.period : 0;
  if (review_.watch(period)) decoder_.unguide();
  return due;
}

StreamedBeat StreamingBeats::beat() const {
  const FeatureDefinition& definition = standardDefinition();
  const BeatDecoder::Beat& beat = decoder_.beat();
  return {beat.frame / definition.framesPerSecond(),
          static_cast<double>(heard_) / definition.sampleRate, bpmOf(beat.period), beat.confidence,
          beat.barPosition};
}

void StreamingBeats::review() {
  const double rate = standardDefinition().framesPerSecond();
  const BeatPointer::Estimate& now = decoder_.estimate();
  const Pulse followed{now.period / rate, (decoder_.estimateFrame() - now.sinceBeat) / rate};
  const std::optional<Pulse> better = review_.review(followed);
  if (better) decoder_.guide(better->beat * rate, better->period * rate);
}

double StreamingBeats::bpm() const {
  return bpmOf(decoder_.estimate().period);
}

}  // namespace dju::music
