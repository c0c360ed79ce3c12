// What it costs to keep an audience informed: N sockets in one room of a Socket.IO namespace. The
// clients are another process, so that the CPU counted is the server's alone. Times are
// CLOCK_MONOTONIC, one machine. Usage: bench_sockets [SOCKETS=1000] [SECONDS=10] [LOAD=audience]
//
// audience: what spectators of a battle get: two DJs who send 20 commands a second each, in bursts
//           as hands do, the beats of 125 BPM, a keyframe each second, presence each 2 s; broadcast
//           on the network thread, to sockets that gather.
// steady:   30 events a second and a keyframe each second, to sockets that do not gather.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <future>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "server/net/http_server.h"
#include "server/net/socket_io.h"

namespace {

using namespace dju::server;
using Clock = std::chrono::steady_clock;

constexpr int kEventsPerSecond = 30;
constexpr double kCpuLimitPercent = 25;  // of a core for 1,000 viewers, media included
constexpr int kTickMs = 5;
constexpr std::size_t kKeyframeBytes = 1500;  // beside the decks

enum class Load { kAudience, kSteady };

std::int64_t nowMicros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now().time_since_epoch())
      .count();
}

double cpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double residentBytes() {
  std::ifstream in("/proc/self/statm");
  double total = 0;
  double resident = 0;
  in >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// --- The clients' process: joins, then reads; every event carries the time at which it was made.

struct Client {
  int socket = -1;
  std::string pending;
};

void sendMasked(int socket, std::string_view text) {
  std::string frame{static_cast<char>(0x81), static_cast<char>(0x80 | text.size())};
  frame.append(4, '\0');  // a mask of zeros
  frame += text;
  if (::send(socket, frame.data(), frame.size(), 0) < 0) std::exit(3);
}

Client connectClient(std::uint16_t port) {
  Client client{::socket(AF_INET, SOCK_STREAM, 0), {}};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(client.socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    std::exit(3);
  }
  const std::string request =
      "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  if (::send(client.socket, request.data(), request.size(), 0) < 0) std::exit(3);
  std::string head;
  for (char c = 0;
       head.find("\r\n\r\n") == std::string::npos && ::recv(client.socket, &c, 1, 0) == 1;) {
    head += c;
  }
  sendMasked(client.socket, "40/battle,");
  return client;
}

void onFrame(Client& client, std::string_view payload, std::vector<std::int32_t>& micros) {
  if (payload == "2") return sendMasked(client.socket, "3");
  constexpr std::string_view kMark = "\"made\":";
  const auto at = payload.find(kMark);
  if (at == std::string_view::npos) return;
  std::int64_t made = 0;
  std::from_chars(payload.data() + at + kMark.size(), payload.data() + payload.size(), made);
  micros.push_back(static_cast<std::int32_t>(nowMicros() - made));
}

void readFrames(Client& client, std::vector<std::int32_t>& micros) {
  std::size_t at = 0;
  const std::string& in = client.pending;
  while (in.size() - at >= 2) {
    std::size_t size = static_cast<unsigned char>(in[at + 1]);
    std::size_t header = 2;
    if (size == 126) {
      if (in.size() - at < 4) break;
      size = static_cast<unsigned char>(in[at + 2]) * 256U + static_cast<unsigned char>(in[at + 3]);
      header = 4;
    }
    if (in.size() - at < header + size) break;
    onFrame(client, std::string_view(in).substr(at + header, size), micros);
    at += header + size;
  }
  client.pending.erase(0, at);
}

[[noreturn]] void runClients(std::uint16_t port, int count, int results) {
  std::vector<Client> clients;
  const int poll = epoll_create1(0);
  for (int i = 0; i < count; ++i) {
    clients.push_back(connectClient(port));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = static_cast<std::uint32_t>(i);
    epoll_ctl(poll, EPOLL_CTL_ADD, clients.back().socket, &event);
  }
  std::vector<std::int32_t> micros;
  std::array<epoll_event, 256> events{};
  std::array<char, 65536> buffer{};
  int open = count;
  while (open > 0) {
    const int ready = epoll_wait(poll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < ready; ++i) {
      Client& client = clients[events[static_cast<std::size_t>(i)].data.u32];
      const auto got = ::recv(client.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got == 0 || (got < 0 && errno != EAGAIN)) {
        ::close(client.socket);
        --open;
        continue;
      }
      if (got > 0) client.pending.append(buffer.data(), static_cast<std::size_t>(got));
      readFrames(client, micros);
    }
  }
  const auto* data = reinterpret_cast<const char*>(micros.data());
  for (std::size_t at = 0, size = micros.size() * sizeof micros[0]; at < size;) {
    const auto written = ::write(results, data + at, size - at);
    if (written <= 0) std::exit(3);
    at += static_cast<std::size_t>(written);
  }
  std::exit(0);
}

// --- The server's process.

std::vector<std::int32_t> readResults(int pipe) {
  std::string bytes;
  std::array<char, 65536> buffer{};
  for (ssize_t got = 0; (got = ::read(pipe, buffer.data(), buffer.size())) > 0;) {
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
  }
  std::vector<std::int32_t> micros(bytes.size() / sizeof(std::int32_t));
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(micros.data()));
  std::sort(micros.begin(), micros.end());
  return micros;
}

Json eventBody() {
  return {{"frame", 123456789}, {"player", "A"}, {"control", "eq_low"}, {"deck", "A"},
          {"value", 0.437},     {"seq", 4711},   {"made", nowMicros()}};
}

Json keyframeBody() {
  Json deck{
      {"isPlaying", true}, {"bpm", 127.98}, {"position", 84.2219}, {"title", std::string(40, 't')}};
  Json decks = Json::array();
  for (int i = 0; i < 2; ++i) decks.push_back(deck);
  return {{"made", nowMicros()}, {"decks", decks}, {"state", std::string(kKeyframeBytes, 's')}};
}

Json beatBody() {
  const Json deck{{"deck", "A"},
                  {"bpm", 125.0},
                  {"nextBeatFrame", 123456789},
                  {"beatInBar", 2},
                  {"beatPhase", 0.0137}};
  return {{"made", nowMicros()}, {"frame", 123456789}, {"decks", Json::array({deck, deck})}};
}

Json presenceBody() {
  const Json player{
      {"seat", "A"}, {"name", "Ada"}, {"connected", true}, {"rttMs", 23}, {"playoutMs", 71}};
  return {{"made", nowMicros()}, {"spectators", 1000}, {"players", Json::array({player, player})}};
}

// Whether hands move at this moment: 20 commands within a third of a second, each second.
bool commandAt(int ms, int burstStart) {
  const int within = (ms + 1000 - burstStart) % 1000;
  return within < 300 && within % 15 == 0;
}

// Broadcasts one event, as it is due; how many.
struct Audience {
  Namespace& battle;
  int events = 0;

  void send(const char* event, const Json& body, Delivery delivery) {
    battle.broadcast("room", battle.packet(event, Json::array({body}), {}, delivery));
    ++events;
  }
  void tick(int ms) {
    for (const int burst : {0, 400}) {
      if (commandAt(ms, burst)) send("midi-response", eventBody(), Delivery::kMust);
    }
    if (ms % 480 == 0) send("beat-sync", beatBody(), Delivery::kLatest);
    if (ms % 1000 == 0) send("battle-state", keyframeBody(), Delivery::kLatest);
    if (ms % 2000 == 0) send("presence", presenceBody(), Delivery::kLatest);
  }
};

int playAudience(HttpServer& http, Namespace& battle, int seconds) {
  Audience audience{battle};
  auto next = Clock::now();
  for (int ms = 0; ms < seconds * 1000; ms += kTickMs) {
    http.post([&audience, ms] { audience.tick(ms); });
    next += std::chrono::milliseconds(kTickMs);
    std::this_thread::sleep_until(next);
  }
  std::promise<void> done;  // after the last tick
  http.post([&done] { done.set_value(); });
  done.get_future().wait();
  return audience.events;
}

int playSteady(Namespace& battle, int seconds) {
  auto next = Clock::now();
  for (int i = 0; i < seconds * kEventsPerSecond; ++i) {
    battle.broadcast("room", battle.packet("midi-response", eventBody()));
    if (i % kEventsPerSecond == 0) {
      battle.broadcast("room",
                       battle.packet("battle-state", keyframeBody(), {}, Delivery::kLatest));
    }
    next += std::chrono::microseconds(1000000 / kEventsPerSecond);
    std::this_thread::sleep_until(next);
  }
  return seconds * (kEventsPerSecond + 1);
}

double quantileMs(const std::vector<std::int32_t>& sorted, double q) {
  const auto at = static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1));
  return sorted[at] / 1000.0;
}

int run(int sockets, int seconds, Load load) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  int go[2];
  int results[2];
  if (::pipe(go) != 0 || ::pipe(results) != 0) return 1;
  const pid_t child = ::fork();  // before any thread exists
  if (child == 0) {
    std::uint16_t port = 0;
    if (::read(go[0], &port, sizeof port) != sizeof port) std::exit(3);
    runClients(port, sockets, results[1]);
  }
  ::close(results[1]);
  Router router;
  SocketServer server;
  Namespace& battle = server.of("/battle");
  battle.onConnect([load](const SocketPtr& socket, const Json&) -> dju::Result<void> {
    socket->join("room");
    socket->gather(load == Load::kAudience);
    return {};
  });
  HttpOptions options;
  options.addresses = {"127.0.0.1"};
  options.port = 0;
  HttpServer http(options, router);
  http.attach(server.engine());
  http.start();
  const double before = residentBytes();
  const std::uint16_t port = http.port();
  const auto joinStart = Clock::now();
  if (::write(go[1], &port, sizeof port) != sizeof port) return 1;
  while (battle.roomSize("room") < static_cast<std::size_t>(sockets)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (Clock::now() - joinStart > std::chrono::seconds(60)) return 1;
  }
  const double joinSeconds = std::chrono::duration<double>(Clock::now() - joinStart).count();
  const double cpuStart = cpuSeconds();
  const auto start = Clock::now();
  const int events =
      load == Load::kAudience ? playAudience(http, battle, seconds) : playSteady(battle, seconds);
  const double wall = std::chrono::duration<double>(Clock::now() - start).count();
  const double cpu = 100 * (cpuSeconds() - cpuStart) / wall;
  const double memory = (residentBytes() - before) / sockets;
  http.stop();
  const auto micros = readResults(results[0]);
  ::waitpid(child, nullptr, 0);
  if (micros.empty()) return 1;
  const double expected = static_cast<double>(sockets) * events;
  std::cout << fmt::format(
      "sockets: {} in one room, {} s, load {}: {:.1f} events/s, 1 network thread, loopback, "
      "plain TCP, clients in another process, {} cores\n"
      "server CPU        {:.1f} % of a core ({:.2f} of the limit of {} % for 1,000)\n"
      "delivery latency  p50 {:.2f} ms, p99 {:.2f} ms, worst {:.2f} ms (event made -> read by "
      "client)\n"
      "delivered         {:.2f} % of {:.0f}\n"
      "memory            {:.1f} KiB a socket (resident, user space)\n"
      "joining           {:.2f} s for all\n",
      sockets, seconds, load == Load::kAudience ? "audience" : "steady",
      static_cast<double>(events) / seconds, std::thread::hardware_concurrency(), cpu,
      cpu / (kCpuLimitPercent * sockets / 1000.0), kCpuLimitPercent, quantileMs(micros, 0.5),
      quantileMs(micros, 0.99), quantileMs(micros, 1),
      100 * static_cast<double>(micros.size()) / expected, expected, memory / 1024, joinSeconds);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const int sockets = argc > 1 ? std::max(1, std::atoi(argv[1])) : 1000;
  const int seconds = argc > 2 ? std::max(1, std::atoi(argv[2])) : 10;
  const bool steady = argc > 3 && std::string_view(argv[3]) == "steady";
  return run(sockets, seconds, steady ? Load::kSteady : Load::kAudience);
}
