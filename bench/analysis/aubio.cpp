// aubio's tempo tracker, as its program aubiotrack runs it: spectral flux, window 1024, hop 512.
#include "analysis/systems.h"

#ifdef DJU_WITH_AUBIO
#include <aubio/aubio.h>

#include <algorithm>
#endif

namespace dju::bench {

#ifdef DJU_WITH_AUBIO
namespace {

Answer track(const Hearing& hearing) {
  constexpr uint_t kRate = 44100, kWindow = 1024, kHop = 512;
  Answer answer;
  const CpuClock clock;
  aubio_tempo_t* tempo = new_aubio_tempo("default", kWindow, kHop, kRate);
  fvec_t* in = new_fvec(kHop);
  fvec_t* out = new_fvec(1);
  const std::vector<float>& sound = hearing.mono44;
  for (std::size_t from = 0; from + kHop <= sound.size(); from += kHop) {
    std::copy_n(sound.begin() + static_cast<std::ptrdiff_t>(from), kHop, in->data);
    aubio_tempo_do(tempo, in, out);
    if (fvec_get_sample(out, 0) <= 0) continue;
    answer.beats.push_back(static_cast<double>(aubio_tempo_get_last_s(tempo)));
    answer.emitted.push_back(static_cast<double>(from + kHop) / kRate);
  }
  del_fvec(out);
  del_fvec(in);
  del_aubio_tempo(tempo);
  answer.cpuSeconds = clock.seconds();
  answer.bpm = tempoOfBeats(answer.beats);
  return answer;
}

}  // namespace
#endif

System aubioTempo() {
  System system;
  system.name = "aubio";
  system.kind = Kind::kCausal;
  system.does = {.beats = true, .tempo = true};
#ifdef DJU_WITH_AUBIO
  system.version = "aubio " DJU_WITH_AUBIO ", default onset, 1024/512 at 44.1 kHz";
  system.analyse = track;
#else
  system.missing = "apt install libaubio-dev";
#endif
  return system;
}

}  // namespace dju::bench
