// A rendered sound: one hit of a drum or one note, stereo. Renders once, is mixed in often.
#pragma once

#include <cstddef>
#include <vector>

namespace dju::demo {

struct Sample {
  std::vector<float> left;
  std::vector<float> right;

  std::size_t size() const { return left.size(); }
  void resize(std::size_t frames) {
    left.resize(frames);
    right.resize(frames);
  }
};

}  // namespace dju::demo
