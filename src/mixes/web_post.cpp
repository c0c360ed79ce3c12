#include "mixes/web_post.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <exception>
#include <optional>

namespace dju::mixes {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::use_awaitable;
using asio::ip::tcp;

constexpr std::size_t kMostHeaderBytes = 16 * 1024;

std::array<unsigned char, 16> bytesOf(const asio::ip::address& address) {
  if (address.is_v6()) return address.to_v6().to_bytes();
  return asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
}

http::request<http::string_body> requestOf(const WebPost& post) {
  http::request<http::string_body> request{http::verb::post, post.to.target, 11};
  const bool v6 = post.to.host.find(':') != std::string::npos;
  request.set(http::field::host,
              fmt::format("{}{}{}:{}", v6 ? "[" : "", post.to.host, v6 ? "]" : "", post.to.port));
  request.set(http::field::user_agent, "dj-universe/" DJU_VERSION);
  request.set(http::field::content_type, "application/json");
  request.set(http::field::connection, "close");
  for (const auto& [name, value] : post.headers) request.set(name, value);
  request.body() = post.body;
  request.prepare_payload();
  return request;
}

// The name is looked up once and the addresses that were looked at are those that are called, so
// that a second look-up cannot lead elsewhere.
asio::awaitable<std::vector<tcp::endpoint>> endpointsOf(const WebPost& post) {
  tcp::resolver resolver(co_await asio::this_coro::executor);
  const auto found =
      co_await resolver.async_resolve(post.to.host, std::to_string(post.to.port), use_awaitable);
  std::vector<tcp::endpoint> endpoints;
  for (const auto& entry : found) {
    if (post.networks == PrivateNetworks::kRefused &&
        !isPublicAddress(bytesOf(entry.endpoint().address())))
      throw Error(ErrorCode::kForbidden,
                  fmt::format("{}: its address is in a private network; the operator may allow "
                              "that (private_webhooks)",
                              post.to.origin()));
    endpoints.push_back(entry.endpoint());
  }
  co_return endpoints;
}

template <typename Stream>
asio::awaitable<int> exchange(Stream& stream, const WebPost& post) {
  const auto request = requestOf(post);
  co_await http::async_write(stream, request, use_awaitable);
  beast::flat_buffer buffer(kMostHeaderBytes);
  http::response_parser<http::empty_body> answer;
  answer.header_limit(kMostHeaderBytes);
  co_await http::async_read_header(stream, buffer, answer, use_awaitable);
  co_return static_cast<int>(answer.get().result_int());
}

asio::awaitable<int> converse(const WebPost& post) {
  const auto endpoints = co_await endpointsOf(post);
  beast::tcp_stream plain(co_await asio::this_coro::executor);
  plain.expires_never();  // the whole has one end, sendPost's
  co_await plain.async_connect(endpoints, use_awaitable);
  if (!post.to.secure) co_return co_await exchange(plain, post);
  asio::ssl::context tls(asio::ssl::context::tls_client);
  tls.set_default_verify_paths();
  tls.set_verify_mode(asio::ssl::verify_peer);
  beast::ssl_stream<beast::tcp_stream> stream(std::move(plain), tls);
  stream.set_verify_callback(asio::ssl::host_name_verification(post.to.host));
  SSL_set_tlsext_host_name(stream.native_handle(), post.to.host.c_str());
  co_await stream.async_handshake(asio::ssl::stream_base::client, use_awaitable);
  co_return co_await exchange(stream, post);
}

}  // namespace

int sendPost(const WebPost& post) {
  asio::io_context io;
  std::optional<int> status;
  std::exception_ptr failure;
  asio::co_spawn(io, converse(post), [&](const std::exception_ptr& thrown, int answered) {
    failure = thrown;
    status = answered;
  });
  constexpr std::chrono::milliseconds kAskEvery(100);
  const auto end = std::chrono::steady_clock::now() + post.timeout;
  while (!io.stopped() && std::chrono::steady_clock::now() < end &&
         !(post.cancelled && post.cancelled()))
    io.run_for(kAskEvery);
  if (!status)
    throw Error(ErrorCode::kUnavailable, fmt::format("{}: no answer within {} s", post.to.origin(),
                                                     post.timeout.count() / 1000));
  if (!failure) return *status;
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    throw Error(ErrorCode::kUnavailable,
                fmt::format("{}: {}", post.to.origin(), error.code().message()));
  }
}

}  // namespace dju::mixes
