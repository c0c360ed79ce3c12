#include "server/net/http_server.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>
#include <thread>

#include "core/log.h"
#include "server/net/connection.h"
#include "server/net/engine_io.h"

namespace dju::server {
namespace {

using asio::ip::tcp;

std::string numericAddress(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

std::string shown(const tcp::endpoint& endpoint) {
  return endpoint.address().is_v6()
             ? fmt::format("[{}]:{}", endpoint.address().to_string(), endpoint.port())
             : fmt::format("{}:{}", endpoint.address().to_string(), endpoint.port());
}

Error bindError(const tcp::endpoint& endpoint, const NetError& error) {
  if (error == asio::error::address_in_use) {
    return {ErrorCode::kUnavailable,
            fmt::format("{}: port in use; stop the other program or choose another port "
                        "(--port, 0 lets the system choose)",
                        shown(endpoint))};
  }
  if (error == asio::error::access_denied) {
    return {ErrorCode::kUnavailable,
            fmt::format("{}: not permitted; ports below 1024 need the right to bind them",
                        shown(endpoint))};
  }
  return {ErrorCode::kUnavailable,
          fmt::format("{}: cannot listen: {}", shown(endpoint), error.message())};
}

std::unique_ptr<asio::ssl::context> makeTls(const Certificate& certificate) {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                       asio::ssl::context::no_tlsv1_1 | asio::ssl::context::no_compression);
  SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  NetError error;
  context->use_certificate_chain_file(certificate.certificateFile.string(), error);
  if (error) {
    throw Error(
        ErrorCode::kInvalid,
        fmt::format("certificate {}: {}", certificate.certificateFile.string(), error.message()));
  }
  context->use_private_key_file(certificate.keyFile.string(), asio::ssl::context::pem, error);
  if (error) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("private key {}: {}", certificate.keyFile.string(), error.message()));
  }
  return context;
}

}  // namespace

class HttpServer::Impl : public std::enable_shared_from_this<HttpServer::Impl> {
 public:
  Impl(HttpOptions options, const Router& router)
      : threads_(std::max(1, options.threads)),
        io_(threads_),
        work_(asio::make_work_guard(io_)),
        context_(std::make_shared<ServerContext>(std::move(options), router)) {
    context_->departures = std::make_shared<SendScheduler>(io_.get_executor());
  }

  ServerContext& context() { return *context_; }
  asio::io_context& io() { return io_; }
  std::uint16_t port() const { return port_; }

  void start();
  void stop();

 private:
  struct Listener {
    explicit Listener(asio::io_context& io) : acceptor(io), pause(io) {}
    tcp::acceptor acceptor;
    asio::steady_timer pause;
  };
  NetError listen(const tcp::endpoint& endpoint);
  void accept(const std::shared_ptr<Listener>& listener);
  void onAccepted(tcp::socket socket);

  int threads_;
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::unique_ptr<asio::ssl::context> tls_;
  std::shared_ptr<ServerContext> context_;
  std::vector<std::shared_ptr<Listener>> listeners_;
  std::vector<std::thread> running_;
  std::uint16_t port_ = 0;
  bool stopped_ = false;
};

void HttpServer::Impl::start() {
  const HttpOptions& options = context_->options;
  if (options.tls) tls_ = makeTls(*options.tls);
  port_ = options.port;
  for (const auto& text : options.addresses) {
    NetError error;
    const auto address = asio::ip::make_address(text, error);
    if (error) {
      throw Error(ErrorCode::kInvalid,
                  fmt::format("listen address \"{}\": not a numeric IPv4 or IPv6 address", text));
    }
    const tcp::endpoint endpoint(address, port_);
    error = listen(endpoint);
    if (error) throw bindError(endpoint, error);
  }
  if (listeners_.empty()) throw Error(ErrorCode::kInvalid, "no address to listen on was given");
  context_->prepareMetrics();
  for (const auto& listener : listeners_) accept(listener);
  for (int i = 0; i < threads_; ++i) {
    running_.emplace_back([self = shared_from_this()] { self->io_.run(); });
  }
}

NetError HttpServer::Impl::listen(const tcp::endpoint& endpoint) {
  auto listener = std::make_shared<Listener>(io_);
  NetError error;
  listener->acceptor.open(endpoint.protocol(), error);
  if (!error) listener->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && endpoint.address().is_v6()) {
    listener->acceptor.set_option(asio::ip::v6_only(true), error);
  }
  if (!error) listener->acceptor.bind(endpoint, error);
  if (!error) listener->acceptor.listen(1024, error);
  if (error) return error;
  port_ = listener->acceptor.local_endpoint().port();  // with port 0 all addresses share the first
  listeners_.push_back(std::move(listener));
  return {};
}

void HttpServer::Impl::accept(const std::shared_ptr<Listener>& listener) {
  listener->acceptor.async_accept(
      asio::make_strand(io_), [this, listener](NetError error, tcp::socket socket) {
        if (!listener->acceptor.is_open()) return;
        if (!error) {
          onAccepted(std::move(socket));
          return accept(listener);
        }
        // Out of descriptors: wait for some to be closed instead of spinning.
        log::warn("http: cannot accept a connection: {}", error.message());
        listener->pause.expires_after(std::chrono::milliseconds(100));
        listener->pause.async_wait([this, listener](NetError stopped) {
          if (!stopped && listener->acceptor.is_open()) accept(listener);
        });
      });
}

void HttpServer::Impl::onAccepted(tcp::socket socket) {
  NetError error;
  const auto peer = socket.remote_endpoint(error);
  if (error) return;  // gone already
  const std::string address = numericAddress(peer.address());
  if (!context_->admit(address)) {
    static constexpr std::string_view kFull =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
        "Content-Length: 79\r\nRetry-After: 5\r\nConnection: close\r\n\r\n"
        "{\"error\":{\"code\":\"too_many\",\"message\":\"too many connections; try again later\"}}";
    if (!tls_)
      ::send(socket.native_handle(), kFull.data(), kFull.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return;
  }
  socket.set_option(tcp::no_delay(true), error);
  Accepted accepted;
  accepted.address = address;
  accepted.admission = std::shared_ptr<void>(
      nullptr, [context = context_, address](void*) { context->release(address); });
  const auto executor = socket.get_executor();
  accepted.transport =
      tls_ ? tlsTransport(std::move(socket), *tls_) : plainTransport(std::move(socket));
  auto shared = std::make_shared<Accepted>(std::move(accepted));
  asio::post(executor, [context = context_, shared] { serveHttp(context, std::move(*shared)); });
}

void HttpServer::Impl::stop() {
  if (std::exchange(stopped_, true)) return;
  if (!running_.empty()) {
    asio::post(io_, [self = shared_from_this()] {
      for (const auto& listener : self->listeners_) {
        NetError ignored;  // closed is closed
        listener->acceptor.close(ignored);
        listener->pause.cancel();
      }
    });
    context_->closeAll();
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    while (context_->connections() > 0 && std::chrono::steady_clock::now() < patience) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  work_.reset();
  io_.stop();
  for (auto& thread : running_) thread.join();
  running_.clear();
}

HttpServer::HttpServer(HttpOptions options, const Router& router)
    : impl_(std::make_shared<Impl>(std::move(options), router)) {}
HttpServer::~HttpServer() {
  stop();
}
void HttpServer::attach(EngineServer& sockets) {
  impl_->context().engines.push_back(&sockets);
}
void HttpServer::start() {
  impl_->start();
}
void HttpServer::stop() {
  impl_->stop();
}
std::uint16_t HttpServer::port() const {
  return impl_->port();
}
std::size_t HttpServer::connections() const {
  return impl_->context().connections();
}
void HttpServer::post(std::function<void()> work) {
  asio::post(impl_->io(), std::move(work));
}

void HttpServer::after(int milliseconds, std::function<void()> work) {
  auto timer =
      std::make_shared<asio::steady_timer>(impl_->io(), std::chrono::milliseconds(milliseconds));
  timer->async_wait([timer, work = std::move(work)](NetError error) {
    if (!error) work();
  });
}

}  // namespace dju::server
