// dju_learn: trains models from a data set's shards and evaluates them. `dju train` and `dju
// evaluate` start it; where only LibTorch is installed it is built and run by itself
// (src/learning).
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "learning/command/learn_command.h"

int main(int argc, char** argv) {
  try {
    return dju::learning::runLearnCommand({argv + 1, argv + argc});
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "dju_learn: %s\n", failure.what());
    return 1;
  }
}
