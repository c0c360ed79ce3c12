#include "server/net/accept_coding.h"

#include <algorithm>

#include "server/net/http_text.h"

namespace dju::server {

bool acceptsCoding(std::string_view header, std::string_view coding) {
  while (!header.empty()) {
    const auto comma = std::min(header.find(','), header.size());
    std::string_view item = header.substr(0, comma);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    const auto semicolon = std::min(item.find(';'), item.size());
    const bool refused = item.substr(semicolon).starts_with(";q=0") &&
                         item.find_first_of("123456789", semicolon) == std::string_view::npos;
    if (equalNoCase(item.substr(0, semicolon), coding)) return !refused;
    header.remove_prefix(std::min(comma + 1, header.size()));
  }
  return false;
}

}  // namespace dju::server
