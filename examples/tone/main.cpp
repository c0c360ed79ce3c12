// The smallest program that streams: a tone (440 Hz left, 1 kHz right) to whoever opens its page.
//   tone [HTTP port] [UDP port] [address]      (32080, 32090 and 127.0.0.1 unless given)
// GET / is a page that plays it, POST /whep?frame=20&bitrate=128 the WHEP endpoint. Browser tests
// (tests/webrtc-chromium) measure what arrives. One connection at a time: an example, no server.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <thread>

#include "server/webrtc/media_server.h"

using namespace dju;
using namespace dju::server;

namespace {

constexpr std::size_t kMaxRequest = 128 * 1024;

constexpr const char* kPage = R"(<!doctype html><title>Tone</title><button id=play>Play</button>
<audio id=sound></audio><script>
async function listen(query = '') {
  const pc = window.pc = new RTCPeerConnection();
  pc.addTransceiver('audio', {direction: 'recvonly'});
  const offer = await pc.createOffer();
  // Browsers decode mono, and ask for nothing twice, unless their own offer says otherwise.
  const pt = offer.sdp.match(/a=rtpmap:(\d+) opus/i)[1];
  offer.sdp = offer.sdp.replace(new RegExp(`a=fmtp:${pt} `), `a=rtcp-fb:${pt} nack\r\na=fmtp:${pt} stereo=1;`);
  pc.ontrack = e => { sound.srcObject = window.stream = new MediaStream([e.track]); sound.play(); };
  await pc.setLocalDescription(offer);
  const answer = await fetch('/whep' + query, {method: 'POST', headers: {'Content-Type': 'application/sdp'},
                                              body: pc.localDescription.sdp});
  if (!answer.ok) throw new Error(await answer.text());
  await pc.setRemoteDescription({type: 'answer', sdp: await answer.text()});
}
play.onclick = () => listen(location.search);
</script>)";

void pushTone(MediaServer& server, MediaSource& source) {
  auto due = std::chrono::steady_clock::now();
  float block[kBlockFrames * kChannels];
  for (std::int64_t frame = 0;; frame += kBlockFrames) {
    for (int i = 0; i < kBlockFrames; ++i) {
      const double t = 2 * std::numbers::pi * static_cast<double>(frame + i) / kSampleRate;
      block[2 * i] = static_cast<float>(0.4 * std::sin(440 * t));
      block[2 * i + 1] = static_cast<float>(0.4 * std::sin(1000 * t));
    }
    source.push(Frame(frame), block);
    server.wake();
    std::this_thread::sleep_until(due += std::chrono::milliseconds(5));
  }
}

std::string response(const std::string& status, const std::string& type, const std::string& body) {
  return fmt::format(
      "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
      status, type, body.size(), body);
}

int parameter(const std::string& line, const std::string& name, int fallback) {
  const std::size_t at = line.find(name + "=");
  return at == std::string::npos ? fallback : std::atoi(line.c_str() + at + name.size() + 1);
}

// The whole request, or what there is of it.
std::string readRequest(int fd) {
  std::string request;
  char part[4096];
  std::size_t wanted = kMaxRequest;
  while (request.size() < wanted) {
    const ssize_t size = recv(fd, part, sizeof part, 0);
    if (size <= 0) break;
    request.append(part, static_cast<std::size_t>(size));
    const std::size_t body = request.find("\r\n\r\n");
    if (body == std::string::npos) continue;
    const std::size_t length = request.find("ontent-Length: ");
    wanted =
        body + 4 + (length < body ? std::strtoul(request.c_str() + length + 15, nullptr, 10) : 0);
    if (wanted > kMaxRequest) break;
  }
  return request;
}

std::string answer(MediaServer& server, const std::shared_ptr<MediaSource>& source,
                   const std::string& request) {
  const std::string line = request.substr(0, request.find("\r\n"));
  if (line.starts_with("GET / ") || line.starts_with("GET /?"))
    return response("200 OK", "text/html", kPage);
  if (!line.starts_with("POST /whep"))
    return response("404 Not Found", "text/plain", "no such page\n");
  const std::size_t body = request.find("\r\n\r\n");
  const auto offer =
      server.connect(source, body == std::string::npos ? "" : request.substr(body + 4),
                     {parameter(line, "frame", 20), parameter(line, "bitrate", 128)});
  if (!offer) return response("400 Bad Request", "text/plain", offer.error().what());
  return response("201 Created", "application/sdp", offer->sdp);
}

}  // namespace

int main(int argc, char** argv) {
  const auto port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 32080);
  MediaServer::Options options;
  options.udpPort = static_cast<std::uint16_t>(argc > 2 ? std::atoi(argv[2]) : 32090);
  options.listen = {argc > 3 ? argv[3] : "127.0.0.1"};
  MediaServer server(options);
  const auto source = server.addSource({"tone", {}});
  std::thread([&] { pushTone(server, *source); }).detach();
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  const int one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, options.listen.front().c_str(), &address.sin_addr);
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener, 16) != 0) {
    fmt::print(stderr, "tone: cannot listen on port {}\n", port);
    return 1;
  }
  fmt::print("http://{}:{}/\n", options.listen.front(), port);
  std::fflush(stdout);
  for (;;) {
    const int fd = accept(listener, nullptr, nullptr);
    if (fd < 0) continue;
    const timeval patience{2, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const std::string reply = answer(server, source, readRequest(fd));
    [[maybe_unused]] const auto sent = send(fd, reply.data(), reply.size(), MSG_NOSIGNAL);
    close(fd);
  }
}
