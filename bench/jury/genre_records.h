// Records of one genre for the jury's battles, so that the same hands can be heard in each of the
// eight. They are synthesised by the recipes of src/demo/, of families that no model was trained
// on, all at the genre's middle tempo, in the key that is asked for, as loud as each other, and
// begin with their first drop, so that what differs between genres is the music and not the place
// in it. Bench only; one thread.
#pragma once

#include <map>

#include "demo/genres.h"
#include "engine/test_support.h"

namespace dju::jury {

class GenreRecords {
 public:
  explicit GenreRecords(demo::Genre genre) : genre_(genre) {}

  double bpm() const;
  // From the first drop to the record's end, more than a minute, its first beat at its first frame.
  // `key`: 0 to 11 major from C, 12 to 23 minor. Takes some seconds at the first call, is then
  // kept: 20 MB.
  const engine::test::TestTrack& record(int key);

 private:
  demo::Genre genre_;
  std::map<int, engine::test::TestTrack> made_;  // by key
};

}  // namespace dju::jury
