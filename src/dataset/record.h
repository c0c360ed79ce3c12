// From a performance to its windows: plays it, listens along, cuts. Callers: simulate_dataset.h,
// collectors. Takes as long as rendering; allocates. Any thread.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "dataset/augment.h"
#include "dataset/window.h"
#include "judge/performance.h"
#include "simulator/excerpt.h"
#include "simulator/performance.h"

namespace dju::dataset {

// A performance as it sounded: row i and evidence i belong to the 10 ms at frame 480 i.
struct Recording {
  simulator::Performance performance;
  std::string log;                         // a .djlog
  std::vector<judge::JudgedTrack> tracks;  // the plan's
  std::vector<judge::Evidence> evidence;
  std::vector<float> rows;  // music::kSoundRowColumns each
  Augmentation augmentation = Augmentation::kNone;

  std::size_t rowCount() const { return rows.size() / music::kSoundRowColumns; }
};

// Called with what reaches the ear, interleaved stereo at 48 kHz, piece by piece.
using SoundSink = std::function<void(std::span<const float> stereo)>;

// `heard`: what becomes of the master on its way to the ear; evidence and log are of the decks.
Recording record(const simulator::PerformancePlan& plan, Augmentation heard = Augmentation::kNone,
                 const SoundSink& sink = {});

// An excerpt likewise; cut it with `plan.about`.
Recording recordExcerpt(const simulator::ExcerptPlan& plan,
                        Augmentation heard = Augmentation::kNone);

struct CutOptions {
  std::size_t step = kWindowRows / 4;  // rows from one window to the next
  // Share of the windows with one track alone that are kept; those with two are kept all.
  double keepAlone = 0.25;
};

// Labels and extras filled, items with everything that the recording knows (docs/dataset.md). The
// first second is left out, in which levels and detectors settle; so is what nothing can be learned
// from (validate.h). Beats and tempo are labelled where two tracks are heard for two seconds: four
// beats or so, below which no ear could tell.
std::vector<Window> cutWindows(const Recording& recording, const simulator::PerformancePlan& plan,
                               const CutOptions& options);

// What is known of `count` rows from `begin` on: a line of items-NNN.jsonl.
nlohmann::json itemOf(const Recording& recording, const simulator::PerformancePlan& plan,
                      const std::string& logHash, std::size_t begin, std::size_t count);

}  // namespace dju::dataset
