// Which of the addresses to listen on this machine has. The default names ::1 beside 127.0.0.1, and
// many containers have no IPv6. Called once at the start, before anything is bound. Any thread.
#pragma once

#include <string>
#include <vector>

namespace dju::server {

// `listen` without the IPv6 addresses that cannot be bound for want of IPv6; each is logged. An
// address that is wrong for another reason stays, so that binding it gives its error; so does
// everything when nothing would be left.
std::vector<std::string> usableAddresses(const std::vector<std::string>& listen);

}  // namespace dju::server
