// Server: everything of `dju serve` put together, in the order in which it depends on each other.
// Construct, start(), wait for a signal, stop(). Main thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/config.h"

namespace dju::server {

class Server {
 public:
  // Opens the data folder and prepares everything. Throws Error.
  explicit Server(const ServerConfig& config);
  ~Server();  // stop()
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds and serves. Throws Error (port in use …).
  void start();
  // Ends all battles properly, so that their logs are whole, then everything else. Idempotent.
  void stop();

  // Where to point a browser: "http://127.0.0.1:8080".
  std::vector<std::string> addresses() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dju::server
