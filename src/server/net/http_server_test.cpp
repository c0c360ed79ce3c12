// The server over real loopback connections: what clients get, and what bad clients get.
#include "server/net/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "server/net/static_files.h"

namespace dju::server {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A client that says exactly what it is told to.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{20, 0};  // only a broken server reaches it
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void send(std::string_view text) { ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL); }
  void endInput() { ::shutdown(socket_, SHUT_WR); }
  // Everything until the server closes.
  std::string readAll() {
    std::string all;
    char buffer[65536];
    for (ssize_t got = 0; (got = ::recv(socket_, buffer, sizeof buffer, 0)) > 0;) {
      all.append(buffer, static_cast<std::size_t>(got));
    }
    return all;
  }
  std::string readUntil(std::string_view end) {
    std::string all;
    char c = 0;
    while (all.find(end) == std::string::npos && ::recv(socket_, &c, 1, 0) == 1) all += c;
    return all;
  }

 private:
  int socket_;
};

class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest() {
    std::string name = (fs::temp_directory_path() / "dju-http-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    fs::create_directories(folder_ / "uploads");
    fs::create_directories(folder_ / "www/assets");
    write("www/index.html", "<html>app</html>");
    write("www/main-ABCD2345.js", "plain");
    write("www/main-ABCD2345.js.br", "brotli");
    write("www/assets/data.json", "0123456789");
    write("secret.txt", "secret");
    fs::create_symlink(folder_ / "secret.txt", folder_ / "www/link.txt");
    addRoutes();
    options_.addresses = {"127.0.0.1"};
    options_.port = 0;
    options_.limits.headerSeconds = 1;
  }
  ~HttpServerTest() override {
    server_.reset();
    fs::remove_all(folder_);
  }

  void write(const char* name, std::string_view text) { std::ofstream(folder_ / name) << text; }

  void addRoutes() {
    router_.get("/hello/{name}", [](const Request& request, Responder responder) {
      responder.json({{"hello", request.param("name")}});
    });
    router_.post(
        "/json",
        [](const Request& request, Responder responder) { responder.json(request.json()); },
        {.maxBody = 1000, .uploadFolder = {}, .admit = {}});
    router_.post("/upload",
                 [this](const Request& request, Responder responder) {
                   std::ifstream in(request.upload->path());
                   uploaded_ = std::string(std::istreambuf_iterator<char>(in), {});
                   responder.json({{"bytes", request.upload->bytes()}}, 202);
                 },
                 {.maxBody = 1'000'000, .uploadFolder = folder_ / "uploads", .admit = admit});
    router_.get("/throw",
                [](const Request&, Responder) { throw std::runtime_error("secret why"); });
    router_.get("/conflict", [](const Request&, Responder) {
      throw Error(ErrorCode::kConflict, "seat A: taken");
    });
    router_.get("/silent", [](const Request&, Responder) {});
    router_.get("/later", [this](const Request&, Responder responder) {
      laters_.emplace_back([responder]() mutable { responder.text("later"); });
    });
    router_.get("/stream", [](const Request&, Responder responder) {
      const auto stream = responder.stream("audio/ogg");
      stream->write(makeBuffer("one"));
      stream->write(makeBuffer("three"));
      stream->close();
    });
    router_.get("/endless", [this](const Request&, Responder responder) {
      auto stream = responder.stream(
          "audio/ogg", {.maxQueuedBytes = 65536, .patience = std::chrono::milliseconds(0)});
      laters_.emplace_back([stream] {
        const auto piece = makeBuffer(std::string(65536, 'x'));
        while (stream->write(piece) != StreamWriter::Outcome::kClosed) {
        }
      });
    });
    router_.fallback(StaticFiles(folder_ / "www"));
  }

  static Result<void> admit(const Request& request) {
    if (request.bearerToken() == "good") return {};
    return Error(ErrorCode::kUnauthorized, "upload: a token is needed");
  }

  void start() {
    server_ = std::make_unique<HttpServer>(options_, router_);
    server_->start();
  }
  // One request on a connection of its own; `head` without its last empty line.
  std::string ask(const std::string& head, const std::string& body = "") {
    if (!server_) start();
    RawClient client(server_->port());
    client.send(head + "\r\nHost: localhost\r\nConnection: close\r\n\r\n" + body);
    auto answer = client.readAll();
    for (auto& later : laters_) later.join();
    laters_.clear();
    return answer;
  }
  std::string raw(const std::string& bytes) {
    if (!server_) start();
    RawClient client(server_->port());
    client.send(bytes);
    client.endInput();
    return client.readAll();
  }

  fs::path folder_;
  Router router_;
  HttpOptions options_;
  std::string uploaded_;
  std::vector<std::thread> laters_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, AnswersJson) {
  const auto answer = ask("GET /hello/Zo%C3%AB?x=1 HTTP/1.1");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\n\r\n{\"hello\":\"Zoë\"}"));
}

TEST_F(HttpServerTest, KeepsTheConnectionAndAnswersPipelinedRequestsInOrder) {
  const auto answer =
      raw("GET /hello/1 HTTP/1.1\r\nHost: a\r\n\r\nGET /hello/2 HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto first = answer.find("{\"hello\":\"1\"}");
  const auto second = answer.find("{\"hello\":\"2\"}");
  ASSERT_NE(first, std::string::npos);
  ASSERT_NE(second, std::string::npos);
  EXPECT_LT(first, second);
}

TEST_F(HttpServerTest, ARequestThatArrivesInPiecesAroundAnAnswerIsWhole) {
  start();
  RawClient client(server_->port());
  client.send("GET /hello/1 HTTP/1.1\r\nHost: a\r\n\r\nGET /hel");
  EXPECT_THAT(client.readUntil("}"), HasSubstr("{\"hello\":\"1\"}"));
  client.send("lo/2 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(client.readUntil("}"), HasSubstr("{\"hello\":\"2\"}"));
  client.send("GET /hello/3 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(client.readUntil("}"), HasSubstr("{\"hello\":\"3\"}"));
}

TEST_F(HttpServerTest, HeadHasNoBody) {
  const auto answer = ask("HEAD /hello/x HTTP/1.1");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 13\r\n"));
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, ErrorsHaveOneForm) {
  EXPECT_THAT(ask("GET /api/v1/none HTTP/1.1"), HasSubstr("404 Not Found"));
  EXPECT_THAT(ask("DELETE /json HTTP/1.1"),
              testing::AllOf(HasSubstr("405 "), HasSubstr("Allow: POST\r\n")));
  EXPECT_THAT(ask("GET /conflict HTTP/1.1"),
              HasSubstr("{\"error\":{\"code\":\"conflict\",\"message\":\"seat A: taken\"}}"));
  const auto thrown = ask("GET /throw HTTP/1.1");
  EXPECT_THAT(thrown, HasSubstr("500 Internal"));
  EXPECT_THAT(thrown, HasSubstr("internal error, id "));
  EXPECT_THAT(thrown, Not(HasSubstr("secret why")));
  EXPECT_THAT(ask("GET /silent HTTP/1.1"), HasSubstr("500 Internal"));
}

TEST_F(HttpServerTest, AnswersFromAnotherThread) {
  EXPECT_THAT(ask("GET /later HTTP/1.1"), HasSubstr("\r\n\r\nlater"));
}

TEST_F(HttpServerTest, BodiesMeetTheirLimit) {
  EXPECT_THAT(ask("POST /json HTTP/1.1\r\nContent-Length: 7", "{\"a\":1}"), HasSubstr("200 OK"));
  EXPECT_THAT(ask("POST /json HTTP/1.1\r\nContent-Length: 1001"), HasSubstr("413 "));
  EXPECT_THAT(
      ask("POST /json HTTP/1.1\r\nTransfer-Encoding: chunked", "7\r\n{\"a\":1}\r\n0\r\n\r\n"),
      HasSubstr("{\"a\":1}"));
  EXPECT_THAT(ask("POST /json HTTP/1.1\r\nTransfer-Encoding: chunked",
                  "400\r\n" + std::string(1024, ' ') + "\r\n0\r\n\r\n"),
              HasSubstr("413 "));
  EXPECT_THAT(ask("POST /json HTTP/1.1\r\nContent-Length: 3", "{a}"), HasSubstr("not JSON"));
  EXPECT_THAT(ask("POST /json HTTP/1.1\r\nContent-Length: 900", std::string(900, '[')),
              HasSubstr("nested deeper than 32"));
  EXPECT_THAT(ask("POST /json HTTP/1.1\r\nContent-Length: 5", "\"\xFF\xFE\xFD\""),
              HasSubstr("400 "));
}

TEST_F(HttpServerTest, ContinueIsSentOnlyToWhomIsLetIn) {
  start();
  RawClient client(server_->port());
  client.send(
      "POST /upload?token=good HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
      "Expect: 100-continue\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.readUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("data");
  EXPECT_THAT(client.readAll(), HasSubstr("202 Accepted"));
  EXPECT_THAT(ask("POST /upload HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue"),
              StartsWith("HTTP/1.1 401 "));
}

TEST_F(HttpServerTest, UploadsGoToAFileThatDoesNotStay) {
  const std::string sound(300'000, 's');
  const auto answer =
      ask("POST /upload HTTP/1.1\r\nAuthorization: Bearer good\r\nContent-Length: 300000", sound);
  EXPECT_THAT(answer, HasSubstr("{\"bytes\":300000}"));
  EXPECT_EQ(uploaded_, sound);
  server_->stop();
  EXPECT_TRUE(fs::is_empty(folder_ / "uploads"));
}

TEST_F(HttpServerTest, UploadsAreRefusedBeforeTheyAreRead) {
  EXPECT_THAT(ask("POST /upload HTTP/1.1\r\nContent-Length: 5"), HasSubstr("401 "));
  EXPECT_THAT(ask("POST /upload?token=good HTTP/1.1"), HasSubstr("411 "));
  EXPECT_THAT(ask("POST /upload?token=good HTTP/1.1\r\nContent-Length: 1000001"),
              HasSubstr("413 "));
  server_->stop();
  EXPECT_TRUE(fs::is_empty(folder_ / "uploads"));
}

TEST_F(HttpServerTest, AnAbandonedUploadLeavesNothing) {
  raw("POST /upload?token=good HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf");
  server_->stop();
  EXPECT_TRUE(fs::is_empty(folder_ / "uploads"));
}

TEST_F(HttpServerTest, MalformedRequestsGetA400AndOthersGoOn) {
  for (const char* bad :
       {"\r\n\r\n\r\nx\r\n\r\n", "GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", "GET /../x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n",
        "POST /json HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST /json HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "POST /json HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\n",
        "POST /json HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST /json HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    EXPECT_THAT(raw(bad), StartsWith("HTTP/1.1 400 ")) << bad;
  }
  EXPECT_THAT(ask("GET /hello/you HTTP/1.1"), HasSubstr("200 OK"));
}

TEST_F(HttpServerTest, LongTargetsAndHeadersAreRefused) {
  EXPECT_THAT(ask("GET /" + std::string(9000, 'a') + " HTTP/1.1"), StartsWith("HTTP/1.1 414 "));
  EXPECT_THAT(ask("GET / HTTP/1.1\r\nX: " + std::string(20000, 'a')), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServerTest, ASlowHeaderIsCutOff) {
  start();
  RawClient client(server_->port());
  client.send("GET /hello/slow HTTP/1.1\r\nHo");
  EXPECT_THAT(client.readAll(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, StreamsAreChunked) {
  const auto answer = ask("GET /stream HTTP/1.1");
  EXPECT_THAT(answer, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\n\r\n3\r\none\r\n5\r\nthree\r\n0\r\n\r\n"));
  EXPECT_THAT(ask("GET /stream HTTP/1.0"), testing::EndsWith("\r\n\r\nonethree"));
}

TEST_F(HttpServerTest, AStreamWhoseReaderSleepsIsCut) {
  start();
  RawClient client(server_->port());
  client.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
  client.readUntil("\r\n\r\n");
  while (laters_.empty()) std::this_thread::yield();
  laters_[0].join();  // returns only because the server gave up on the client
  laters_.clear();
}

TEST_F(HttpServerTest, ConnectionsOfOneAddressAreBounded) {
  options_.limits.connectionsPerAddress = 2;
  start();
  RawClient one(server_->port());
  RawClient two(server_->port());
  one.send("GET /hello/1 HTTP/1.1\r\nHost: a\r\n\r\n");
  two.send("GET /hello/1 HTTP/1.1\r\nHost: a\r\n\r\n");
  one.readUntil("}");
  two.readUntil("}");
  RawClient three(server_->port());
  EXPECT_THAT(three.readAll(), StartsWith("HTTP/1.1 503 "));
}

TEST_F(HttpServerTest, StaticFilesAndTheClientsOwnRoutes) {
  EXPECT_THAT(ask("GET / HTTP/1.1"), HasSubstr("<html>app</html>"));
  EXPECT_THAT(ask("GET /battle/b-1 HTTP/1.1"), HasSubstr("<html>app</html>"));
  const auto script = ask("GET /main-ABCD2345.js HTTP/1.1\r\nAccept-Encoding: gzip, br");
  EXPECT_THAT(script, HasSubstr("Content-Encoding: br\r\n"));
  EXPECT_THAT(script, HasSubstr("immutable"));
  EXPECT_THAT(script, HasSubstr("\r\n\r\nbrotli"));
  EXPECT_THAT(ask("GET /main-ABCD2345.js HTTP/1.1"), HasSubstr("\r\n\r\nplain"));
  EXPECT_THAT(ask("GET /missing.js HTTP/1.1"), HasSubstr("404 "));
}

TEST_F(HttpServerTest, NothingOutsideTheFolderIsServed) {
  for (const char* path : {"/link.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt",
                           "//..//secret.txt", "/assets/%5c..%5csecret.txt"}) {
    EXPECT_THAT(ask(std::string("GET ") + path + " HTTP/1.1"), Not(HasSubstr("\r\n\r\nsecret")))
        << path;
  }
}

TEST_F(HttpServerTest, RangesAndConditions) {
  const auto part = ask("GET /assets/data.json HTTP/1.1\r\nRange: bytes=2-4");
  EXPECT_THAT(part, StartsWith("HTTP/1.1 206 "));
  EXPECT_THAT(part, HasSubstr("Content-Range: bytes 2-4/10\r\n"));
  EXPECT_THAT(part, testing::EndsWith("\r\n\r\n234"));
  EXPECT_THAT(ask("GET /assets/data.json HTTP/1.1\r\nRange: bytes=50-"),
              StartsWith("HTTP/1.1 416 "));
  const auto at = part.find("ETag: ") + 6;
  const auto etag = part.substr(at, part.find("\r\n", at) - at);
  EXPECT_THAT(ask("GET /assets/data.json HTTP/1.1\r\nIf-None-Match: " + etag),
              StartsWith("HTTP/1.1 304 "));
}

TEST_F(HttpServerTest, CrossOriginOnlyForAllowedPages) {
  options_.allowedOrigins = {"https://dj.example"};
  EXPECT_THAT(ask("GET /hello/x HTTP/1.1\r\nOrigin: https://dj.example"),
              HasSubstr("Access-Control-Allow-Origin: https://dj.example\r\n"));
  EXPECT_THAT(ask("GET /hello/x HTTP/1.1\r\nOrigin: https://evil.example"),
              Not(HasSubstr("Access-Control-Allow-Origin")));
  EXPECT_THAT(ask("OPTIONS /json HTTP/1.1\r\nOrigin: https://dj.example"),
              testing::AllOf(HasSubstr("204 "), HasSubstr("Access-Control-Allow-Methods: POST")));
}

TEST_F(HttpServerTest, APortInUseIsNamedWithAWayOut) {
  start();
  HttpOptions same = options_;
  same.port = server_->port();
  HttpServer second(same, router_);
  try {
    second.start();
    FAIL() << "must not start";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUnavailable);
    EXPECT_THAT(error.what(),
                HasSubstr("127.0.0.1:" + std::to_string(same.port) + ": port in use"));
    EXPECT_THAT(error.what(), HasSubstr("choose another port"));
  }
}

TEST_F(HttpServerTest, HeadersOfOursCannotBeSplit) {
  router_.get("/split", [](const Request&, Responder responder) {
    responder.header("X-Name", "a\r\nSet-Cookie: b").text("never");
  });
  EXPECT_THAT(ask("GET /split HTTP/1.1"),
              testing::AllOf(HasSubstr("500 "), Not(HasSubstr("Set-Cookie"))));
}

}  // namespace
}  // namespace dju::server
