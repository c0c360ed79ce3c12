// What an operator can set: command line over environment over the TOML file (--config) over these
// defaults. docs/operations.md lists them. Read once at the start.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace dju::server {

struct IceServer {
  std::vector<std::string> urls;  // "stun:host:port", "turn:host:port?transport=tcp"
  std::string username;
  std::string credential;
};

struct ServerConfig {
  std::filesystem::path dataDir = "var";
  std::filesystem::path webDir = "web/dist/dju/browser";
  std::filesystem::path models = "data/models";         // trained ones (serving/model_registry.h)
  std::vector<std::string> listen{"127.0.0.1", "::1"};  // loopback unless told otherwise
  std::uint16_t port = 8080;
  std::uint16_t mediaPort = 8081;            // UDP
  std::vector<std::string> publicAddresses;  // announced to WebRTC; empty: those listened on
  bool tls = false;
  std::filesystem::path tlsCertificate;  // with tls and without these, a self-signed one is
  std::filesystem::path tlsKey;          // made in dataDir/tls at the first start
  std::vector<std::string> allowedOrigins;
  std::vector<std::string> operators;  // player ids that may change and delete any track
  std::vector<IceServer> iceServers;
  std::string turnSecret;  // coturn's static-auth-secret, for short-lived credentials
  std::vector<std::string> turnUrls;
  int engineThreads = 1;  // render
  int mediaThreads = 1;   // encode and send
  int maxBattles = 100;
  int maxViewers = 5000;
  int battlesPerGuestHour = 20;
  int votersPerAddress = 20;               // whose votes on a battle or a round of it count
  int emptyBattleMinutes = 10;             // after which a battle that nobody attends is ended
  std::uint64_t residentMegabytes = 4096;  // budget for sound kept in memory
  std::uint64_t uploadMegabytes = 512;
  int workers = 1;                        // import, analysis, rendering, mixes
  int jobDays = 30;                       // for which ended jobs can be asked for
  int mixesPerGuest = 20;                 // waiting or running
  std::uint64_t mixMegabytes = 20480;     // finished mixes' sound that is kept
  std::uint64_t previewMegabytes = 1024;  // likewise of previews
  bool privateWebhooks = false;           // web hooks may call addresses of private networks
};

// Reads `file` over `config`. Throws Error(kInvalid): file, line, key and what is allowed.
void readConfig(const std::filesystem::path& file, ServerConfig& config);

}  // namespace dju::server
