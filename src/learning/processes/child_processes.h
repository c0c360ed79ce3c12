// Further processes of this program, for a training that several share. They end with it: when it
// is killed, and when the object goes. One thread.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace dju::learning {

class ChildProcesses {
 public:
  ChildProcesses() = default;
  // Ends those that still run.
  ~ChildProcesses();
  ChildProcesses(const ChildProcesses&) = delete;
  ChildProcesses& operator=(const ChildProcesses&) = delete;

  // This program with other arguments. Throws Error when the system starts none.
  void start(const std::vector<std::string>& arguments);
  // Waits until all have ended. Throws Error naming the first that failed.
  void wait();

 private:
  std::vector<pid_t> running_;
};

}  // namespace dju::learning
