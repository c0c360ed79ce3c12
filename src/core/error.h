// Errors as DJ Universe reports them: each names the thing, the value and the way out.
//
// Error is thrown where an operation must end (a file cannot be read, a limit is exceeded). Where
// failure is expected (parsing a stranger's bytes, looking something up), functions return
// Result<T> instead. Assertions are only for our own mistakes, never for input.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace dju {

// What went wrong, in the terms that the outside needs: HTTP statuses, socket acknowledgements and
// exit codes are derived from it in one place (server/net/error_status.h, app/main.cpp).
enum class ErrorCode {
  kInvalid,       // the input is malformed or out of range
  kUnauthorized,  // no token, or a token that does not verify
  kForbidden,     // a valid token, but not its holder's to do
  kNotFound,      // no such battle, track, recording …
  kConflict,      // the state does not allow it now (seat taken, battle ended)
  kTooLarge,      // beyond a stated limit
  kTooMany,       // rate limit or full server
  kUnsupported,   // a format or feature that we do not have
  kUnavailable,   // a resource is exhausted or not ready (disk full, port in use)
  kInternal,      // our own mistake
};

// The stable name of a code, as sent in JSON ("not_found"). Any thread.
std::string_view errorName(ErrorCode code);

class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const { return code_; }

 private:
  ErrorCode code_;
};

// Either a value or an Error. Never both, never neither.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }
  const T& value() const& { return std::get<T>(state_); }
  T& value() & { return std::get<T>(state_); }
  T&& value() && { return std::get<T>(std::move(state_)); }
  const T& operator*() const { return value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const { return std::get<Error>(state_); }
  // The value, or throws the Error.
  T valueOrThrow() && {
    if (!ok()) throw error();
    return std::get<T>(std::move(state_));
  }

 private:
  std::variant<T, Error> state_;
};

// Success without a value, or an Error: `return {};` succeeds.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return error_.value(); }
  void valueOrThrow() && {
    if (error_) throw *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace dju
