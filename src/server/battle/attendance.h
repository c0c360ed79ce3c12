// How long somebody has been in a battle's room, whichever of their sockets it was by: who votes
// must have been there, and the server need not believe anybody about it. One thread.
#pragma once

#include "core/time.h"

namespace dju::server {

class Attendance {
 public:
  void arrive(Frame now) {
    if (sockets_++ == 0) since_ = now;
  }
  void leave(Frame now) {
    if (--sockets_ == 0) before_ += now - since_;
  }
  FrameCount total(Frame now) const { return before_ + (sockets_ > 0 ? now - since_ : 0); }

 private:
  int sockets_ = 0;
  Frame since_;
  FrameCount before_ = 0;
};

}  // namespace dju::server
