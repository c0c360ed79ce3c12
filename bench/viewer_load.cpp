#include "viewer_load.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "server/webrtc/test_support/loopback_client.h"

namespace dju::bench {
namespace {

using server::webrtc::DtlsIdentity;
using server::webrtc::LoopbackClient;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMessage = 16384;
constexpr auto kTick = std::chrono::milliseconds(20);
constexpr std::size_t kTicksASecond = 50;
constexpr auto kPatience = std::chrono::seconds(60);
// What the child's epoll tells apart; below it are viewers' numbers.
constexpr std::uint64_t kOrders = 1u << 24;
constexpr std::uint64_t kSink = 1u << 25;

double milliseconds(Clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

// The child: all viewers on one thread.
class Crowd {
 public:
  Crowd(int fd, int viewers) : fd_(fd), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    watch(fd_, kOrders);
    for (int i = 0; i < viewers; ++i) {
      const auto seed = static_cast<std::uint64_t>(i + 1);
      viewers_.push_back({std::make_unique<LoopbackClient>(
          identity_, LoopbackClient::Options{.askAgain = true, .seed = seed})});
    }
  }

  void run() {
    while (!over_) {
      turn();
      if (joining_ && !over_) admit();
    }
  }

 private:
  struct Viewer {
    std::unique_ptr<LoopbackClient> client;
    Clock::time_point offered{};
    bool begun = false, secured = false;
    std::uint64_t packetsBefore = 0, lostBefore = 0;
  };

  void watch(int fd, std::uint64_t what) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = what;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  void turn() {
    std::array<epoll_event, 256> events;
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 5);
    for (int i = 0; i < count; ++i) {
      const std::uint64_t what = events[static_cast<std::size_t>(i)].data.u64;
      if (what == kOrders) {
        obey();
      } else if (what >= kSink) {
        drain(static_cast<int>(what - kSink));
      } else {
        viewers_[what].client->onReadable();
      }
    }
    if (Clock::now() >= nextTick_) tick();
  }

  static void drain(int fd) {
    std::array<std::uint8_t, 2048> buffer;
    while (recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT) > 0) {
    }
  }

  void tick() {
    nextTick_ = Clock::now() + kTick;
    ++ticks_;
    for (std::size_t i = 0; i < viewers_.size(); ++i) {
      Viewer& viewer = viewers_[i];
      if (!viewer.begun) continue;
      const bool itsTurn = i % kTicksASecond == ticks_ % kTicksASecond;
      if (!viewer.secured || itsTurn) viewer.client->onTimer();
      if (itsTurn) viewer.client->reportBack();
    }
  }

  // Lets the next viewers in while few enough are on their way.
  void admit() {
    int waiting = 0;
    bool all = true;
    for (std::size_t i = 0; i < viewers_.size(); ++i) {
      Viewer& viewer = viewers_[i];
      if (viewer.begun && !viewer.secured && viewer.client->secured()) {
        viewer.secured = true;
        lastSecured_ = Clock::now();
      }
      if (!viewer.begun && waiting < ViewerLoad::kJoiningAtOnce) offer(i);
      if (!viewer.secured && viewer.begun) ++waiting;
      all = all && viewer.client->received().packets > 0;
    }
    if (all || Clock::now() - firstOffer_ > kPatience) {
      joining_ = false;
      tell("D", 1);
    }
  }

  void offer(std::size_t number) {
    Viewer& viewer = viewers_[number];
    viewer.offered = Clock::now();
    if (number == 0) firstOffer_ = viewer.offered;
    const std::string text = fmt::format("O{}\n{}", number, viewer.client->offer());
    tell(text.data(), text.size());
    std::array<char, kMessage> answer;
    const ssize_t size = recv(fd_, answer.data(), answer.size(), 0);
    if (size <= 0) {
      over_ = true;
      return;
    }
    viewer.client->begin({answer.data(), static_cast<std::size_t>(size)});
    viewer.begun = true;
    watch(viewer.client->fd(), number);
  }

  void tell(const void* data, std::size_t size) {
    if (send(fd_, data, size, MSG_NOSIGNAL) < 0) over_ = true;
  }

  void obey() {
    char letter = 0;
    if (recv(fd_, &letter, 1, 0) <= 0) {
      over_ = true;
    } else if (letter == 'J') {
      joining_ = true;
    } else if (letter == 'B') {
      for (Viewer& viewer : viewers_) viewer.client->resetLateness();
      for (Viewer& viewer : viewers_) {
        viewer.packetsBefore = viewer.client->received().packets;
        viewer.lostBefore = viewer.client->received().lost();
      }
    } else if (letter == 'R') {
      const auto sum = result();
      tell(&sum, sizeof sum);
    } else if (letter == 'L') {
      for (Viewer& viewer : viewers_) viewer.client->leave();
    } else if (letter == 'S') {
      openSinks();
    }
  }

  ViewerLoad::Result result() const {
    ViewerLoad::Result sum;
    std::vector<double> joins;
    for (const Viewer& viewer : viewers_) {
      const auto& received = viewer.client->received();
      if (received.packets == 0) {
        ++sum.notJoined;
        continue;
      }
      sum.packets += received.packets - viewer.packetsBefore;
      sum.lost += received.lost() - viewer.lostBefore;
      sum.late += received.late;
      sum.worstLateMs = std::max(sum.worstLateMs, milliseconds(received.worstLate));
      joins.push_back(milliseconds(received.first - viewer.offered));
    }
    if (joins.empty()) return sum;
    std::sort(joins.begin(), joins.end());
    sum.joinP50Ms = joins[joins.size() / 2];
    sum.joinP99Ms = joins[joins.size() * 99 / 100];
    sum.joinMaxMs = joins.back();
    sum.joinsPerSecond =
        1000 * static_cast<double>(joins.size()) / milliseconds(lastSecured_ - firstOffer_);
    return sum;
  }

  void openSinks() {
    std::vector<std::uint16_t> ports;
    for (std::size_t i = 0; i < viewers_.size(); ++i) {
      const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      socklen_t size = sizeof address;
      if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0) continue;
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
      ports.push_back(ntohs(address.sin_port));
      watch(fd, kSink + static_cast<std::uint64_t>(fd));
    }
    tell(ports.data(), ports.size() * sizeof ports[0]);
  }

  int fd_, epoll_;
  DtlsIdentity identity_;
  std::vector<Viewer> viewers_;
  Clock::time_point nextTick_{}, firstOffer_{}, lastSecured_{};
  std::size_t ticks_ = 0;
  bool joining_ = false, over_ = false;
};

}  // namespace

ViewerLoad::ViewerLoad(int viewers) : viewers_(viewers) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0) throw std::runtime_error("socketpair");
  child_ = fork();
  if (child_ < 0) throw std::runtime_error("fork");
  if (child_ == 0) {
    close(ends[0]);
    Crowd(ends[1], viewers).run();
    _exit(0);
  }
  close(ends[1]);
  fd_ = ends[0];
}

ViewerLoad::~ViewerLoad() {
  close(fd_);
  waitpid(child_, nullptr, 0);
}

void ViewerLoad::order(char letter) {
  if (send(fd_, &letter, 1, MSG_NOSIGNAL) != 1) throw std::runtime_error("the viewers have died");
}

void ViewerLoad::join(const std::function<std::string(std::size_t, const std::string&)>& connect) {
  order('J');
  std::vector<char> message(kMessage);
  for (;;) {
    const ssize_t size = recv(fd_, message.data(), message.size(), 0);
    if (size <= 0) throw std::runtime_error("the viewers have died");
    if (message[0] == 'D') return;
    const std::string text(message.data() + 1, static_cast<std::size_t>(size) - 1);
    const std::size_t line = text.find('\n');
    const std::string answer = connect(std::stoul(text.substr(0, line)), text.substr(line + 1));
    send(fd_, answer.data(), answer.size(), MSG_NOSIGNAL);
  }
}

void ViewerLoad::beginMeasuring() {
  order('B');
}

ViewerLoad::Result ViewerLoad::measured() {
  order('R');
  Result result;
  if (recv(fd_, &result, sizeof result, 0) != sizeof result)
    throw std::runtime_error("the viewers have died");
  return result;
}

ViewerLoad::Result ViewerLoad::endMeasuring() {
  const Result result = measured();
  order('L');
  return result;
}

std::vector<std::uint16_t> ViewerLoad::openSinks() {
  order('S');
  std::vector<std::uint16_t> ports(static_cast<std::size_t>(viewers_));
  const ssize_t size = recv(fd_, ports.data(), ports.size() * sizeof ports[0], 0);
  ports.resize(size <= 0 ? 0 : static_cast<std::size_t>(size) / sizeof ports[0]);
  return ports;
}

}  // namespace dju::bench
