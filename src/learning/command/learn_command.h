// The command line of dju_learn. Its own small reading of options, since learning/ needs nothing
// but LibTorch. Called once a process.
#pragma once

#include <string>
#include <vector>

namespace dju::learning {

// arguments: without the program's name. Gives the exit status: 0, or 2 for a command line that
// makes no sense (the usage goes to standard error). Throws Error when the work fails.
int runLearnCommand(const std::vector<std::string>& arguments);

}  // namespace dju::learning
