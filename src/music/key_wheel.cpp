#include "music/key_wheel.h"

namespace dju::music {
namespace {

// A minor and C major are number 8; each fifth up is one more.
int hourOf(const Key& key) {
  const int major = key.mode == KeyMode::kMajor ? key.tonic : key.tonic + 3;
  return (major * 7 + 7) % 12;  // 0 to 11
}

}  // namespace

int wheelOrder(const Key& key) {
  return 2 * hourOf(key) + (key.mode == KeyMode::kMajor ? 1 : 0);
}

bool mixesWith(const Key& a, const Key& b) {
  const int apart = (hourOf(a) - hourOf(b) + 12) % 12;
  return a.mode == b.mode ? apart <= 1 || apart == 11 : apart == 0;
}

}  // namespace dju::music
