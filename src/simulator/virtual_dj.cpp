#include "simulator/virtual_dj.h"

#include "simulator/chance.h"

namespace dju::simulator {

VirtualDj drawVirtualDj(std::uint64_t seed, int number) {
  Random random = Random(seed).fork(0x646a).fork(static_cast<std::uint64_t>(number) + 1);
  VirtualDj dj;
  dj.name = "dj-" + std::to_string(number);
  dj.hearingMs = random.uniform(5, 20);
  dj.reactionMs = random.uniform(150, 350);
  dj.reactionSpread = random.uniform(0.1, 0.3);
  dj.tempoErrorPercent = random.uniform(0.02, 0.4);
  dj.startErrorMs = random.uniform(4, 30);
  dj.overshoot = random.uniform(0.7, 1.35);
  dj.motorSpread = random.uniform(0.08, 0.4);
  dj.pushPercent = random.uniform(2, 7);
  dj.patienceBeats = 1 + random.below(4);
  dj.levelErrorDb = random.uniform(0.3, 1.5);
  dj.keylock = random.chance(0.4);
  dj.crossfader = random.chance(0.4);
  dj.previewBeats = 8 * (1 + random.below(3));
  for (double& weight : dj.schools) weight = random.uniform(0.2, 1);
  for (double& chance : dj.faults) chance = random.uniform(0.02, 0.3);
  return dj;
}

VirtualDj perfectDj() {
  VirtualDj dj;
  dj.name = "perfect";
  dj.hearingMs = 1;
  dj.reactionSpread = 0;
  dj.tempoErrorPercent = 0;
  dj.startErrorMs = 0;
  dj.motorSpread = 0;
  dj.patienceBeats = 4;  // who waits hears where the tempo leads
  dj.levelErrorDb = 0;
  dj.schools.fill(1);
  return dj;
}

}  // namespace dju::simulator
