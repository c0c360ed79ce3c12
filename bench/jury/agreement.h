// How far what is heard agrees with what the telemetry says of the same: Pearson's r a head, with
// its 95 % interval by bootstrap over battles, since what one battle has in it is not independent.
// For bench/jury.cpp (performances and their transitions) and bench/heard_djs.cpp. One thread.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "judge/performance.h"
#include "serving/sound_model.h"

namespace dju::jury {

struct Compared {
  judge::Heads sound, telemetry;
};

// Transitions of one battle: those that the ear found, as far as they lie on the telemetry's, the
// longest first where several do.
struct ComparedTransitions {
  std::vector<Compared> found;
  std::size_t played = 0;  // by the telemetry
  std::size_t madeUp = 0;  // heard where none was played
};
ComparedTransitions compareTransitions(const serving::SoundModel& model,
                                       const judge::Performance& performance);

class Agreement {
 public:
  // All of one battle.
  void add(std::span<const Compared> ofOneBattle);
  void add(const ComparedTransitions& ofOneBattle);
  // A line a head; of transitions first how many were found, and beats by how far they are apart.
  void print(std::string_view what) const;

 private:
  struct Both {
    double sound = 0, telemetry = 0;
  };
  using Battles = std::vector<std::vector<Both>>;

  static double pearson(const std::vector<Both>& all);
  static void print(std::string_view what, const Battles& battles);

  std::map<judge::Head, Battles> battles_;
  Battles between_;  // beats that are 30 to 100 ms apart by the telemetry
  std::size_t found_ = 0, played_ = 0, madeUp_ = 0;
};

}  // namespace dju::jury
