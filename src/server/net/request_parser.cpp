#include "server/net/request_parser.h"

#include <fmt/format.h>

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/parser.hpp>

#include "server/net/http_text.h"

namespace dju::server {
namespace {

namespace http = boost::beast::http;
using BeastError = boost::beast::error_code;

// A Beast body that hands its bytes to a function.
struct SinkBody {
  using value_type = std::function<bool(std::string_view)>;
  class reader {
   public:
    template <bool isRequest, typename FieldsType>
    reader(http::header<isRequest, FieldsType>&, value_type& sink) : sink_(sink) {}
    void init(const boost::optional<std::uint64_t>&, BeastError& error) { error = {}; }
    template <typename ConstBuffers>
    std::size_t put(const ConstBuffers& buffers, BeastError& error) {
      error = {};
      std::size_t size = 0;
      for (auto at = boost::asio::buffer_sequence_begin(buffers);
           at != boost::asio::buffer_sequence_end(buffers); ++at) {
        const boost::asio::const_buffer part(*at);
        size += part.size();
        if (sink_ && !sink_({static_cast<const char*>(part.data()), part.size()})) {
          error = http::error::body_limit;
        }
      }
      return size;
    }
    void finish(BeastError& error) { error = {}; }

   private:
    value_type& sink_;
  };
};

std::optional<Method> methodOf(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return Method::kGet;
    case http::verb::head:
      return Method::kHead;
    case http::verb::post:
      return Method::kPost;
    case http::verb::put:
      return Method::kPut;
    case http::verb::patch:
      return Method::kPatch;
    case http::verb::delete_:
      return Method::kDelete;
    case http::verb::options:
      return Method::kOptions;
    default:
      return {};
  }
}

RequestParser::Refusal refusal(int status, ErrorCode code, std::string message) {
  return {status, Error(code, std::move(message))};
}

RequestParser::Refusal refusalOf(const BeastError& error) {
  if (error == http::error::header_limit) {
    return refusal(431, ErrorCode::kTooLarge, "the request header is too large");
  }
  if (error == http::error::body_limit || error == http::error::buffer_overflow) {
    return refusal(413, ErrorCode::kTooLarge, "the request body is too large");
  }
  return refusal(400, ErrorCode::kInvalid, "not an HTTP/1.1 request: " + error.message());
}

}  // namespace

class RequestParser::Impl {
 public:
  // Our own limits differ by route (BodySink); "none" would compare as below every length.
  Impl() { parser.body_limit(UINT64_MAX); }
  http::request_parser<SinkBody> parser;
};

RequestParser::RequestParser() : impl_(std::make_unique<Impl>()) {}
RequestParser::~RequestParser() = default;

void RequestParser::headerLimit(std::size_t bytes) {
  impl_->parser.header_limit(static_cast<std::uint32_t>(bytes));
}

RequestParser::Step RequestParser::put(std::string_view input) {
  Step step;
  BeastError error;
  step.used = impl_->parser.put(boost::asio::const_buffer(input.data(), input.size()), error);
  if (error == http::error::need_more) {
    step.needMore = true;
  } else if (error) {
    step.refusal = refusalOf(error);
  } else {
    step.needMore = step.used == 0 || (step.used == input.size() && !done());
  }
  return step;
}

bool RequestParser::headerDone() const {
  return impl_->parser.is_header_done();
}
bool RequestParser::done() const {
  return impl_->parser.is_done();
}
bool RequestParser::keepAlive() const {
  return impl_->parser.keep_alive();
}
bool RequestParser::version10() const {
  return impl_->parser.get().version() == 10;
}
bool RequestParser::chunked() const {
  return impl_->parser.chunked();
}

bool RequestParser::hasBody() const {
  return chunked() || contentLength().value_or(0) > 0;
}

std::optional<std::uint64_t> RequestParser::contentLength() const {
  const auto length = impl_->parser.content_length();
  return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

void RequestParser::readBody(std::function<bool(std::string_view)> sink) {
  impl_->parser.get().body() = std::move(sink);
  impl_->parser.eager(true);
}

RequestParser::Head RequestParser::takeHead(std::size_t targetBytes) {
  const auto& message = impl_->parser.get();
  Head head;
  const auto refuse = [&](int status, ErrorCode code, std::string text) {
    head.refusal = refusal(status, code, std::move(text));
    return std::move(head);
  };
  int hosts = 0;
  for (const auto& field : message) {
    const std::string_view name(field.name_string().data(), field.name_string().size());
    const std::string_view value(field.value().data(), field.value().size());
    if (field.name() == http::field::host) ++hosts;
    head.request.headers.add(std::string(name), std::string(value));
  }
  const auto method = methodOf(message.method());
  const std::string_view target(message.target().data(), message.target().size());
  if (target.size() > targetBytes) {
    return refuse(414, ErrorCode::kTooLarge,
                  fmt::format("the request target has {} bytes, at most {} are allowed",
                              target.size(), targetBytes));
  }
  if (!method) return refuse(501, ErrorCode::kUnsupported, "unknown method");
  if (hosts > 1 || (hosts == 0 && !version10())) {
    return refuse(400, ErrorCode::kInvalid, "exactly one Host header is needed");
  }
  if (const auto coding = head.request.header("Transfer-Encoding");
      coding && !equalNoCase(*coding, "chunked")) {
    return refuse(400, ErrorCode::kUnsupported, "Transfer-Encoding: only chunked is known");
  }
  auto parsed = parseTarget(target);
  if (!parsed) return refuse(400, parsed.error().code(), parsed.error().what());
  head.request.method = *method;
  head.request.target = target;
  head.request.path = std::move(parsed.value().path);
  head.request.query = std::move(parsed.value().query);
  return head;
}

}  // namespace dju::server
