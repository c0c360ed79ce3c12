// SoundTouch's BPMDetect: a tempo, no beats.
#include "analysis/systems.h"

#ifdef DJU_WITH_SOUNDTOUCH
#include <BPMDetect.h>

#include <algorithm>
#endif

namespace dju::bench {

#ifdef DJU_WITH_SOUNDTOUCH
namespace {

Answer detect(const Hearing& hearing) {
  constexpr std::size_t kBlock = 4096;
  std::vector<float> sound = hearing.mono44;  // it may write into its input
  Answer answer;
  const CpuClock clock;
  soundtouch::BPMDetect detector(1, 44100);
  for (std::size_t from = 0; from < sound.size(); from += kBlock) {
    const std::size_t count = std::min(kBlock, sound.size() - from);
    detector.inputSamples(sound.data() + from, static_cast<int>(count));
  }
  answer.bpm = static_cast<double>(detector.getBpm());
  answer.cpuSeconds = clock.seconds();
  return answer;
}

}  // namespace
#endif

System soundTouch() {
  System system;
  system.name = "SoundTouch";
  system.does = {.tempo = true};
#ifdef DJU_WITH_SOUNDTOUCH
  system.version = "SoundTouch " DJU_WITH_SOUNDTOUCH ", BPMDetect";
  system.analyse = detect;
#else
  system.missing = "apt install libsoundtouch-dev";
#endif
  return system;
}

}  // namespace dju::bench
