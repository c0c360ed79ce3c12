// Real-time priority for the threads that make and send sound. Called by each such thread for
// itself, once, when it begins.
#pragma once

#include <pthread.h>

#include "core/log.h"

namespace dju::server {

// The engine comes before the encoder: what is rendered late is late for everybody.
inline constexpr int kEnginePriority = 20;
inline constexpr int kMediaPriority = 10;

// Granted to root or within rtkit's limits; without it all works, later under load.
inline void askForRealTime(const char* name, int priority) {
  sched_param wanted{};
  wanted.sched_priority = priority;
  if (pthread_setschedparam(pthread_self(), SCHED_FIFO, &wanted) != 0)
    log::info(
        "{} runs at normal priority: the system grants no real-time priority "
        "(set LimitRTPRIO={} or CAP_SYS_NICE)",
        name, kEnginePriority);
  pthread_setname_np(pthread_self(), name);
}

}  // namespace dju::server
