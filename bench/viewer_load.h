// Many viewers in a process of their own, for bench/viewers.cpp and bench/listeners.cpp: the parent
// measures the server without them. Each receives, decrypts and checks every packet, keeps its
// address alive every 2.5 s and reports once a second, as browsers do; none decodes.
//
// One thread on either side; the methods are the parent's.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace dju::bench {

class ViewerLoad {
 public:
  static constexpr int kJoiningAtOnce = 32;
  // Plain numbers: it travels through a socket.
  struct Result {
    std::uint64_t packets = 0, lost = 0, late = 0;
    double worstLateMs = 0;
    double joinsPerSecond = 0, joinP50Ms = 0, joinP99Ms = 0, joinMaxMs = 0;
    int notJoined = 0;
  };

  explicit ViewerLoad(int viewers);  // forks; no thread may run yet
  ~ViewerLoad();                     // ends the child
  ViewerLoad(const ViewerLoad&) = delete;
  ViewerLoad& operator=(const ViewerLoad&) = delete;

  // Answers each viewer's offer by `connect` (viewer's number, offer; the answer) until all have
  // joined or given up.
  void join(const std::function<std::string(std::size_t, const std::string&)>& connect);
  void beginMeasuring();
  Result measured();      // since beginMeasuring()
  Result endMeasuring();  // the viewers leave
  // Ports of as many plain sockets, which the child empties.
  std::vector<std::uint16_t> openSinks();

 private:
  void order(char letter);
  int fd_ = -1;
  int viewers_;
  pid_t child_ = -1;
};

}  // namespace dju::bench
