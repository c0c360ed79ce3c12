// A small echo server on DJ Universe's own network code. It behaves as the public protocol suites
// of Engine.IO 4 and Socket.IO 5 expect: /engine.io/ sends every message back, /socket.io/ has the
// namespaces "/" and "/custom" with the events "message" and "message-with-ack".
// Usage: dju_echo [PORT]   (0, the default: the system chooses); prints the port, ends with its
// input.
#include <charconv>
#include <cstring>
#include <iostream>
#include <string>

#include "server/net/http_server.h"
#include "server/net/socket_io.h"

namespace {

using namespace dju;
using namespace dju::server;

EngineOptions echoOptions(const char* path) {
  EngineOptions options;
  options.path = path;
  options.pingInterval = std::chrono::milliseconds(300);
  options.pingTimeout = std::chrono::milliseconds(200);
  options.maxPayload = 1000000;
  options.maxQueuedBytes = 8 * 1024 * 1024;
  options.maxMessagesPerSecond = 5000;
  return options;
}

void echoRaw(const std::shared_ptr<EngineSession>& session) {
  // The session owns its handlers: a strong pointer in them would keep it for ever.
  const std::weak_ptr<EngineSession> weak = session;
  session->onText = [weak](std::string_view text) { weak.lock()->send(makeWire(text)); };
  session->onBinary = [weak](Buffer data) { weak.lock()->send(makeBinaryWire(data)); };
}

Result<void> echoEvents(const SocketPtr& socket, const Json& auth) {
  if (auth.contains("refuse")) {
    return Error(ErrorCode::kForbidden, auth["refuse"].get<std::string>());
  }
  // The suites wait for one frame at a time and would miss this one in the segment of the connect
  // packet, with which our gathered writes would send it.
  socket->after(std::chrono::milliseconds(10), [weak = std::weak_ptr(socket), auth] {
    if (const auto alive = weak.lock()) alive->emit("auth", Json::array({auth}));
  });
  socket->on("message", [socket = socket.get()](const Event& event, const Ack&) {
    socket->emit("message-back", event.args, event.attachments);
  });
  socket->on("message-with-ack",
             [](const Event& event, const Ack& ack) { ack.reply(event.args, event.attachments); });
  socket->on("ask-me", [socket = socket.get()](const Event& event, const Ack& ack) {
    socket->emitWithAck(
        "question", event.args, std::chrono::seconds(5),
        [ack](Result<Json> answer) { answer ? ack.reply(*answer) : ack.error(answer.error()); });
  });
  socket->on("leave",
             [socket = socket.get()](const Event&, const Ack&) { socket->disconnect("asked to"); });
  socket->on("flood-me", [socket = socket.get()](const Event& event, const Ack&) {
    const std::string block(64 * 1024, 'x');
    for (int i = 0; i < event.args.at(0).get<int>(); ++i) socket->emit("flood", block);
  });
  return {};
}

void addRooms(Namespace& nsp) {
  nsp.onConnect([&nsp](const SocketPtr& socket, const Json& auth) {
    socket->on("join", [socket = socket.get()](const Event& event, const Ack& ack) {
      socket->join(event.args.at(0).get<std::string>());
      ack(true);
    });
    socket->on("shout", [&nsp, socket = socket.get()](const Event& event, const Ack& ack) {
      const auto room = event.args.at(0).get<std::string>();
      nsp.broadcast(room, nsp.packet("shouted", Json::array({event.args.at(1)})), socket);
      ack(nsp.roomSize(room));
    });
    return echoEvents(socket, auth);
  });
}

void addRoutes(Router& router) {
  router.get("/hello", [](const Request&, Responder responder) { responder.text("hello\n"); });
  router.post("/echo",
              [](const Request& request, Responder responder) { responder.json(request.json()); });
}

}  // namespace

int main(int argc, char** argv) try {
  std::uint16_t port = 0;
  if (argc > 1) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), port);
  Router router;
  addRoutes(router);
  EngineServer raw(echoOptions("/engine.io/"), echoRaw);
  SocketOptions options;
  options.engine = echoOptions("/socket.io/");
  options.connectTimeout = std::chrono::milliseconds(2000);
  SocketServer sockets(options);
  for (const char* name : {"/", "/custom"}) sockets.of(name).onConnect(echoEvents);
  addRooms(sockets.of("/rooms"));
  HttpOptions http;
  http.port = port;
  HttpServer server(http, router);
  server.attach(raw);
  server.attach(sockets.engine());
  server.start();
  std::cout << server.port() << std::endl;
  while (std::cin.get() != EOF) {
  }
  server.stop();
  return 0;
} catch (const std::exception& error) {
  std::cerr << "dju_echo: " << error.what() << '\n';
  return 1;
}
