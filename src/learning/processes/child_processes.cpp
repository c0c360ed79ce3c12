#include "learning/processes/child_processes.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include "core/error.h"

namespace dju::learning {

ChildProcesses::~ChildProcesses() {
  for (const pid_t child : running_) kill(child, SIGTERM);
  for (const pid_t child : running_) waitpid(child, nullptr, 0);
}

void ChildProcesses::start(const std::vector<std::string>& arguments) {
  std::vector<std::string> line = {"dju_learn"};
  line.insert(line.end(), arguments.begin(), arguments.end());
  std::vector<char*> words;
  for (std::string& word : line) words.push_back(word.data());
  words.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(1);  // it died before it could be watched
    execv("/proc/self/exe", words.data());
    _exit(127);
  }
  if (child < 0)
    throw Error(ErrorCode::kUnavailable, "another process for the training cannot be started: " +
                                             std::generic_category().message(errno));
  running_.push_back(child);
}

void ChildProcesses::wait() {
  while (!running_.empty()) {
    const pid_t child = running_.front();
    int status = 0;
    if (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    running_.erase(running_.begin());
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
      throw Error(ErrorCode::kUnavailable,
                  "process " + std::to_string(child) + " of this training failed; it said why");
  }
}

}  // namespace dju::learning
