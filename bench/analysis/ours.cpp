// Our own analysis: offline by the library's functions, live by the program as a user runs it.
#include <fmt/format.h>

#include <cmath>
#include <sstream>

#include "analysis/systems.h"
#include "music/analyse.h"

namespace dju::bench {
namespace {

namespace fs = std::filesystem;

// The grid's beats inside the piece; `seconds` is its length.
void layGrid(const BeatGrid& grid, double seconds, Answer& answer) {
  if (!grid.valid()) return;
  for (double beat = std::ceil(grid.beatAt(0));; beat += 1) {
    const double time = grid.frameAt(beat) / kSampleRate;
    if (time > seconds) break;
    answer.beats.push_back(time);
    if (std::remainder(beat, 4) == 0) answer.downbeats.push_back(time);
  }
  answer.bpm = grid.constant() ? grid.bpm() : tempoOfBeats(answer.beats);
}

void addContent(const music::TrackInfo& info, Answer& answer) {
  answer.key = keyOf(info.key.name);
  for (const auto& phrase : info.phrases) {
    answer.sections.push_back({phrase.start, phrase.end, phrase.label});
  }
  answer.vocals.emplace();
  for (const auto& sung : info.vocals) answer.vocals->push_back({sung.start, sung.end});
  if (!info.genres.empty()) answer.genre = info.genres.front().name;
  for (std::size_t second = 0; second < info.energy.size(); ++second) {
    answer.energy.times.push_back(static_cast<double>(second));
    answer.energy.values.push_back(info.energy[second]);
  }
}

Answer analyseOffline(const Hearing& hearing) {
  Answer answer;
  const CpuClock clock;
  const music::Analysis found = music::analyseTrack(hearing.piece->view(), "");
  answer.cpuSeconds = clock.seconds();
  layGrid(found.info.grid, hearing.seconds(), answer);
  addContent(found.info, answer);
  return answer;
}

// Lines of `beat_time emitted_time`.
Answer analyseStreaming(const fs::path& dju, const Hearing& hearing) {
  Answer answer;
  const CpuClock clock(CpuClock::Of::kChildren);
  const auto text = outputOf(
      fmt::format("\"{}\" beats \"{}\" --streaming", dju.string(), hearing.waveFile.string()));
  answer.cpuSeconds = clock.seconds();
  if (!text) {
    answer.failure = "dju beats --streaming failed";
    return answer;
  }
  std::istringstream lines(*text);
  for (double beat = 0, emitted = 0; lines >> beat >> emitted;) {
    answer.beats.push_back(beat);
    answer.emitted.push_back(emitted);
  }
  answer.bpm = tempoOfBeats(answer.beats);
  return answer;
}

}  // namespace

System oursOffline() {
  System system;
  system.name = "ours";
  system.version = "DJ Universe " DJU_VERSION ", full analysis of import";
  system.origin = Origin::kOurs;
  system.scope = Scope::kWholeTracks;
  system.does = {.beats = true,
                 .downbeats = true,
                 .tempo = true,
                 .key = true,
                 .sections = true,
                 .vocals = true,
                 .genre = true,
                 .energy = true};
  system.analyse = analyseOffline;
  return system;
}

System oursStreaming(const fs::path& dju) {
  System system;
  system.name = "ours live";
  system.version = "dju beats --streaming, with its start and reading the WAV";
  system.kind = Kind::kCausal;
  system.does = {.beats = true, .tempo = true};
  system.origin = Origin::kOurs;
  if (!outputOf(fmt::format("\"{}\" beats --help 2>/dev/null", dju.string()))) {
    system.missing = "needs a dju with the command beats in the build folder";
  }
  system.analyse = [dju](const Hearing& hearing) { return analyseStreaming(dju, hearing); };
  return system;
}

}  // namespace dju::bench
