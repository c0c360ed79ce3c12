// Accept-Encoding (RFC 9110 12.5.3), which strangers write. Pure; any thread.
#pragma once

#include <string_view>

namespace dju::server {

// Whether the header's value names `coding` and does not refuse it by q=0. "*" names none.
bool acceptsCoding(std::string_view header, std::string_view coding);

}  // namespace dju::server
