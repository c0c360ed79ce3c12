// SIGINT and SIGTERM for programs that run until one of them comes: taken by the thread that waits
// for them alone. Construct before any other thread is started. Main thread.
#pragma once

#include <signal.h>

namespace dju::app {

class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    signal(SIGPIPE, SIG_IGN);
  }
  void wait() {
    int received = 0;
    sigwait(&set_, &received);
  }

 private:
  sigset_t set_{};
};

}  // namespace dju::app
