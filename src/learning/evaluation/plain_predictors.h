// The plain predictors that a network has to beat: what a judge says who hears only how loud it is,
// and what a rule of signal processing says of the beats. Where a network is no better, it has
// learned nothing that these do not know.
//
// Callers: evaluation/evaluate.h. One thread.
#pragma once

#include <vector>

#include "learning/data/dataset.h"
#include "learning/evaluation/score_tables.h"
#include "learning/report/evaluation_report.h"

namespace dju::learning {

// Ridge regression on levels alone: of low, middle and high bands over eight equal parts of the
// window, their steps and their range, fitted on the training split. It sees fades, cuts and basses
// but no onset. Throws Error when the data set has no log-mel columns.
Predictor levelAndFadePredictor(const DatasetInfo& info, const Split& training,
                                const ScoreTable& trainingTruth, const Split& test);

// For beat_alignment alone: the distance of the strongest peak of the onsets' correlation between
// 10 and 200 ms, taken for the distance of the two grids: exp(-distance / 50 ms), or 1 where no
// peak reaches `kFlam` of the energy. Nothing where the data set has no onset columns.
Predictor onsetRulePredictor(const DatasetInfo& info, const Split& test,
                             const std::vector<std::string>& targets);

// The mean of what is to be learned, for so many items: of names, the commonest.
Predictor meanPredictor(const ScoreTable& trainingTruth, std::size_t items);

}  // namespace dju::learning
