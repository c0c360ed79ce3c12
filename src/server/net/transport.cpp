#include "server/net/transport.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

namespace dju::server {
namespace {

using asio::ip::tcp;

constexpr std::size_t kVectors = 64;  // of one system call

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(tcp::socket socket) : socket_(std::move(socket)) {}

  void handshake(Done done) override { done({}, 0); }
  void readSome(void* data, std::size_t size, Done done) override {
    socket_.async_read_some(asio::buffer(data, size), std::move(done));
  }
  std::size_t writeNow(const Buffers& buffers) override {
    std::array<iovec, kVectors> vectors{};
    const std::size_t count = std::min(buffers.size(), kVectors);
    for (std::size_t i = 0; i < count; ++i) {
      vectors[i] = {const_cast<void*>(buffers[i].data()), buffers[i].size()};
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    const auto sent = ::sendmsg(socket_.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent < 0 ? 0 : static_cast<std::size_t>(sent);
  }
  void write(const Buffers& buffers, Done done) override {
    asio::async_write(socket_, buffers, std::move(done));
  }
  void shutdownSend(std::shared_ptr<void>) override {
    NetError ignored;  // the peer may be gone already
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
  }
  tcp::socket& socket() override { return socket_; }
  bool secure() const override { return false; }

 private:
  tcp::socket socket_;
};

class TlsTransport final : public Transport {
 public:
  TlsTransport(tcp::socket socket, asio::ssl::context& context)
      : stream_(std::move(socket), context) {}

  void handshake(Done done) override {
    stream_.async_handshake(asio::ssl::stream_base::server,
                            [done = std::move(done)](NetError error) { done(error, 0); });
  }
  void readSome(void* data, std::size_t size, Done done) override {
    stream_.async_read_some(asio::buffer(data, size), std::move(done));
  }
  std::size_t writeNow(const Buffers&) override { return 0; }
  // asio makes one TLS record a buffer; joined, small messages share a record and a system call.
  void write(const Buffers& buffers, Done done) override {
    joined_.clear();
    for (const auto& buffer : buffers) {
      const auto* bytes = static_cast<const char*>(buffer.data());
      joined_.insert(joined_.end(), bytes, bytes + buffer.size());
    }
    asio::async_write(stream_, asio::buffer(joined_), std::move(done));
  }
  // close_notify, then FIN; the connection's own deadline bounds how long the peer may take.
  void shutdownSend(std::shared_ptr<void> owner) override {
    stream_.async_shutdown(
        [owner = std::move(owner), socket = &stream_.next_layer()](NetError error) {
          if (error == asio::error::operation_aborted) return;
          NetError ignored;  // the peer may be gone already
          socket->shutdown(tcp::socket::shutdown_send, ignored);
        });
  }
  tcp::socket& socket() override { return stream_.next_layer(); }
  bool secure() const override { return true; }

 private:
  asio::ssl::stream<tcp::socket> stream_;
  std::vector<char> joined_;
};

}  // namespace

std::unique_ptr<Transport> plainTransport(tcp::socket socket) {
  return std::make_unique<PlainTransport>(std::move(socket));
}

std::unique_ptr<Transport> tlsTransport(tcp::socket socket, asio::ssl::context& context) {
  return std::make_unique<TlsTransport>(std::move(socket), context);
}

}  // namespace dju::server
