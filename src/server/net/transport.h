// A connected byte stream, plain or TLS, behind one interface, so that the HTTP and WebSocket code
// exists (and is compiled) once. Internal to net/.
//
// Threads: everything on the stream's executor, a strand of its own; handlers run there too. At
// most one read and one write at a time.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <memory>
#include <vector>

namespace dju::server {

namespace asio = boost::asio;
using NetError = boost::system::error_code;

class Transport {
 public:
  using Done = std::function<void(NetError, std::size_t)>;
  using Buffers = std::vector<asio::const_buffer>;

  virtual ~Transport() = default;
  // The TLS handshake; for plain TCP `done` is called at once.
  virtual void handshake(Done done) = 0;
  virtual void readSome(void* data, std::size_t size, Done done) = 0;
  // What the kernel takes at once of `buffers`, in bytes; 0 also where that cannot be (TLS) or has
  // failed: write() then tells. Not while a write is under way.
  virtual std::size_t writeNow(const Buffers& buffers) = 0;
  // All of the buffers, which must live until `done`.
  virtual void write(const Buffers& buffers, Done done) = 0;
  // Says that nothing more will be written; reading goes on. `owner` keeps this object alive while
  // a TLS closure is under way.
  virtual void shutdownSend(std::shared_ptr<void> owner) = 0;
  virtual asio::ip::tcp::socket& socket() = 0;
  virtual bool secure() const = 0;

  // Ends everything at once; pending handlers get an error.
  void close() {
    NetError ignored;  // a socket that is already closed is what we want
    socket().close(ignored);
  }
  asio::any_io_executor executor() { return socket().get_executor(); }
};

std::unique_ptr<Transport> plainTransport(asio::ip::tcp::socket socket);
std::unique_ptr<Transport> tlsTransport(asio::ip::tcp::socket socket, asio::ssl::context& context);

}  // namespace dju::server
