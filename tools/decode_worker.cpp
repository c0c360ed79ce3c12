// The decoder's child process (audio/decode.h) as a program of its own: tests and benches use it,
// and fuzzing can call it. `dju decode-worker` is the same code.
#include <string>
#include <vector>

#include "audio/decode.h"

int main(int argc, char** argv) {
  return dju::audio::runDecodeWorker(std::vector<std::string>(argv + 1, argv + argc));
}
