// How right an analysis is, as the literature measures it. Callers: bench_analysis. Pure, any
// thread. Times are seconds in ascending order; results are 0 to 1 unless stated. Nothing is
// trimmed from the start of a piece (mir_eval drops its first 5 s; we do not, so that ours and the
// peers' first beats count).
//
// Sources: Davies, Degara, Plumbley, "Evaluation Methods for Musical Audio Beat Tracking
// Algorithms", QMUL C4DM-TR-09-06, 2009 (F-measure, continuity); MIREX "Audio Key Detection" (key
// score); MIREX "Audio Tempo Estimation" (4 %); Turnbull et al., ISMIR 2007 (boundary hits).
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analysis/truth.h"

namespace dju::bench {

struct FMeasure {
  double precision = 0;
  double recall = 0;
  double f = 0;
};

// One-to-one matches within ±window seconds. For windows of one width the match that takes the
// earliest candidate is a largest one. Nothing expected and nothing found is 1.
FMeasure eventF(const std::vector<double>& truth, const std::vector<double>& found, double window);

// Share of the longest run (c) and of all (t) beats that continue rightly: at the annotated level
// (cml) and at the best of annotated, double, both halves and off-beat (aml). A beat continues
// rightly when its phase and its distance to the one before are within 17.5 % of the period.
struct Continuity {
  double cmlC = 0, cmlT = 0, amlC = 0, amlT = 0;
};
Continuity continuity(const std::vector<double>& truth, const std::vector<double>& found);

// Median signed distance in seconds from each true beat to its match within 70 ms; 0 without one.
double medianOffset(const std::vector<double>& truth, const std::vector<double>& found);

// Signed distance in seconds from `time` to the nearest found event; infinity when there is none.
double nearestError(const std::vector<double>& found, double time);

// Tempo within 4 %. strict: of the given tempo or its stated alternative; octave: also of their
// double, triple, half and third (MIREX accuracy 2).
struct TempoScore {
  bool strict = false;
  bool octave = false;
  double errorBpm = 0;  // absolute, after folding to the closest of those; 0 unless octave
};
TempoScore tempoScore(double truthBpm, double alternativeBpm, double foundBpm);

// F-measure of time: how long both say so against how long either does. Intervals may overlap.
FMeasure intervalF(const std::vector<Interval>& truth, const std::vector<Interval>& found);

// Section starts (without the one at the very beginning) within ±window seconds.
FMeasure boundaryF(const std::vector<LabelledSection>& truth,
                   const std::vector<LabelledSection>& found, double window);

// Share of the time of `truth` that carries the same label in `found`.
double labelAgreement(const std::vector<LabelledSection>& truth,
                      const std::vector<LabelledSection>& found);

// Spearman's rank correlation, −1 to 1, with mean ranks for equal values; `found` is averaged over
// each step of `truth`. 0 when either does not vary.
double rankCorrelation(const Curve& truth, const Curve& found);

// How often what is `first` was called `second`.
class Confusion {
 public:
  void add(const std::string& truth, const std::string& found) { ++counts_[{truth, found}]; }
  int total() const;
  double accuracy() const;
  std::string table() const;  // rows: truth; columns: found

 private:
  std::map<std::pair<std::string, std::string>, int> counts_;
};

}  // namespace dju::bench
