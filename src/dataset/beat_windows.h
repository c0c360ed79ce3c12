// Windows for the transition analyser: ninety-six beats each, in rows of a quarter of a beat, so
// that a blend of 32 beats looks the same at any tempo. The judge's detector says where in a window
// a record passes into another, how, and how well (judge/transitions.h); nothing is typed in.
//
// A window shows the transition whose middle lies within its middle half and nearest to its middle;
// a window without is of type "none", and has no place and no quality. Pure; any thread.
#pragma once

#include <vector>

#include "dataset/record.h"

namespace dju::dataset {

inline constexpr std::size_t kRowsABeat = 4;
inline constexpr std::size_t kWindowBeats = 96;
inline constexpr std::size_t kBeatWindowStep = 8;  // beats from one window to the next
inline constexpr std::size_t kBeatColumns = 84 + music::kFineOnsetBands;

// The recording on its beats: kBeatColumns each row, means over what sounds in it. Beats are
// counted by the tempo of the record that is heard most.
struct BeatRows {
  std::vector<float> values;
  std::vector<double> beatOf;  // of each evidence, from 0 on

  std::size_t count() const { return values.size() / kBeatColumns; }
};
BeatRows beatRowsOf(const Recording& recording);

// In the format beatFormat(). Empty where the recording has fewer beats than a window.
std::vector<Window> cutBeatWindows(const Recording& recording,
                                   const simulator::PerformancePlan& plan);

}  // namespace dju::dataset
