// Everything that listens to a performance while it is played: the evidence of its telemetry and
// the rows of its sound. Row i and evidence i belong to the 10 ms at frame 480 i. Callers:
// record.h, collectors. One instance, one thread; allocates.
#pragma once

#include <span>
#include <vector>

#include "judge/performance.h"
#include "judge/spectral_change.h"
#include "music/sound_rows.h"

namespace dju::dataset {

// Sound to rows.
class RowListener {
 public:
  // Interleaved stereo at 48 kHz; appends the rows that it completes.
  void hear(std::span<const float> stereo, std::vector<float>& rows) {
    mono_.clear();
    for (std::size_t i = 0; i + 1 < stereo.size(); i += 2)
      mono_.push_back((stereo[i] + stereo[i + 1]) / 2);
    rows_.push(mono_, [&](std::span<const float> row) {
      rows.insert(rows.end(), row.begin(), row.end());
    });
  }

 private:
  music::SoundRows rows_;
  std::vector<float> mono_;
};

// Telemetry and master to evidence.
class EvidenceListener {
 public:
  explicit EvidenceListener(const std::vector<judge::JudgedTrack>& tracks) : reader_(tracks) {}

  // The next block; gives what was true of it.
  const judge::Evidence& hear(std::span<const float> master, const engine::Telemetry& telemetry,
                              std::vector<judge::Evidence>& evidence) {
    change_.push(master);
    const judge::Evidence& now = reader_.push(telemetry, change_.latest());
    if (now.frame.index() % judge::kEvidenceFrames == 0) evidence.push_back(now);
    return now;
  }

 private:
  judge::PerformanceReader reader_;
  judge::SpectralChange change_;
};

}  // namespace dju::dataset
