// Everything that bench_analysis compares: ours and the peers, one entry each. A new system is a
// function Hearing → Answer and a line in systems.cpp.
//
// Callers: bench_analysis. One thread: processor time is the process's own, so nothing else may run
// meanwhile. Peers that are not installed stay in the list and say what to install.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "analysis/material.h"
#include "analysis/truth.h"

namespace dju::bench {

// A piece in the forms that the systems take, prepared outside the clock.
struct Hearing {
  const Piece* piece = nullptr;
  std::vector<float> mono44;         // at 44.1 kHz, which the peers are tuned to
  std::filesystem::path mono44File;  // the same as raw little-endian floats, for other processes
  std::filesystem::path waveFile;    // the piece as WAV at 48 kHz, for other processes

  double seconds() const { return piece->seconds(); }
};

// Files lie in `scratch` and are replaced by the next call.
Hearing prepare(const Piece& piece, const std::filesystem::path& scratch);

enum class Kind { kOffline, kCausal };
enum class Origin { kOurs, kPeer };
// What it is asked: excerpts alone, or whole tracks too (sections, vocals, genre, energy).
enum class Scope { kExcerpts, kWholeTracks };

struct System {
  std::string name;     // in tables; lower case with dashes it is its file name
  std::string version;  // with what belongs to the conditions
  Kind kind = Kind::kOffline;
  Origin origin = Origin::kPeer;
  Scope scope = Scope::kExcerpts;
  Abilities does;
  std::string missing;  // how to get it; empty = it is here
  std::function<Answer(const Hearing&)> analyse;
};

// `binaries` is where dju and bench_analysis were built.
std::vector<System> allSystems(const std::filesystem::path& binaries);

// The entries, each in its own file.
System oursOffline();
System oursStreaming(const std::filesystem::path& dju);
System aubioTempo();
System queenMaryBeats();
System queenMaryGrid();
System queenMaryKey();
System soundTouch();
System essentiaBeats(const std::string& method);
System essentiaKey();

// User time of this process, or of the children it has waited for, since construction.
class CpuClock {
 public:
  enum class Of { kThisProcess, kChildren };
  explicit CpuClock(Of whose = Of::kThisProcess);
  double seconds() const;

 private:
  Of whose_;
  double began_;
};

// Tempo of tracked beats: the mean of the intervals within 10 % of their median; 0 for fewer than
// three beats.
double tempoOfBeats(const std::vector<double>& beats);

// Standard output of a command; nothing when it cannot be started or fails.
std::optional<std::string> outputOf(const std::string& command);

}  // namespace dju::bench
