#include "server/net/error_status.h"

#include <string>

namespace dju::server {

int httpStatus(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return 400;
    case ErrorCode::kUnauthorized:
      return 401;
    case ErrorCode::kForbidden:
      return 403;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kConflict:
      return 409;
    case ErrorCode::kTooLarge:
      return 413;
    case ErrorCode::kTooMany:
      return 429;
    case ErrorCode::kUnsupported:
      return 415;
    case ErrorCode::kUnavailable:
      return 503;
    case ErrorCode::kInternal:
      return 500;
  }
  return 500;
}

nlohmann::json errorBody(const Error& error) {
  return {{"error", {{"code", std::string(errorName(error.code()))}, {"message", error.what()}}}};
}

nlohmann::json ackError(const Error& error) {
  return {
      {"success", false}, {"error", error.what()}, {"code", std::string(errorName(error.code()))}};
}

}  // namespace dju::server
