// Where a voter's votes come from, for telling one person under many names from many people,
// without keeping what names a person's network. A home or a hall has one IPv4 address, or one IPv6
// network of 64 bits, in which a machine takes as many addresses as it likes. Any thread after
// construction.
#pragma once

#include <filesystem>
#include <string>

namespace dju::server {

// `numeric`: Request::remoteAddress. What cannot be read stays as it is.
std::string voterNetwork(const std::string& numeric);

class VoterAddresses {
 public:
  // Reads the secret from `file`, or makes it (mode 0600) at the first start. Throws Error.
  explicit VoterAddresses(const std::filesystem::path& file);

  // The same for addresses of one network; nobody without the secret can tell which.
  std::string pseudonym(const std::string& numeric) const;

 private:
  std::string secret_;
};

}  // namespace dju::server
