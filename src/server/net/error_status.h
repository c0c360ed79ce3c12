// The one place where an Error becomes what a client sees: an HTTP status and the JSON body
// `{"error": {"code", "message"}}` of docs/protocol.md. Any thread.
#pragma once

#include <nlohmann/json.hpp>

#include "core/error.h"

namespace dju::server {

int httpStatus(ErrorCode code);
nlohmann::json errorBody(const Error& error);
// `{"success": false, "error": message, "code": name}`: how socket acknowledgements report it.
nlohmann::json ackError(const Error& error);

}  // namespace dju::server
