// The subcommands of dju_learn, one file each. Each takes what is its own from the command line and
// gives the exit status; what it throws becomes an error line (learn_command.cpp, tools/learn.cpp).
#pragma once

#include "learning/command/options.h"

namespace dju::learning {

int runTrain(Options& options);
int runEvaluate(Options& options);
int runEnsemble(Options& options);
int runCrossValidate(Options& options);
int runActive(Options& options);
int runChoose(Options& options);
int runSearch(Options& options);
int runCard(Options& options);
int runExport(Options& options);

}  // namespace dju::learning
