// Transitions: when the music passes from one record to another, how it was done, and how well.
//
// The detector reads evidence as it comes and reports a transition within two beats of its end,
// live and offline alike. docs/judging.md says how types are told apart. Callers: the live judge,
// transitionsOf(). An analysis thread; allocates while a transition lasts.
#pragma once

#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "judge/heads.h"
#include "judge/performance.h"

namespace dju::judge {

enum class TransitionType {
  kBlend,       // faded over, nothing else
  kBassSwap,    // the basses change places within two bars
  kCut,         // hardly both at once
  kEchoOut,     // what leaves is thrown into an effect
  kFilter,      // the quick knob carries it
  kDoubleDrop,  // two drops on top of each other
  kScratch,     // a hand on the platter brings it in
  kTrainWreck,  // beats beside each other
};
inline constexpr std::size_t kTransitionTypes = 8;
// "blend", "bass_swap" …: as in the protocol.
std::string_view transitionName(TransitionType type);

// Beats of what comes against what leaves, positive: late.
struct OffsetAt {
  Frame frame;
  float ms = 0;
};

struct Transition {
  Frame start;     // both are heard from here on, or what leaves has ended
  Frame end;       // what leaves is not heard any more, or what comes has begun
  Frame reported;  // how far the evidence reached that it rests on
  TransitionType type = TransitionType::kBlend;
  double confidence = 0;             // 0 to 1, that it is of this type
  engine::PlayerIndex player = 255;  // who did it
  std::uint8_t fromDeck = 0, toDeck = 0;
  std::uint32_t fromTrack = 0, toTrack = 0;
  std::vector<OffsetAt> beatOffsets;         // one each kOffsetStep, while both can be followed
  std::optional<double> beatOffsetMs;        // median of their sizes
  std::optional<double> tempoDifferenceBpm;  // mean, what comes less what leaves
  std::optional<double> tempoDifferencePercent;
  std::optional<int> phraseOffsetBeats;  // at its middle; empty: phrases are not known
  std::optional<int> barOffsetBeats;     // likewise
  std::optional<KeyDistance> key;
  double bothHeardSeconds = 0;
  double doubleBassSeconds = 0;
  std::optional<double> loudnessStepLu;  // of the records behind their gains, after less before
  TransitionParts parts;
  std::optional<double> score;  // parts.quality()
};

inline constexpr FrameCount kOffsetStep = 10 * kEvidenceFrames;  // 100 ms

class TransitionDetector {
 public:
  // The next evidence, kEvidenceFrames after the last. A transition, when one is complete.
  std::optional<Transition> push(const Evidence& evidence);
  // The performance has ended: what had passed over by then.
  std::optional<Transition> finish();

 private:
  struct Record {
    std::uint8_t deck = Evidence::kNoDeck;
    std::uint32_t track = 0;

    bool in(const Evidence& evidence) const {
      return deck != Evidence::kNoDeck && evidence.decks[deck].audible &&
             evidence.decks[deck].track == track;
    }
    friend bool operator==(const Record&, const Record&) = default;
  };
  enum class State { kNothing, kOne, kPassing };

  void settle(const Evidence& evidence);
  std::optional<Record> newcomer(const Evidence& evidence) const;
  void begin(const Record& to);
  void follow(const Evidence& evidence);
  double twoBeats() const;

  State state_ = State::kNothing;
  Record from_, to_;
  std::deque<Evidence> past_;      // what came before a transition
  std::vector<Evidence> passing_;  // from its start on, and a stretch before
  Frame start_, entry_;            // entry_: of what comes
  std::optional<Frame> fromGone_;  // since when what leaves is not heard
  std::optional<Frame> toGone_;
};

// All of a performance, in order of their ends.
std::vector<Transition> transitionsOf(const Performance& performance);

}  // namespace dju::judge
