// What the judge says of a mixer's transitions once they sound: by this merged weights are kept or
// not. Renders every pair of a stage, so seconds a pair. One thread.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "arena/evolution/stage.h"

namespace dju::arena {

class JudgedQuality {
 public:
  // `stage`: pairs nobody votes on, with their sound; outlives this. `go`: asked now and then; once
  // it says no, what is said is of no use.
  explicit JudgedQuality(
      const Stage& stage, std::function<bool()> go = [] { return true; })
      : stage_(stage), go_(std::move(go)) {}

  // Sum of the judge's scores over the pairs; each mixer is heard once.
  double operator()(const mixer::MixerModel& model);

 private:
  const Stage& stage_;
  std::function<bool()> go_;
  std::map<std::string, double> known_;  // by content hash
};

}  // namespace dju::arena
