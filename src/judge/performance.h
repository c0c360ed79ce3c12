// A performance: the evidence of a battle along its time. One reader makes it from telemetry, live
// as the blocks come and offline from a log, so both see the same.
//
//   PerformanceReader reader(tracks);
//   const Evidence& now = reader.push(telemetry);
//
// Callers: the live judge, readPerformance() for verdicts and labels. An analysis thread.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "engine/battle_log.h"
#include "engine/render.h"
#include "judge/evidence.h"

namespace dju::judge {

inline constexpr FrameCount kEvidenceFrames = 2 * kBlockFrames;  // 10 ms
inline constexpr double kUnknownBpm = 120;  // beats are counted by it where no grid is heard

class SoundJudge;

class PerformanceReader {
 public:
  explicit PerformanceReader(std::vector<JudgedTrack> tracks);

  // An entry of the battle's track table that came later. Allocates.
  void provide(std::uint32_t index, JudgedTrack track);
  const std::vector<JudgedTrack>& tracks() const { return tracks_; }

  // The next block, each once and in order; a decks' track that was never provided is judged as one
  // of which nothing is known. `spectralChange`: SpectralChange::latest(), where the master is
  // listened to. The answer is valid until the next call. Allocates nothing.
  const Evidence& push(const engine::Telemetry& telemetry,
                       std::optional<float> spectralChange = {}) noexcept;

 private:
  void weigh(const engine::Telemetry& telemetry);
  void gather();
  void compareLoudest();
  void chooseAnswerable();

  std::vector<JudgedTrack> tracks_;
  std::array<double, engine::kMaxDecks> energy_{};  // smoothed, of each deck in the master
  double master_ = 0;                               // smoothed mean square
  // When each deck was last brought in, in blocks; 0: it is not heard.
  std::array<std::uint64_t, engine::kMaxDecks> since_{};
  std::uint64_t blocks_ = 0;
  Evidence now_;
};

struct Performance {
  std::vector<JudgedTrack> tracks;
  std::vector<Evidence> evidence;  // one each kEvidenceFrames, from frame 0 on

  Frame end() const { return Frame(static_cast<std::int64_t>(evidence.size()) * kEvidenceFrames); }
  // The evidence of [start, end), as far as there is any.
  std::span<const Evidence> window(Frame start, Frame end) const;
};

// Renders the log and reads it. `audio[i]` and `tracks[i]` are the log's track i: its sound, and
// what is known of it. `sink`, if any, gets every block too, as RenderSink; `sound`, if any, hears
// the master (sound_judge.h). Errors: kInvalid for a log that names tracks which were not given.
// Takes as long as rendering; any thread but the engine's.
Result<Performance> readPerformance(const engine::BattleLog& log,
                                    std::span<const engine::LoadedTrack> audio,
                                    std::vector<JudgedTrack> tracks,
                                    const engine::RenderSink& sink = {},
                                    SoundJudge* sound = nullptr);

}  // namespace dju::judge
