// What a thousand listeners cost the server: real viewers (ICE, DTLS, SRTP) on loopback, run by a
// child process, so that the server's threads are measured alone, each by its own CPU clock. Beside
// it in the same run: a bare sendmmsg of packets of the same size to as many sockets, which no
// sender on one UDP port can undercut. Prints its conditions and leaves the figures in
// build/bench/viewers.json for report.mjs; asserts nothing.
//
//   bench_viewers                                         1,000 of 1 and of 10 sources, 20 and 60
//   ms bench_viewers VIEWERS SOURCES FRAME_MS [SECONDS]      one case
#include <dirent.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <numbers>
#include <string>
#include <thread>
#include <vector>

#include "core/random.h"
#include "server/webrtc/media_server.h"
#include "viewer_load.h"

namespace {

using namespace dju;          // NOLINT(google-build-using-namespace): a program of one file
using namespace dju::server;  // NOLINT(google-build-using-namespace)
using Clock = std::chrono::steady_clock;

struct Case {
  int viewers = 1000, sources = 1, frameMs = 20, seconds = 15;
};

std::string cpuName() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  }
  return "unknown CPU";
}

// CPU seconds of this process' threads so far, summed by name.
std::map<std::string, double> threadSeconds() {
  std::map<std::string, double> result;
  DIR* tasks = opendir("/proc/self/task");
  if (tasks == nullptr) return result;
  while (const dirent* entry = readdir(tasks)) {
    const int id = std::atoi(entry->d_name);
    if (id == 0) continue;
    std::string name;
    std::ifstream("/proc/self/task/" + std::string(entry->d_name) + "/comm") >> name;
    timespec now{};
    // A thread's CPU clock by its number, as clock_getcpuclockid(3) builds it.
    const auto clock = static_cast<clockid_t>(~static_cast<unsigned>(id) << 3 | 6u);
    if (clock_gettime(clock, &now) == 0)
      result[name] += static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
  }
  closedir(tasks);
  return result;
}

double residentKilobytes() {
  std::ifstream in("/proc/self/statm");
  long total = 0, resident = 0;
  in >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024;
}

double seconds(Clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

// Something like music, so that packets have the size that music gives them: a chord with a beat
// and noise. Pushes it to all sources in real time, as the engine's clock does.
class Sound {
 public:
  Sound(MediaServer& server, std::vector<std::shared_ptr<MediaSource>> sources)
      : server_(server),
        sources_(std::move(sources)),
        samples_(makeSamples()),
        thread_([this] { run(); }) {}
  ~Sound() {
    stop_ = true;
    thread_.join();
  }

 private:
  static std::vector<float> makeSamples() {
    std::vector<float> samples(2 * kSampleRate);
    Random random(1);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const double t = static_cast<double>(i / 2) / kSampleRate;
      const double beat = std::exp(-8 * std::fmod(t, 0.5));
      double x = 0.25 * beat * random.uniform(-1, 1);
      for (const double hz : {55.0, 220.0, 277.2, 329.6, 880.0, 3520.0})
        x += 0.1 * std::sin(2 * std::numbers::pi * t * (hz + static_cast<double>(i % 2)));
      samples[i] = static_cast<float>(x);
    }
    return samples;
  }
  void run() {
    pthread_setname_np(pthread_self(), "engine");
    auto due = Clock::now();
    for (std::int64_t frame = 0; !stop_; frame += kBlockFrames) {
      const auto at = static_cast<std::size_t>(frame % kSampleRate) * 2;
      for (const auto& source : sources_) source->push(Frame(frame), samples_.data() + at);
      server_.wake();
      std::this_thread::sleep_until(due += std::chrono::milliseconds(5));
    }
  }

  MediaServer& server_;
  std::vector<std::shared_ptr<MediaSource>> sources_;
  std::vector<float> samples_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// Share of one core that sending `viewers` packets of `bytes` every `frameMs` costs, and no more.
double bareSendShare(const std::vector<std::uint16_t>& ports, std::size_t bytes, int frameMs) {
  constexpr std::size_t kBatch = 256;
  constexpr int kMeasureMs = 3000;
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  const int buffer = 8 << 20;
  setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer);
  std::vector<sockaddr_in> to(ports.size());
  std::vector<std::vector<std::uint8_t>> packets(ports.size(), std::vector<std::uint8_t>(bytes));
  std::vector<iovec> vectors(ports.size());
  std::vector<mmsghdr> headers(ports.size());
  for (std::size_t i = 0; i < ports.size(); ++i) {
    to[i].sin_family = AF_INET;
    to[i].sin_port = htons(ports[i]);
    to[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    vectors[i] = {packets[i].data(), bytes};
    headers[i].msg_hdr.msg_name = &to[i];
    headers[i].msg_hdr.msg_namelen = sizeof to[i];
    headers[i].msg_hdr.msg_iov = &vectors[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  const auto cpu = [] {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
  };
  const auto start = Clock::now();
  const double before = cpu();
  auto due = start;
  for (int time = 0; time < kMeasureMs; time += frameMs) {
    for (std::size_t next = 0; next < headers.size(); next += kBatch) {
      const auto count = static_cast<unsigned>(std::min(kBatch, headers.size() - next));
      sendmmsg(fd, &headers[next], count, 0);
    }
    std::this_thread::sleep_until(due += std::chrono::milliseconds(frameMs));
  }
  const double share = (cpu() - before) / seconds(Clock::now() - start);
  close(fd);
  return share;
}

MediaServer::Options serverOptions(int viewers) {
  MediaServer::Options options;
  options.maxViewers = viewers;
  return options;
}

void print(const Case& c, const bench::ViewerLoad::Result& r,
           const std::map<std::string, double>& shares, double floor, double bytes,
           double sessionKilobytes, double joinCpuMs, std::uint64_t failures) {
  double total = 0;
  for (const auto& [name, share] : shares) total += share;
  std::printf("%d viewers of %d source%s, %d ms packets, %.0f bytes of UDP each, %d s\n", c.viewers,
              c.sources, c.sources == 1 ? "" : "s", c.frameMs, bytes, c.seconds);
  std::printf("  CPU, %% of one core: ");
  for (const auto& [name, share] : shares) std::printf("%s %.1f, ", name.c_str(), 100 * share);
  const double aim = (c.frameMs == 20 ? 0.25 : c.frameMs == 40 ? 0.16 : 0.12) * c.viewers / 1000;
  std::printf("total %.1f (aim %.0f: %.2f of it; bare sendmmsg %.1f: %.2f times)\n", 100 * total,
              100 * aim, total / aim, 100 * floor, total / floor);
  std::printf(
      "  packets received %llu of %d due, lost %llu, more than 20 ms late %llu, latest %.0f ms, "
      "refused by the kernel %llu\n",
      static_cast<unsigned long long>(r.packets), c.viewers * c.seconds * 1000 / c.frameMs,
      static_cast<unsigned long long>(r.lost), static_cast<unsigned long long>(r.late),
      r.worstLateMs, static_cast<unsigned long long>(failures));
  std::printf(
      "  joins, %d at a time: %.0f/s, %.2f ms of server CPU each; offer to first packet "
      "(400 ms of it by design) p50 %.0f, p99 %.0f, max %.0f ms; not joined %d\n",
      bench::ViewerLoad::kJoiningAtOnce, r.joinsPerSecond, joinCpuMs, r.joinP50Ms, r.joinP99Ms,
      r.joinMaxMs, r.notJoined);
  std::printf("  memory per session: %.1f kB resident\n\n", sessionKilobytes);
  std::fflush(stdout);
}

nlohmann::json measure(const Case& c) {
  bench::ViewerLoad load(c.viewers);  // forks: before any thread is started
  MediaServer server(serverOptions(c.viewers));
  std::vector<std::shared_ptr<MediaSource>> sources;
  for (int i = 0; i < c.sources; ++i) sources.push_back(server.addSource({"source", {}}));
  const Sound sound(server, sources);
  const double memoryBefore = residentKilobytes();
  const auto joinBefore = threadSeconds();
  load.join([&](std::size_t viewer, const std::string& offer) {
    return server.connect(sources[viewer % sources.size()], offer, {c.frameMs, 128})->sdp;
  });
  const auto joinAfter = threadSeconds();
  const double joinCpu =
      joinAfter.at("dju-handshake") -
      (joinBefore.contains("dju-handshake") ? joinBefore.at("dju-handshake") : 0);
  // Until the resend rings are full, so that memory is what it will be.
  std::this_thread::sleep_for(std::chrono::milliseconds(500 + 64 * c.frameMs));
  const double memory = (residentKilobytes() - memoryBefore) / c.viewers;

  load.beginMeasuring();
  auto cpu = threadSeconds();
  const auto totals = server.totals();
  const auto start = Clock::now();
  std::this_thread::sleep_for(std::chrono::seconds(c.seconds));
  const double elapsed = seconds(Clock::now() - start);
  std::map<std::string, double> shares;
  for (const auto& [name, used] : threadSeconds()) {
    if (name.starts_with("dju-")) shares[name] = (used - cpu[name]) / elapsed;
  }
  const auto after = server.totals();
  const auto result = load.endMeasuring();
  const double bytes = static_cast<double>(after.bytesSent - totals.bytesSent) /
                       static_cast<double>(after.packetsSent - totals.packetsSent);
  const double floor = bareSendShare(load.openSinks(), static_cast<std::size_t>(bytes), c.frameMs);
  print(c, result, shares, floor, bytes, memory, 1000 * joinCpu / c.viewers,
        after.sendFailures - totals.sendFailures);
  double total = 0;
  for (const auto& [name, share] : shares) total += share;
  const double due = static_cast<double>(result.packets + result.lost);
  return {{"battles", c.sources},
          {"viewers", c.viewers},
          {"frameMs", c.frameMs},
          {"cpuPercent", 100 * total},
          {"bareSendPercent", 100 * floor},
          {"lossPercent", due > 0 ? 100 * static_cast<double>(result.lost) / due : 0}};
}

void write(const nlohmann::json& conditions, const nlohmann::json& runs) {
  const std::filesystem::path file = "build/bench/viewers.json";
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << nlohmann::json{{"conditions", conditions}, {"runs", runs}}.dump(2) << '\n';
  std::printf("written: %s\n", file.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  utsname kernel{};
  uname(&kernel);
  double load = 0;
  getloadavg(&load, 1);  // others on the machine make the same work dearer
  std::printf("%s, %u cores, Linux %s, load before %.1f; loopback, 128 kbit/s, AES-128-GCM\n\n",
              cpuName().c_str(), std::thread::hardware_concurrency(), kernel.release, load);
  std::fflush(stdout);  // the child must not inherit text
  nlohmann::json runs;
  if (argc > 3) {
    runs.push_back(measure({std::atoi(argv[1]), std::atoi(argv[2]), std::atoi(argv[3]),
                            argc > 4 ? std::atoi(argv[4]) : 15}));
  } else {
    for (const int sources : {1, 10}) {
      for (const int frameMs : {20, 60}) runs.push_back(measure({1000, sources, frameMs}));
    }
  }
  write({{"processor", cpuName()}, {"loadBefore", load}}, runs);
}
